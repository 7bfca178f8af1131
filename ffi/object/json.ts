/**
 * What JSON has of what a plugin gives: of what its language says as JSON, and of
 * fields, lists and maps. `toJSON()` itself is made in `fields.ts`.
 *
 * @module
 */

import type { Json } from "../manifest/manifest.ts";
import { isPlainObject } from "../value/plain_object.ts";
import { isNativeObject, type NativeObject } from "./object.ts";

/**
 * What bytes are to `JSON.stringify`, which writes as it was written what no
 * number is exactly, where the engine can.
 *
 * @param bytes What the method of a class gave.
 * @param is What they are.
 */
export function inJson(bytes: Uint8Array, is: Json["is"]): unknown {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return is === "text" ? text : parseJson(text, exactly);
}

/** An integer that no number is exactly, as it is written, where the engine can. */
function exactly(digits: string): unknown {
  const { rawJSON = Number } = JSON as { rawJSON?: (text: string) => unknown };
  return rawJSON(digits);
}

/**
 * What JSON has in the place of what lies in an object, a list or a map, which
 * `JSON.stringify` alone would write wrongly: a typed array as an object, a map as
 * an empty one; for a bigint it throws. Objects say themselves what they are.
 *
 * @param value What came out of the plugin.
 * @param meet Is told of each object of a class in it.
 * @param level How many objects, lists and maps it lies in.
 */
export function valueInJson(
  value: unknown,
  meet: (object: NativeObject, level: number) => void,
  level = 1,
): unknown {
  if (isNativeObject(value)) meet(value, level);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : exactly(`${value}`);
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(
      value as ArrayLike<unknown>,
      (one) => valueInJson(one, meet, level + 1),
    );
  }
  if (!(isPlainObject(value) || value instanceof Map)) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, of]) => [key, valueInJson(of, meet, level + 1)]),
  );
}

/**
 * Parses JSON.
 *
 * @param text The JSON.
 * @param exactly Makes an integer that no number is exactly of its digits, where
 * the engine says how it was written.
 */
export function parseJson(
  text: string,
  exactly: (digits: string) => unknown,
): unknown {
  return JSON.parse(
    text,
    (_key, value: unknown, { source = "" }: { source?: string } = {}) =>
      typeof value === "number" && !Number.isSafeInteger(value) &&
        /^-?\d+$/.test(source)
        ? exactly(source)
        : value,
  );
}
