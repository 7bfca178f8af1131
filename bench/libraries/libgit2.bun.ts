// examples/git/host.ts by bun:ffi alone.
import console from "node:console";
import process from "node:process";
import { CString, dlopen, type Pointer, ptr, read } from "bun:ffi";

const { symbols: git } = dlopen("libgit2.so", {
  git_libgit2_init: { args: [], returns: "i32" },
  git_error_last: { args: [], returns: "ptr" },
  git_repository_open: { args: ["ptr", "ptr"], returns: "i32" },
  git_repository_free: { args: ["ptr"], returns: "void" },
  git_revwalk_new: { args: ["ptr", "ptr"], returns: "i32" },
  git_revwalk_free: { args: ["ptr"], returns: "void" },
  git_revwalk_push_head: { args: ["ptr"], returns: "i32" },
  git_revwalk_next: { args: ["ptr", "ptr"], returns: "i32" },
  git_commit_lookup: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  git_commit_free: { args: ["ptr"], returns: "void" },
  git_commit_author: { args: ["ptr"], returns: "ptr" },
  git_commit_summary: { args: ["ptr"], returns: "ptr" },
  git_oid_tostr_s: { args: ["ptr"], returns: "ptr" },
});

const ITEROVER = -31, OID = 20;
const NAME = 0, WHEN = 16; // where they lie in a git_signature
const textAt = (place: number | null) => `${new CString(place as Pointer)}`;
const check = (status: number) => {
  if (status < 0) throw new Error(textAt(read.ptr(git.git_error_last()!, 0)));
  return status;
};
function out(make: (place: Pointer) => number): Pointer {
  const place = new BigUint64Array(1);
  check(make(ptr(place)));
  return Number(place[0]) as Pointer;
}

check(git.git_libgit2_init());
const path = new TextEncoder().encode(`${process.argv[2] ?? "."}\0`);
const repo = out((place) => git.git_repository_open(place, ptr(path)));
let walk: Pointer | null = null;
try {
  walk = out((place) => git.git_revwalk_new(place, repo));
  check(git.git_revwalk_push_head(walk));
  for (;;) {
    const id = new Uint8Array(OID);
    const status = git.git_revwalk_next(ptr(id), walk);
    if (status === ITEROVER) break;
    check(status);
    const commit = out((place) => git.git_commit_lookup(place, repo, ptr(id)));
    try {
      const author = git.git_commit_author(commit)!;
      const time = read.i64(author, WHEN);
      const seconds = Number(time) + 60 * read.i32(author, WHEN + 8);
      const day = new Date(1000 * seconds).toISOString().slice(0, 10);
      const hash = textAt(git.git_oid_tostr_s(ptr(id))).slice(0, 7);
      const name = textAt(read.ptr(author, NAME));
      const summary = textAt(git.git_commit_summary(commit));
      console.log(`${hash} ${day} ${name}: ${summary}`);
    } finally {
      git.git_commit_free(commit);
    }
  }
} finally {
  git.git_revwalk_free(walk);
  git.git_repository_free(repo);
}
