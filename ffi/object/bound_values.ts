/**
 * The arguments of a method that begins a walk, bound one by one to what is walked
 * through: the values of a prepared statement.
 *
 * @module
 */

import type { Binding } from "../manifest/manifest.ts";
import type { NativeObject } from "./object.ts";

/** Binds a function of the plugin. */
export type BindSymbol = (symbol: string) => (...args: unknown[]) => unknown;

/** Refuses arguments where there is nothing to bind them to. */
export function noArguments(
  method: string,
): (object: NativeObject, args: readonly unknown[]) => void {
  return (_object, { length }) => {
    if (length === 0) return;
    throw new TypeError(`${method}(): wanted 0 arguments, got ${length}`);
  };
}

/** Gives the arguments of a method to the plugin. */
export function giver(
  method: string,
  { from, count, kinds }: Binding,
  bind: BindSymbol,
  show: (value: unknown) => string,
): (object: NativeObject, args: readonly unknown[]) => void {
  const wanted = count === undefined ? undefined : bind(count);
  const calls = new Map(
    Object.entries(kinds).map(([kind, symbol]) => [kind, bind(symbol)]),
  );
  const names = Object.keys(kinds).map((kind) => WORDS[kind as Kind]);
  return (object, args) => {
    const most = wanted === undefined ? args.length : Number(wanted(object));
    if (args.length !== most) {
      throw new TypeError(
        `${method}(): wanted ${most} argument${
          most === 1 ? "" : "s"
        }, got ${args.length}`,
      );
    }
    for (const [index, value] of args.entries()) {
      const kind = kindOf(value, calls.has("integer"));
      const call = kind && calls.get(kind);
      if (!call) {
        throw new TypeError(
          `${method}(): argument ${index + 1}: wanted ${
            names.join(", ")
          }, got ${show(value)}`,
        );
      }
      if (kind === "null") call(object, from + index);
      else call(object, from + index, value);
    }
  };
}

type Kind = keyof Binding["kinds"];

const WORDS: Readonly<Record<Kind, string>> = {
  null: "null",
  boolean: "a boolean",
  integer: "an integer",
  number: "a number",
  bigint: "a bigint",
  string: "a string",
  bytes: "bytes",
};

function kindOf(value: unknown, hasIntegers: boolean): Kind | undefined {
  switch (typeof value) {
    case "boolean":
    case "bigint":
    case "string":
      return typeof value as Kind;
    case "number":
      return hasIntegers && Number.isSafeInteger(value) && !Object.is(value, -0)
        ? "integer"
        : "number";
    case "object":
      if (value === null) return "null";
      return ArrayBuffer.isView(value) || value instanceof ArrayBuffer
        ? "bytes"
        : undefined;
    default:
      return undefined;
  }
}
