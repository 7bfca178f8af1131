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
  CALLER,
  type Failure,
  type FunctionDefinition,
  RETURN,
  type SymbolDefinition,
  termsOf,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import {
  type AnnotationFile,
  ANNOTATIONS,
  badAnnotations,
  badEntry,
  type Entry,
  readAnnotations,
} from "./parse_annotation_file.ts";
import {
  declareClasses,
  methodsOf,
  problemSeen,
  withMembers,
} from "./classes.ts";
import {
  isStructEntry,
  isVariableEntry,
  withSaidText,
  withSaidTexts,
  withTexts,
  withTextVariables,
} from "./text_members.ts";
import { isSignature, withSignatures } from "./signatures.ts";
import { CodeNames, Constants } from "./constant_names.ts";
import { Shape } from "./annotatable.ts";
import { readLibrary } from "../image/library_file.ts";
import type { Image } from "../image/library.ts";
import { locate } from "../find/find_library.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
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
export async function annotated(
  description: Description,
  path: string | undefined,
  image: Image,
): Promise<Description> {
  return path === undefined
    ? description
    : annotate(description, await readAnnotations(path), image);
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
  readonly where: Where;
  readonly functions: readonly string[];
  readonly method: string;
}

/** What is said of one function: its annotations, and what it is of a class. */
interface Merged extends Omit<Annotations, "error"> {
  readonly method?: string;
  readonly error?: Failure | false;
}

/** What of an entry is not taken as it is. */
const RESOLVED: ReadonlySet<string> = new Set(
  ["pass", "error", "done", "lengths", "room", "handle", "iterate", "at"],
);

/** An entry with the values of the constants that it names. */
function resolveEntry(
  name: string,
  entry: Entry,
  constants: Constants,
  codes: CodeNames,
  isWord: (word: string) => boolean,
): Merged {
  const { pass, error, done, lengths, room, handle: _, iterate, at: __ } =
    entry;
  if (iterate !== undefined) {
    throw constants.wrong(name, `"iterate" is said of types`);
  }
  const code = (code: number | string) => constants.code(name, code);
  const sizes = (record: NonNullable<Entry["lengths"]>) =>
    Object.fromEntries(
      Object.entries(record).map(([parameter, length]) => [
        parameter,
        constants.length(length, isWord),
      ]),
    );
  const others = Object.fromEntries(
    Object.entries(entry).filter(([field]) => !RESOLVED.has(field)),
  );
  return {
    ...others,
    ...lengths && { lengths: sizes(lengths) },
    ...room && { room: sizes(room) },
    ...pass && {
      pass: Object.fromEntries(
        Object.entries(pass).map(([parameter, value]) => [
          parameter,
          typeof value === "string" ? constants.value(name, value) : value,
        ]),
      ),
    },
    ...error !== undefined && {
      error: error && {
        ...error,
        ...error.except && { except: error.except.map(code) },
        ...error.names && { names: codes.of(name, error.names) },
      } as Failure | false,
    },
    ...done && { done: done.map(code) },
  };
}

/** Whether a word of a length is a function's or a parameter's of one of those functions. */
function isWord(
  word: string,
  functions: readonly string[],
  { symbols }: Description,
): boolean {
  return word === RETURN || symbols[word]?.kind === "function" ||
    functions.some((key) =>
      (symbols[key] as FunctionDefinition).params?.includes(word)
    );
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
    return [name];
  }
  if (Object.hasOwn(skipped, name)) {
    throw badAnnotations(
      file.path,
      `"${name}" is skipped: ${skipped[name]}`,
      { symbol: name },
    );
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
    { symbol: name },
  );
}

/** Annotations one by one: one field, and of a list one element. */
function partsOf({ lengths, room, ...others }: Merged): Merged[] {
  // A wrong length says so before what it is the length of.
  const inOrder: Merged = {
    ...lengths && { lengths },
    ...room && { room },
    ...others,
  };
  return Object.entries(inOrder).flatMap(([field, value]) =>
    LISTS.has(field)
      ? (value as string[]).map((one) => ({ [field]: [one] }))
      : RECORDS.has(field)
      ? Object.entries(value).map(([name, one]) => ({
        [field]: { [name]: one },
      }))
      : [{ [field]: value }]
  );
}

/** Annotations that are lists of parameters, and those that are records of them. */
const LISTS: ReadonlySet<string> = new Set(
  ["threads", "nonnull", "out", "keep", "consume"],
);
const RECORDS: ReadonlySet<string> = new Set(["lengths", "room", "pass", "as"]);

