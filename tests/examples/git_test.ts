import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { needBreadth, RUNTIME, skip } from "../helpers/need.ts";

const directory = fileURLToPath(
  new URL("../../examples/git", import.meta.url),
);
const libgit2 =
  process.platform === "linux" && existsSync("/usr/include/git2.h")
    ? needBreadth("cc", "git")
    : skip("needs Debian's libgit2-dev");

/** A repository with three commits. */
async function repository(): Promise<string> {
  const path = emptyDirectory();
  const git = async (...args: string[]) => {
    const identity = ["-c", "user.name=Zoë", "-c", "user.email=z@example.com"];
    const ran = await run("git", [...identity, ...args], { cwd: path });
    assertEquals(ran.status, 0, ran.stderr);
  };
  await git("init", "--quiet");
  for (const [index, summary] of ["one", "two", "größer"].entries()) {
    writeFileSync(`${path}/file`, summary);
    await git("add", "file");
    const date = `2026-01-0${index + 1}T12:00:00Z`;
    await git("commit", "--quiet", "--date", date, "-m", summary);
  }
  return path;
}

test("examples/git prints the log of a repository", libgit2, async () => {
  const emitted = await spawnPlugin([
    "emit",
    "libgit2.so",
    "--header",
    "git2.h",
    "--annotate",
    "libgit2",
  ], { cwd: directory });
  assertEquals([emitted.status, emitted.stderr], [0, ""]);
  if (RUNTIME === "Deno") {
    // Its types are those of the declarations that were just written.
    const checked = await run(process.execPath, ["check", "-q", "host.ts"], {
      cwd: directory,
    });
    assertEquals([checked.status, checked.stderr], [0, ""]);
  }
  const ran = await runHost("host.ts", directory, await repository());
  assertEquals([ran.status, ran.stderr], [0, ""]);
  assertEquals(
    ran.stdout.replaceAll(/^[0-9a-f]{7} /gm, ""),
    "2026-01-03 Zoë: größer\n2026-01-02 Zoë: two\n2026-01-01 Zoë: one\n",
  );
  const failed = await runHost("host.ts", directory, "/nowhere");
  assert(failed.status !== 0);
  assert(failed.stderr.includes("resolve path '/nowhere'"), failed.stderr);
});
