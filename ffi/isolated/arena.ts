/**
 * The memory that a process and its host both see: who has which part of it.
 *
 * What is free is known to JavaScript alone: in the memory itself, where the
 * plugin writes as it likes, nothing stands that could lead astray.
 *
 * @module
 */

import { roundUp } from "../notation/sequence.ts";

/** Where the part begins that is given away; `native/isolate.h` has the same. */
export const ROOM_AT = 1 << 20;

/** The least that is given, and what it lies at a multiple of. */
const LEAST = 64;

/** A part that nobody has. */
interface Gap {
  readonly start: number;
  readonly size: number;
}

/** Gives parts of so many bytes, rounded up, and takes them again. */
export class Arena {
  /** Bytes of it. */
  readonly size: number;
  /** What was given back, by its size. */
  readonly #free = new Map<number, number[]>();
  /** What was given back and joined: apart from each other, in their order. */
  #gaps: Gap[] = [];
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
    let start = this.#take(size);
    if (start === undefined) {
      this.#join();
      start = this.#take(size);
    }
    if (start === undefined) {
      throw new RangeError(
        `An isolated plugin has no room for ${bytes} bytes: its arena has ${this.size}, all calls and buffers together; open it with isolated: { arena: … }`,
      );
    }
    return start;
  }

  /** Takes a part again that was asked for with so many bytes. */
  free(start: number, bytes: number): void {
    const size = sizeFor(bytes);
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [start]);
    else free.push(start);
  }

  /** A part of what nobody has had, or of a gap; undefined where none is large enough. */
  #take(size: number): number | undefined {
    if (this.#top + size <= this.size) {
      this.#top += size;
      return this.#top - size;
    }
    const index = this.#gaps.findIndex((gap) => gap.size >= size);
    const gap = this.#gaps[index];
    if (gap === undefined) return undefined;
    const rest = { start: gap.start + size, size: gap.size - size };
    this.#gaps.splice(index, 1, ...rest.size === 0 ? [] : [rest]);
    return gap.start;
  }

  /** Makes one of what was given back side by side: sizes that are no longer asked for are in nobody's way. */
  #join(): void {
    const free = [...this.#free].flatMap(([size, starts]) =>
      starts.map((start) => ({ start, size }))
    );
    this.#free.clear();
    const joined: Gap[] = [];
    const inOrder = [...this.#gaps, ...free].sort((a, b) => a.start - b.start);
    for (const { start, size } of inOrder) {
      const before = joined.at(-1);
      if (before !== undefined && before.start + before.size === start) {
        joined.splice(-1, 1, { ...before, size: before.size + size });
      } else joined.push({ start, size });
    }
    const last = joined.at(-1);
    if (last !== undefined && last.start + last.size === this.#top) {
      this.#top = last.start;
      joined.pop();
    }
    this.#gaps = joined;
  }
}

/** Few sizes, so that what was given back is used again: a power of two, or one and some quarters of it. */
function sizeFor(bytes: number): number {
  const power = 2 ** Math.floor(Math.log2(Math.max(bytes, LEAST)));
  const step = Math.max(power / 4, LEAST);
  return roundUp(Math.max(bytes, 1), step);
}
