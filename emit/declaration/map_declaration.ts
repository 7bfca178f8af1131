/**
 * The map beside a `.d.ts`: "go to definition" opens the line of the source.
 *
 * @module
 */

import { basename, dirname, relative } from "../../ffi/system/path.ts";
import type { DeclarationSite } from "../describe/description.ts";
import type { Printed } from "./lines.ts";

/** A declaration that names its map, and the map. */
export interface Mapped {
  readonly text: string;
  readonly map: string;
}

/**
 * Maps the declarations of a plugin.
 *
 * @param printed What `declareAll()` printed, and where.
 * @param placeOf Where a symbol, a type, or a member `Type.member` is declared.
 * @param path Where the declarations will be.
 * @param lineOf The text of a line of a source, for where in it the name is.
 * @returns Undefined where no place is known.
 */
export function mapDeclaration(
  { text, declared }: Printed,
  placeOf: (name: string) => DeclarationSite | undefined,
  path: string,
  lineOf: (place: DeclarationSite) => string,
): Mapped | undefined {
  const sources: string[] = [];
  const lines = text.split("\n").map(() => "");
  let last = { source: 0, line: 0, column: 0 };
  for (const { of, line, column, length } of declared) {
    const place = placeOf(of);
    if (place === undefined) continue;
    if (!sources.includes(place.path)) sources.push(place.path);
    const short = of.replace(/<.*/s, "").replace(/^.*(?:::|\.)/, "");
    const now = {
      source: sources.indexOf(place.path),
      line: place.line - 1,
      column: Math.max(columnIn(lineOf(place), short), 0),
    };
    lines[line] = [
      vlq(
        column,
        now.source - last.source,
        now.line - last.line,
        now.column - last.column,
      ),
      // What follows on this line, and on those below, is of no source.
      vlq(length),
    ].join(",");
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

/** What a word is of. */
const OF_WORD = /[\p{ID_Continue}$]/u;

/** Where a name stands in a line, as a word. */
function columnIn(line: string, name: string): number {
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const isWord = (character: string | undefined) =>
      character !== undefined && OF_WORD.test(character);
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
