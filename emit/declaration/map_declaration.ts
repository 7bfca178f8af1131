/**
 * The map beside a `.d.ts`: "go to definition" opens the line of the source.
 *
 * @module
 */

import { basename, dirname, relative } from "../../ffi/system/path.ts";
import type { Manifest } from "../../ffi/manifest/manifest.ts";
import type { DeclarationSite } from "../describe/description.ts";
import { declaredNames } from "./print_declaration.ts";

/** A declaration that names its map, and the map. */
export interface Mapped {
  readonly text: string;
  readonly map: string;
}

/**
 * Maps the declarations of a plugin.
 *
 * @param text What {@linkcode printDeclaration} printed.
 * @param manifest The plugin's manifest.
 * @param placeOf Where a symbol, a type, or a member `Type.member` is declared.
 * @param path Where the declarations will be.
 * @param lineOf The text of a line of a source, for where in it the name is.
 * @returns Undefined where no place is known.
 */
export function mapDeclaration(
  text: string,
  manifest: Manifest,
  placeOf: (name: string) => DeclarationSite | undefined,
  path: string,
  lineOf: (place: DeclarationSite) => string,
): Mapped | undefined {
  const nameOf = declaredNames(manifest);
  const sources: string[] = [];
  const lines: string[] = [];
  let block = "";
  let last = { source: 0, line: 0, column: 0 };
  for (const line of text.split("\n")) {
    const opened =
      /^export (?:interface|declare class|type) ([\p{ID_Continue}$]+)/u
        .exec(line);
    const member =
      /^ {2}(?:static |get |readonly )?("(?:[^"\\]|\\.)*"|[\p{ID_Continue}$]+)[?:(<]/u
        .exec(line);
    if (opened !== null) block = opened[1]!;
    const written = opened?.[1] ?? member?.[1];
    const key = member === null || opened !== null
      ? undefined
      : written!.startsWith('"')
      ? JSON.parse(written!) as string
      : written!;
    const name = written === undefined ? undefined : nameOf(block, key);
    const place = name === undefined ? undefined : placeOf(name);
    if (place === undefined) {
      lines.push("");
      continue;
    }
    if (!sources.includes(place.path)) sources.push(place.path);
    const short = name!.replace(/<.*/s, "").replace(/^.*(?:::|\.)/, "");
    const now = {
      source: sources.indexOf(place.path),
      line: place.line - 1,
      column: Math.max(columnIn(lineOf(place), short), 0),
    };
    const start = line.indexOf(written!);
    lines.push([
      vlq(
        start,
        now.source - last.source,
        now.line - last.line,
        now.column - last.column,
      ),
      // What follows on this line, and on those below, is of no source.
      vlq(written!.length),
    ].join(","));
    last = now;
  }
  if (sources.length === 0) return undefined;
  const file = basename(path);
  return {
    text: `${text}//# sourceMappingURL=${file}.map\n`,
    map: `${
      JSON.stringify({
        version: 3,
        file,
        sourceRoot: "",
        sources: sources.map((source) => relative(dirname(path), source)),
        names: [],
        mappings: lines.join(";"),
      })
    }\n`,
  };
}

/** Where a name stands in a line, as a word. */
function columnIn(line: string, name: string): number {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const isWord = (character: string | undefined) =>
      character !== undefined && /[\p{ID_Continue}$]/u.test(character);
    if (!isWord(line[at - 1]) && !isWord(line[at + name.length])) return at;
  }
  return -1;
}

const DIGITS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Numbers as source maps write them: five bits at a time, the sign in the first. */
function vlq(...numbers: readonly number[]): string {
  return numbers.map((number) => {
    let rest = number < 0 ? -number << 1 | 1 : number << 1;
    let text = "";
    do {
      const more = rest > 31 ? 32 : 0;
      text += DIGITS[rest & 31 | more];
      rest >>>= 5;
    } while (rest > 0);
    return text;
  }).join("");
}
