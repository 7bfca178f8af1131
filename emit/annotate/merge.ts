/**
 * Merges an annotation file into a description: what a person knows of a
 * library, beside what was read out of it.
 *
 * @module
 */

import type { TypeDefinition } from "../../ffi/manifest/manifest.ts";
import type { Description } from "../describe/description.ts";
import { mapFunctions } from "../describe/map_description.ts";
import type { Image } from "../image/library.ts";
import { problemOf } from "./annotation_problems.ts";
import { declareClasses, methodsOf, withMembers } from "./handle_classes.ts";
import { CodeNames, Constants } from "./constant_names.ts";
import {
  type EntryPlace,
  functionOf,
  inFormat,
  isWord,
  merge,
  type Merged,
  partsOf,
  resolveEntry,
  targetsOf,
} from "./merged.ts";
import {
  type AnnotationFile,
  badEntry,
  readAnnotationFile,
} from "./parse_annotation_file.ts";
import { isSignature, withSignatures } from "./signatures.ts";
import {
  isStructEntry,
  isVariableEntry,
  withSaidText,
  withSaidTexts,
  withTexts,
  withTextVariables,
} from "./text_members.ts";

/**
 * Merges the annotations that a command names.
 *
 * @param description What the library exports.
 * @param path The annotation file, if there is one.
 * @param image The library.
 * @returns The description with what the file says; as it was where there is no file.
 * @throws {EmitError} `not_found`, `bad_annotations`.
 */
export async function annotated(
  description: Description,
  path: string | undefined,
  image: Image,
): Promise<Description> {
  return path === undefined
    ? description
    : annotate(description, await readAnnotationFile(path), image);
}

/**
 * Merges annotations into a description.
 *
 * The annotations of an exact name must all be possible for that function;
 * those of a glob are taken by the functions that they are possible for, and
 * each by at least one. An exact name outweighs a glob, a later glob an
 * earlier one.
 *
 * @param described What the library exports.
 * @param file The annotations.
 * @param image The library.
 * @returns The description, its functions annotated.
 * @throws {EmitError} `bad_annotations`: names the entry that fits nothing, and the nearest name.
 */
export function annotate(
  described: Description,
  file: AnnotationFile,
  image: Image,
): Description {
  const { path, entries } = file;
  const description = withSignatures(path, entries, described);
  const constants = new Constants(
    path,
    { ...description.constants, ...description.named },
    description.types,
  );
  const classes = declareClasses(path, entries, description, constants);
  const codes = new CodeNames(constants, {
    ...withTexts(path, entries, description),
    ...classes,
  });
  const { types } = codes;
  const symbols = withTextVariables(path, entries, description);
  const seen = { ...description, types, symbols };
  const { said, patterns } = mergeEntries(
    { file, description: seen, image },
    entriesOfFunctions(entries, description),
    constants,
    codes,
  );
  const done = mapFunctions(seen, (name, definition) => {
    const { method: _, error, ...others } = said.get(name) ?? {};
    const annotations = inFormat({ ...others, ...error && { error } });
    return Object.keys(annotations).length === 0
      ? definition
      : { ...definition, annotations };
  });
  return withMembers(
    path,
    done,
    [...namedMethods(said), ...patternMethods(patterns, said, done)],
    new Set(Object.keys(classes)),
  );
}

/** The entries that are about functions: those of exact names, which outweigh globs, behind all others. */
function entriesOfFunctions(
  entries: AnnotationFile["entries"],
  description: Description,
): AnnotationFile["entries"] {
  const isExact = ([name]: typeof entries[number]) =>
    Object.hasOwn(description.symbols, name);
  const functions = entries.filter(([name, entry]) =>
    entry.handle === undefined && !isStructEntry(name, description) &&
    !isVariableEntry(name, description) &&
    (entry.at === undefined || Object.keys(entry).length > 1)
  );
  return [
    ...functions.filter((one) => !isExact(one)),
    ...functions.filter(isExact),
  ];
}

/** Methods of which a glob says that they are some. */
interface Pattern {
  readonly where: EntryPlace;
  readonly functions: readonly string[];
  readonly method: string;
}

