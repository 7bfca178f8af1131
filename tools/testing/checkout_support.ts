/**
 * The support library of this checkout.
 *
 * @module
 */

import { join } from "@std/path";
import { bringSupport } from "../../emit/support/compile_support.ts";
import { supportFile } from "../../ffi/support/support_version.ts";
import { ROOT } from "../runtimes.ts";

/** The name of its file for this machine. */
export const SUPPORT_FILE = supportFile(
  Deno.build.os,
  Deno.build.arch === "aarch64" ? "arm64" : "x64",
);

/**
 * Brings it.
 *
 * @returns Where it is.
 */
export function support(): Promise<string> {
  return bringSupport(join(ROOT, "build", SUPPORT_FILE));
}
