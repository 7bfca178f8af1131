/**
 * Which versions of their symbols the libraries on this machine define.
 *
 * @module
 */

import { type ElfIdentity, nameAt } from "./elf.ts";
import { inElf } from "./needed_libraries.ts";

/**
 * The versions that a library defines of its symbols, its own name among them.
 *
 * @param path Absolute path.
 * @returns In the order of the file; none where it cannot be read.
 */
export function definedVersions(path: string): string[] {
  return inElf(path, readVersions) ?? [];
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
