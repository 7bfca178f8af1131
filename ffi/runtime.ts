/**
 * Finds out which runtime this is: the only place that asks.
 *
 * @module
 */

import process from "node:process";
import type { Adapter } from "./adapter.ts";
import { bunAdapter, type BunFfi } from "./bun.ts";
import { denoAdapter, type DenoRuntime } from "./deno.ts";
import { PluginError } from "./error.ts";
import { nodeAdapter, nodeFfi, type NodeProcess } from "./node.ts";

/** The adapter of the runtime that this code runs on. */
export const adapter: Adapter = choose();

function choose(): Adapter {
  const { Deno, Bun } = globalThis as {
    Deno?: DenoRuntime;
    Bun?: { readonly version: string };
  };
  // Asked for at run time, so that no other runtime tries to resolve it.
  const builtin = process.getBuiltinModule as (name: string) => unknown;
  if (Bun !== undefined) {
    return bunAdapter(builtin("bun:ffi") as BunFfi, Bun.version);
  }
  if (Deno?.dlopen !== undefined) return denoAdapter(Deno);
  if (process.versions?.node !== undefined) {
    const node = process as unknown as NodeProcess;
    return nodeAdapter(nodeFfi(node), node.versions.node);
  }
  throw new PluginError(
    "unsupported",
    "Cannot load plugins on this runtime: it is neither Deno, nor Bun, nor Node",
  );
}
