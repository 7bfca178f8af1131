/**
 * Libraries of others that stand beside us, brought from npm by
 * `deno task bench` and by nothing else.
 *
 * @module
 */

import { createRequire } from "node:module";

// deno-lint-ignore no-explicit-any -- their types are not in reach of a checkout that does no benchmarks
type Peer = any;

export const koffi: Peer = createRequire(
  new URL("../build/peers/package.json", import.meta.url),
)("koffi");

export const ffiRs: Peer = createRequire(
  new URL("../build/peer_ffi_rs/package.json", import.meta.url),
)("ffi-rs");
