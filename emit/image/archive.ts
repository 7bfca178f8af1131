/**
 * Static libraries: object files in a row, as `ar` writes them.
 *
 * @module
 */

import { Cursor, Section } from "../bytes/cursor.ts";

const MAGIC = 8; // "!<arch>\n"
const HEADER = 60;

/**
 * Finds a member of an archive.
 *
 * @param bytes The archive.
 * @param name The member's name.
 * @param path The archive's name, for errors only.
 * @returns Its bytes, or undefined where there is no member of that name.
 * @throws {EmitError} `bad_image` when a header is not one.
 */
export function memberOf(
  bytes: Uint8Array,
  name: string,
  path: string,
): Uint8Array | undefined {
  const file = new Section("archive", bytes, path, "bad_image");
  for (let at = MAGIC; at + HEADER <= bytes.length;) {
    const header = new Cursor(file, at);
    const short = text(header.bytes(16));
    header.skip(32);
    const digits = text(header.bytes(10));
    header.skip(2);
    if (!/^\d+$/.test(digits)) throw file.error(at, "is no header");
    const size = Number(digits);
    const content = new Cursor(file, header.at, header.at + size);
    // BSD puts a long name before the content: "#1/" and its length.
    const long = /^#1\/(\d+)$/.exec(short);
    const own = long === null
      ? short.replace(/\/$/, "")
      : text(content.bytes(Number(long[1])));
    if (own === name) return content.bytes(content.end - content.at);
    at = content.end + (content.end & 1);
  }
  return undefined;
}

const latin1 = new TextDecoder("latin1");

function text(bytes: Uint8Array): string {
  return latin1.decode(bytes).replace(/[\s\0]+$/, "");
}
