/**
 * Describes a library by its headers, without a parser for C: the compiler
 * reads them, and says in debug information what it read.
 *
 * ```c
 * #include "zlib.h"
 * #undef crc32
 * __typeof__(crc32) *plugin_ref_crc32 = &crc32;
 * ```
 *
 * @module
 */

import { globToRegExp } from "@std/path/glob-to-regexp";
import type { SymbolDefinition } from "../../ffi/manifest/manifest.ts";
import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { labelsIn } from "../csource/asm_labels.ts";
import { withCallbackParams } from "../csource/callback_params.ts";
import { type Definitions, definitionsIn } from "../csource/definitions.ts";
import { declarationsIn, docsOf, placesOf, withDocs } from "../csource/doc.ts";
import { inlineFunctions } from "../csource/inline_functions.ts";
import { parameterNames } from "../csource/params.ts";
import { type Head, heads, type Token, tokens } from "../csource/tokens.ts";
import { exportsOf, longNames } from "../describe/describe.ts";
import { describePointees } from "../describe/pointees.ts";
import type { Description } from "../describe/description.ts";
import { isMangled, LEFT_OUT } from "../describe/mangled.ts";
import { withDebugFiles } from "../image/find_debug_files.ts";
import type { Export } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import { referencesOf } from "../image/references.ts";
import { COMPILE, describingTypes } from "../toolchain/cc.ts";
import {
  atFault,
  ccWithAllErrors,
  type HeaderRequest,
  including,
  linking,
  prelude,
  refused,
  setLines,
  undefine,
} from "./compile_header.ts";
import { readConstants, readNamedConstants } from "./macro_constants.ts";
import { type Preprocessed, preprocessed } from "./list_macros.ts";
import { withMsAbi } from "./ms_abi.ts";
import { namedMacros } from "./macro_signatures.ts";
import { expandedMacros } from "./expanded_macros.ts";
import { renamedIn } from "./renamed.ts";
import { settle, UNDECLARED } from "./declared_symbols.ts";
import { withWrappers } from "./wrappers.ts";

/** What the references are called; no header of the world declares these. */
const PREFIX = "plugin_ref_";

/** Why an inline function is not, where nothing is compiled. */
const INLINE = "its code is in the header: --thunks compiles it";

/** Constants that are asked for by name. */
export interface ConstantNames {
  /** Globs: only these are described, in the manifest itself. */
  readonly constants?: readonly string[];
  /** Gives further ones, which annotations of what was described name. */
  readonly named?: (described: Description) => Promise<readonly string[]>;
}

/** What is compiled that the library has in its headers only. */
export interface Wrapping {
  /** Macros with parameters, each a name and a function type. */
  readonly macros: readonly string[];
}

/**
 * Describes a library by its headers.
 *
 * @param request The library, its headers, and how to compile them.
 * @param asked The constants that are asked for; without any the description
 * has all that the library's own headers define, in `defined`.
 * @param wrapping What is compiled; without it nothing is, and inline functions
 * are in `skipped`.
 * @returns What the headers say of what the library exports; exports that they
 * do not declare are in `skipped`.
 * @throws {EmitError} `compile_failed` when the headers do not compile;
 * `no_tool` without a compiler; `usage` for a header that cannot be included,
 * or a constant that they do not define.
 */
export async function describeHeaders(
  request: HeaderRequest,
  { constants = [], named }: ConstantNames = {},
  wrapping?: Wrapping,
): Promise<Description> {
  const listing = await preprocessed(request);
  const expanded = await expandedMacros(request, listing.macros);
  if (constants.length > 0) {
    const description = await describeSymbols(
      request,
      listing,
      expanded,
      wrapping,
    );
    const all = await readNamedConstants(request, listing, [
      ...constants,
      ...await named?.(description) ?? [],
    ]);
    const isWanted = constants.map((glob) => globToRegExp(glob));
    const wanted = Object.entries(all).filter(([name]) =>
      isWanted.some((pattern) => pattern.test(name))
    );
    return {
      ...description,
      named: all,
      constants: Object.fromEntries(wanted),
    };
  }
  // A compiler each: most machines have room for two.
  const macros = readConstants(request, listing, expanded);
  macros.catch(() => {});
  const description = await describeSymbols(
    request,
    listing,
    expanded,
    wrapping,
    definitionsIn(listing.tokens, (file) => listing.files.has(file)),
  );
  const { types, constants: enumerators } = description.defined!;
  const all = { ...enumerators, ...await macros };
  const names = await named?.(description) ?? [];
  return {
    ...description,
    defined: { types, constants: all },
    ...names.length > 0 &&
      { named: await readNamedConstants(request, listing, names) },
  };
}

