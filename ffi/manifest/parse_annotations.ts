/**
 * What is said of a function beside its type, and how it names parameters.
 *
 * @module
 */

import {
  boolean,
  field,
  integer,
  list,
  name,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  record,
  show,
  string,
  ValidationError,
} from "./field.ts";
import {
  type Annotations,
  FAILS,
  type Failure,
  type Passed,
} from "./format.ts";
import { constant } from "./parse_constants.ts";

/** What stands for the result: no language has a parameter of that name. */
export const RETURN = "return";

/** What the result is said to be that nobody wants. */
export const NOTHING = "void";

/** How a function's parameters are called. */
export interface ParameterNames {
  /** The names, in order; empty where a parameter has none. */
  readonly names: readonly string[];
  /** How many parameters there are. */
  readonly count: number;
}

/**
 * The position of a parameter.
 *
 * @param text The parameter's name, or its number from `"1"`.
 * @param parameters What the parameters are called.
 * @returns The position from 0, or undefined where there is no such parameter.
 */
export function positionOf(
  text: string,
  { names, count }: ParameterNames,
): number | undefined {
  const named = text === "" ? -1 : names.indexOf(text);
  if (named >= 0) return named < count ? named : undefined;
  const position = /^[1-9]\d{0,3}$/.test(text) ? Number(text) : 0;
  return position > 0 && position <= count ? position - 1 : undefined;
}

/** A product of parameters and of a number; with others it makes a length. */
export interface Term {
  /** The positions of the parameters. */
  readonly positions: readonly number[];
  /** The number. */
  readonly factor: number;
}

/**
 * The sum of products that a length is: `"count"`, `"size * count"`,
 * `"length - 16"`, `32`.
 *
 * @param length The length. `"3"` alone is the third parameter; in a product or
 * a sum a number is a number.
 * @returns The products, or undefined where a word is no parameter and no number.
 */
export function termsOf(
  length: string | number,
  parameters: ParameterNames,
): Term[] | undefined {
  if (typeof length === "number") return [{ positions: [], factor: length }];
  const products = length.split(/([+-])/);
  const isWord = products.length === 1 && !length.includes("*");
  const terms: Term[] = [];
  for (let index = 0; index < products.length; index += 2) {
    const words = products[index]!.split("*").map((word) => word.trim());
    const positions: number[] = [];
    let factor = index > 0 && products[index - 1] === "-" ? -1 : 1;
    for (const word of words) {
      if (!isWord && /^\d{1,9}$/.test(word)) {
        factor *= Number(word);
        continue;
      }
      const position = positionOf(word, parameters);
      if (position === undefined) return undefined;
      positions.push(position);
    }
    terms.push({ positions, factor });
  }
  return terms;
}

/** Reads a list of parameters, with {@linkcode RETURN} for the result. */
export function readNonnull(parameters: ParameterNames): Read<string[]> {
  return list((value) =>
    value === RETURN ? RETURN : readParameter(parameters)(value)
  );
}

/**
 * Reads what is said of a function.
 *
 * @param parameters What its parameters are called.
 * @param notation Reads a type that names only types of the manifest.
 */
export function readAnnotations(
  parameters: ParameterNames,
  notation: Read<string>,
): Read<Annotations> {
  const one = readParameter(parameters);
  return (value) => {
    const from = object(value);
    const out = optional(from, "out", list(one));
    return omitMissing({
      free: optional(from, "free", name),
      errno: optional(from, "errno", boolean),
      nonblocking: optional(from, "nonblocking", boolean),
      threads: optional(from, "threads", list(one)),
      nonnull: optional(from, "nonnull", readNonnull(parameters)),
      lengths: optional(from, "lengths", readLengths(parameters, out)),
      room: optional(from, "room", readLengths(parameters, [])),
      out,
      pass: optional(from, "pass", byParameter(parameters, passed(one))),
      as: optional(from, "as", byParameter(parameters, notation, true)),
      error: optional(from, "error", failure),
      done: optional(from, "done", list(code)),
      owner: optional(
        from,
        "owner",
        (value) => value === CALLER ? CALLER : one(value),
      ),
      keep: optional(from, "keep", list(one)),
      release: optional(from, "release", list(one)),
      consume: optional(from, "consume", list(one)),
    });
  };
}

/** Reads the name or the number of a parameter. */
export function readParameter(parameters: ParameterNames): Read<string> {
  return (value) => {
    const text = string(value);
    if (positionOf(text, parameters) === undefined) wrong(text, parameters);
    return text;
  };
}

function readLengths(
  parameters: ParameterNames,
  out: readonly string[] = [],
): Read<Readonly<Record<string, string | number>>> {
  const lengths = byParameter(
    parameters,
    (value) => typeof value === "number" ? size(value) : string(value),
    true,
  );
  return (value) => {
    const read = lengths(value);
    for (const [name, length] of Object.entries(read)) {
      const isResult = name === RETURN || out.includes(name);
      if (
        isResult ? length !== "" : termsOf(length, parameters) !== undefined
      ) continue;
      wrong(`${length}`, parameters);
    }
    return read;
  };
}

/** Reads what is said of parameters, by their names. */
export function byParameter<T>(
  parameters: ParameterNames,
  read: Read<T>,
  orReturn = false,
): Read<Readonly<Record<string, T>>> {
  const all = record(read);
  return (value) => {
    const said = all(value);
    for (const name of Object.keys(said)) {
      if (!(orReturn && name === RETURN)) readParameter(parameters)(name);
    }
    return said;
  };
}

/** Who owns what a function gives, where that is who called it. */
export const CALLER = "caller";

/** A number of bytes or of elements. */
const size = integer(0, 2 ** 31 - 1);

/** An integer that a function gives. */
const code = integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const passed = (one: Read<string>): Read<Passed> => (value) => {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "object" && Object.hasOwn(value, "length")) {
    return { length: field(object(value), "length", one) };
  }
  const read = constant(value);
  if (typeof read !== "string") return read;
  throw new ValidationError(
    show(value),
    "a constant, null, true, false, or the length of a parameter",
  );
};

const failure: Read<Failure> = (value) => {
  const from = object(value);
  return omitMissing({
    when: field(from, "when", oneOf(FAILS)),
    of: optional(from, "of", name),
    except: optional(from, "except", list(code)),
    text: optional(from, "text", name),
    code: optional(from, "code", name),
    names: optional(from, "names", name),
  });
};

function wrong(text: string, { names, count }: ParameterNames): never {
  const known = names.filter((name) => name !== "");
  throw new ValidationError(
    show(text),
    known.length > 0
      ? `parameters, of ${known.join(", ")}`
      : `the number of a parameter, of ${count}`,
  );
}
