/**
 * Describes what a library exports, from its debug information.
 *
 * @module
 */

import { MAX_NAME_LENGTH } from "../../ffi/manifest/manifest.ts";
import { absence, absenceOfAll, openDebugInfo } from "./no_debug_info.ts";
import { Draft } from "./draft.ts";
import { Labels } from "./symbol_labels.ts";
import { isMangled, LEFT_OUT, leftOut, unmangle } from "./mangled.ts";
import type { CType } from "../dwarf/c_type.ts";
import { Origins } from "./units.ts";
import { INCOMPLETE_ZIG, optimizedZig } from "./optimized_zig.ts";
import { isUnsaidResult, UNSAID_RESULT } from "./zig_results.ts";
import {
  DW_AT_name,
  DW_AT_type,
  DW_TAG_subprogram,
} from "../dwarf/dw_constants.ts";
import {
  type DescribingEntry,
  findTypes,
  search,
  type SearchResult,
} from "../dwarf/search.ts";
import { Types } from "../dwarf/type_reader.ts";
import type { Unit } from "../dwarf/unit.ts";
import { EmitError } from "../error.ts";
import type { Export, Image } from "../image/library.ts";
import type { Description } from "./description.ts";

/** Names that the linker and this project's own generated code put into a library. */
const ARTEFACT =
  /^(?:_init|_fini|_start|__bss_start(?:__)?|_bss_end__|__bss_end__|__end__|_?_?edata|_?end|_?_?etext|__data_start|data_start|_DYNAMIC|__dso_handle|_mh_\w+_header|_GLOBAL_OFFSET_TABLE_|plugin_(?:thunk|ref|address)_.*)$/;

/**
 * The exports of a library that somebody wrote.
 *
 * @param image The library.
 * @param only Names to choose from them; all when missing.
 */
export function exportsOf(
  image: Image,
  only: ReadonlySet<string> | undefined,
): Export[] {
  return image.exports.filter(({ name }) =>
    name.length <= MAX_NAME_LENGTH && !ARTEFACT.test(name) &&
    (only === undefined || only.has(name))
  );
}

/** The exports whose names are longer than a manifest's, and that they are. */
export function longNames(
  image: Image,
  only: ReadonlySet<string> | undefined,
): [name: string, reason: string][] {
  return image.exports.filter(({ name }) =>
    name.length > MAX_NAME_LENGTH && (only === undefined || only.has(name))
  ).map(({ name }) => [
    `${name.slice(0, 64)}…`,
    `its name has ${name.length} characters, of at most ${MAX_NAME_LENGTH}`,
  ]);
}

/** What to describe of a library. */
export interface DescribeOptions {
  /** The symbols; without it all. */
  readonly only?: ReadonlySet<string>;
  /** Whether C++'s free functions and variables are described too, under their names in the source. */
  readonly cxx?: boolean;
  /** Names of types that are described too, though no symbol may use them. */
  readonly typeNames?: ReadonlySet<string>;
}

/**
 * Describes the exported functions and variables of a library.
 *
 * @param image The library.
 * @param options What to describe of it; all that C could call, by default.
 * @returns The symbols with their types, those that cannot cross with the
 * reason, and the named types that the symbols use, all sorted by name.
 * @throws {EmitError} `nothing_exported` when there is no symbol to describe;
 * `no_debug_info` when nothing says the types of any of them: the sentence says
 * why and what to do; `bad_debug_info` when what says it is broken.
 */
