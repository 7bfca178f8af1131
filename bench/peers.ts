/**
 * Libraries of others that stand beside us, brought from npm by
 * `deno task bench` and by nothing else, and an addon made with one of them.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import type { Side } from "./measure.ts";

// deno-lint-ignore no-explicit-any -- their types are not in reach of a checkout that does no benchmarks
type Peer = any;

export const koffi: Peer = createRequire(
  new URL("../build/peers/package.json", import.meta.url),
)("koffi");

export const ffiRs: Peer = createRequire(
  new URL("../build/peer_ffi_rs/package.json", import.meta.url),
)("ffi-rs");

/** The addon of bench/napi, which is there where there is a cargo to build it. */
const ADDON = new URL("../build/bench/napi.node", import.meta.url);
const addon: Peer = existsSync(ADDON)
  ? createRequire(ADDON)("./napi.node")
  : undefined;

/**
 * The side of napi-rs in a question.
 *
 * @param make Makes it of the addon of bench/napi.
 * @returns No side where the addon was not built.
 */
export function napiRs(make: (addon: Peer) => Side): Record<string, Side> {
  return addon === undefined ? {} : { "napi-rs": make(addon) };
}
