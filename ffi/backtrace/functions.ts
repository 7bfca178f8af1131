/**
 * Which function code is of: the symbols of an ELF file.
 *
 * @module
 */

import { Bytes } from "./bytes.ts";
import type { ElfSections } from "./elf_sections.ts";

const SYMBOL_SIZE = 24;
const STT_FUNC = 2;

/**
 * Finds the functions of addresses.
 *
 * @param sections Those of the file.
 * @param addresses From where the loader puts the file.
 * @returns A name for each that has one.
 */
export function findFunctions(
  sections: ElfSections,
  addresses: readonly number[],
): Map<number, string> {
  const found = new Map<number, string>();
  for (
    const [symbols, strings] of [
      [".symtab", ".strtab"],
      [".dynsym", ".dynstr"],
    ] as const
  ) {
    const table = sections.get(symbols);
    const names = sections.get(strings);
    if (table === undefined || names === undefined) continue;
    const left = addresses.filter((address) => !found.has(address));
    for (
      let at = 0;
      at + SYMBOL_SIZE <= table.bytes.length;
      at += SYMBOL_SIZE
    ) {
      const symbol = new Bytes(table.bytes, at);
      const name = symbol.u32();
      if ((symbol.u8() & 15) !== STT_FUNC) continue;
      symbol.skip(3);
      const [start, size] = [symbol.u64(), symbol.u64()] as const;
      for (const address of left) {
        if (address < start || address >= start + size || start === 0) continue;
        if (!found.has(address)) {
          found.set(address, readable(new Bytes(names.bytes, name).text()));
        }
      }
    }
  }
  return found;
}

/** A name as its language has it, where the linker's says only that and no types: `_ZN5codec6decode17h…E` is `codec::decode`. */
function readable(name: string): string {
  const [, nested, rest] = /^_Z(N?)(.*)$/.exec(name) ?? [];
  if (rest === undefined) return name;
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const [digits] = /^[1-9]\d*/.exec(rest.slice(at)) ?? [];
    if (digits === undefined) break;
    const start = at + digits.length;
    at = start + Number(digits);
    if (at > rest.length) return name;
    parts.push(rest.slice(start, at));
    if (nested === "") break;
  }
  if (parts.length === 0 || nested !== "" && rest[at] !== "E") return name;
  if (/^h[0-9a-f]{16}$/.test(parts.at(-1)!)) parts.pop(); // Rust's own
  return parts.map((part) =>
    part.replaceAll(
      /\$(?:u([0-9a-f]{1,4})|(LT|GT|RF|BP|LP|RP|C))\$/g,
      (_, code, word) =>
        code === undefined
          ? WORDS[word]!
          : String.fromCodePoint(parseInt(code, 16)),
    ).replaceAll("..", "::").replace(/^_(?=<)/, "")
  ).join("::");
}

/** What Rust writes in place of a character. */
const WORDS: Readonly<Record<string, string>> = {
  LT: "<",
  GT: ">",
  RF: "&",
  BP: "*",
  LP: "(",
  RP: ")",
  C: ",",
};
