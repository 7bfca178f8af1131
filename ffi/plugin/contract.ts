/**
 * Symbols that a program wants of a plugin, and what of them is not there.
 *
 * @module
 */

import { detailOf } from "../bind/bind_target.ts";
import { checkSymbol, findSymbol } from "../bind/symbol.ts";
import { nearest } from "../did_you_mean.ts";
import { PluginError, quote } from "../error.ts";
import { record, show, string, ValidationError } from "../manifest/field.ts";
import {
  functionsOfClass,
  type LibraryDescription,
} from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { printType } from "../notation/type.ts";
import { isPlainObject } from "../value/plain_object.ts";
import { classNamed } from "./symbol_names.ts";

/** The symbols that are wanted, and the type of each in the canonical notation. */
export type ParsedContract = ReadonlyMap<string, string>;

/** One symbol that is not there as it is wanted. */
export interface ContractDifference {
  /** Its name. */
  readonly symbol: string;
  /** The type that is wanted. */
  readonly wanted: string;
  /** What is there instead. */
  readonly there: string;
}

/**
 * Reads the `symbols` that a caller gave: the names and texts that it has now.
 *
 * @param symbols Anything.
 * @param plugin What the caller opens, for errors.
 * @returns The contract.
 * @throws {TypeError} When it is not an object of names and texts.
 * @throws {PluginError} `bad_type`, when a text is not a type.
 */
export function parseContract(
  symbols: unknown,
  plugin: string,
): ParsedContract {
  const cannot = `Cannot open ${quote(plugin)}: `;
  if (!isPlainObject(symbols)) {
    throw new TypeError(
      `${cannot}symbols is ${show(symbols)}, wanted the type of each symbol, ` +
        `such as { add: "(i32, i32) => i32" }`,
    );
  }
  let texts: Readonly<Record<string, string>>;
  try {
    texts = record(string)(symbols);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new TypeError(cannot + error.withPath("symbols").sentence);
  }
  return new Map(
    Object.entries(texts).map(([name, text]) => {
      try {
        return [name, printType(parseType(text))];
      } catch (cause) {
        throw new PluginError(
          "bad_type",
          `${cannot}the type of ${quote(name)} is none: ${
            (cause as Error).message
          }`,
          { symbol: name, cause },
        );
      }
    }),
  );
}

/**
 * Whether a plugin has the symbols that are wanted: what is missing, what was
 * skipped, what is of another type, and what could not be called. Nothing is
 * loaded or bound.
 *
 * @param description What the plugin is said to have. It may have more.
 * @param wanted What is wanted.
 * @param path Absolute path of the library.
 * @returns Nothing where all is as wanted.
 * @throws {PluginError} `bad_manifest`.
 */
export function contractDifferences(
  description: LibraryDescription,
  wanted: ParsedContract,
  path: string,
): ContractDifference[] {
  return Array.from(wanted).flatMap(([symbol, type]) => {
    const there = explainMismatch(description, symbol, type, path);
    return there === undefined ? [] : [{ symbol, wanted: type, there }];
  });
}

/** What is there instead of a symbol of that type; undefined where it is there. */
function explainMismatch(
  description: LibraryDescription,
  name: string,
  type: string,
  path: string,
): string | undefined {
  if (!description.has(name) && description.skipped(name) === undefined) {
    const found = classNamed(description.types, name);
    if (found === undefined) {
      return `nothing${nearest(name, description.symbolNames)}`;
    }
    const [first] = functionsOfClass(found.definition);
    return "a class, which no type of the notation is: name its functions" +
      (first === undefined ? "" : `, such as ${quote(first)}`);
  }
  try {
    checkSymbol(findSymbol(description, path, name), type);
    return undefined;
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    switch (error.code) {
      case "bad_manifest":
        throw error;
      case "type_mismatch": {
        const { kind, type } = description.symbol(name)!;
        return `the ${kind} ${type}`;
      }
      case "bad_type":
        if (!description.isDeclared) return detailOf(error);
        return "no manifest, and only a manifest says what its types are";
      default:
        return detailOf(error);
    }
  }
}

/**
 * Makes sure that a plugin has the symbols that are wanted.
 *
 * @throws {PluginError} `contract`, with a table of all differences;
 * `bad_manifest`.
 */
export function assertContract(
  description: LibraryDescription,
  wanted: ParsedContract,
  path: string,
): void {
  const found = contractDifferences(description, wanted, path);
  if (found.length > 0) throw contractError(path, wanted, found);
}

/**
 * The one error for all differences.
 *
 * @param path Absolute path of the library.
 * @param wanted What was wanted.
 * @param differences What of it is not there; at least one.
 */
export function contractError(
  path: string,
  wanted: ParsedContract,
  differences: readonly ContractDifference[],
): PluginError {
  return new PluginError(
    "contract",
    `Cannot open the plugin ${quote(path)}: ${differences.length} of the ` +
      `${wanted.size} symbols that are wanted of it are not there as wanted\n${
        table(differences)
      }`,
    { path },
  );
}

/** Tells wishes apart: neither a name nor a type has a NUL. */
export function keyOf(wanted: ParsedContract): string {
  return [...wanted].flat().join("\0");
}

/** Most columns that a cell is filled up to: one that is longer moves no other row. */
const WIDEST = 48;

/** Differences in aligned columns, a line for each. */
export function table(differences: readonly ContractDifference[]): string {
  const rows = [
    ["symbol", "wanted", "there"],
    ...differences.map(({ symbol, wanted, there }) => [
      /^[\w$]+$/.test(symbol) ? symbol : quote(symbol),
      wanted,
      there.replaceAll(/\p{Cc}/gu, " "),
    ]),
  ];
  const widths = [0, 1].map((column) =>
    rows.map((row) => row[column]!.length)
      .filter((length) => length <= WIDEST)
      .reduce((widest, length) => Math.max(widest, length), 0)
  );
  return rows.map((row) =>
    `  ${
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")
    }`
  ).join("\n");
}
