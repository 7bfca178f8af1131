/**
 * The tests of the load side once more, as on a machine that has no support
 * library: what works without it does, and what does not, and why,
 * `tests/helpers/without_gaps.ts` says. It takes the rooms of
 * `testing/plugin_rooms.ts`, without the files that are about that library.
 *
 * Arguments are files or directories of tests; all that open plugins when there
 * are none. `--node` and its like run them on one runtime.
 *
 * @module
 */

import { runtimes } from "./runtimes.ts";
import { test } from "./test.ts";
import { PLUGIN_ROOMS } from "./testing/plugin_rooms.ts";
import { testFiles } from "./testing/test_files.ts";

/** Of those that open plugins, what is all about that which the support library makes possible. */
const ABOUT_IT = [
  "call/async_options_test.ts",
  "callback/ended_worker_test.ts",
  "callback/threads_test.ts",
  "object/ended_worker_test.ts",
].map((file) => `tests/ffi/${file}`);

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all that open plugins when empty.
 * @param on The runtimes; all when empty.
 * @returns Whether every runtime passed.
 */
export async function without(
  paths: readonly string[],
  on: readonly ("Deno" | "Bun" | "Node")[] = [],
): Promise<boolean> {
  const env = {
    PLUGIN_WITHOUT: "1",
    PLUGIN_SUPPORT: "off",
    // What is tried many times was so by the tests before.
    PLUGIN_MUTANTS: "0",
  };
  const all = paths.length > 0
    ? paths
    : (await testFiles(PLUGIN_ROOMS)).filter((file) =>
      !ABOUT_IT.includes(file)
    );
  return await test(all, { env, on });
}

if (import.meta.main) {
  const paths = Deno.args.filter((argument) => !argument.startsWith("--"));
  const on = (await runtimes()).map(({ name }) => name)
    .filter((name) => Deno.args.includes(`--${name.toLowerCase()}`));
  Deno.exit(await without(paths, on) ? 0 : 1);
}
