package main

import (
	"fmt"
	"os"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"
)

func main() {
	repository, err := git.PlainInit("repository", false)
	if err != nil {
		panic(err)
	}
	os.WriteFile("repository/a.txt", []byte("hello"), 0o644)
	tree, _ := repository.Worktree()
	tree.Add("a.txt")
	who := &object.Signature{Name: "Ann", Email: "ann@example.org", When: time.Unix(1_000_000_000, 0).UTC()}
	hash, err := tree.Commit("first", &git.CommitOptions{Author: who})
	fmt.Println(hash, err)
	head, _ := repository.Head()
	fmt.Println(head.Name(), head.Hash() == hash)
	commit, _ := repository.CommitObject(hash)
	fmt.Println(commit.Message, commit.Author.Name)
	os.RemoveAll("repository")
}
