/**
 * The symbols of a plugin as `console.log` shows them.
 *
 * @module
 */

import { signatureOf } from "../bind/readable_symbol.ts";
import { PluginError, quote } from "../error.ts";
import type { InspectOptions } from "../handle/print_as.ts";
import { parseType } from "../notation/parse_type.ts";
import type { ParsedContract } from "./contract.ts";
import type { Loaded } from "./loaded.ts";

/** Most that are shown, where nobody says how many. */
const MOST = 50;
/** What `util.inspect` says of who asks for nothing. */
const UNASKED = 100;

/**
 * Lists symbols, each with its type; nothing is bound.
 *
 * @param loaded The plugin.
 * @param names Names of its symbols and classes.
 * @param wanted The types at which the program wants them, where it says so.
 * @param options How to print.
 * @returns A line for each, in braces.
 */
export function listSymbols(
  loaded: Loaded,
  names: readonly string[],
  wanted: ParsedContract | undefined,
  { stylize, maxArrayLength = UNASKED }: InspectOptions,
): string {
  const asked = Math.max(maxArrayLength ?? Infinity, 0);
  const lines = names.slice(0, asked === UNASKED ? MOST : asked).map((name) => {
    const shown = /^[\w$]+$/.test(name) ? name : quote(name);
    return `  ${shown}: ${
      stylize(typeOf(loaded, name, wanted?.get(name)), "special")
    },`;
  });
  const more = names.length - lines.length;
  if (more > 0) lines.push(`  ... ${more} more`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n}`;
}

function typeOf(
  { description, path }: Loaded,
  name: string,
  wanted: string | undefined,
): string {
  try {
    const definition = description.symbol(name);
    if (definition === undefined) return `[class ${name}]`;
    const symbol = { path, name, definition, types: description.types };
    return signatureOf(
      symbol,
      wanted === undefined ? wanted : parseType(wanted),
    );
  } catch (error) {
    // What a manifest says wrong, its lookup reports.
    return error instanceof PluginError ? `[${error.code}]` : "[unknown]";
  }
}
