/**
 * The support library for tests that are about what it makes possible.
 *
 * @module
 */

import process from "node:process";
import { fileURLToPath } from "node:url";
import { bringSupport } from "../../emit/support/compile_support.ts";
import { supportFile } from "../../ffi/support/support_version.ts";
import { need } from "./need.ts";
import { withTools } from "./test.ts";
import { IS_WITHOUT } from "./without_gaps.ts";

/**
 * Brings the library, for this process and those that it starts; it is looked
 * for when the first function is bound. One that is named is taken, where it is not
 * to be left out.
 */
export async function withSupport(): Promise<void> {
  if (need("cc").skip !== false || IS_WITHOUT) return;
  const file = supportFile(process.platform, process.arch);
  const path = fileURLToPath(new URL(`../../build/${file}`, import.meta.url));
  const { PLUGIN_SUPPORT: named = "off" } = process.env;
  if (named !== "off") return;
  await withTools(["cc"], async () => {
    process.env.PLUGIN_SUPPORT = await bringSupport(path);
  });
}
