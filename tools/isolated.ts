/**
 * The tests of the load side once more, with every plugin in a process of its
 * own. What is left out there, and why, `tests/helpers/isolated_gaps.ts` says.
 *
 * Arguments are files or directories of tests; all that open plugins when there
 * are none. `--deno` runs them on Deno alone, as the gate does.
 *
 * @module
 */

import { join } from "@std/path";
import { bringSupport } from "../emit/support/support.ts";
import { supportFile } from "../ffi/support/version.ts";
import { ROOT } from "./runtimes.ts";
import { test } from "./test.ts";

/** Those that open plugins. */
const TESTS = ["bind", "call", "callback", "check", "data", "load", "make"]
  .concat("memory", "object", "open", "plugin", "typed")
  .map((room) => `tests/ffi/${room}`)
  .concat("tests/emit/source/go/object_test.ts");

/**
 * Runs the tests.
 *
 * @param paths Files or directories; all that open plugins when empty.
 * @param isDenoOnly Whether they run on Deno alone.
 * @returns Whether every runtime passed.
 */
export async function isolated(
  paths: readonly string[],
  isDenoOnly: boolean,
): Promise<boolean> {
  const { os, arch } = Deno.build;
  const file = supportFile(os, arch === "aarch64" ? "arm64" : "x64");
  const env = {
    PLUGIN_ISOLATED: "1",
    PLUGIN_SUPPORT: await bringSupport(join(ROOT, "build", file)),
  };
  return await test(paths.length > 0 ? paths : TESTS, { env, isDenoOnly });
}

if (import.meta.main) {
  const paths = Deno.args.filter((argument) => !argument.startsWith("--"));
  const passed = await isolated(paths, Deno.args.includes("--deno"));
  Deno.exit(passed ? 0 : 1);
}
