/**
 * The objects of each class that calls gave, for other calls: some, of as many
 * functions as gave any. Objects that one function made are much alike, and
 * whatever is called last makes enough of them to push out all others: there
 * would be a record of what is no text or not, by the order of the symbols.
 *
 * @module
 */

import { isNativeObject, stateOf } from "../../../../ffi/object/object.ts";

interface KeptObject {
  readonly value: unknown;
  /** The function that gave it. */
  readonly by: string;
}

/** Objects by their class. */
export class KeptObjects {
  readonly #classes = new Map<string, readonly KeptObject[]>();

  /**
   * Keeps an object; where there are too many, the oldest is let go of that the
   * function gave of which there are most.
   *
   * @param name Its class.
   * @param by The function that gave it.
   * @param most How many there may be then.
   */
  put(name: string, value: unknown, by: string, most: number): void {
    const all = [...this.#alive(name), { value, by }];
    while (all.length > most) all.splice(oldestOfMost(all), 1);
    this.#classes.set(name, all);
  }

  /** The objects of a class that have not been given away, the newest last. */
  of(name: string): unknown[] {
    return this.#alive(name).map(({ value }) => value);
  }

  /** Lets go of the objects that some functions gave, by what their names begin with. */
  release(by: string): void {
    for (const [name, all] of this.#classes) {
      for (const one of all) {
        if (one.by.startsWith(by) && isNativeObject(one.value)) {
          one.value[Symbol.dispose]();
        }
      }
      this.#classes.set(name, all.filter((one) => !one.by.startsWith(by)));
    }
  }

  /** One of each class. */
  each(): unknown[] {
    return [...this.#classes.values()].map((all) => all[0]?.value);
  }

  #alive(name: string): readonly KeptObject[] {
    return (this.#classes.get(name) ?? []).filter(({ value }) =>
      !isNativeObject(value) || stateOf(value).life === "alive"
    );
  }
}

/** Where the oldest object is of the function that gave most of them. */
function oldestOfMost(all: readonly KeptObject[]): number {
  const counts = new Map<string, number>();
  for (const { by } of all) counts.set(by, (counts.get(by) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return all.findIndex(({ by }) => counts.get(by) === most);
}