/** Describes what a library exports, and types that its headers define. */
async function describeSymbols(
  request: HeaderRequest,
  { macros, named, files, tokens: headers }: Preprocessed,
  expanded: ReadonlyMap<string, string>,
  wrapping: Wrapping | undefined,
  defined?: Definitions,
): Promise<Description> {
  const exports = new Map(
    exportsOf(request.image, undefined).map((symbol) => [symbol.name, symbol]),
  );
  const asked = namesToAsk(request, headers, exports);
  const isAsked = new Set(asked);
  const declarations = [...heads(headers)];
  const inline = inlineNames(request, declarations, files, exports);
  const renaming = renamedIn(macros, expanded, (name) => isAsked.has(name));
  for (const name of asked) renaming.delete(name);
  const compiled = await compile(
    request,
    [...asked, ...renaming.keys(), ...wrapping === undefined ? [] : inline],
    renaming,
  );
  const { declared } = compiled;
  const references = await referencesIn(request, compiled);
  /** The name in the declaration, once the preprocessor has read it. */
  const asDeclared = (name: string) => renaming.get(name) ?? name;
  /** What the library exports under C's name of it. */
  const exportOf = (name: string) => exports.get(references.get(name) ?? name);
  const found = describePointees(
    withDebugFiles(readLibrary(compiled.library).image),
    PREFIX,
    exportOf,
    request.typeNames,
    defined,
    wrapping !== undefined,
  );
  const foreign = await withMsAbi(
    request,
    headers,
    declared.filter((name) => found.symbols[name]?.kind === "function"),
  );
  const { symbols, skipped, covered } = settle(declared, {
    found,
    foreign,
    inline,
    references,
    exportOf,
    isRenamed: (name) => renaming.has(name),
    params: parameterNames(declarations, new Set(declared.map(asDeclared))),
    asDeclared,
  });
  if (wrapping === undefined) {
    for (const name of inline) skipped[name] = INLINE;
  }
  dropLinksOfRenamed(symbols, declared, renaming, files);
  addUndeclared(skipped, covered, request);
  const listed = declarationsIn(declarations);
  const described = withCallbackParams(
    withDocs(
      {
        types: found.types,
        symbols,
        skipped,
        language: "C",
        ...found.defined && { defined: found.defined },
      },
      docsOf(listed),
      asDeclared,
    ),
    declarations,
    asDeclared,
  );
  const description = {
    ...described,
    places: placesOf(listed),
    read: { named, files, macros },
  };
  if (wrapping === undefined) return description;
  const further = namedMacros(wrapping.macros, macros, description);
  return await withWrappers(request, {
    ...description,
    symbols: { ...description.symbols, ...further },
  });
}

/** Drops what has the linker's name beside a macro's, where no code of the headers says the former. */
function dropLinksOfRenamed(
  symbols: Record<string, SymbolDefinition>,
  declared: readonly string[],
  renaming: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
): void {
  const links = declared.flatMap((name) =>
    Object.hasOwn(symbols, name) ? renaming.get(name) ?? [] : []
  );
  if (links.length === 0) return;
  const written = wordsOfCode(files);
  for (const link of links) if (!written.has(link)) delete symbols[link];
}

/** Says of the exports that no header declares why they are left out. */
function addUndeclared(
  skipped: Record<string, string>,
  covered: ReadonlySet<string>,
  { image, only }: HeaderRequest,
): void {
  let mangled = 0;
  for (const { name, kind } of exportsOf(image, only)) {
    if (covered.has(name) || Object.hasOwn(skipped, name)) continue;
    if (kind === "tls") skipped[name] = "each thread has its own";
    else if (isMangled(name)) mangled++;
    else skipped[name] = UNDECLARED;
  }
  for (const [name, reason] of longNames(image, only)) skipped[name] = reason;
  if (mangled > 0) skipped[LEFT_OUT] = namesOfCxx(mangled);
}

/**
 * The inline functions that somebody has written into the library's own headers,
 * and that it does not export as well: no macro has made them, as GLib's make
 * one or more for each type, and no underscore begins them.
 */
