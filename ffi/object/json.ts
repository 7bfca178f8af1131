/**
 * What a language says as JSON.
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
  const { rawJSON = Number } = JSON as { rawJSON?: (text: string) => unknown };
  return is === "text" ? text : parseJson(text, rawJSON);
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
