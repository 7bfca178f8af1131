/**
 * The language that a unit was written in.
 *
 * @module
 */

import { DW_AT_language, DW_AT_producer, LANGUAGES } from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import type { Unit } from "./unit.ts";

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

/** The languages of the units of one library. */
export class Languages {
  readonly #info: DebugInfo;
  readonly #known = new Map<Unit, string | undefined>();

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
}
