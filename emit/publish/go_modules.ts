/**
 * The modules that a library in Go is made of, as `go version -m` prints them.
 *
 * The linker writes them behind 32 bytes: a magic number, the size of a pointer
 * and flags, of which one says that two texts follow. The second lies between
 * 16 bytes that are marks.
 *
 * @module
 */

import { Cursor, Section } from "../bytes/cursor.ts";
import type { Image } from "../image/library.ts";
import type { LibraryPart } from "./part.ts";

const MAGIC = "\xff Go buildinf:";
const FLAGS_AT = 15;
const HAS_TEXTS = 2;
const TEXTS_AT = 32;
const MARK = 16;

/**
 * Reads the list.
 *
 * @param image The library.
 * @returns Go's own library and the modules in this one, but for its own; none
 * where no Go has linked it.
 * @throws {EmitError} `bad_image` where the texts end too early.
 */
export function modulesIn({ path, section }: Image): LibraryPart[] {
  const bytes = section(".go.buildinfo") ?? section("__go_buildinfo");
  if (bytes === undefined || bytes.length < TEXTS_AT) return [];
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  const hasTexts = (bytes[FLAGS_AT]! & HAS_TEXTS) !== 0; // since Go 1.18
  if (magic !== MAGIC || !hasTexts) return [];
  const cursor = new Cursor(
    new Section(".go.buildinfo", bytes, path, "bad_image"),
    TEXTS_AT,
  );
  const text = () => cursor.bytes(cursor.uleb());
  const version = /\d[\w.]*/.exec(decode(text()))?.[0];
  const modules = text();
  const lines = decode(modules.subarray(MARK, -MARK)).split("\n");
  return [
    ...version === undefined
      ? []
      : [{ name: "std", version, purl: `pkg:golang/std@${version}` }],
    ...lines.flatMap((line, at) => {
      if (!line.startsWith("dep\t")) return [];
      return partOf(line.split("\t"), lines[at + 1]?.split("\t"));
    }),
  ];
}

/** A module, and the one that `replace` has put in its place. */
function partOf(dep: string[], next: string[] = []): LibraryPart[] {
  const [, path = "", version = "", sum = ""] = next[0] === "=>" ? next : dep;
  // A directory, which has no version, is nobody else's, and where it lies too.
  if (!version.startsWith("v")) return [{ name: dep[1]!, version: dep[2]! }];
  // Of what is built from `vendor` the sum may not be known.
  const [, base64] = SUM.exec(sum) ?? [];
  return [{
    name: path,
    version,
    purl: `pkg:golang/${path}@${encodeURIComponent(version)}`,
    ...base64 !== undefined && { sha256: hexadecimal(base64) },
  }];
}

/** What go.sum has of a module: SHA-256. */
const SUM = /^h1:([A-Za-z\d+/]{43}=)$/;

function hexadecimal(base64: string): string {
  const bytes = Uint8Array.from(
    atob(base64),
    (character) => character.charCodeAt(0),
  );
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
