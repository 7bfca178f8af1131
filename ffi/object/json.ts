/**
 * What JSON has of what a plugin gives: of what its language says as JSON, and of
 * lists and maps.
 *
 * @module
 */

import type { Json } from "../manifest/manifest.ts";

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
 * What lies in a list or a map: JSON has a typed array as an object, and no bigint.
 *
 * @param values All of it, as it comes out.
 */
export function elementsInJson(values: unknown): unknown {
  if (values instanceof Map) return Object.fromEntries(values);
  if (!ArrayBuffer.isView(values)) return values;
  const all = values as unknown as ArrayLike<number | bigint>;
  return Array.from(all, (one) => {
    const number = Number(one);
    return typeof one === "bigint" && !Number.isSafeInteger(number)
      ? exactly(`${one}`)
      : number;
  });
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
