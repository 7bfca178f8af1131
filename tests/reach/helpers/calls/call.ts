/**
 * Calls every function of a plugin with arguments that were made for it, and
 * writes down what it is about to do: a call that ends the process, or never
 * ends, is the last line.
 *
 * Its arguments are the library, the journal, and a file of calls by which it
 * shall begin or that it shall leave out.
 *
 * @module
 */

import { open, type Plugin, PluginError } from "@native/plugin";
import { appendFileSync, readFileSync } from "node:fs";
import process from "node:process";
import { parseType } from "../../../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../../../ffi/notation/type.ts";
import { Values } from "./values.ts";

/** How a call ended. */
export type Ending = "gave" | "failed" | "panicked" | "refused";

/** A line of the journal. */
export type Line =
  | { readonly begins: string; readonly variant: number }
  | { readonly ends: string; readonly variant: number; readonly how: Ending }
  /** What is called once more, for what it gives. */
  | { readonly makes: string }
  | { readonly made: string }
  /** What the symbols are that only hand on what is opaque. */
  | { readonly opaque: string }
  /** Why no call was made. */
  | { readonly lacks: string; readonly type: string };

/** What is known of the calls before. */
export interface Known {
  /** The variants that gave something, by symbol: they are called again. */
  readonly gave: Readonly<Record<string, number>>;
  /** The variants that ended the process, by symbol. */
  readonly deadly: Readonly<Record<string, readonly number[]>>;
}

/** What stands for the variant where a function is called once more. */
const MAKING = -1;

/** Milliseconds after which no other arguments are tried: what waits for a lock waits with all of them. */
const PATIENCE = 3000;

/** How many lists of arguments are tried for a function that does not like the first one. */
const VARIANTS = 80;

const [library, journal, knownFile] = process.argv.slice(2) as [
  string,
  string,
  string,
];
const known: Known = JSON.parse(readFileSync(knownFile, "utf8"));
const plugin: Plugin = open(library);
const { manifest } = plugin;

function note(line: Line): void {
  appendFileSync(journal, `${JSON.stringify(line)}\n`);
}

type Call = (...args: unknown[]) => unknown;

const call = (symbol: string) =>
  (plugin.lookup as unknown as (name: string) => Call)(symbol);
const values = new Values(manifest, (symbol) => call(symbol)());

/** A list of arguments: all the likeliest, then all the second ones, then any. */
function choose(options: readonly unknown[][], variant: number): unknown[] {
  return options.map((some, i) => {
    const index = variant < VARIANTS / 2
      ? variant
      : (variant * 7919 + i * 104_729 * variant) % 1009;
    return some[index % some.length];
  });
}

/** What is said of an object that others borrow from. */
const BORROWED = /that borrow from it are alive|may change it borrows from it/;

function endingOf(error: unknown): Ending {
  const { code } = error instanceof PluginError ? error : { code: "" };
  if (code === "returned_error") return "failed";
  return code === "panicked" ? "panicked" : "refused";
}

/**
 * Calls a function until it gives something, or for its errors; whether it could
 * be called at all.
 */
function tryCalls(
  symbol: string,
  type: FunctionType,
  isForErrors = false,
): boolean {
  const options = type.params.map((param) => values.of(param));
  if (options.some((some) => some.length === 0)) return false;
  const first = known.gave[symbol];
  const variants = first === undefined || isForErrors
    ? Array.from(
      { length: type.params.length === 0 ? 1 : VARIANTS },
      (_, i) => i,
    )
    : [first];
  const begun = Date.now();
  for (const variant of variants) {
    if (Date.now() - begun > PATIENCE) break;
    if (known.deadly[symbol]?.includes(variant)) continue;
    note({ begins: symbol, variant });
    let how: Ending = "gave";
    try {
      const args = choose(options, variant);
      const result = call(symbol)(...args);
      const all = type.results.length > 1 ? result as unknown[] : [result];
      for (const [i, one] of type.results.entries()) {
        values.keep(one, all[i], symbol);
      }
      const [only, other] = type.results;
      if (only !== undefined && other === undefined) {
        if (!known.deadly[symbol]?.includes(MAKING)) {
          values.keepMaker(only, args, (args) => {
            note({ makes: symbol });
            try {
              return call(symbol)(...args);
            } finally {
              note({ made: symbol });
            }
          });
        }
      }
    } catch (error) {
      how = endingOf(error);
      // What was made of an object for other calls keeps it as it is.
      if (BORROWED.test(String(error))) {
        values.release(symbol.slice(0, symbol.lastIndexOf(".")));
      }
      if (error instanceof PluginError) {
        values.keep({ kind: "basic", name: "any" }, error.data, symbol);
      }
      if (how === "refused") console.error(symbol, String(error));
    }
    note({ ends: symbol, variant, how });
    if (how === "gave" && !isForErrors) break;
  }
  return true;
}

const left = new Map<string, FunctionType>();
for (const [symbol, definition] of Object.entries(manifest.symbols)) {
  if (definition.kind !== "function") continue;
  const type = parseType(definition.type);
  if (type.kind !== "function") continue;
  const rest = definition.rest === true
    ? [...type.params.slice(0, -1)]
    : type.params;
  left.set(symbol, { ...type, params: rest });
  const involved = [...type.params, ...type.results].filter((_, i) =>
    !(i === 0 && symbol.includes("."))
  );
  if (
    involved.some((one) => values.isOpaque(one)) &&
    involved.every((one) => values.isOpaque(one))
  ) note({ opaque: symbol });
}
for (const [name, definition] of Object.entries(manifest.symbols)) {
  if (definition.kind !== "variable") continue;
  try {
    const variable = (plugin.lookup as unknown as (name: string) => {
      value: unknown;
    })(name);
    values.keep(parseType(definition.type), variable.value, name);
  } catch {
    // What it holds is not asked for here.
  }
}
// What closes or empties comes last: others want to be called before. Functions
// come before methods: a zero value fails in most of them, and what a function
// made does not.
const LAST = /\.(?:close|reset|stop|clear|delete|remove|truncate|run)\w*$/i;
const placeOf = (symbol: string) =>
  LAST.test(symbol) ? 2 : symbol.includes(".") ? 1 : 0;
const order = [...left.keys()].sort((a, b) => placeOf(a) - placeOf(b));
const all = new Map(left);
await callAll();
// Errors that are objects come of calls that fail.
if ([...left.values()].some(({ params }) => params.some(isLacking))) {
  values.triesMore = true;
  for (const symbol of order) {
    if (!left.has(symbol)) tryCalls(symbol, all.get(symbol)!, true);
    await turn();
  }
  await callAll();
}

function isLacking(type: Type): boolean {
  return values.isLacking(type);
}

/** Calls what can be called, for as long as that lets more be called. */
async function callAll(): Promise<void> {
  for (let size = -1; size !== left.size;) {
    size = left.size;
    for (const symbol of order) {
      const type = left.get(symbol);
      if (type === undefined) continue;
      if (tryCalls(symbol, type)) left.delete(symbol);
      await turn();
    }
  }
}

/** A turn of the event loop, in which what nobody has any more is let go of. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
for (const [symbol, { params }] of left) {
  const missing = params.findIndex((param) => values.of(param).length === 0);
  const definition = manifest.symbols[symbol];
  note({
    lacks: symbol,
    type: `${missing} of ${definition?.kind === "function" && definition.type}`,
  });
}
process.exit(0);
