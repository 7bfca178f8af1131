/**
 * What is seen on a terminal while something takes longer than a second.
 *
 * @module
 */

import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { dirname, join } from "node:path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { ownTarget } from "../../../ffi/identity/executable.ts";
import { TARGETS } from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { commandLine, ROOT } from "../../helpers/program.ts";
import { needTerminal, onTerminal } from "../../helpers/terminal.ts";
import { test } from "../../helpers/test.ts";
import { spawnPlugin } from "../helpers/cli.ts";
import { importing, project } from "../helpers/importing.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

/** Options of a test of a task, which is Deno's. */
const onceOnTerminal = (...tools: string[]) =>
  RUNTIME === "Deno" ? needTerminal(...tools) : skip("a task is one of Deno's");

/** A C compiler that takes two seconds more. */
function slowCompiler(): string {
  const path = join(emptyDirectory(), "slow");
  writeFileSync(path, '#!/bin/sh\nsleep 2\nexec cc "$@"\n', { mode: 0o755 });
  return path;
}

const SOURCE = "int one(void) { return 1; }\n";

/** What takes the line away again. */
const GONE = "\r\x1b[2K";

test(
  "plugin build says on a terminal what goes on, and in a file nothing",
  needTerminal("cc"),
  async () => {
    const directory = project({ "one.c": SOURCE });
    const source = join(directory, "one.c");
    const env = { CC: slowCompiler() };
    const line = commandLine(join(ROOT, "emit/main.ts"), {
      args: ["build", source],
    });
    const { status, stdout } = await onTerminal(line, { env });
    assertEquals(status, 0, stdout);
    const said = `${GONE}${
      `plugin build ${source}`.slice(0, 60)
    } ... 1 s, compiling`;
    assertStringIncludes(stdout, said);
    // Nothing of it stays beside what is printed at the end.
    const last = stdout.lastIndexOf(" s");
    assert(stdout.indexOf(GONE, last) < stdout.indexOf("library "), stdout);
    const quiet = await succeedSilently(
      spawnPlugin(["build", source], { env }),
    );
    assert(!quiet.stdout.includes("\x1b"), quiet.stdout);
  },
);

test(
  "plugin build of several targets says of each when it is done",
  need("cc", "zig"),
  async () => {
    const directory = project({ "one.c": SOURCE });
    const own = ownTarget();
    const other = TARGETS.find((target) => target !== own)!;
    const { status, stderr } = await spawnPlugin(
      ["build", "one.c", "--target", own, "--target", other],
      { cwd: directory, env: { CC: slowCompiler() } },
    );
    assertEquals(status, 0, stderr);
    assertMatch(stderr, new RegExp(`^built   ${own} \\(\\d+ s\\)$`, "m"));
  },
);

test(
  "an import that is built says so on a terminal, while it waits",
  needTerminal("cc"),
  async () => {
    const directory = project({
      "one.c": SOURCE,
      "main.ts":
        `import { one } from "./one.c";\nconsole.log("is", String(one()));\n`,
    });
    const [line, options] = importing(directory, "main.ts");
    const run = () => onTerminal(line, options);
    const first = await run();
    assertStringIncludes(first.stdout, `${GONE}plugin import one.c ...${GONE}`);
    assert(first.stdout.endsWith("is 1\r\n"), first.stdout);
    assertEquals((await run()).stdout, "is 1\r\n");
  },
);

test(
  "deno task hello says on a terminal what goes on",
  existsSync(join(ROOT, "build/runtimes"))
    ? onceOnTerminal("cc")
    : skip("the runtimes are brought by deno task test"),
  async () => {
    const line = commandLine(join(ROOT, "tools/hello.ts"));
    const { status, stdout } = await onTerminal(line, {
      cwd: ROOT,
      env: {
        CC: slowCompiler(),
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      },
    });
    assertEquals(status, 0, stdout);
    assertStringIncludes(
      stdout,
      `${GONE}plugin build examples/hello/hello.c ... 1 s`,
    );
    assertStringIncludes(stdout, 'hosts printed "Hello, number 7"');
  },
);

test(
  "deno task npm says on a terminal what goes on",
  onceOnTerminal("npm"),
  async () => {
    const line = commandLine(join(ROOT, "tools/npm.ts"), {
      args: [join(emptyDirectory(), "npm")],
    });
    const { status, stdout } = await onTerminal(line, { cwd: ROOT });
    assertEquals(status, 0, stdout);
    assertStringIncludes(stdout, `${GONE}making the npm package ... `);
    assert(stdout.endsWith("/npm.tgz\r\n"), stdout);
  },
);
