/**
 * Several processes of one plugin: calls on other threads are spread over them.
 *
 * @module
 */

import type { NativeLibrary, Spread } from "../runtime/adapter.ts";
import type { Loadable } from "./loaded_there.ts";

/** One of them. */
export interface SpreadProcess {
  /** Whether no call can be made in it, now or ever. */
  readonly isOver: boolean;
  /** How many calls have begun in it and not ended. */
  readonly running: number;
  /** What is loaded in it, in that order. */
  readonly libraries: ReadonlyMap<Loadable, NativeLibrary>;
  /** Loads more. */
  load(libraries: readonly Loadable[]): unknown;
  /** Ends it. */
  close(): void;
}

/** The first one, and the others, each of which begins when it is needed. */
export class Processes<M extends SpreadProcess> {
  readonly #first: M;
  readonly #others: (M | undefined)[];
  readonly #make: () => M;

  /**
   * @param first The first one.
   * @param count How many there may be.
   * @param make Makes another one, in which nothing is loaded.
   */
  constructor(first: M, count: number, make: () => M) {
    this.#first = first;
    this.#others = new Array(count - 1).fill(undefined);
    this.#make = make;
  }

  /** Those that there are. */
  get all(): M[] {
    return [this.#first, ...this.#others.filter((each) => each !== undefined)];
  }

  /** How calls of a library are spread; undefined where there is one process. */
  spread(library: Loadable): Spread | undefined {
    if (this.#others.length === 0) return undefined;
    return {
      choose: () => this.#choose(),
      at: (index) =>
        index === 0
          ? this.#first.libraries.get(library)!
          : this.#libraryIn(index - 1, library),
    };
  }

  /** The process that has the least to do; one that is to be begun only when no other has nothing to do. */
  #choose(): number {
    // When nothing follows the first one, all of it is over.
    if (this.#first.isOver) return 0;
    let [best, least] = [0, Infinity];
    for (const [index, member] of [this.#first, ...this.#others].entries()) {
      if (member?.isOver) continue;
      const calls = member?.running ?? 0;
      if (calls < least) [best, least] = [index, calls];
    }
    return best;
  }

  /** A library in one of the others: all is loaded there that is loaded in the first. */
  #libraryIn(index: number, library: Loadable): NativeLibrary {
    const member = this.#others[index] ??= this.#make();
    const missing = [...this.#first.libraries.keys()]
      .filter((each) => !member.libraries.has(each));
    try {
      if (missing.length > 0) member.load(missing);
    } catch (error) {
      member.close(); // what failed does not stay
      this.#others[index] = undefined;
      throw error;
    }
    return member.libraries.get(library)!;
  }

  /** Ends the others. */
  closeOthers(): void {
    for (const member of this.#others) member?.close();
    this.#others.fill(undefined);
  }
}
