/**
 * Writes small pieces of DWARF, for the cases that no installed compiler writes.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Export, Image } from "../../../emit/image/image.ts";

/** The bytes of one attribute's value, or the label of the entry that it refers to in four bytes. */
export type Value = readonly number[] | string;

/** An entry: its tag, attributes as [name, form, value], and children. */
export interface Die {
  readonly label?: string;
  readonly tag: number;
  readonly attributes: readonly (readonly [number, number, Value])[];
  readonly children?: readonly Die[];
}

/** The bytes of an unsigned LEB128. */
export function uleb(value: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push(value % 128 + (rest > 0 ? 128 : 0));
    value = rest;
  } while (value > 0);
  return bytes;
}

/** The bytes of a string and its NUL. */
export function cstring(text: string): number[] {
  return [...Buffer.from(text), 0];
}

/** The `size` bytes of a little-endian number. */
export function fixed(value: number | bigint, size: number): number[] {
  return Array.from(
    { length: size },
    (_, index) => Number(BigInt(value) >> BigInt(index * 8) & 0xffn),
  );
}

/**
 * Writes one unit.
 *
 * @param root Its entries.
 * @param version 2 to 5; the header is that of 32-bit DWARF with 8-byte addresses.
 * @returns The sections by their names.
 */
export function write(root: Die, version = 5): Record<string, number[]> {
  const header = version >= 5 ? [1, 8, 0, 0, 0, 0] : [0, 0, 0, 0, 8];
  const info = [...fixed(0, 4), ...fixed(version, 2), ...header];
  const abbreviations: number[] = [];
  const labels = new Map<string, number>();
  const references: [number, string][] = [];
  let code = 0;
  const entry = (die: Die): void => {
    if (die.label !== undefined) labels.set(die.label, info.length);
    code++;
    info.push(...uleb(code));
    abbreviations.push(...uleb(code), ...uleb(die.tag));
    abbreviations.push(die.children === undefined ? 0 : 1);
    for (const [name, form, value] of die.attributes) {
      abbreviations.push(...uleb(name), ...uleb(form));
      if (form === 0x21) { // DW_FORM_implicit_const: the value stands here
        abbreviations.push(...value as number[]);
      } else if (typeof value === "string") {
        references.push([info.length, value]);
        info.push(0, 0, 0, 0);
      } else {
        info.push(...value);
      }
    }
    abbreviations.push(0, 0);
    if (die.children === undefined) return;
    die.children.forEach(entry);
    info.push(0);
  };
  entry(root);
  for (const [at, label] of references) {
    info.splice(at, 4, ...fixed(labels.get(label) ?? 0, 4));
  }
  info.splice(0, 4, ...fixed(info.length - 4, 4));
  return { ".debug_info": info, ".debug_abbrev": [...abbreviations, 0] };
}

/** An image of those sections that exports those names, at addresses from 0x1000. */
export function image(
  sections: Record<string, readonly number[]>,
  ...exports: (string | Partial<Export> & { name: string })[]
): Image {
  return {
    format: "elf",
    path: "written.so",
    os: "linux",
    arch: "x64",
    needs: [],
    versions: [],
    exports: exports.map((symbol, index) => ({
      address: 0x1000 + index * 16,
      size: 16,
      kind: "function",
      readonly: false,
      ...(typeof symbol === "string" ? { name: symbol } : symbol),
    })),
    section: (name) =>
      sections[name] === undefined ? undefined : Uint8Array.from(
        sections[name],
      ),
  };
}
