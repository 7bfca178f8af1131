/**
 * Describes what a library exports, from its debug information.
 *
 * @module
 */

import { absence, absenceOfAll, openDebugInfo } from "./absence.ts";
import { Draft } from "./draft.ts";
import { isMangled, LEFT_OUT, leftOut, unmangle } from "./mangled.ts";
import { type CType, strip } from "../dwarf/type.ts";
import { Origins } from "./units.ts";
import { INCOMPLETE_ZIG, optimizedZig } from "./optimized_zig.ts";
import { DW_AT_type, DW_TAG_subprogram } from "../dwarf/constants.ts";
import { type DescribingEntry, findNamed, search } from "../dwarf/search.ts";
import { Types } from "../dwarf/type_reader.ts";
import { EmitError } from "../error.ts";
import type { Export, Image } from "../image/library.ts";
import type { Description } from "./description.ts";

/** Names that the linker and this project's own generated code put into a library. */
const ARTEFACT =
  /^(?:_init|_fini|_start|__bss_start(?:__)?|_bss_end__|__bss_end__|__end__|_?_?edata|_?end|_?_?etext|__data_start|data_start|_DYNAMIC|_GLOBAL_OFFSET_TABLE_|plugin_(?:thunk|ref|address)_.*)$/;

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
    !ARTEFACT.test(name) && (only === undefined || only.has(name))
  );
}

/** What to describe of a library. */
export interface DescribeOptions {
  /** The symbols; without it all. */
  readonly only?: ReadonlySet<string>;
  /** Whether C++'s free functions and variables are described too, under their names in the source. */
  readonly cxx?: boolean;
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
  const { only, cxx = false } = options;
  const all = exportsOf(image, only);
  const mangled = all.filter(({ name }) => isMangled(name));
  const exports = cxx ? all : all.filter(({ name }) => !isMangled(name));
  if (exports.length === 0) {
    throw new EmitError(
      "nothing_exported",
      `Cannot describe ${JSON.stringify(image.path)}: ` +
        (mangled.length > 0
          ? `it exports ${leftOut(mangled.length, cxx)}`
          : only === undefined
          ? "it exports no function and no variable"
          : "it exports none of the symbols that were asked for"),
      { path: image.path },
    );
  }
  const info = openDebugInfo(image);
  const types = new Types(info);
  const result = search(info, types, exports);
  const origins = new Origins(info);
  const draft = new Draft();
  if (cxx) {
    const free = unmangle(
      mangled,
      result.found,
      types,
      (found) => symbolType(types, found),
    );
    for (const { symbol, found, type, key } of free) {
      origins.count(found.entry);
      draft.add(symbol, found, type, key);
    }
    const rest = mangled.length - free.length;
    if (rest > 0) draft.skip(LEFT_OUT, leftOut(rest, cxx));
  } else if (mangled.length > 0) {
    draft.skip(LEFT_OUT, leftOut(mangled.length, cxx));
  }
  const incomplete = optimizedZig(info, types, result.found.values());
  for (const symbol of exports) {
    if (isMangled(symbol.name)) continue;
    const found = result.found.get(symbol.name);
    if (symbol.kind === "tls") {
      draft.skip(symbol.name, "it is thread-local: each thread has its own");
    } else if (found === undefined) {
      draft.skip(symbol.name, absence(result, symbol.name));
    } else if (origins.withoutTypes(found)) {
      draft.skip(
        symbol.name,
        "its debug information has no types: it was compiled with -g1",
      );
    } else {
      origins.count(found.entry);
      if (symbol.kind === "function" && incomplete.has(found.entry.unit)) {
        draft.skip(symbol.name, INCOMPLETE_ZIG);
      } else {
        draft.add(symbol, found, symbolType(types, found));
      }
    }
  }
  if (origins.described === 0 && exports.some(({ kind }) => kind !== "tls")) {
    throw new EmitError(
      "no_debug_info",
      `Cannot describe ${JSON.stringify(image.path)}: ${
        origins.untyped > 0
          ? "its debug information has no types, as -g1 leaves them out: " +
            "compile it with -g, or name its headers with --header"
          : absenceOfAll(result, exports.length)
      }`,
      { path: image.path },
    );
  }
  return { ...draft.finish(), ...origins.summary() };
}

/**
 * Describes what the variables of an object point to: how the declarations of
 * a header are read.
 *
 * @param image A library with a variable `T *PREFIXname = &name` for each name.
 * @param prefix What the variables' names begin with.
 * @param exportOf The symbol that a name stands for, in the library that
 * exports it: says how long an array is that its declaration leaves open, what
 * is read-only, and what the linker calls it.
 * @returns A description of each name, without language and compiler.
 * @throws {EmitError} `no_debug_info` when the object has none;
 * `bad_debug_info` when it is broken.
 */
export function describePointees(
  image: Image,
  prefix: string,
  exportOf: (name: string) => Export | undefined = () => undefined,
): Description {
  const info = openDebugInfo(image);
  const types = new Types(info);
  const { pointers, declared } = findNamed(info, prefix);
  const draft = new Draft();
  const names = [...pointers.keys()].sort();
  for (const name of names) {
    const pointer = strip(types.of(pointers.get(name)!)).type;
    if (pointer.kind !== "pointer") continue;
    const target = strip(pointer.to).type;
    const symbol = exportOf(name);
    const linked = symbol?.name === name ? undefined : symbol?.name;
    if (target.kind !== "function") {
      draft.variable(name, pointer.to, symbol, linked);
      continue;
    }
    // Only an entry of the function itself can have the parameters' names.
    const entry = declared.get(name);
    const own = entry?.tag === DW_TAG_subprogram
      ? types.function(entry)
      : undefined;
    draft.function(
      name,
      own !== undefined && own.params.length >= target.params.length
        ? own
        : target,
      linked,
    );
  }
  return draft.finish();
}

/** The type of a symbol, from the best of the entries that are about it. */
function symbolType(types: Types, { entry, origin }: DescribingEntry): CType {
  if (entry.tag !== DW_TAG_subprogram) {
    // A definition may complete the type of its declaration.
    return types.of(entry.has(DW_AT_type) ? entry : origin);
  }
  return types.subprogram(entry, origin);
}
