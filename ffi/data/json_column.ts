/**
 * Columns of what a language says as JSON.
 *
 * @module
 */

import { type Column, misfit } from "./column.ts";
import { PacketError } from "./packet.ts";
import { TEXTS } from "./text_column.ts";

const WANTED = "JSON, which only comes out";

/** Texts of JSON, as what they say. */
export const JSONS: Column = {
  wanted: WANTED,
  write: () => false,
  read: (packet, n) =>
    Array.from(TEXTS.read(packet, n), (text) => parsed(text as string)),
  explain: (value) => misfit(WANTED, value),
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, exact);
  } catch (error) {
    throw new PacketError(`there is no JSON: ${(error as Error).message}`);
  }
}

/** An integer that no number is exactly is a bigint, where the engine says how it was written. */
function exact(
  _key: string,
  value: unknown,
  { source }: { source?: string } = {},
): unknown {
  return typeof value === "number" && source !== undefined &&
      !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
    ? BigInt(source)
    : value;
}
