/**
 * What a command says when it is done: to people, and with `--json` to programs.
 *
 * @module
 */

import { escapeControls } from "../../ffi/error.ts";
import type {
  HeaderDefinitions,
  Manifest,
} from "../../ffi/manifest/manifest.ts";
import { relativePath } from "../../ffi/system/absolute.ts";
import type { Reporting } from "../arguments/shared_options.ts";
import { shownSymbols, shownTypes } from "../declaration/shown_types.ts";
import type { OtherHeaders } from "../header/compilable_others.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import type { ThunkSummary } from "./place_thunks.ts";

/** Most names with the same reason that are printed one by one. */
const MAX_ALIKE = 3;
/** Most lines about what is left out. */
const MAX_LINES = 20;

/** What a command has done. */
export interface Report {
  /** Absolute paths of the files it wrote. */
  readonly written: readonly string[];
  /** Absolute path of the library that is described. */
  readonly library: string;
  /** The manifest it wrote. */
  readonly manifest: Manifest;
  /** What its headers define besides. */
  readonly headers?: HeaderDefinitions | undefined;
  /** Headers that were not named, and the options that name them all. */
  readonly others?: OtherHeaders | undefined;
  /** What became of what needs thunks. */
  readonly thunks: ThunkSummary;
}

/**
 * Says what a command has done.
 *
 * @param report What it has done.
 * @param options For whom, and how much.
 * @returns Text that ends with a newline.
 */
export function printReport(report: Report, options: Reporting): string {
  return options.json
    ? forPrograms(report)
    : forPeople(report, options.verbose);
}

function forPrograms(report: Report): string {
  const { written, library, manifest, headers, others, thunks } = report;
  const summary = {
    written,
    library,
    ...count(manifest, headers),
    skipped: manifest.skipped,
    // Headers that declare more, and the options that name them all.
    ...others === undefined ? {} : {
      others: others.found.map(({ header, count }) => ({ header, count })),
      options: optionsFor(others),
    },
    thunks,
  };
  return `${JSON.stringify(summary, null, 2)}\n`;
}

function forPeople(
  { written, library, manifest, headers, others, thunks }: Report,
  verbose: boolean,
): string {
  const { functions, variables, types, constants } = count(manifest, headers);
  const { os, arch, libc, size } = manifest.library;
  const target = `${os} ${arch}${libc === undefined ? "" : ` ${libc}`}`;
  const skipped = Object.entries(manifest.skipped);
  return [
    `library ${here(library)} (${target}, ${size} bytes)`,
    // Maps are for editors, which find them.
    ...written.filter((path) => path !== library && !path.endsWith(".map"))
      .map((path) => `wrote   ${here(path)}`),
    `${many(functions, "function")}, ${many(variables, "variable")}, ` +
    `${many(types, "type")}, ${
      constants === 0 ? "" : `${many(constants, "constant")}, `
    }${skipped.length} skipped`,
    ...reasonLines("skipped", skipped, verbose),
    ...otherLines(others),
    ...thunkLines(thunks, verbose),
    ...wrapperLines(manifest),
    "",
  ].map(escapeControls).join("\n");
}

/** Which headers have more, and how they are named as well. */
function otherLines(others: OtherHeaders | undefined): string[] {
  if (others === undefined) return [];
  const counts = others.found.map(({ header, count, defines }) =>
    [`${header} ${count}`, ...defines].join(" with ")
  );
  const options = optionsFor(others).map(shellWord).join(" ");
  return [`  of those ${counts.join(", ")}: ${options}`];
}

/** The options that name all headers, each followed by its value. */
function optionsFor({ found, headers }: OtherHeaders): string[] {
  const defines = new Set(found.flatMap(({ defines }) => defines));
  return [
    ...Array.from(defines, (macro) => ["-D", macro]),
    ...headers.map((header) => ["--header", header]),
  ].flat();
}

function thunkLines(
  { count, pointers, place, refused }: ThunkSummary,
  verbose: boolean,
): string[] {
  const functions = count - pointers;
  const waiting = [
    ...(functions === 0 ? [] : [many(functions, "function")]),
    ...(pointers === 0 ? [] : [many(pointers, "callback type")]),
  ].join(" and ");
  const where = place === "linked"
    ? "in the library"
    : "in a library beside it";
  return [
    ...(count === 0 ? [] : [
      place === "none"
        ? `${waiting} with structs by value: --thunks makes ` +
          `${count === 1 ? "it" : "them"} callable`
        : `${many(count, "thunk")} ${where}`,
    ]),
    ...reasonLines("no thunk", Object.entries(refused), verbose),
  ];
}

/** What was compiled that the headers alone have. */
function wrapperLines({ symbols }: Manifest): string[] {
  const all = Object.values(symbols).flatMap((symbol) =>
    symbol.kind === "function" ? symbol.wrapped ?? [] : []
  );
  const counts = [
    ["inline", "inline function", ""],
    ["macro", "macro", ""],
    ["va_list", "function", " with a va_list"],
  ].flatMap(([kind, word, more]) => {
    const count = all.filter((each) => each === kind).length;
    return count === 0 ? [] : [`${many(count, word!)}${more}`];
  });
  return counts.length === 0
    ? []
    : [`${counts.join(", ")} in a library beside it`];
}

/** How many names stand for all that are left out for one reason. */
const NAMED = 3;

/** Why names are left out; those of one reason are counted where they are many. */
function reasonLines(
  what: string,
  reasons: readonly (readonly [string, string])[],
  verbose: boolean,
): string[] {
  if (verbose) return reasons.map(([name, why]) => `  ${what} ${name}: ${why}`);
  const byReason = Map.groupBy(reasons, ([, why]) => why);
  const lines = [...byReason].flatMap(([why, names]) =>
    names.length <= MAX_ALIKE
      ? names.map(([name]) => `  ${what} ${name}: ${why}`)
      : [
        `  ${what} ${names.length} names, first ${
          names.slice(0, NAMED).map(([name]) => name).join(", ")
        }: ${why}`,
      ]
  );
  const rest = lines.length - MAX_LINES;
  const isShort = lines.length < reasons.length || rest > 0;
  return [
    ...lines.slice(0, MAX_LINES),
    ...(isShort ? ["  ... --verbose prints every one"] : []),
  ];
}

function count(
  manifest: Manifest,
  headers: HeaderDefinitions = { types: {}, constants: {} },
) {
  const symbols = Object.values(shownSymbols(manifest));
  const functions = symbols.filter(({ kind }) => kind === "function").length;
  return {
    functions,
    variables: symbols.length - functions,
    types: Object.keys(shownTypes(manifest)).length +
      Object.keys(headers.types).length,
    constants: Object.keys(manifest.constants ?? {}).length +
      Object.keys(headers.constants).length,
  };
}

function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/**
 * A path as a person reads it.
 *
 * @param path An absolute path.
 * @returns The same from the working directory, where it lies below that.
 */
export function here(path: string): string {
  const way = relativePath(path);
  return way.startsWith("..") ? path : way;
}
