/**
 * What the command says on a Node that is too old for it. `bunx plugin` and
 * `npx plugin` take the Node that is on the `PATH`, whatever its version.
 *
 * @module
 */

import { isTooOld, OLDEST_NODE } from "../../ffi/system/node_version.ts";

/**
 * Says that a runtime is too old.
 *
 * @param node The runtime's version, where it is Node.
 * @returns One sentence, or nothing on Deno, on Bun and on a Node that will do.
 */
export function tooOld(node: string | undefined): string | undefined {
  return node === undefined || !isTooOld(node)
    ? undefined
    : `This is Node ${node}, and the plugin command needs Node ${OLDEST_NODE}, Deno or Bun: with Bun, run "bunx --bun plugin"`;
}