function inlineNames(
  { isWanted = () => true }: HeaderRequest,
  declarations: readonly Head[],
  files: ReadonlySet<string>,
  exports: ReadonlyMap<string, Export>,
): Set<string> {
  const names = [...inlineFunctions(declarations, (file) => files.has(file))]
    .filter((name) =>
      !name.startsWith("_") && !exports.has(name) && isWanted(name)
    );
  if (names.length === 0) return new Set();
  const written = new Set(
    [...files].flatMap((file) => system.readText(file).match(/\w+/g) ?? []),
  );
  return new Set(names.filter((name) => written.has(name)));
}

/** The words of files outside of what is for the preprocessor. */
function wordsOfCode(files: Iterable<string>): Set<string> {
  const words = new Set<string>();
  for (const file of files) {
    for (const { kind, text } of tokens(system.readText(file))) {
      if (kind === "name") words.add(text);
    }
  }
  return words;
}

/**
 * C's names of what the library exports, as far as the headers may declare
 * them. Asking for each name that is nowhere in the headers takes gcc seconds
 * for a libc: it looks for a word like it every time.
 */
function namesToAsk(
  { image, only }: HeaderRequest,
  headers: readonly Token[],
  exports: ReadonlyMap<string, Export>,
): string[] {
  const asked = new Set<string>();
  const ask = (name: string, symbol: Export) => {
    const isChosen = only === undefined || only.has(name) ||
      only.has(symbol.name);
    if (isChosen && symbol.kind !== "tls") asked.add(name);
  };
  for (const { kind, text } of headers) {
    const symbol = kind === "name" ? exports.get(text) : undefined;
    if (symbol !== undefined) ask(text, symbol);
  }
  for (const [name, label] of labelsIn(headers)) {
    const symbol = exports.get(
      image.os === "darwin" ? label.replace(/^_/, "") : label,
    );
    if (symbol !== undefined) ask(name, symbol);
    // A label with a version, which no linker takes of a header.
    else if (label.includes("@")) asked.delete(name);
  }
  return [...asked].sort();
}

/** The linker's names of what the references point to, by C's. */
async function referencesIn(
  request: HeaderRequest,
  { library, source }: CompiledHeaders,
): Promise<Map<string, string>> {
  let file = library;
  if (request.image.os === "darwin") {
    file = join(request.work, "refs.o");
    await ccWithAllErrors(
      [...COMPILE, ...including(request), "-c", "-o", file, source],
      request,
    );
  }
  return referencesOf(system.read(file), file, PREFIX);
}

function namesOfCxx(count: number): string {
  return `${count} ${
    count === 1 ? "name" : "names"
  } of C++: headers are read as C`;
}

interface CompiledHeaders {
  readonly library: string;
  readonly source: string;
  /** The names that the headers declare. */
  readonly declared: readonly string[];
}

/** Most compiles before giving up: one finds what is not declared, one succeeds. */
const ROUNDS = 4;

async function compile(
  request: HeaderRequest,
  names: readonly string[],
  renaming: ReadonlyMap<string, string>,
): Promise<CompiledHeaders> {
  const source = join(request.work, "refs.c");
  const library = join(request.work, "refs.so");
  const top = prelude(request.headers);
  let declared = names;
  for (let round = 1;; round++) {
    system.overwrite(source, top + references(declared, renaming));
    const { status, stderr } = await ccWithAllErrors([
      ...linking(request),
      ...describingTypes(request.typeNames),
      "-o",
      library,
      source,
    ], request);
    if (status === 0) return { library, source, declared };
    const wrong = new Set(atFault(stderr));
    const left = declared.filter((_, index) => !wrong.has(index));
    if (round === ROUNDS || left.length === declared.length) {
      throw await refused(request, stderr);
    }
    declared = left;
  }
}

/** Compilers write no debug information of nothing, as where headers declare none of what is asked. */
const SOMETHING = "char plugin_something;\n";

function references(
  names: readonly string[],
  renaming: ReadonlyMap<string, string>,
): string {
  const refs = names.map((name) =>
    `__typeof__(${name}) *${PREFIX}${name} = &${name};\n`
  );
  return undefine(names.filter((name) => !renaming.has(name))) +
    SOMETHING + setLines + refs.join("");
}
