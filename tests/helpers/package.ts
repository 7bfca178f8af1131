/**
 * The npm package of the checkout.
 *
 * @module
 */

import process from "node:process";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { builtOnce } from "./built_once.ts";
import { RUNTIME } from "./need.ts";
import { ROOT } from "./program.ts";

let packed: Promise<string> | undefined;

/** Makes the package, once a run; returns the path of its tarball. */
export function npmPackage(): Promise<string> {
  return packed ??= builtOnce(["npm"], ["tools/npm.ts"], make)
    .then((directory) => join(directory, "npm.tgz"));
}

async function make(directory: string): Promise<void> {
  const own = RUNTIME === "Deno" ? ["run", "--quiet", "-A"] : [];
  const args = [...own, "tools/npm.ts", join(directory, "npm")];
  const { status, stderr } = await run(process.execPath, args, { cwd: ROOT });
  assertEquals([status, stderr], [0, ""]);
}