/** What entries say, by function; of those that take part of what a glob says, that part. */
function mergeEntries(
  from: Omit<EntryPlace, "name">,
  entries: AnnotationFile["entries"],
  constants: Constants,
  codes: CodeNames,
): { said: Map<string, Merged>; patterns: Pattern[] } {
  const said = new Map<string, Merged>();
  const patterns: Pattern[] = [];
  for (const [name, entry] of entries) {
    const where = { ...from, name };
    const functions = targetsOf(where);
    const { method, ...others } = resolveEntry(
      name,
      entry,
      constants,
      codes,
      (word) => isWord(word, functions, from.description),
    );
    const isPattern = method?.includes("*") === true;
    if (isPattern) patterns.push({ where, functions, method });
    const whole = isPattern || method === undefined
      ? others
      : { ...others, method };
    for (const part of partsOf(whole)) {
      for (const key of takersOf(part, whole, functions, where, said)) {
        said.set(key, merge(said.get(key) ?? {}, part));
      }
    }
  }
  return { said, patterns };
}

/** The functions that a part of an entry is possible for: one at least. */
function takersOf(
  part: Merged,
  whole: Merged,
  functions: readonly string[],
  where: EntryPlace,
  said: ReadonlyMap<string, Merged>,
): readonly string[] {
  const problemIn = (key: string) =>
    problemOf(
      part,
      functionOf(where.description, key),
      where,
      key,
      merge(said.get(key) ?? {}, whole),
    );
  const takers = functions.filter((key) => problemIn(key) === undefined);
  if (takers.length > 0) return takers;
  const problem = problemIn(functions[0]!)!;
  throw badEntry(
    where.file.path,
    where.name,
    functions.length === 1
      ? problem
      : `of none of its ${functions.length} functions: ${problem}`,
  );
}

/** Functions that are methods, with the names that are said. */
function namedMethods(said: ReadonlyMap<string, Merged>): [string, string][] {
  return [...said].flatMap(([symbol, { method }]) =>
    method === undefined ? [] : [[symbol, method]]
  );
}

/** Functions that are methods by a glob, which an exact name outweighs. */
function patternMethods(
  patterns: readonly Pattern[],
  said: ReadonlyMap<string, Merged>,
  description: Description,
): [string, string][] {
  return patterns.flatMap(({ where, functions, method }) => {
    const found = methodsOf(
      method,
      where.name,
      functions.filter((symbol) => said.get(symbol)?.method === undefined),
      description,
    );
    if (found.length > 0) return found;
    throw badEntry(
      where.file.path,
      where.name,
      `none of its ${functions.length} functions is "${method}"${
        /^(?:get|new|set) /.test(method)
          ? ": each of those is told by the name of its own function"
          : ""
      }`,
    );
  });
}

/** A description with the annotations that a manifest has already. */
export function keepAnnotations(
  description: Description,
  { symbols, types }: Pick<Description, "symbols" | "types">,
): Description {
  const codes = new Set(
    Object.values(symbols).map((symbol) =>
      symbol.kind === "function" ? symbol.annotations?.error?.names : undefined
    ),
  );
  const isSaid = ([name, type]: [string, TypeDefinition]) =>
    type.kind === "class" && type.of !== undefined || codes.has(name);
  const ownSymbols = [description.symbols, symbols].flatMap((all, index) =>
    Object.entries(all).filter(([, one]) => isSignature(one) === (index === 1))
  );
  const kept = {
    ...description,
    symbols: Object.fromEntries(
      ownSymbols.map(([name, own]) => [name, withSaidText(own, symbols[name])]),
    ),
    types: Object.fromEntries([
      ...Object.entries(description.types).filter((one) => !isSaid(one))
        .map(([name, type]) => [name, withSaidTexts(type, types[name])]),
      ...Object.entries(types).filter(isSaid),
    ]),
  };
  return mapFunctions(kept, (name, { annotations: _, ...own }) => {
    const before = Object.hasOwn(symbols, name) ? symbols[name] : undefined;
    return before?.kind === "function" && before.annotations !== undefined
      ? { ...own, annotations: before.annotations }
      : own;
  });
}

/** A description of which nobody has said anything. */
export function withoutAnnotations(description: Description): Description {
  return keepAnnotations(description, { symbols: {}, types: {} });
}
