package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func main() {
	fmt.Println(filepath.Join("a", "..", "b", "c.txt"), filepath.Ext("x.tar.gz"))
	os.MkdirAll("tree/in", 0o755)
	os.WriteFile("tree/in/f", nil, 0o644)
	filepath.WalkDir("tree", func(path string, d fs.DirEntry, err error) error {
		fmt.Println(path, d.IsDir())
		return err
	})
	matches, _ := filepath.Glob("tree/*")
	fmt.Println(matches)
	os.RemoveAll("tree")
}