/** Two annotations of one function; of what both say, the second counts. */
function merge(a: Merged, b: Merged): Merged {
  const both: Record<string, unknown> = { ...a, ...b };
  const [x, y] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  for (const field of LISTS) {
    const [own, more] = [x[field], y[field]] as (string[] | undefined)[];
    const list = union(own, more);
    if (list !== undefined) both[field] = list;
  }
  for (const field of RECORDS) {
    const [own, more] = [x[field], y[field]] as (object | undefined)[];
    if (own || more) both[field] = { ...own, ...more };
  }
  return both;
}

/** Annotations in the order in which a manifest has them. */
function inFormat(annotations: Annotations): Annotations {
  const said = ANNOTATIONS.filter((field) => annotations[field] !== undefined);
  return Object.fromEntries(said.map((field) => [field, annotations[field]]));
}

function union(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): string[] | undefined {
  return a || b ? [...new Set([...a ?? [], ...b ?? []])] : undefined;
}

/**
 * Why one annotation cannot be said of a function.
 *
 * @param whole All that is said of it: what comes out may have its length there.
 */
function problemOf(
  part: Merged,
  definition: FunctionDefinition,
  where: Where,
  key: string,
  whole: Merged,
): string | undefined {
  const shape = new Shape(definition, where.description.types);
  const { free, errno, threads, nonnull, lengths, room, method } = part;
  if (method !== undefined) return undefined;
  const [thread] = threads ?? [];
  const [present] = nonnull ?? [];
  const [sized] = Object.entries(lengths ?? room ?? {});
  if (free !== undefined) {
    return shape.givesMemory() || shape.givesMemoryOut()
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
    if (
      name === RETURN || length === RETURN ||
      where.description.symbols[length] !== undefined
    ) {
      return name === RETURN ? undefined : absent(name, shape); // the whole is looked at when all is said
    }
    return absent(name, shape) ??
      (shape.isMemory(name) ? undefined : `"${name}" is no memory`) ??
      wrongLength(length, shape);
  }
  const { lengths: all, room: rooms } = whole;
  const sizes = { ...all && { lengths: all }, ...rooms && { room: rooms } };
  return seenProblem(part, definition, where, shape, key, sizes);
}

/** Why a function cannot be seen as one annotation says. */
function seenProblem(
  { error, out, pass, as, keep, consume, done, owner }: Merged,
  definition: FunctionDefinition,
  { description }: Where,
  shape: Shape,
  key: string,
  sizes: Pick<Annotations, "lengths" | "room">,
): string | undefined {
  const named = [
    ...out ?? [],
    ...Object.keys(pass ?? {}),
    ...Object.values(pass ?? {}).flatMap((value) =>
      typeof value === "object" && value !== null && "length" in value
        ? [value.length]
        : []
    ),
    ...Object.keys(as ?? {}).filter((name) => name !== RETURN),
    ...keep ?? [],
    ...consume ?? [],
    ...owner === undefined || owner === CALLER ? [] : [owner],
  ];
  if (named.length > 0 && shape.isVariadic) {
    return `it takes a variable number of arguments: "at" names signatures`;
  }
  for (const name of named) {
    const problem = absent(name, shape);
    if (problem !== undefined) return problem;
  }
  const alone = {
    ...error && { error },
    ...done && { done },
    ...out && { out, ...sizes },
    ...pass && { pass },
  };
  return problemSeen({ ...definition, annotations: alone }, description, key);
}

function absent(name: string, shape: Shape): string | undefined {
  if (shape.has(name)) return undefined;
  const { names, count } = shape.parameters;
  return `it has no parameter "${name}"` +
    (names.length > 0
      ? `${didYouMean(name, names)}: its parameters are ${
        Array.from({ length: count }, (_, index) =>
          names[index] || `"${index + 1}"`).join(", ")
      }`
      : `: its ${count} have no names, and are counted from "1"`);
}

function wrongLength(
  length: string | number,
  shape: Shape,
): string | undefined {
  if (typeof length === "number") return undefined;
  const words = length.split(/[-*+]/).map((word) => word.trim());
  const names = words.filter((word) =>
    words.length === 1 || !/^\d+$/.test(word)
  );
  for (const name of names) {
    const problem = absent(name, shape) ??
      (shape.isCount(name) ? undefined : `"${name}" is no integer`);
    if (problem !== undefined) return problem;
  }
  return termsOf(length, shape.parameters) === undefined
    ? `"${length}" is no length: wanted a parameter, or a sum of products of some`
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
