import { FACE, runHost, runProgram } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { emptyDirectory } from "../helpers/fixture.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { needBreadth, RUNTIME, skip } from "../helpers/need.ts";
import { typeCheck } from "../helpers/type_check.ts";
import { LOG, repository } from "./helpers/repository.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/git", import.meta.url),
);
const libgit2 =
  process.platform === "linux" && existsSync("/usr/include/git2.h")
    ? needBreadth("cc", "git")
    : skip("needs Debian's libgit2-dev");

test("examples/git prints the log of a repository", libgit2, async () => {
  await succeedSilently(spawnPlugin([
    "emit",
    "libgit2.so",
    "--header",
    "git2.h",
    "--annotate",
    "libgit2",
  ], { cwd: directory }));
  if (RUNTIME === "Deno") {
    // Its types are those of the declarations that were just written.
    await succeedSilently(typeCheck(["host.ts"], { cwd: directory }));
  }
  const ran = await succeedSilently(
    runHost("host.ts", directory, await repository()),
  );
  assertEquals(ran.stdout.replaceAll(/^[0-9a-f]{7} /gm, ""), LOG);
  const failed = await runHost("host.ts", directory, "/nowhere");
  assert(failed.status !== 0);
  assert(failed.stderr.includes("resolve path '/nowhere'"), failed.stderr);
});

test("what gives an error code of libgit2 throws it", libgit2, async () => {
  const output = join(emptyDirectory(), "libgit2.so.json");
  await succeedSilently(spawnPlugin([
    ...["emit", "libgit2.so", "--header", "git2.h", "--annotate", "libgit2"],
    ...["-o", output],
  ]));
  const plugin = open(output);
  const quiet = Object.entries(plugin.manifest.symbols).filter(([, symbol]) =>
    symbol.kind === "function" && symbol.type.endsWith("=> i32") &&
    symbol.annotations?.error === undefined
  ).map(([name]) => name);
  const others = /cmp$|streq$|_time_offset$|_create_v$|_opts$/;
  assertEquals(quiet.filter((name) => !others.test(name)), []);
  const ran = runProgram(`
    import { variable } from ${FACE};
    const git = open(${JSON.stringify(output)}).symbols;
    git.git_libgit2_init();
    const repo = git.Repository.open(${JSON.stringify(await repository())});
    const out = variable("pointer");
    for (
      const call of [
        () => git.git_remote_lookup(out, repo, "nope"),
        () => git.git_revparse_single(out, repo, "nope"),
        () => git.git_branch_lookup(out, repo, "nope", 1),
      ]
    ) {
      try {
        console.log(call());
      } catch (error) {
        console.log(error.failure.name);
      }
    }
    repo[Symbol.dispose]();
  `);
  assertEquals([ran.stdout, ran.stderr], ["GIT_ENOTFOUND\n".repeat(3), ""]);
});

test("what libgit2 gives of a repository has methods", libgit2, async () => {
  const output = join(emptyDirectory(), "libgit2.json");
  await succeedSilently(spawnPlugin([
    ...["emit", "libgit2.so", "--header", "git2.h", "--annotate", "libgit2"],
    ...["-o", output],
  ]));
  const ran = runProgram(`
    const git = open(${JSON.stringify(output)}).symbols;
    git.git_libgit2_init();
    using repo = git.Repository.open(${JSON.stringify(await repository())});
    using head = repo.head();
    using same = repo.reference("HEAD").resolve();
    console.log(head.is_branch(), head.name() === same.name());
    using commit = repo.commit(head.target());
    using tree = commit.tree();
    using again = repo.tree(tree.id());
    console.log(again.entrycount() === tree.entrycount());
  `);
  assertEquals([ran.stdout, ran.stderr], ["1 true\ntrue\n", ""]);
});
