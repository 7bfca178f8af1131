/**
 * How much may be made of a file: what is read out of bytes that nobody vouches
 * for must not be more than memory holds, however often they repeat themselves.
 *
 * @module
 */

/** What a small file may be made into, in bytes. */
const FREE = 16 * 2 ** 20;

/** An amount that is spent. */
export class Budget {
  #left: number;

  /** @param limit How much there is. */
  constructor(limit: number) {
    this.#left = limit;
  }

  /**
   * What the texts of a file may come to. A linker lets names share their ends,
   * and some are read in several tables: but not all of them, many times over.
   *
   * @param size How many bytes they lie in.
   */
  static forTexts(size: number): Budget {
    return new Budget(FREE + 8 * size);
  }

  /**
   * Spends some of it.
   *
   * @param amount How much.
   * @returns Whether there was as much.
   */
  spend(amount: number): boolean {
    return (this.#left -= amount) >= 0;
  }

  /** Adds to it. */
  add(amount: number): void {
    this.#left += amount;
  }
}
