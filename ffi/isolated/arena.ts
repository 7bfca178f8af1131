/**
 * The memory that a process and its host both see: who has which part of it.
 *
 * What is free is known to JavaScript alone: in the memory itself, where the
 * plugin writes as it likes, nothing stands that could lead astray.
 *
 * @module
 */

/** Where the part begins that is given away; `native/isolate.h` has the same. */
export const ROOM_AT = 1 << 20;

/** The least that is given, and what it lies at a multiple of. */
const LEAST = 64;

/** Gives parts of so many bytes, rounded up, and takes them again. */
export class Arena {
  /** Bytes of it. */
  readonly size: number;
  /** What was given back, by its size. */
  readonly #free = new Map<number, number[]>();
  #top = ROOM_AT;

  /** @param size Bytes of it. */
  constructor(size: number) {
    this.size = size;
  }

  /**
   * Gives a part.
   *
   * @returns Where it begins, from the beginning of the arena.
   * @throws {RangeError} When there is no room.
   */
  allocate(bytes: number): number {
    const size = sizeFor(bytes);
    const free = this.#free.get(size)?.pop();
    if (free !== undefined) return free;
    const start = this.#top;
    if (start + size > this.size) {
      throw new RangeError(
        `An isolated plugin has no room for ${bytes} bytes: its arena has ${this.size}, all calls and buffers together; open it with isolated: { arena: … }`,
      );
    }
    this.#top += size;
    return start;
  }

  /** Takes a part again that was asked for with so many bytes. */
  free(start: number, bytes: number): void {
    const size = sizeFor(bytes);
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [start]);
    else free.push(start);
  }
}

/** Few sizes, so that what was given back is used again: a power of two, or one and some quarters of it. */
function sizeFor(bytes: number): number {
  const power = 2 ** Math.floor(Math.log2(Math.max(bytes, LEAST)));
  const step = Math.max(power / 4, LEAST);
  return Math.ceil(Math.max(bytes, 1) / step) * step;
}
