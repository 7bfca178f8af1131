/**
 * Libraries of others that stand beside us, brought from npm by
 * `deno task bench` and by nothing else.
 *
 * @module
 */

import { createRequire } from "node:module";

// deno-lint-ignore no-explicit-any -- its types are not in reach of a checkout that does no benchmarks
export const koffi: any = createRequire(
  new URL("../build/peers/package.json", import.meta.url),
)("koffi");
