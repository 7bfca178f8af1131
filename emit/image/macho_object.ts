/**
 * What the functions of a Mach-O object file refer to, before it is linked.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import { MachO, MH_OBJECT } from "./macho_file.ts";
import { readMachOSymbols, type Symbol } from "./macho_symbols.ts";

// nlist.h
const N_STAB = 0xe0;
const N_TYPE = 0x0e;
const N_SECT = 0x0e;

/** The bit of a relocation that says: of a symbol, not of a section. */
const R_EXTERN = 1 << 27;

/**
 * Reads what an object leaves to the linker.
 *
 * @param bytes An object.
 * @param path The file's name, for errors only.
 * @returns By each function, the names that it needs of others: its own, and
 * those of what it calls; all as C has them.
 * @throws {EmitError} `bad_image` when the file is broken.
 */
export function neededByMachFunctions(
  bytes: Uint8Array,
  path: string,
): Map<string, ReadonlySet<string>> {
  const file = new MachO(bytes, path, [MH_OBJECT]);
  const symbols = [...readMachOSymbols(file)];
  const defined = symbols.filter(isDefined).sort((a, b) =>
    a.address - b.address
  );
  const used = new Map<number, Symbol[]>();
  for (const { name, address, relocations } of file.sections) {
    const cursor = new Cursor(file.bytes(`${name} relocations`, relocations));
    while (cursor.end - cursor.at >= 8) {
      const at = address + cursor.u32();
      const what = cursor.u32();
      const symbol = symbols[what & 0xffffff];
      if ((what & R_EXTERN) === 0 || symbol === undefined) continue;
      const of = defined.findLast((each) => each.address <= at)?.address;
      if (of === undefined) continue;
      const list = used.get(of);
      if (list === undefined) used.set(of, [symbol]);
      else list.push(symbol);
    }
  }
  return new Map(
    defined.map(({ name, address }) => [
      plain(name),
      neededAt(address, used),
    ]),
  );
}

function isDefined({ name, type }: Symbol): boolean {
  return name !== "" && (type & N_STAB) === 0 && (type & N_TYPE) === N_SECT;
}

/** What is needed by what lies at an address, and by all that this uses. */
function neededAt(
  address: number,
  used: ReadonlyMap<number, readonly Symbol[]>,
): Set<string> {
  const needed = new Set<string>();
  const seen = new Set([address]);
  for (const at of seen) {
    for (const symbol of used.get(at) ?? []) {
      if (isDefined(symbol)) seen.add(symbol.address);
      else needed.add(plain(symbol.name));
    }
  }
  return needed;
}

/** C's names have an underscore before them. */
function plain(name: string): string {
  return name.replace(/^_/, "");
}
