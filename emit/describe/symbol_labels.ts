/**
 * What C calls an exported symbol that has another name for the linker:
 * `int shown(int) __asm__("really_this")`.
 *
 * @module
 */

import { DW_AT_name } from "../dwarf/dw_constants.ts";
import type { SearchResult } from "../dwarf/search.ts";
import type { Types } from "../dwarf/type_reader.ts";
import type { Image } from "../image/library.ts";

/** C's names of symbols with labels. */
export class Labels {
  readonly #cNames = new Map<string, string>();
  readonly #links = new Map<string, string>();
  readonly #exported: ReadonlySet<string>;

  /**
   * @param image The library.
   * @param result The definitions that were found in its debug information.
   * @param types Says the language of each.
   */
  constructor(image: Image, { renamed }: SearchResult, types: Types) {
    this.#exported = new Set(image.exports.map(({ name }) => name));
    for (const [link, entry] of renamed) {
      if (!this.#exported.has(link)) continue;
      const name = entry.string(DW_AT_name);
      if (name === undefined || types.languages.of(entry) !== "C") continue;
      this.#cNames.set(link, name);
      this.#links.set(name, link);
    }
  }

  /** C's name of a symbol, where that is another and no symbol has it. */
  nameOf(link: string): string | undefined {
    const name = this.#cNames.get(link);
    return name === undefined || this.#exported.has(name) ||
        this.#links.get(name) !== link
      ? undefined
      : name;
  }

  /** The symbol that C means by a name that is another symbol's own. */
  meantBy(name: string): string | undefined {
    return this.#links.get(name);
  }
}
