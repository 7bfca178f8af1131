/**
 * The addresses that an entry covers, and what its indices lead to (DWARF,
 * chapters 2.17 and 7.25 to 7.28).
 *
 * @module
 */

import { ByteReader } from "./byte_reader.ts";
import { type Entry, numberOf, type Value } from "./dwarf_entries.ts";
import { DW_AT_high_pc, DW_AT_low_pc, DW_AT_ranges } from "./dwarf_numbers.ts";
import type { CompilationUnit, Units } from "./dwarf_units.ts";

/** Most characters of a name. */
const MOST_NAME = 2 ** 14;

export function textOf(
  { sections }: Units,
  unit: CompilationUnit,
  value: Value | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind === "text") return value.text;
  let at = value.value;
  if (value.kind === "index") {
    const size = unit.is64 ? 8 : 4;
    const table = sections.get(".debug_str_offsets");
    if (table === undefined) return undefined;
    const bytes = new ByteReader(table.bytes, unit.strings + at * size);
    at = unit.is64 ? bytes.u64() : bytes.u32();
  }
  const texts = sections.get(at < 0 ? ".debug_line_str" : ".debug_str");
  if (texts === undefined) return undefined;
  const start = at < 0 ? -1 - at : at;
  const end = Math.min(start + MOST_NAME, texts.bytes.length);
  return new ByteReader(texts.bytes, start, end).text();
}

export function addressAt(
  { sections }: Units,
  unit: CompilationUnit,
  index: number,
): number {
  const table = sections.get(".debug_addr");
  if (table === undefined) throw new RangeError("no addresses");
  const size = unit.addressSize;
  const bytes = new ByteReader(table.bytes, unit.addresses + index * size);
  return size === 8 ? bytes.u64() : bytes.u32();
}

/** Whether an entry's code lies at an address; undefined where it does not say. */
export function covers(
  all: Units,
  unit: CompilationUnit,
  { values }: Entry,
): ((address: number) => boolean) | undefined {
  const ranges = values.get(DW_AT_ranges);
  if (ranges !== undefined && "value" in ranges) {
    const list = [...rangesAt(all, unit, ranges)];
    return (address) =>
      list.some(([start, end]) => address >= start && address < end);
  }
  const low = values.get(DW_AT_low_pc);
  const high = values.get(DW_AT_high_pc);
  if (low === undefined || high === undefined) return undefined;
  const address = (value: Value) =>
    value.kind === "index"
      ? addressAt(all, unit, value.value)
      : numberOf(value) ?? 0;
  const start = address(low);
  const end = high.kind === "number" ? start + high.value : address(high);
  return (address) => start > 0 && address >= start && address < end;
}

function* rangesAt(
  all: Units,
  unit: CompilationUnit,
  ranges: Value & { readonly value: number },
): Generator<readonly [number, number]> {
  const { sections } = all;
  const wide = unit.addressSize === 8;
  if (unit.version < 5) {
    const table = sections.get(".debug_ranges");
    if (table === undefined) return;
    const bytes = new ByteReader(table.bytes, ranges.value);
    const address = () => wide ? Number(bytes.i64()) : bytes.u32();
    for (let base = unit.base;;) {
      all.count();
      const [start, end] = [address(), address()] as const;
      if (start === 0 && end === 0) return;
      if (start === (wide ? -1 : 0xffffffff)) base = end;
      else yield [base + start, base + end];
    }
  }
  const table = sections.get(".debug_rnglists");
  if (table === undefined) return;
  let at = ranges.value;
  if (ranges.kind === "range") {
    const size = unit.is64 ? 8 : 4;
    const offsets = new ByteReader(table.bytes, unit.ranges + at * size);
    at = unit.ranges + (unit.is64 ? offsets.u64() : offsets.u32());
  }
  const bytes = new ByteReader(table.bytes, at);
  const address = () => wide ? bytes.u64() : bytes.u32();
  const indexed = () => addressAt(all, unit, bytes.uleb());
  for (let base = unit.base;;) {
    all.count();
    switch (bytes.u8()) {
      case 0: // DW_RLE_end_of_list
        return;
      case 1: // DW_RLE_base_addressx
        base = indexed();
        break;
      case 2: // DW_RLE_startx_endx
        yield [indexed(), indexed()];
        break;
      case 3: { // DW_RLE_startx_length
        const start = indexed();
        yield [start, start + bytes.uleb()];
        break;
      }
      case 4: // DW_RLE_offset_pair
        yield [base + bytes.uleb(), base + bytes.uleb()];
        break;
      case 5: // DW_RLE_base_address
        base = address();
        break;
      case 6: // DW_RLE_start_end
        yield [address(), address()];
        break;
      case 7: { // DW_RLE_start_length
        const start = address();
        yield [start, start + bytes.uleb()];
        break;
      }
      default:
        throw new RangeError("an unknown range");
    }
  }
}
