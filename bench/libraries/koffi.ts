/**
 * koffi, as `deno task bench` has brought it.
 *
 * @module
 */

import { createRequire } from "node:module";
import process from "node:process";

// deno-lint-ignore no-explicit-any -- its types are not in reach of a checkout that does no benchmarks
export const koffi: any = createRequire(
  process.env.PLUGIN_KOFFI ??
    new URL("../../build/peers/package.json", import.meta.url),
)("koffi");
