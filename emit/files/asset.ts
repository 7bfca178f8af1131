/**
 * Texts that lie beside our own modules, in their folders or wherever those were
 * imported from.
 *
 * @module
 */

import { fromFileUrl } from "../../ffi/system/path.ts";
import { isMissing, system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";

/**
 * Reads a text, which need not be on this machine.
 *
 * @param places Where it may be: the first that is there is read.
 * @returns The text.
 * @throws {EmitError} `not_found` when it is nowhere.
 */
export async function readAsset(...places: readonly URL[]): Promise<string> {
  let why = "";
  for (const place of places) {
    if (place.protocol !== "file:") {
      const response = await fetch(place);
      if (response.ok) return await response.text();
      why = `: ${response.status}`;
      continue;
    }
    try {
      return system.readText(fromFileUrl(place));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new EmitError("not_found", `Cannot fetch "${places.at(-1)}"${why}`);
}
