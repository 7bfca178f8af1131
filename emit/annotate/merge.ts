/**
 * Merges an annotation file into a description: what a person knows of a
 * library, beside what was read out of it.
 *
 * @module
 */

import type {
  FunctionDefinition,
  SymbolDefinition,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import type { Description } from "../describe/description.ts";
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
  const merged = new Map<string, Merged>();
  const patterns: Pattern[] = [];
  const exact = (name: string) => Object.hasOwn(description.symbols, name);
  const others = entries.filter(([name, entry]) =>
    entry.handle === undefined && !isStructEntry(name, description) &&
    !isVariableEntry(name, description)
  );
  const inOrder = [
    ...others.filter(([name]) => !exact(name)),
    ...others.filter(([name]) => exact(name)),
  ];
  for (const [name, entry] of inOrder) {
    const where = { file, name, description: seen, image };
    if (entry.at !== undefined && Object.keys(entry).length === 1) continue;
    const functions = targetsOf(where);
    const { method, ...others } = resolveEntry(
      name,
      entry,
      constants,
      codes,
      (word) => isWord(word, functions, seen),
    );
    const isPattern = method?.includes("*") === true;
    if (isPattern) patterns.push({ where, functions, method });
    const said = isPattern || method === undefined
      ? others
      : { ...others, method };
    for (const part of partsOf(said)) {
      const takers = functions.filter((key) =>
        problemOf(
          part,
          functionOf(seen, key),
          where,
          key,
          merge(merged.get(key) ?? {}, said),
        ) === undefined
      );
      if (takers.length === 0) {
        const problem = problemOf(
          part,
          functionOf(seen, functions[0]!),
          where,
          functions[0]!,
          merge(merged.get(functions[0]!) ?? {}, said),
        )!;
        throw badEntry(
          path,
          name,
          functions.length === 1
            ? problem
            : `of none of its ${functions.length} functions: ${problem}`,
        );
      }
      for (const key of takers) {
        merged.set(key, merge(merged.get(key) ?? {}, part));
      }
    }
  }
  const done = mapFunctions(seen, (name, definition) => {
    const { method: _, error, ...said } = merged.get(name) ?? {};
    const annotations = inFormat({ ...said, ...error && { error } });
    return Object.keys(annotations).length === 0
      ? definition
      : { ...definition, annotations };
  });
  const methods = [...merged].flatMap(([symbol, { method }]) =>
    method === undefined ? [] : [[symbol, method] as [string, string]]
  );
  for (const { where: { name }, functions, method } of patterns) {
    const found = methodsOf(
      method,
      name,
      functions.filter((symbol) => merged.get(symbol)?.method === undefined),
      done,
    );
    if (found.length === 0) {
      throw badEntry(
        path,
        name,
        `none of its ${functions.length} functions is "${method}"`,
      );
    }
    methods.push(...found);
  }
  return withMembers(path, done, methods, new Set(Object.keys(classes)));
}

/** Methods of which a glob says that they are some. */
interface Pattern {
  readonly where: EntryPlace;
  readonly functions: readonly string[];
  readonly method: string;
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

function mapFunctions(
  description: Description,
  map: (name: string, definition: FunctionDefinition) => FunctionDefinition,
): Description {
  const symbols = Object.entries(description.symbols).map((
    [name, symbol],
  ): [string, SymbolDefinition] => [
    name,
    symbol.kind === "function" ? map(name, symbol) : symbol,
  ]);
  return { ...description, symbols: Object.fromEntries(symbols) };
}
