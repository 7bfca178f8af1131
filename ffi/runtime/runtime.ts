/**
 * Finds out which runtime this is: the only place that asks.
 *
 * @module
 */

import type { Adapter } from "./adapter.ts";
import { bunAdapter, type BunFfi } from "./bun.ts";
import { denoAdapter, type DenoRuntime } from "./deno.ts";
import { PluginError } from "../error.ts";
import { nodeAdapter, nodeFfi, type NodeProcess } from "./node.ts";
import { nodeModule } from "../system/node_system.ts";

/** The adapter of the runtime that this code runs on. */
export const adapter: Adapter = choose();

function choose(): Adapter {
  const { Bun, Deno } = globalThis as {
    Bun?: { readonly version: string };
    Deno?: DenoRuntime;
  };
  if (Bun !== undefined) {
    return bunAdapter(nodeModule<BunFfi>("bun:ffi"), Bun.version);
  }
  if (Deno?.dlopen !== undefined) return denoAdapter(Deno);
  // Looked at last: Deno loads its copy of it when it is looked at.
  const { process } = globalThis as { process?: NodeProcess };
  const node = process?.versions?.node;
  // Programs on Node may have set a Deno themselves.
  const isDeno = node === undefined || process?.versions?.deno !== undefined;
  if (Deno !== undefined && isDeno) {
    throw new PluginError(
      "unsupported",
      "Cannot load plugins on this Deno: it has no Deno.dlopen, as where programs are run for others (Deno Deploy) no native code is loaded; call the library on a machine of your own",
    );
  }
  if (process !== undefined && node !== undefined) {
    return nodeAdapter(nodeFfi(process), node);
  }
  throw new PluginError(
    "unsupported",
    "Cannot load plugins on this runtime: it is neither Deno, nor Bun, nor Node",
  );
}
