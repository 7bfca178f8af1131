/**
 * What a library runs when it is loaded, and how its bytes are spent.
 *
 * @module
 */

/** A function that the loader calls before anybody else can. */
export interface Initialiser {
  /** Its name, or its address where the library does not say one. */
  readonly name: string;
  /** Where the loader finds it: a tag of ELF's, or a type of Mach-O's sections. */
  readonly from:
    | "DT_INIT"
    | "DT_INIT_ARRAY"
    | "S_MOD_INIT_FUNC_POINTERS"
    | "S_INIT_FUNC_OFFSETS";
}

/** Most initialisers that are listed. */
export const MAX_INITIALISERS = 100_000;

/** What bytes of a library can be for, in the order in which they are printed. */
const PARTS = [
  "code",
  "constants",
  "variables",
  "zeroed variables (not in the file)",
  "debug information",
  "symbols, relocations and the rest",
] as const;

/** What bytes of a library can be for. */
export type PartName = typeof PARTS[number];

/** How many bytes of a library are for what. */
export interface Part {
  readonly name: PartName;
  readonly bytes: number;
}

/** What is in a library beside its exports. */
export interface Startup {
  /** In the order in which they run. */
  readonly initialisers: readonly Initialiser[];
  readonly parts: readonly Part[];
}

/**
 * Adds up the sizes of what is in a library.
 *
 * @param sizes What each piece is for, and its size in bytes.
 * @returns Every part once, also those without a byte.
 */
export function sumParts(
  sizes: Iterable<readonly [PartName, number]>,
): Part[] {
  const sums = new Map<PartName, number>(PARTS.map((name) => [name, 0]));
  for (const [name, bytes] of sizes) sums.set(name, sums.get(name)! + bytes);
  return [...sums].map(([name, bytes]) => ({ name, bytes }));
}
