/**
 * The language that a unit was written in, by its `DW_LANG_` number.
 *
 * @module
 */

import { DW_AT_language, DW_AT_producer } from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import type { Unit } from "./unit.ts";

/** What a person calls the language of each `DW_LANG_` number. */
const LANGUAGES: ReadonlyMap<number, string> = new Map([
  [0x01, "C"], // DW_LANG_C89
  [0x02, "C"], // DW_LANG_C
  [0x0c, "C"], // DW_LANG_C99
  [0x1d, "C"], // DW_LANG_C11
  [0x2c, "C"], // DW_LANG_C17
  [0x3e, "C"], // DW_LANG_C23
  [0x04, "C++"], // DW_LANG_C_plus_plus
  [0x1a, "C++"], // DW_LANG_C_plus_plus_11
  [0x21, "C++"], // DW_LANG_C_plus_plus_14
  [0x19, "C++"], // DW_LANG_C_plus_plus_03
  [0x2a, "C++"], // DW_LANG_C_plus_plus_17
  [0x2b, "C++"], // DW_LANG_C_plus_plus_20
  [0x3a, "C++"], // DW_LANG_C_plus_plus_23
  [0x03, "Ada"], // DW_LANG_Ada83
  [0x0d, "Ada"], // DW_LANG_Ada95
  [0x2e, "Ada"], // DW_LANG_Ada2005
  [0x2f, "Ada"], // DW_LANG_Ada2012
  [0x09, "Pascal"], // DW_LANG_Pascal83
  [0x18, "Haskell"], // DW_LANG_Haskell
  [0x1b, "OCaml"], // DW_LANG_OCaml
  [0x1f, "Julia"], // DW_LANG_Julia
  [0x28, "Crystal"], // DW_LANG_Crystal
  [0x16, "Go"], // DW_LANG_Go
  [0x1c, "Rust"], // DW_LANG_Rust
  [0x27, "Zig"], // DW_LANG_Zig
  [0x10, "Objective-C"], // DW_LANG_ObjC
  [0x13, "D"], // DW_LANG_D
  [0x1e, "Swift"], // DW_LANG_Swift
  [0x26, "Kotlin"], // DW_LANG_Kotlin
  [0x07, "Fortran"], // DW_LANG_Fortran77
  [0x08, "Fortran"], // DW_LANG_Fortran90
  [0x0e, "Fortran"], // DW_LANG_Fortran95
  [0x22, "Fortran"], // DW_LANG_Fortran03
  [0x23, "Fortran"], // DW_LANG_Fortran08
  [0x2d, "Fortran"], // DW_LANG_Fortran18
  [0x31, "assembly"], // DW_LANG_Assembly
  [0x8001, "assembly"], // DW_LANG_Mips_Assembler
]);

/**
 * What a person calls the language of a unit.
 *
 * @param root The unit's root entry.
 * @returns `"C"`, `"Rust"`; undefined where it says nothing that is known.
 */
export function languageOf(root: Entry | undefined): string | undefined {
  // Zig says that it is C99, as debuggers know no better.
  if (/^zig\b/.test(root?.string(DW_AT_producer) ?? "")) return "Zig";
  return LANGUAGES.get(root?.number(DW_AT_language) ?? 0);
}

/** The first Clang of which it is known that it says of every bit-field that it is one. */
const SAYS_ALL_BITS = 20;

const CLANG = /\bclang version (\d*)/;

function roundsBits(producer: string): boolean {
  const [, version] = CLANG.exec(producer) ?? [];
  return version !== undefined && Number(version) < SAYS_ALL_BITS;
}

/** The languages of the units of one library. */
export class Languages {
  readonly #info: DebugInfo;
  readonly #known = new Map<Unit, string | undefined>();
  readonly #rounding = new Map<Unit, boolean>();
  readonly #clang = new Map<Unit, boolean>();
  readonly #others = new Map<Unit, boolean>();

  /** @param info Where the units are. */
  constructor(info: DebugInfo) {
    this.#info = info;
  }

  /** The language of an entry's unit. */
  of({ unit }: Entry): string | undefined {
    if (!this.#known.has(unit)) {
      this.#known.set(unit, languageOf(this.#info.root(unit)));
    }
    return this.#known.get(unit);
  }

  /** Whether the compiler of an entry's unit says of a bit-field as wide as its type only the byte that it begins in, or may do so. */
  roundsBits({ unit }: Entry): boolean {
    return this.#says(unit, this.#rounding, roundsBits);
  }

  /** Whether the compiler of an entry's unit is clang, or may be. */
  isClang({ unit }: Entry): boolean {
    return this.#says(unit, this.#clang, (producer) => CLANG.test(producer));
  }

  /** Whether the compiler of an entry's unit is GCC, which says of every struct with an attribute what all of it is aligned to. */
  isGcc({ unit }: Entry): boolean {
    return !this.#says(
      unit,
      this.#others,
      (producer) => !/^GNU /.test(producer),
    );
  }

  /** Whether what has compiled a unit is of some kind, or may be. */
  #says(
    unit: Unit,
    known: Map<Unit, boolean>,
    is: (producer: string) => boolean,
  ): boolean {
    let says = known.get(unit);
    if (says === undefined) {
      const producer = this.#producerOf(unit);
      // A unit of one type does not say who wrote it: any of the others may have.
      says = producer === undefined ? this.#producers.some(is) : is(producer);
      known.set(unit, says);
    }
    return says;
  }

  #producerOf(unit: Unit): string | undefined {
    return this.#info.root(unit)?.string(DW_AT_producer);
  }

  /** What has compiled the units. */
  get #producers(): string[] {
    return this.#all ??= [
      ...new Set(
        this.#info.headers.flatMap((header) =>
          this.#producerOf(this.#info.unit(header)) ?? []
        ),
      ),
    ];
  }
  #all: string[] | undefined;
}
