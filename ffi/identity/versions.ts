/**
 * What the loader goes by in libraries that are on this machine: which others
 * they need, and which versions of their symbols they define.
 *
 * @module
 */

import { type Dynamic, type ElfIdentity, nameAt, readElf } from "./elf.ts";
import { withFile } from "./library_bytes.ts";

/** The dynamic section of a library; undefined where it cannot be read. */
export function dynamicOf(path: string): Dynamic | undefined {
  return inElf(path, ({ dynamic }) => dynamic);
}

/**
 * The versions that a library defines of its symbols, its own name among them.
 *
 * @param path Absolute path.
 * @returns In the order of the file; none where it cannot be read.
 */
export function definedVersions(path: string): string[] {
  return inElf(path, readVersions) ?? [];
}

function inElf<T>(path: string, read: (elf: ElfIdentity) => T): T | undefined {
  try {
    return withFile(path, (source) => read(readElf(source)));
  } catch {
    return undefined; // no permission, or no library: there is nothing to say
  }
}

/** Bytes of `Elf64_Verdef`: its u32 at 12 and 16 say where its first name and the next definition are, from where it is itself. */
const VERDEF_SIZE = 20;
const VERDEF_AUX = 12;
const VERDEF_NEXT = 16;

function readVersions({ source, dynamic }: ElfIdentity): string[] {
  const { versions: table, names } = dynamic ?? {};
  if (table === undefined || names === undefined) return [];
  const versions: string[] = [];
  let at = table.offset;
  for (let i = 0; i < table.count; i++) {
    const definition = source.read(at, VERDEF_SIZE);
    const aux = definition.getUint32(VERDEF_AUX, true);
    const name = source.read(at + aux, 4).getUint32(0, true);
    versions.push(nameAt(source, names + name));
    const next = definition.getUint32(VERDEF_NEXT, true);
    if (next === 0) break;
    at += next;
  }
  return versions;
}
