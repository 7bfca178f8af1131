/**
 * The dynamic symbols of an ELF file: what `dlsym` would find in it.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import type { Elf, Segment } from "./elf_file.ts";
import type { Export, NeededVersion } from "./library.ts";

const PT_LOAD = 1;
const PT_GNU_RELRO = 0x6474e552;
const PF_X = 1;
const PF_W = 2;

const SHN_UNDEF = 0;
const SHN_ABS = 0xfff1;

const STB_LOCAL = 0;
const STT_NOTYPE = 0;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_COMMON = 5;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;
const STV_DEFAULT = 0;
const STV_PROTECTED = 3;

/** The bit of a symbol's version that says: not what a plain name binds to. */
const VERSYM_HIDDEN = 0x8000;

/**
 * The names that the library gives to others.
 *
 * @param elf The library.
 * @returns Sorted by name, one entry a name: of several versions the default one.
 * @throws {EmitError} `bad_image` when the tables end too early.
 */
export function readExports(elf: Elf): Export[] {
  const header = elf.header(".dynsym");
  const table = elf.bytes(header);
  const strings = elf.bytes(header && elf.headers[header.link]);
  if (table === undefined || strings === undefined) return [];
  const versions = elf.bytes(elf.header(".gnu.version"));
  const exports = new Map<string, Export>();
  const hidden = new Set<string>();
  const count = Math.floor(table.bytes.length / 24);
  for (let index = 1; index < count; index++) {
    const cursor = new Cursor(table, index * 24);
    const nameAt = cursor.u32();
    const info = cursor.u8();
    const visibility = cursor.u8() & 3;
    const section = cursor.u16();
    const address = cursor.u64();
    const size = cursor.u64();
    if (section === SHN_UNDEF || section === SHN_ABS) continue;
    if (info >> 4 === STB_LOCAL) continue;
    if (visibility !== STV_DEFAULT && visibility !== STV_PROTECTED) continue;
    const kind = kindOf(elf.segments, info & 15, address);
    if (kind === undefined) continue;
    const name = new Cursor(strings, nameAt).string();
    if (name === "") continue;
    const isHidden = versions !== undefined && versionOf(versions, index);
    // The default version wins, wherever it stands in the table.
    if (exports.has(name) && !(hidden.has(name) && !isHidden)) continue;
    if (isHidden) hidden.add(name);
    else hidden.delete(name);
    exports.set(name, {
      name,
      address,
      size,
      kind,
      readonly: kind === "variable" && isReadonly(elf.segments, address),
    });
  }
  return [...exports.values()].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0
  );
}

function versionOf(versions: Section, index: number): boolean {
  if (index * 2 + 2 > versions.bytes.length) return false;
  return (versions.view.getUint16(index * 2, true) & VERSYM_HIDDEN) !== 0;
}

function kindOf(
  segments: readonly Segment[],
  type: number,
  address: number,
): Export["kind"] | undefined {
  switch (type) {
    case STT_FUNC:
      return "function";
    case STT_OBJECT:
    case STT_COMMON:
      return "variable";
    case STT_TLS:
      return "tls";
    case STT_GNU_IFUNC:
      return "ifunc";
    // Assembly often leaves the type out; where it lies says what it is.
    case STT_NOTYPE:
      return segments.some((segment) =>
          segment.type === PT_LOAD && (segment.flags & PF_X) !== 0 &&
          holds(segment, address)
        )
        ? "function"
        : "variable";
    default:
      return undefined;
  }
}

function isReadonly(segments: readonly Segment[], address: number): boolean {
  for (const segment of segments) {
    if (!holds(segment, address)) continue;
    if (segment.type === PT_GNU_RELRO) return true;
    if (segment.type === PT_LOAD && (segment.flags & PF_W) === 0) return true;
  }
  return false;
}

function holds(segment: Segment, address: number): boolean {
  return address >= segment.address &&
    address < segment.address + segment.size;
}

/**
 * The symbol versions that the library needs of others.
 *
 * @param elf The library.
 * @returns In the order of the table.
 * @throws {EmitError} `bad_image` when the table ends too early.
 */
export function readNeededVersions(elf: Elf): NeededVersion[] {
  const header = elf.header(".gnu.version_r");
  const table = elf.bytes(header);
  const strings = elf.bytes(header && elf.headers[header.link]);
  if (table === undefined || strings === undefined) return [];
  const needed: NeededVersion[] = [];
  // Both lists are chained by relative offsets; each step must move forward,
  // so neither chain is longer than the table.
  for (let at = 0, next = 1; next !== 0; at += next) {
    const cursor = new Cursor(table, at);
    cursor.skip(4);
    const library = new Cursor(strings, cursor.u32()).string();
    const first = cursor.u32();
    next = cursor.u32();
    for (let aux = at + first, step = 1; step !== 0; aux += step) {
      const entry = new Cursor(table, aux);
      entry.skip(8);
      const version = new Cursor(strings, entry.u32()).string();
      step = entry.u32();
      needed.push({ library, version });
      if (needed.length > table.bytes.length / 16) {
        throw table.error(aux, "has more versions than it has room for");
      }
    }
  }
  return needed;
}
