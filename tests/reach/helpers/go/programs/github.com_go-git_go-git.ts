import { rmSync, writeFileSync } from "node:fs";
import { go, print } from "../program.ts";

using repository = go.PlainInit("repository", false);
writeFileSync("repository/a.txt", "hello");
using tree = repository.Worktree();
tree.Add("a.txt");
const hash = tree.Commit("first", {
  Author: {
    Name: "Ann",
    Email: "ann@example.org",
    When: new Date(1_000_000_000_000),
  },
});
print(hash, "<nil>");
using head = repository.Head();
print(head.Name(), String(head.Hash()) === String(hash));
using commit = repository.CommitObject(hash);
print(commit.Message, commit.Author.Name);
rmSync("repository", { recursive: true });
