/**
 * What is said of one function by all entries that name it, merged.
 *
 * @module
 */

import { didYouMean } from "../../ffi/did_you_mean.ts";
import {
  type Annotations,
  type Failure,
  type FunctionDefinition,
  RETURN,
} from "../../ffi/manifest/manifest.ts";
import type { Description } from "../describe/description.ts";
import type { Image } from "../image/library.ts";
import type { CodeNames, Constants } from "./constant_names.ts";
import {
  type AnnotationEntry,
  type AnnotationFile,
  ANNOTATIONS,
  badAnnotations,
} from "./parse_annotation_file.ts";
import { globToRegExp } from "@std/path/glob-to-regexp";
import { isGlob } from "@std/path/is-glob";

/** What is said of one function: its annotations, and what it is of a class. */
export interface Merged extends Omit<Annotations, "error"> {
  readonly method?: string;
  readonly error?: Failure | false;
}

/** What of an entry is not taken as it is. */
const RESOLVED: ReadonlySet<string> = new Set(
  ["pass", "error", "done", "lengths", "room", "handle", "iterate", "at"],
);

/** An entry with the values of the constants that it names. */
export function resolveEntry(
  name: string,
  entry: AnnotationEntry,
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
  const sizes = (record: NonNullable<AnnotationEntry["lengths"]>) =>
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
export function isWord(
  word: string,
  functions: readonly string[],
  { symbols }: Description,
): boolean {
  return word === RETURN || symbols[word]?.kind === "function" ||
    functions.some((key) =>
      (symbols[key] as FunctionDefinition).params?.includes(word)
    );
}

/** An entry of a file, and what it is about. */
export interface EntryPlace {
  readonly file: AnnotationFile;
  readonly name: string;
  readonly description: Description;
  readonly image: Image;
}

export function functionOf(
  { symbols }: Description,
  name: string,
): FunctionDefinition {
  return symbols[name] as FunctionDefinition;
}

/** The functions that an entry is about. */
export function targetsOf({ file, name, description }: EntryPlace): string[] {
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
export function partsOf({ lengths, room, ...others }: Merged): Merged[] {
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
  ["threads", "nonnull", "out", "keep", "release", "consume"],
);

const RECORDS: ReadonlySet<string> = new Set(["lengths", "room", "pass", "as"]);

/** Two annotations of one function; of what both say, the second counts. */
export function merge(a: Merged, b: Merged): Merged {
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
export function inFormat(annotations: Annotations): Annotations {
  const said = ANNOTATIONS.filter((field) => annotations[field] !== undefined);
  return Object.fromEntries(said.map((field) => [field, annotations[field]]));
}

function union(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): string[] | undefined {
  return a || b ? [...new Set([...a ?? [], ...b ?? []])] : undefined;
}
