/**
 * Random signatures, types and values of C: what C prints of what it was given
 * and what JavaScript gave are the same, and what C gives is what it says.
 * `PLUGIN_SEEDS` asks for more of them.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertMatch } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { plugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { need } from "../helpers/need.ts";
import { commandLine } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { withVariable } from "../helpers/variable.ts";
import { programOf } from "./helpers/foreign/program.ts";
import { succeed } from "../helpers/succeed.ts";

/** How many programs there are of each kind. */
const SEEDS = Number(process.env.PLUGIN_SEEDS ?? 2);

/** Functions of a program. */
const FUNCTIONS = 60;

/** How they are compiled and called, and how often each: some so often that they are hot. */
const WAYS = [
  ["gcc", "-O0", "sync", 4],
  ["gcc", "-O2", "sync", 1500],
  ["gcc", "-O2", "async", 4],
  ["gcc", "-O1", "isolated", 4],
  ["clang", "-O0", "sync", 4],
  ["clang", "-O2", "sync", 4],
] as const;

const CALLS = fileURLToPath(
  new URL("helpers/foreign/calls.ts", import.meta.url),
);

for (const [index, [compiler, level, how, rounds]] of WAYS.entries()) {
  test(
    `${SEEDS} random programs by ${compiler} ${level}, ${how}, ${rounds} times each`,
    need(compiler, "cc"),
    async () => {
      for (let n = 0; n < SEEDS; n++) {
        const seed = index * 1000 + n;
        const directory = emptyDirectory();
        const source = join(directory, "random.c");
        const program = programOf(seed, FUNCTIONS, how !== "sync");
        writeFileSync(source, program.source);
        const thunks = program.thunks.flatMap((thunk) => ["--thunk", thunk]);
        await succeed(withVariable(
          "CC",
          compiler,
          () => plugin("build", source, ...thunks, "--", level, "-w"),
        ));
        const args = [source.replace(/c$/, "so"), seed, FUNCTIONS, rounds, how];
        const [runtime, ...line] = commandLine(CALLS, {
          args: args.map(String),
        });
        const { status, stdout, stderr } = await run(runtime!, line);
        assertEquals(status, 0, `seed ${seed}: ${stdout}${stderr}`);
        // Some have bytes that nothing describes: of those no thunk can be made.
        assertMatch(stdout, /^\d{3,} calls, \d{1,2} skipped, 0 wrong\n/);
      }
    },
  );
}
