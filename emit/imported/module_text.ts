/**
 * The module that an import of a plugin gives.
 *
 * @module
 */

import { printExports } from "../publish/print_exports.ts";

/** What a module is made of. */
export interface ModuleParts {
  /** Where `open` is imported from. */
  readonly face: string;
  /** The names that the plugin exports. */
  readonly exports: readonly string[];
  /** An expression for the path or the URL of the library. */
  readonly library: string;
  /** Further statements, which come first. */
  readonly head?: string;
}

/**
 * Prints the module: it opens the plugin, and exports what that has.
 *
 * @param parts What it is made of.
 */
export function moduleText(
  { face, exports, library, head = "" }: ModuleParts,
): string {
  return `import { open } from ${JSON.stringify(face)};
${head}const plugin = open(${library});
${printExports(exports)}`;
}
