/**
 * Static libraries: object files in a row, as `ar` writes them.
 *
 * @module
 */

import { Cursor, Section } from "../bytes/cursor.ts";

/** What each begins with; a thin one has the names of its files, and not what is in them. */
const MAGIC = "!<arch>\n";
const THIN_MAGIC = "!<thin>\n";

/** A file in an archive. */
export interface ArchiveMember {
  readonly name: string;
  /** When it was last changed, in seconds; 0 where `ar` was told to leave that out. */
  readonly time: number;
  /** Its bytes; undefined in a thin archive: they lie in a file, whose path from the archive's directory is the name. */
  readonly bytes: Uint8Array | undefined;
}

/**
 * The files in an archive, but for the tables that `ar` writes for the linker.
 *
 * @param bytes The archive.
 * @param path The archive's name, for errors only.
 * @returns In its order; several may have one name.
 * @throws {EmitError} `bad_image` when it is none, or a header is not one.
 */
export function* membersOf(
  bytes: Uint8Array,
  path: string,
): Generator<ArchiveMember> {
  const file = new Section("archive", bytes, path, "bad_image");
  const magic = text(bytes.subarray(0, MAGIC.length));
  const isThin = magic === THIN_MAGIC;
  if (magic !== MAGIC && !isThin) {
    throw file.error(0, 'does not begin as a static library does ("!<arch>")');
  }
  let names: Cursor | undefined;
  for (let at = MAGIC.length; at < bytes.length;) {
    const header = new Cursor(file, at);
    const short = field(header, 16);
    const time = field(header, 12);
    header.skip(20);
    const digits = field(header, 10);
    const isEnded = text(header.bytes(2)) === "`\n";
    if (!isEnded || !/^\d+$/.test(digits)) throw file.error(at, "is no header");
    // GNU's tables: of the symbols, of those of 64 bits, of the long names.
    const isTable = /^\/(?:\/|SYM64\/)?$/.test(short);
    const size = isThin && !isTable ? 0 : Number(digits);
    const content = new Cursor(file, header.at, header.at + size);
    at = content.end + (content.end & 1);
    if (short === "//") names = content;
    if (isTable) continue;
    const name = nameOf(short, content, names);
    if (name.startsWith("__.SYMDEF")) continue; // BSD's, of the symbols
    yield {
      name,
      time: Number(time),
      bytes: isThin ? undefined : content.bytes(content.end - content.at),
    };
  }
}

/** The whole name; moves over it where it lies before the content. */
function nameOf(
  short: string,
  content: Cursor,
  names: Cursor | undefined,
): string {
  const [, length] = /^#1\/(\d+)$/.exec(short) ?? []; // BSD
  if (length !== undefined) return field(content, Number(length));
  const [, place] = /^\/(\d+)$/.exec(short) ?? []; // GNU
  if (place === undefined || names === undefined) {
    return short.replace(/\/$/, "");
  }
  // Each ends with a slash and a line; in those of Windows with a NUL.
  const name = new Cursor(names.section, names.at + Number(place), names.end);
  const end = name.section.bytes.subarray(name.at, name.end)
    .findIndex((byte) => byte === 0x0a || byte === 0);
  const size = end < 0 ? name.end - name.at : end;
  return field(name, size).replace(/\/$/, "");
}

/** A text of a fixed size, without what fills it up. */
function field(cursor: Cursor, size: number): string {
  const { section, at } = cursor;
  if (!section.texts.spend(size)) {
    throw section.error(at, "has names that repeat each other too often");
  }
  const bytes = cursor.bytes(size);
  let { length } = bytes;
  while (length > 0 && (bytes[length - 1] === 0x20 || !bytes[length - 1])) {
    length--;
  }
  return text(bytes.subarray(0, length));
}

const latin1 = new TextDecoder("latin1");

function text(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}
