// The log of a repository: libgit2 as its manual has it.
import console from "node:console";
import process from "node:process";
import { open } from "@native/plugin";
import type { Libgit2 } from "./libgit2.so.d.ts";

const git =
  open<Libgit2>(new URL("./libgit2.so.json", import.meta.url)).symbols;
git.git_libgit2_init();
using repo = git.Repository.open(process.argv[2] ?? ".");
using walk = repo.revwalk();
walk.push_head();
for (const id of walk) {
  using commit = repo.commit(id);
  const { name, when } = commit.author();
  const seconds = Number(when.time) + 60 * when.offset; // where it was written
  const day = new Date(1000 * seconds).toISOString().slice(0, 10);
  const hash = git.git_oid_tostr_s(id)?.slice(0, 7);
  console.log(`${hash} ${day} ${name}: ${commit.summary()}`);
}
