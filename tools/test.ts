/**
 * Runs every test on every runtime, and says how it went.
 *
 * Arguments are files or directories of tests; all of them when there are none,
 * but those for reach (`deno task reach`). `--help` lists the options.
 *
 * Each file has a process of its own on each runtime, so that no outcome hangs
 * on the order of files, and a process that crashes is named by its file.
 *
 * What fails while others run beside it is run once more, alone. Where it passes
 * then, the run does, and the last lines name the file.
 *
 * Where no file is named, those of what builds plugins run on Deno alone, if
 * they open none: `deno task reach` runs them on each.
 *
 * @module
 */

import { join } from "@std/path";
import { type Runtime, runtimes } from "./runtimes.ts";
import { commandOf, HELP } from "./testing/test_arguments.ts";
import { isOnce, testFiles } from "./testing/test_files.ts";
import {
  directoryOfRun,
  endWhenInterrupted,
  inOwnGroup,
} from "./testing/interrupted.ts";
import { Progress } from "./testing/test_progress.ts";
import { type Outcome, runFile, WORKERS } from "./testing/run_file.ts";
import { sayUnsteady, tryAgain } from "./testing/second_try.ts";
import { count, printSummary, sum } from "./testing/summary.ts";

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all tests when empty.
 * @param options Variables for the tests; the runtimes, all when empty; what the
 * order of the tests of a file is drawn by; and how many files are run at a time.
 * @returns Whether every runtime passed.
 * @throws {Error} When a path leads to no test.
 */
export async function test(
  paths: readonly string[],
  { env = {}, on = [], seed, workers = WORKERS }: {
    env?: Readonly<Record<string, string>>;
    on?: readonly Runtime["name"][];
    seed?: number | undefined;
    workers?: number;
  } = {},
): Promise<boolean> {
  const files = await testFiles(paths);
  console.log(
    `${count(files.length, "file")} of tests, ${workers} at a time`,
  );
  if (seed !== undefined) console.log(`in another order: --shuffle=${seed}`);
  const all = (await runtimes()).filter(({ name }) =>
    on.length === 0 || on.includes(name)
  );
  const isDaily = paths.length === 0 &&
    Deno.env.get("PLUGIN_RUNTIMES") === undefined;
  const once: string[] = [];
  const outcomes: Outcome[] = [];
  const built = await directoryOfRun();
  await Deno.mkdir(join(built, "go"));
  const progress = new Progress(files.length);
  let through = 0;
  const leave = endWhenInterrupted(built, () => {
    progress.close();
    console.log(`\nEnded after ${through} of ${count(files.length, "file")}`);
  });
  const queue = files.values();
  const run = (runtime: Runtime, file: string) =>
    runFile(runtime, file, {
      env: {
        ...env,
        PLUGIN_BUILT: built,
        // Each file would compile the same modules again.
        NODE_COMPILE_CACHE: join(built, "node"),
        // It goes with the run, however that ends.
        GOTMPDIR: join(built, "go"),
      },
      seed,
      start: inOwnGroup,
    });
  const work = async () => {
    for (const file of queue) {
      const own: Outcome[] = [];
      progress.begin(file);
      const isOnOne = isDaily && await isOnce(file);
      if (isOnOne) once.push(file);
      // One runtime at a time: examples are built where they stand.
      for (const runtime of isOnOne ? all.slice(0, 1) : all) {
        own.push(await run(runtime, file));
      }
      progress.end(file, own);
      through++;
      outcomes.push(...own);
    }
  };
  let last: readonly Outcome[];
  try {
    await Promise.all(Array.from({ length: workers }, work));
    progress.close();
    last = await tryAgain(
      outcomes,
      ({ runtime, file }) => run(runtime, file),
    );
  } finally {
    leave();
    progress.close();
    await Deno.remove(built, { recursive: true });
  }

  console.log();
  await printSummary(all, last, once);
  sayUnsteady(outcomes, last);
  const { passed, failed } = sum(last);
  return failed === 0 && passed > 0;
}

if (import.meta.main) {
  const command = commandOf(Deno.args);
  if (command === "help") {
    console.log(HELP);
    Deno.exit(0);
  }
  try {
    if (typeof command === "string") throw new Error(command);
    Deno.exit(await test(command.paths, command) ? 0 : 1);
  } catch (error) {
    // Of a tool that is called wrongly, or a runtime that is required.
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(2);
  }
}
