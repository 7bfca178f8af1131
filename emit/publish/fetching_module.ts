/**
 * The module of a package whose libraries are fetched.
 *
 * @module
 */

import { printExports } from "./print_exports.ts";

/** What the module is made of. */
export interface FetchingParts {
  /** The package. */
  readonly name: string;
  /** What is fetched for each machine. */
  readonly targets: Readonly<
    Record<string, {
      readonly manifest: string;
      readonly files: Readonly<
        Record<
          string,
          {
            readonly url: string;
            readonly sha256: string;
            readonly size: number;
          }
        >
      >;
    }>
  >;
  /** The names that the plugin exports. */
  readonly exports: readonly string[];
}

/**
 * Prints the module: it fetches what this machine needs, once, and opens it.
 *
 * @param parts What it is made of.
 */
export function printFetching(
  { name, targets, exports }: FetchingParts,
): string {
  return `/* @ts-self-types="./mod.d.ts" */
// Written by "plugin pack --jsr". Do not edit.
import { open } from "@native/plugin";
import { fetchPlugin } from "@native/plugin/fetch";

/** The files for each machine, with the SHA-256 and the size of each. */
const targets = ${JSON.stringify(targets, null, 2)};

const plugin = open(await fetchPlugin(${JSON.stringify(name)}, targets));
${printExports(exports)}`;
}
