/**
 * The symbols of a Mach-O file: what `dlsym` would find in it, and which object
 * file each came from.
 *
 * @module
 */

import { Cursor, type Section } from "../bytes/cursor.ts";
import type { Export, ObjectFile } from "./library.ts";
import type { Extent, MachO, MachSegment } from "./macho_file.ts";

// nlist.h
const N_STAB = 0xe0;
const N_PEXT = 0x10;
const N_TYPE = 0x0e;
const N_EXT = 0x01;
const N_SECT = 0x0e;
const N_GSYM = 0x20;
const N_FUN = 0x24;
const N_OSO = 0x66;

const EXPORT_SYMBOL_FLAGS_KIND_MASK = 3;
const EXPORT_SYMBOL_FLAGS_KIND_THREAD_LOCAL = 1;
const EXPORT_SYMBOL_FLAGS_KIND_ABSOLUTE = 2;
const EXPORT_SYMBOL_FLAGS_REEXPORT = 8;
const EXPORT_SYMBOL_FLAGS_STUB_AND_RESOLVER = 16;

/** The part of a section's flags that says its type. */
export const SECTION_TYPE = 0xff;
const S_THREAD_LOCAL_VARIABLES = 0x13;
const S_ATTR_PURE_INSTRUCTIONS = 0x80000000;
const S_ATTR_SOME_INSTRUCTIONS = 0x400;
const VM_PROT_WRITE = 2;
/** The loader makes the segment read-only once it is relocated. */
const SG_READ_ONLY = 0x10;

/** Longest name of a symbol, and deepest trie. */
const MAX_NAME = 0x4000;

/** An entry of the table of symbols. */
export interface Symbol {
  readonly name: string;
  readonly type: number;
  readonly address: number;
}

/**
 * The names that the library gives to others.
 *
 * @param file The library.
 * @returns Sorted by name.
 * @throws {EmitError} `bad_image` when the tables end too early.
 */
export function readMachExports(file: MachO): Export[] {
  const exports = new Map<string, Export>();
  const add = (name: string, address: number, flags: number) => {
    // C's names have an underscore before them; what has none cannot be looked up.
    if (!name.startsWith("_") || name === "_") return;
    const plain = name.slice(1);
    exports.set(plain, {
      name: plain,
      size: 0,
      ...place(file, address, flags),
    });
  };
  if (file.trie !== undefined && file.trie.size > 0) {
    const base = file.segments.find(({ name }) => name === "__TEXT");
    readTrie(file.bytes("exports trie", file.trie), (name, offset, flags) => {
      add(name, (base?.address ?? 0) + offset, flags);
    });
  } else {
    for (const { name, type, address } of readMachOSymbols(file)) {
      if ((type & (N_STAB | N_PEXT)) !== 0 || (type & N_EXT) === 0) continue;
      if ((type & N_TYPE) === N_SECT) add(name, address, 0);
    }
  }
  return [...exports.values()].sort((a, b) => a.name < b.name ? -1 : 1);
}

/** What lies at an address. */
function place(
  { sections, segments }: MachO,
  address: number,
  flags: number,
): Pick<Export, "address" | "kind" | "readonly"> {
  const section = sections.find((section) => holds(section, address));
  const segment = segments.find((segment) => holds(segment, address));
  const type = section?.flags ?? 0;
  const kind = (flags & EXPORT_SYMBOL_FLAGS_KIND_MASK) ===
        EXPORT_SYMBOL_FLAGS_KIND_THREAD_LOCAL ||
      (type & SECTION_TYPE) === S_THREAD_LOCAL_VARIABLES
    ? "tls"
    : (flags & EXPORT_SYMBOL_FLAGS_STUB_AND_RESOLVER) !== 0
    ? "ifunc"
    : isCode(type)
    ? "function"
    : "variable";
  const fixed = segment !== undefined && isFixed(segment);
  return { address, kind, readonly: kind === "variable" && fixed };
}

/** Whether a section with these flags has instructions in it. */
export function isCode(flags: number): boolean {
  return (flags & (S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS)) !== 0;
}

/** Whether nobody can write to a segment once it is relocated. */
export function isFixed({ protection, flags }: MachSegment): boolean {
  return (protection & VM_PROT_WRITE) === 0 || (flags & SG_READ_ONLY) !== 0;
}

/** Whether an address lies in a segment or a section. */
export function holds(
  { address, size }: { address: number; size: number },
  at: number,
): boolean {
  return at >= address && at < address + size;
}

/** Walks the tree of prefixes that the loader looks names up in. */
function readTrie(
  trie: Section,
  take: (name: string, offset: number, flags: number) => void,
): void {
  // Every node has one parent, so a broken file that says otherwise is cut short.
  const seen = new Set<number>();
  const open: [at: number, name: string][] = [[0, ""]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [at, name] = next;
    if (seen.has(at)) throw trie.error(at, "is a node with two parents");
    seen.add(at);
    const cursor = new Cursor(trie, at);
    const size = cursor.uleb();
    const children = cursor.at + size;
    if (size > 0) {
      const flags = cursor.uleb();
      // What is re-exported lies in another library.
      const absent = (flags & EXPORT_SYMBOL_FLAGS_REEXPORT) !== 0 ||
        (flags & EXPORT_SYMBOL_FLAGS_KIND_MASK) ===
          EXPORT_SYMBOL_FLAGS_KIND_ABSOLUTE;
      if (!absent) take(name, cursor.uleb(), flags);
    }
    const edges = new Cursor(trie, children);
    for (let count = edges.u8(); count > 0; count--) {
      const longer = name + edges.string();
      if (!trie.texts.spend(name.length)) {
        throw trie.error(at, "has names that repeat each other too often");
      }
      if (longer.length > MAX_NAME) {
        throw trie.error(at, `has a name longer than ${MAX_NAME}`);
      }
      open.push([edges.uleb(), longer]);
    }
  }
}

/** Every entry of the table of symbols, private and debugging ones too. */
export function* readMachOSymbols(file: MachO): Generator<Symbol> {
  if (file.symbols === undefined) return;
  const { offset, count, strings } = file.symbols;
  const names = file.bytes("string table", strings);
  const extent: Extent = { offset, size: count * 16 };
  const cursor = new Cursor(file.bytes("symbol table", extent));
  for (let index = 0; index < count; index++) {
    const nameAt = cursor.u32();
    const type = cursor.u8();
    cursor.skip(3);
    const address = cursor.u64();
    yield { name: new Cursor(names, nameAt).string(), type, address };
  }
}

/**
 * The debug map: which object files the linker took what from. Their debug
 * information stays in them unless `dsymutil` collects it.
 *
 * @param file The library.
 * @returns In the order of linking.
 */
export function readDebugMap(file: MachO): ObjectFile[] {
  const objects: (ObjectFile & { names: Set<string> })[] = [];
  for (const { name, type, address } of readMachOSymbols(file)) {
    switch (type) {
      case N_OSO:
        objects.push({ path: name, time: address, names: new Set() });
        break;
      // A second N_FUN without a name says how long the function is.
      case N_FUN:
      case N_GSYM:
        if (name.startsWith("_")) objects.at(-1)?.names.add(name.slice(1));
    }
  }
  return objects;
}
