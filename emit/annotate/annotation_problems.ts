/**
 * Why something cannot be said of a function: the problems of annotations, and the
 * libraries in which what they name is looked for.
 *
 * @module
 */

import { didYouMean } from "../../ffi/did_you_mean.ts";
import {
  type Annotations,
  CALLER,
  type FunctionDefinition,
  RETURN,
  termsOf,
} from "../../ffi/manifest/manifest.ts";
import { locate } from "../find/find_library.ts";
import type { Image } from "../image/library.ts";
import { readLibrary } from "../image/library_file.ts";
import { AnnotatableFunction } from "./annotatable.ts";
import { problemSeen } from "./handle_classes.ts";
import type { EntryPlace, Merged } from "./merged.ts";

/**
 * Why one annotation cannot be said of a function.
 *
 * @param whole All that is said of it: what comes out may have its length there.
 */
export function problemOf(
  part: Merged,
  definition: FunctionDefinition,
  where: EntryPlace,
  key: string,
  whole: Merged,
): string | undefined {
  const shape = new AnnotatableFunction(definition, where.description.types);
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
  { error, out, pass, as, keep, release, consume, done, owner }: Merged,
  definition: FunctionDefinition,
  { description }: EntryPlace,
  shape: AnnotatableFunction,
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
    ...release ?? [],
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

function absent(name: string, shape: AnnotatableFunction): string | undefined {
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
  shape: AnnotatableFunction,
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
  { description, image }: EntryPlace,
): string | undefined {
  const { symbols, types } = description;
  const own = Object.hasOwn(symbols, free) ? symbols[free]! : undefined;
  if (
    own !== undefined && (own.kind !== "function" ||
      !new AnnotatableFunction(own, types).takesAddress())
  ) {
    return `"${free}" is ${
      own.kind === "function" ? own.type : "a variable"
    }, wanted a function of one address`;
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