export function describe(
  image: Image,
  options: DescribeOptions = {},
): Description {
  const { only, cxx = false, typeNames = new Set<string>() } = options;
  const all = exportsOf(image, only);
  const mangled = all.filter(({ name }) => isMangled(name));
  const plain = all.filter(({ name }) => !isMangled(name));
  const exports = cxx ? all : plain;
  if (exports.length === 0) {
    throw nothingExported(image, mangled.length, options);
  }
  const info = openDebugInfo(image);
  const types = new Types(info);
  const prefix = image.format === "macho" ? "_" : "";
  const result = search(info, types, exports, prefix);
  const origins = new Origins(info);
  const draft = new Draft();
  const facts: SymbolFacts = {
    types,
    result,
    origins,
    labels: new Labels(image, result, types),
    free: new Map(
      (cxx ? unmangle(mangled, result.found, types, symbolType) : []).map((
        { symbol, key },
      ) => [symbol, key]),
    ),
    incomplete: optimizedZig(info, types, result.found.values()),
  };
  let left = 0;
  for (const symbol of [...mangled, ...plain]) {
    const { found, reason, names } = classify(symbol, facts);
    if (found !== undefined) origins.count(found.entry);
    if (reason === LEFT_OUT) left++;
    else if (reason !== undefined) draft.skip(symbol.name, reason);
    else {
      const type = symbolType(types, found);
      for (const name of names) draft.add(symbol, found, type, name);
    }
  }
  for (const entry of findTypes(info, typeNames)) {
    draft.type(types.at(entry.offset), entry.string(DW_AT_name)!);
  }
  for (const [name, reason] of longNames(image, only)) draft.skip(name, reason);
  if (left > 0) draft.skip(LEFT_OUT, leftOut(left, cxx));
  if (origins.described === 0 && exports.some(({ kind }) => kind !== "tls")) {
    throw noTypes(image, result, origins, exports.length);
  }
  return { ...draft.finish(), ...origins.summary() };
}

/** What is known of the symbols that are described. */
interface SymbolFacts {
  readonly types: Types;
  readonly result: SearchResult;
  readonly origins: Origins;
  readonly labels: Labels;
  /** What C++'s free functions and variables are called in the source. */
  readonly free: ReadonlyMap<Export, string>;
  /** The units whose functions may lack parameters. */
  readonly incomplete: ReadonlySet<Unit>;
}

/** What becomes of a symbol. */
type Verdict =
  /** It is described, under each of the names. */
  | {
    readonly found: DescribingEntry;
    readonly reason?: undefined;
    readonly names: readonly string[];
  }
  /** It is not; what describes it says of which language it is. */
  | {
    readonly found?: DescribingEntry;
    readonly reason: string;
    readonly names?: undefined;
  };

function classify(symbol: Export, facts: SymbolFacts): Verdict {
  const { name, kind } = symbol;
  const { types, result, origins, labels, free, incomplete } = facts;
  const found = result.found.get(name);
  if (isMangled(name)) {
    const key = free.get(symbol);
    return found === undefined || key === undefined
      ? { reason: LEFT_OUT }
      : { found, names: [key] };
  }
  if (kind === "tls") {
    return { reason: "it is thread-local: each thread has its own" };
  }
  const meant = labels.meantBy(name);
  if (meant !== undefined) {
    return { reason: `in C this is the name of ${JSON.stringify(meant)}` };
  }
  if (found === undefined) return { reason: absence(result, name) };
  if (origins.withoutTypes(found)) {
    return {
      reason: "its debug information has no types: it was compiled with -g1",
    };
  }
  if (kind === "function" && incomplete.has(found.entry.unit)) {
    return { found, reason: INCOMPLETE_ZIG };
  }
  if (kind === "function" && isUnsaidResult(types, found)) {
    return { found, reason: UNSAID_RESULT };
  }
  const own = labels.nameOf(name);
  return { found, names: own === undefined ? [name] : [name, own] };
}

function nothingExported(
  { path }: Image,
  mangled: number,
  { only, cxx = false }: DescribeOptions,
): EmitError {
  const what = mangled > 0
    ? `it exports ${leftOut(mangled, cxx)}`
    : only === undefined
    ? "it exports no function and no variable"
    : "it exports none of the symbols that were asked for";
  return new EmitError(
    "nothing_exported",
    `Cannot describe ${JSON.stringify(path)}: ${what}`,
    { path },
  );
}

function noTypes(
  { path }: Image,
  result: SearchResult,
  { untyped }: Origins,
  symbols: number,
): EmitError {
  const why = untyped > 0
    ? "its debug information has no types, as -g1 leaves them out: " +
      "compile it with -g, or name its headers with --header"
    : absenceOfAll(result, symbols);
  return new EmitError(
    "no_debug_info",
    `Cannot describe ${JSON.stringify(path)}: ${why}`,
    { path },
  );
}

/** The type of a symbol, from the best of the entries that are about it. */
function symbolType(types: Types, { entry, origin }: DescribingEntry): CType {
  if (entry.tag !== DW_TAG_subprogram) {
    // A definition may complete the type of its declaration.
    return types.of(entry.has(DW_AT_type) ? entry : origin);
  }
  return types.subprogram(entry, origin);
}
