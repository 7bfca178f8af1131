/**
 * Texts in arrays of characters, C's `char name[16]`.
 *
 * @module
 */

import type { Value } from "../value/value.ts";

const encoder = new TextEncoder();

/** Whether texts may be written to an array of such elements. */
export function isCharacter(of: Value): boolean {
  return of.kind === "scalar" && (of.name === "i8" || of.name === "u8");
}

/**
 * Writes a text, and zeros behind it.
 *
 * @param memory The array.
 * @param text The text.
 * @returns False where it has a NUL, is not well formed, or leaves no room for
 * its NUL: C would read on.
 */
export function writeCharacters(memory: Uint8Array, text: string): boolean {
  if (text.includes("\0") || !text.isWellFormed()) return false;
  const bytes = encoder.encode(text);
  if (bytes.length >= memory.length) return false;
  memory.fill(0);
  memory.set(bytes);
  return true;
}
