/**
 * Merges an annotation file into a description: what a person knows of a
 * library, beside what was read out of it.
 *
 * @module
 */

import { globToRegExp } from "@std/path/glob-to-regexp";
import { isGlob } from "@std/path/is-glob";
import {
  type Annotations,
  factorsOf,
  type FunctionDefinition,
  RETURN,
  type SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import {
  type AnnotationFile,
  ANNOTATIONS,
  badAnnotations,
  readAnnotations,
} from "./annotation_file.ts";
import { Shape } from "./shape.ts";
import { readLibrary } from "../image/library_file.ts";
import type { Image } from "../image/library.ts";
import { locate } from "../find/locate.ts";
import { didYouMean } from "../../ffi/nearest.ts";
import type { Description } from "../describe/description.ts";

/**
 * Merges the annotations that a command names.
 *
 * @param description What the library exports.
 * @param path The annotation file, if there is one.
 * @param image The library.
 * @returns The description with what the file says; as it was where there is no file.
 * @throws {EmitError} `not_found`, `bad_annotations`.
 */
export function annotated(
  description: Description,
  path: string | undefined,
  image: Image,
): Description {
  return path === undefined
    ? description
    : annotate(description, readAnnotations(path), image);
}

/**
 * Merges annotations into a description.
 *
 * The annotations of an exact name must all be possible for that function;
 * those of a glob are taken by the functions that they are possible for, and
 * each by at least one. An exact name outweighs a glob, a later glob an
 * earlier one.
 *
 * @param description What the library exports.
 * @param file The annotations.
 * @param image The library.
 * @returns The description, its functions annotated.
 * @throws {EmitError} `bad_annotations`: names the entry that fits nothing, and the nearest name.
 */
export function annotate(
  description: Description,
  file: AnnotationFile,
  image: Image,
): Description {
  const merged = new Map<string, Annotations>();
  const exact = (name: string) => Object.hasOwn(description.symbols, name);
  const inOrder = [
    ...file.entries.filter(([name]) => !exact(name)),
    ...file.entries.filter(([name]) => exact(name)),
  ];
  for (const [name, annotations] of inOrder) {
    const where = { file, name, description, image };
    const functions = targetsOf(where);
    for (const part of partsOf(annotations)) {
      const takers = functions.filter((key) =>
        problemOf(part, functionOf(description, key), where) === undefined
      );
      if (takers.length === 0) {
        const problem = problemOf(
          part,
          functionOf(description, functions[0]!),
          where,
        )!;
        throw badAnnotations(
          file.path,
          functions.length === 1
            ? `"${name}": ${problem}`
            : `"${name}": of none of its ${functions.length} functions: ${problem}`,
        );
      }
      for (const key of takers) {
        merged.set(key, merge(merged.get(key) ?? {}, part));
      }
    }
  }
  return mapFunctions(
    description,
    (name, definition) =>
      merged.has(name)
        ? { ...definition, annotations: merged.get(name)! }
        : definition,
  );
}

/** A description with the annotations that a manifest has already. */
export function keepAnnotations(
  description: Description,
  { symbols }: Pick<Description, "symbols">,
): Description {
  return mapFunctions(description, (name, { annotations: _, ...own }) => {
    const before = Object.hasOwn(symbols, name) ? symbols[name] : undefined;
    return before?.kind === "function" && before.annotations !== undefined
      ? { ...own, annotations: before.annotations }
      : own;
  });
}

/** A description of which nobody has said anything. */
export function withoutAnnotations(description: Description): Description {
  return keepAnnotations(description, { symbols: {} });
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

/** An entry of a file, and what it is about. */
interface Where {
  readonly file: AnnotationFile;
  readonly name: string;
  readonly description: Description;
  readonly image: Image;
}

function functionOf(
  { symbols }: Description,
  name: string,
): FunctionDefinition {
  return symbols[name] as FunctionDefinition;
}

/** The functions that an entry is about. */
function targetsOf({ file, name, description }: Where): string[] {
  const { symbols, skipped } = description;
  if (Object.hasOwn(symbols, name)) {
    if (symbols[name]!.kind === "function") return [name];
    throw badAnnotations(file.path, `"${name}" is a variable`);
  }
  if (Object.hasOwn(skipped, name)) {
    throw badAnnotations(file.path, `"${name}" is skipped: ${skipped[name]}`);
  }
  const names = Object.keys(symbols).filter((name) =>
    symbols[name]!.kind === "function"
  );
  const pattern = isGlob(name) ? globToRegExp(name) : undefined;
  const matched = pattern === undefined
    ? []
    : names.filter((name) => pattern.test(name));
  if (matched.length > 0) return matched.sort();
  throw badAnnotations(
    file.path,
    `no function "${name}" is described` + didYouMean(name, names),
  );
}

/** Annotations one by one: one field, and of a list one element. */
function partsOf(annotations: Annotations): Annotations[] {
  const { threads = [], nonnull = [], lengths = {}, ...flags } = annotations;
  return [
    ...Object.entries(flags).map(([field, value]) => ({ [field]: value })),
    ...threads.map((name) => ({ threads: [name] })),
    ...nonnull.map((name) => ({ nonnull: [name] })),
    ...Object.entries(lengths).map(([name, length]) => ({
      lengths: { [name]: length },
    })),
  ];
}

/** Two annotations of one function; of what both say, the second counts. */
function merge(a: Annotations, b: Annotations): Annotations {
  const both = {
    ...a,
    ...b,
    threads: union(a.threads, b.threads),
    nonnull: union(a.nonnull, b.nonnull),
    lengths: a.lengths || b.lengths
      ? { ...a.lengths, ...b.lengths }
      : undefined,
  };
  const said = ANNOTATIONS.filter((field) => both[field] !== undefined);
  return Object.fromEntries(said.map((field) => [field, both[field]]));
}

function union(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): string[] | undefined {
  return a || b ? [...new Set([...a ?? [], ...b ?? []])] : undefined;
}

/** Why one annotation cannot be said of a function. */
function problemOf(
  part: Annotations,
  definition: FunctionDefinition,
  where: Where,
): string | undefined {
  const shape = new Shape(definition, where.description.types);
  const { free, errno, threads, nonnull, lengths } = part;
  const [thread] = threads ?? [];
  const [present] = nonnull ?? [];
  const [sized] = Object.entries(lengths ?? {});
  if (free !== undefined) {
    return shape.givesMemory()
      ? notFreeing(free, where)
      : `${definition.type} gives nothing that "${free}" could free`;
  }
  if (errno && definition.thunk !== undefined) {
    return "its thunk keeps no errno";
  }
  if (thread !== undefined) {
    return absent(thread, shape) ??
      (shape.isFunction(thread) ? undefined : `"${thread}" is no function`);
  }
  if (present === RETURN) {
    return shape.givesNullable()
      ? undefined
      : `what ${definition.type} gives is never null`;
  }
  if (present !== undefined) {
    return absent(present, shape) ??
      (shape.isNullable(present) ? undefined : `"${present}" is never null`);
  }
  if (sized !== undefined) {
    const [name, length] = sized;
    return absent(name, shape) ??
      (shape.isMemory(name) ? undefined : `"${name}" is no memory`) ??
      wrongLength(length, shape);
  }
  return undefined;
}

function absent(name: string, shape: Shape): string | undefined {
  if (shape.has(name)) return undefined;
  const { names, count } = shape.parameters;
  return `it has no parameter "${name}"` +
    (names.length > 0
      ? didYouMean(name, names)
      : `: its ${count} have no names, and are counted from "1"`);
}

function wrongLength(length: string, shape: Shape): string | undefined {
  const words = length.split("*").map((word) => word.trim());
  const names = words.filter((word) =>
    words.length === 1 || !/^\d+$/.test(word)
  );
  for (const name of names) {
    const problem = absent(name, shape) ??
      (shape.isCount(name) ? undefined : `"${name}" is no integer`);
    if (problem !== undefined) return problem;
  }
  return factorsOf(length, shape.parameters) === undefined
    ? `"${length}" is no length: wanted a parameter, or a product of some`
    : undefined;
}

/** Why a function cannot free what another one gives. */
function notFreeing(
  free: string,
  { description, image }: Where,
): string | undefined {
  const { symbols, types } = description;
  const own = Object.hasOwn(symbols, free) ? symbols[free]! : undefined;
  if (own?.kind === "function" && !new Shape(own, types).takesAddress()) {
    return `"${free}" is ${own.type}, wanted a function of one address`;
  }
  if (isExported(free, image, new Set())) return undefined;
  const names = image.exports.map(({ name }) => name);
  return `neither the library nor what it needs exports "${free}"` +
    didYouMean(free, names);
}

/** Whether the loader would find a function from the library on. */
function isExported(name: string, image: Image, seen: Set<string>): boolean {
  if (image.exports.some((symbol) => symbol.name === name)) return true;
  return image.needs.some((need) => {
    if (seen.has(need)) return false;
    seen.add(need);
    const needed = imageOf(need);
    // What is not on this machine cannot be asked.
    return needed === undefined || isExported(name, needed, seen);
  });
}

function imageOf(library: string): Image | undefined {
  try {
    const { path } = locate(library);
    return readLibrary(path).image;
  } catch {
    return undefined;
  }
}
