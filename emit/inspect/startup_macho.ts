/**
 * What a Mach-O library runs when it is loaded, and how its bytes are spent.
 *
 * The names are those of `mach-o/loader.h` and `mach-o/fixup-chains.h`.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import { MachO, MH_BUNDLE, MH_DYLIB } from "../image/macho_file.ts";
import {
  holds,
  isCode,
  isFixed,
  readMachOSymbols,
  SECTION_TYPE,
} from "../image/macho_symbols.ts";
import {
  type Initialiser,
  MAX_INITIALISERS,
  type PartName,
  type Startup,
  sumParts,
} from "./startup.ts";

const S_ZEROFILL = 0x1;
const S_MOD_INIT_FUNC_POINTERS = 0x9;
const S_GB_ZEROFILL = 0xc;
const S_THREAD_LOCAL_ZEROFILL = 0x12;
const S_INIT_FUNC_OFFSETS = 0x16;

const DYLD_CHAINED_PTR_64_OFFSET = 6;

/**
 * Reads what runs at load, and the sizes of the parts.
 *
 * @param bytes A thin file.
 * @param path The file's name, for errors only.
 * @returns What was found; nothing of the library is run.
 * @throws {EmitError} `bad_image` when the tables end too early.
 */
export function readMachStartup(bytes: Uint8Array, path: string): Startup {
  const file = new MachO(bytes, path, [MH_DYLIB, MH_BUNDLE]);
  return { initialisers: initialisersOf(file), parts: sumParts(sizes(file)) };
}

function initialisersOf(file: MachO): Initialiser[] {
  const found: { address: number; from: Initialiser["from"] }[] = [];
  for (const section of file.sections) {
    const type = section.flags & SECTION_TYPE;
    const isPointers = type === S_MOD_INIT_FUNC_POINTERS;
    if (!isPointers && type !== S_INIT_FUNC_OFFSETS) continue;
    const cursor = new Cursor(file.bytes(section.name, section));
    const format = isPointers ? pointerFormat(file) : undefined;
    const size = isPointers ? 8 : 4;
    while (
      cursor.end - cursor.at >= size && found.length < MAX_INITIALISERS
    ) {
      found.push(
        isPointers
          ? {
            address: target(file, cursor, format),
            from: "S_MOD_INIT_FUNC_POINTERS",
          }
          : {
            address: base(file) + cursor.u32(),
            from: "S_INIT_FUNC_OFFSETS",
          },
      );
    }
  }
  if (found.length === 0) return [];
  const names = new Map<number, string>();
  for (const { name, address } of readMachOSymbols(file)) {
    if (address !== 0 && name.startsWith("_") && !names.has(address)) {
      names.set(address, name.slice(1));
    }
  }
  return found.map(({ address, from }) => ({
    name: names.get(address) ?? `0x${address.toString(16)}`,
    from,
  }));
}

/** What a pointer in the file will point to, before the library is slid. */
function target(
  file: MachO,
  cursor: Cursor,
  format: number | undefined,
): number {
  const low = cursor.u32();
  const high = cursor.u32();
  if (format === undefined) return high * 2 ** 32 + low;
  // `target` of a dyld_chained_ptr_64_rebase: its low 36 bits.
  const value = (high & 15) * 2 ** 32 + low;
  return format === DYLD_CHAINED_PTR_64_OFFSET ? base(file) + value : value;
}

/** How the pointers of the file are chained: the same in all of its segments, or undefined where they are not. */
function pointerFormat(file: MachO): number | undefined {
  if (file.fixups === undefined) return undefined;
  const section = file.bytes("chained fixups", file.fixups);
  const starts = new Cursor(section, 4).u32();
  const image = new Cursor(section, starts);
  for (let segments = image.u32(); segments > 0; segments--) {
    const offset = image.u32();
    if (offset === 0) continue; // nothing to fix up in this segment
    return new Cursor(section, starts + offset + 6).u16();
  }
  return undefined;
}

/** Where the file's header will lie, before the library is slid. */
function base({ segments }: MachO): number {
  return segments.find(({ name }) => name === "__TEXT")?.address ?? 0;
}

function* sizes(
  { segments, sections }: MachO,
): Generator<readonly [PartName, number]> {
  for (const section of sections) {
    const segment = segments.find((segment) => holds(segment, section.address));
    yield [
      partOf(section, segment !== undefined && isFixed(segment)),
      section.size,
    ];
  }
  const edit = segments.find(({ name }) => name === "__LINKEDIT");
  yield ["symbols, relocations and the rest", edit?.size ?? 0];
}

function partOf(
  { name, flags }: { name: string; flags: number },
  fixed: boolean,
): PartName {
  if (/^__z?debug_/.test(name)) return "debug information";
  switch (flags & SECTION_TYPE) {
    case S_ZEROFILL:
    case S_GB_ZEROFILL:
    case S_THREAD_LOCAL_ZEROFILL:
      return "zeroed variables (not in the file)";
  }
  if (isCode(flags)) return "code";
  return fixed ? "constants" : "variables";
}
