/**
 * Which functions were compiled into others: the inlined subroutines of DWARF,
 * versions 2 to 5 (chapters 3.3.8 and 7.5).
 *
 * @module
 */

import { readable } from "./demangle.ts";
import { type Entry, numberOf, readEntry } from "./dwarf_entries.ts";
import {
  DW_AT_abstract_origin,
  DW_AT_addr_base,
  DW_AT_call_file,
  DW_AT_call_line,
  DW_AT_linkage_name,
  DW_AT_low_pc,
  DW_AT_MIPS_linkage_name,
  DW_AT_name,
  DW_AT_rnglists_base,
  DW_AT_sibling,
  DW_AT_specification,
  DW_AT_stmt_list,
  DW_AT_str_offsets_base,
  DW_TAG_inlined_subroutine,
  DW_TAG_lexical_block,
} from "./dwarf_numbers.ts";
import { addressAt, covers, textOf } from "./dwarf_ranges.ts";
import { type CompilationUnit, isCode, Units } from "./dwarf_units.ts";
import type { ElfSections } from "./elf_sections.ts";
import { type FileNames, filesAt } from "./lines.ts";

/** Deepest that entries lie within each other. */
const MOST_DEPTH = 256;

/** A function that was compiled into another one. */
export interface InlinedCall {
  /** Its name; undefined where nothing says it. */
  readonly symbol: string | undefined;
  /** Where it was called, as the compiler was told of it. */
  readonly file: string | undefined;
  /** From 1 on. */
  readonly line: number | undefined;
}

/**
 * Finds what was compiled into the functions at some addresses.
 *
 * @param sections Those of the file.
 * @param addresses From where the loader puts the file.
 * @returns For each in which something was, all of it, the innermost first.
 */
export function findInlined(
  sections: ElfSections,
  addresses: readonly number[],
): Map<number, InlinedCall[]> {
  const found = new Map<number, InlinedCall[]>();
  const info = sections.get(".debug_info");
  if (info === undefined || !sections.get(".debug_abbrev")) return found;
  const all = new Units(sections, info.bytes);
  for (const unit of all.list) {
    try {
      readUnit(all, unit, addresses, found);
    } catch {
      // The next one may be whole.
    }
  }
  return found;
}

const NOBODY: readonly number[] = [];

/** The name of a function, which may stand where it was defined or declared. */
function nameOf(
  all: Units,
  unit: CompilationUnit,
  entry: Entry,
): string | undefined {
  let name: string | undefined;
  for (let hops = 0; hops < 8; hops++) {
    const { values } = entry;
    const mangled = values.get(DW_AT_linkage_name) ??
      values.get(DW_AT_MIPS_linkage_name);
    const linkage = textOf(all, unit, mangled);
    if (linkage !== undefined) {
      const said = readable(linkage);
      if (said !== linkage || !/^_[ZR]/.test(linkage)) return said;
    }
    name ??= textOf(all, unit, values.get(DW_AT_name));
    const origin = values.get(DW_AT_abstract_origin) ??
      values.get(DW_AT_specification);
    if (origin?.kind !== "reference") break;
    const next = all.of(origin.value);
    if (next === undefined) break;
    prepare(all, next);
    const read = readEntry(next, all.bytesOf(next, origin.value));
    if (read === undefined) break;
    [unit, entry] = [next, read];
  }
  return name;
}

/** The first entry of a unit, which says where the rest is found. */
function prepare(all: Units, unit: CompilationUnit): Entry | undefined {
  const first = readEntry(unit, all.bytesOf(unit, unit.first));
  if (first === undefined) return undefined;
  const { values } = first;
  unit.strings = numberOf(values.get(DW_AT_str_offsets_base)) ?? unit.strings;
  unit.addresses = numberOf(values.get(DW_AT_addr_base)) ?? unit.addresses;
  unit.ranges = numberOf(values.get(DW_AT_rnglists_base)) ?? unit.ranges;
  const low = values.get(DW_AT_low_pc);
  if (low !== undefined) {
    unit.base = low.kind === "index"
      ? addressAt(all, unit, low.value)
      : numberOf(low) ?? 0;
  }
  return first;
}

function readUnit(
  all: Units,
  unit: CompilationUnit,
  addresses: readonly number[],
  found: Map<number, InlinedCall[]>,
): void {
  const first = prepare(all, unit);
  if (first === undefined || !first.hasChildren) return;
  const isHere = covers(all, unit, first);
  const wanted = isHere === undefined ? addresses : addresses.filter(isHere);
  if (wanted.length === 0) return;
  let files: FileNames | undefined;
  const fileOf = (index: number | undefined) => {
    const at = numberOf(first.values.get(DW_AT_stmt_list));
    if (index === undefined || at === undefined) return undefined;
    files ??= filesAt(all.sections, at);
    return files(index);
  };
  const hasRoom = (address: number) =>
    (found.get(address)?.length ?? 0) < MOST_DEPTH;
  const bytes = all.bytesOf(unit, first.at);
  readEntry(unit, bytes);
  // The addresses that lie in each entry around the next one.
  const around: (readonly number[])[] = [wanted];
  while (around.length > 0 && bytes.at < bytes.end) {
    all.count();
    const entry = readEntry(unit, bytes, true);
    if (entry === undefined) {
      around.pop();
      continue;
    }
    let here = around.at(-1)!;
    const { tag, values, hasChildren } = entry;
    if (isCode(tag) && here.length > 0) {
      const isIn = covers(all, unit, entry);
      if (isIn !== undefined) here = here.filter(isIn);
      else if (tag !== DW_TAG_lexical_block) here = [];
    }
    const open = tag === DW_TAG_inlined_subroutine
      ? here.filter(hasRoom)
      : NOBODY;
    if (open.length > 0) {
      const call: InlinedCall = {
        symbol: nameOf(all, unit, entry),
        file: fileOf(numberOf(values.get(DW_AT_call_file))),
        line: numberOf(values.get(DW_AT_call_line)),
      };
      for (const address of open) {
        found.set(address, [call, ...found.get(address) ?? []]);
      }
    }
    if (!hasChildren) continue;
    const sibling = values.get(DW_AT_sibling);
    if (
      here.length === 0 && sibling?.kind === "reference" &&
      sibling.value > bytes.at && sibling.value < bytes.end
    ) {
      bytes.at = sibling.value;
    } else {
      around.push(here);
      if (around.length > MOST_DEPTH) throw new RangeError("it is too deep");
    }
  }
}
