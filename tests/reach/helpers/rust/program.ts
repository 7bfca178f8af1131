/**
 * What the programs share that use a crate: its plugin is their argument.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";

/** What the crate shows. */
// deno-lint-ignore no-explicit-any
export const rust: any = open(process.argv[2]!).symbols;
