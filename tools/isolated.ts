/**
 * The tests of the load side once more, with every plugin in a process of its
 * own. What is left out there, and why, `tests/helpers/isolated_gaps.ts` says.
 *
 * Arguments are files or directories of tests; all that open plugins when there
 * are none. `--deno` runs them on Deno alone, as the gate does. `--pipes` runs them
 * as where futexes and memory are private, as on macOS, and the tests of isolated
 * plugins with them.
 *
 * @module
 */

import { join } from "@std/path";
import { compileSupport } from "../emit/support/compile_support.ts";
import { ROOT } from "./runtimes.ts";
import { support, SUPPORT_FILE } from "./testing/checkout_support.ts";
import { PLUGIN_ROOMS } from "./testing/plugin_rooms.ts";
import { test } from "./test.ts";

/** Those that open plugins; how a library is found and loaded is another matter there. */
const TESTS = [
  ...PLUGIN_ROOMS,
  ...["tests/ffi/load", "tests/ffi/open"],
  "tests/emit/source/go/object_test.ts",
];

/** Those of isolated plugins themselves, which open others as well. */
const OWN = ["tests/ffi/isolated"];

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all that open plugins when empty.
 * @param options Whether they run on Deno alone, and by which library.
 * @returns Whether every runtime passed.
 */
export async function isolated(
  paths: readonly string[],
  { isDenoOnly = false, hasPipes = false }: {
    isDenoOnly?: boolean;
    hasPipes?: boolean;
  } = {},
): Promise<boolean> {
  const PLUGIN_SUPPORT = await (hasPipes ? supportWithPipes : support)();
  const env = {
    PLUGIN_ISOLATED: "1",
    PLUGIN_SUPPORT,
    // As few as there are by themselves: each that opens is a process that stays,
    // and takes 0.4 MB of this one.
    PLUGIN_MUTANTS: "0",
  };
  const all = paths.length > 0 ? paths : TESTS;
  const on = isDenoOnly ? ["Deno" as const] : [];
  let passed = await test(all, { env, on });
  if (hasPipes && paths.length === 0) {
    passed = await test(OWN, { env: { PLUGIN_SUPPORT }, on }) && passed;
  }
  return passed;
}

/** The same library, in which two processes share neither futexes nor memory without a name. */
async function supportWithPipes(): Promise<string> {
  const path = join(ROOT, "build", `pipes-${SUPPORT_FILE}`);
  Deno.env.set("CC", `${Deno.env.get("CC") ?? "cc"} -DPLUGIN_PIPES`);
  await compileSupport(path);
  return path;
}

if (import.meta.main) {
  const paths = Deno.args.filter((argument) => !argument.startsWith("--"));
  const passed = await isolated(paths, {
    isDenoOnly: Deno.args.includes("--deno"),
    hasPipes: Deno.args.includes("--pipes"),
  });
  Deno.exit(passed ? 0 : 1);
}
