/**
 * What is said of a function beside its type, and how it names parameters.
 *
 * @module
 */

import {
  boolean,
  list,
  name,
  object,
  omitMissing,
  optional,
  type Read,
  record,
  show,
  string,
  ValidationError,
} from "./field.ts";
import type { Annotations } from "./format.ts";

/** What stands for the result: no language has a parameter of that name. */
export const RETURN = "return";

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

/**
 * The factors of a length: `"count"`, `"size * count"`, `"2 * 1"`.
 *
 * @param text The length. The first factor is a parameter where it can be one:
 * `"3"` alone is the third parameter, in a product a number is a number.
 * @returns Positions of parameters and numbers, or undefined where a factor is neither.
 */
export function factorsOf(
  text: string,
  parameters: ParameterNames,
): { positions: number[]; factor: number } | undefined {
  const words = text.split("*").map((word) => word.trim());
  const positions: number[] = [];
  let factor = 1;
  for (const word of words) {
    if (words.length > 1 && /^\d{1,9}$/.test(word)) {
      factor *= Number(word);
      continue;
    }
    const position = positionOf(word, parameters);
    if (position === undefined) return undefined;
    positions.push(position);
  }
  return positions.length === 0 ? undefined : { positions, factor };
}

/** Reads a list of parameters, with {@linkcode RETURN} for the result. */
export function readNonnull(parameters: ParameterNames): Read<string[]> {
  return list((value) =>
    value === RETURN ? RETURN : parameter(parameters)(value)
  );
}

/** Reads what is said of a function. */
export function readAnnotations(
  parameters: ParameterNames,
): Read<Annotations> {
  const one = parameter(parameters);
  return (value) => {
    const from = object(value);
    return omitMissing({
      free: optional(from, "free", name),
      errno: optional(from, "errno", boolean),
      nonblocking: optional(from, "nonblocking", boolean),
      threads: optional(from, "threads", list(one)),
      nonnull: optional(from, "nonnull", readNonnull(parameters)),
      lengths: optional(from, "lengths", readLengths(parameters)),
    });
  };
}

function parameter(parameters: ParameterNames): Read<string> {
  return (value) => {
    const text = string(value);
    if (positionOf(text, parameters) === undefined) wrong(text, parameters);
    return text;
  };
}

function readLengths(
  parameters: ParameterNames,
): Read<Readonly<Record<string, string>>> {
  const lengths = record((value) => {
    const text = string(value);
    if (factorsOf(text, parameters) === undefined) wrong(text, parameters);
    return text;
  });
  return (value) => {
    const read = lengths(value);
    for (const name of Object.keys(read)) parameter(parameters)(name);
    return read;
  };
}

function wrong(text: string, { names, count }: ParameterNames): never {
  const known = names.filter((name) => name !== "");
  throw new ValidationError(
    show(text),
    known.length > 0
      ? `parameters, of ${known.join(", ")}`
      : `the number of a parameter, of ${count}`,
  );
}
