/**
 * Columns of what a language says as JSON.
 *
 * @module
 */

import { parseJson } from "../object/json.ts";
import { type Column, wholeMisfit } from "./column.ts";
import { PacketError } from "./packet.ts";
import { TEXTS } from "./text_column.ts";

const WANTED = "JSON, which only comes out";

/** Texts of JSON, as what they say. */
export const JSONS: Column = {
  wanted: WANTED,
  write: () => false,
  read: (packet, n) =>
    Array.from(TEXTS.read(packet, n), (text) => parsed(text as string)),
  explain: (value) => wholeMisfit(WANTED, value),
};

function parsed(text: string): unknown {
  try {
    return parseJson(text, BigInt);
  } catch (error) {
    throw new PacketError(`there is no JSON: ${(error as Error).message}`);
  }
}
