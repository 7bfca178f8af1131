/**
 * The npm package of the checkout.
 *
 * @module
 */

import { mkdirSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { run } from "../../emit/toolchain/run.ts";
import { builtOnce } from "./built_once.ts";
import { RUNTIME } from "./need.ts";
import { ROOT } from "./program.ts";
import { succeed, succeedSilently } from "./succeed.ts";

let packed: Promise<string> | undefined;

/** Makes the package, once a run; returns the path of its tarball. */
export function npmPackage(): Promise<string> {
  return packed ??= builtOnce(["npm"], ["tools/npm.ts"], make)
    .then((directory) => join(directory, "npm.tgz"));
}

/**
 * Unpacks a package where npm would put it.
 *
 * @param directory The project.
 * @param name The package's.
 * @param tarball What npm has packed: that of the checkout when left out.
 */
export async function unpackPackage(
  directory: string,
  name = "@native/plugin",
  tarball?: string,
): Promise<void> {
  const to = join(directory, "node_modules", name);
  mkdirSync(to, { recursive: true });
  const from = tarball ?? await npmPackage();
  const args = ["-xzf", from, "-C", to, "--strip-components=1"];
  await succeed(run("tar", args));
}

async function make(directory: string): Promise<void> {
  const own = RUNTIME === "Deno" ? ["run", "--quiet", "-A"] : [];
  const args = [...own, "tools/npm.ts", join(directory, "npm")];
  await succeedSilently(run(process.execPath, args, { cwd: ROOT }));
}
