// examples/git/host.ts by koffi.
import console from "node:console";
import process from "node:process";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libgit2.so");
for (const type of ["git_repository", "git_revwalk", "git_commit"]) {
  koffi.opaque(type);
}
koffi.struct("git_oid", { id: koffi.array("uint8_t", 20) });
const Signature = koffi.struct("git_signature", {
  name: "const char *",
  email: "const char *",
  time: "int64_t",
  offset: "int",
  sign: "char",
});
const Failure = koffi.struct("git_error", {
  message: "const char *",
  klass: "int",
});
const f = (prototype: string) => lib.func(prototype);
const init = f("int git_libgit2_init()");
const errorLast = f("git_error *git_error_last()");
const open = f(
  "int git_repository_open(_Out_ git_repository **out, const char *path)",
);
const freeRepository = f("void git_repository_free(git_repository *r)");
const revwalkNew = f(
  "int git_revwalk_new(_Out_ git_revwalk **out, git_repository *r)",
);
const freeRevwalk = f("void git_revwalk_free(git_revwalk *w)");
const pushHead = f("int git_revwalk_push_head(git_revwalk *w)");
const next = f("int git_revwalk_next(_Out_ git_oid *out, git_revwalk *w)");
const lookup = f(
  "int git_commit_lookup(_Out_ git_commit **out, git_repository *r, const git_oid *id)",
);
const freeCommit = f("void git_commit_free(git_commit *c)");
const author = f("git_signature *git_commit_author(git_commit *c)");
const summary = f("const char *git_commit_summary(git_commit *c)");
const toText = f("const char *git_oid_tostr_s(const git_oid *id)");

const ITEROVER = -31;
const check = (status: number) => {
  if (status < 0) throw new Error(koffi.decode(errorLast(), Failure).message);
  return status;
};

check(init());
const repo = [null];
check(open(repo, process.argv[2] ?? "."));
const walk = [null];
try {
  check(revwalkNew(walk, repo[0]));
  check(pushHead(walk[0]));
  for (;;) {
    const id = {};
    const status = next(id, walk[0]);
    if (status === ITEROVER) break;
    check(status);
    const commit = [null];
    check(lookup(commit, repo[0], id));
    try {
      const { name, time, offset } = koffi.decode(author(commit[0]), Signature);
      const seconds = Number(time) + 60 * offset;
      const day = new Date(1000 * seconds).toISOString().slice(0, 10);
      const hash = toText(id).slice(0, 7);
      console.log(`${hash} ${day} ${name}: ${summary(commit[0])}`);
    } finally {
      freeCommit(commit[0]);
    }
  }
} finally {
  freeRevwalk(walk[0]);
  freeRepository(repo[0]);
}
