/**
 * What memory points to, and nothing else keeps alive.
 *
 * @module
 */

import { isGone } from "../runtime/views.ts";

/** What was written, and up to which byte. */
interface KeptThings {
  readonly end: number;
  readonly things: readonly unknown[];
}

/** So many structs are looked at that one leads to. */
const MOST = 256;

/**
 * What one memory points to, by where it was written: it lives until something
 * else is written there.
 */
export class Kept {
  #byStart: Map<number, KeptThings[]> | undefined;

  /** Whether there is nothing. */
  get isEmpty(): boolean {
    return this.#byStart === undefined || this.#byStart.size === 0;
  }

  /** All that was written. */
  *things(): Iterable<unknown> {
    for (const entries of this.#byStart?.values() ?? []) {
      for (const { things } of entries) yield* things;
    }
  }

  /**
   * Whether a buffer of what was written was transferred since, or one that it
   * leads to: a call asks each time, so of {@linkcode MOST} structs at most.
   */
  get isLost(): boolean {
    if (this.#byStart === undefined) return false;
    const further: Kept[] = [];
    if (this.#isGone(further)) return true;
    if (further.length === 0) return false;
    const all = new Set<Kept>(further).add(this);
    let left = MOST;
    for (const each of all) {
      if (left-- === 0) return false;
      const next: Kept[] = [];
      if (each.#isGone(next)) return true;
      for (const kept of next) all.add(kept);
    }
    return false;
  }

  /** Whether a buffer of its own was; what else it leads to is added to `further`. */
  #isGone(further: Kept[]): boolean {
    for (const entries of this.#byStart?.values() ?? []) {
      for (const { things } of entries) {
        for (const thing of things) {
          if (thing instanceof Kept) further.push(thing);
          else if (ArrayBuffer.isView(thing) && isGone(thing)) return true;
        }
      }
    }
    return false;
  }

  /**
   * Says that something was written.
   *
   * @param start Where, in bytes from the beginning of the buffer.
   * @param size How many bytes.
   * @param things What they point to.
   * @param write Writes it. Where the stack has no room for one of these steps,
   * what the memory points to is kept all the same, before and after.
   */
  replace(
    start: number,
    size: number,
    things: readonly unknown[],
    write?: () => void,
  ): void {
    const entry = { end: start + size, things };
    if (things.length > 0) this.#add(start, entry);
    write?.();
    if (this.#byStart !== undefined) forget(this.#byStart, start, entry);
  }

  #add(start: number, entry: KeptThings): void {
    this.#byStart ??= new Map();
    const entries = this.#byStart.get(start);
    if (entries === undefined) this.#byStart.set(start, [entry]);
    else entries.push(entry);
  }

  /**
   * What a part points to now, for a copy of it: whatever is written there later,
   * the copy still points to this.
   *
   * @param start Where, in bytes from the beginning of the buffer.
   * @param size How many bytes.
   * @param to Where the copy begins, in its own buffer.
   */
  part(start: number, size: number, to = 0): Kept {
    const part = new Kept();
    for (const [at, entries] of this.#byStart ?? []) {
      for (const { end, things } of entries) {
        if (at >= start + size || end <= start) continue;
        part.#add(at - start + to, { end: end - start + to, things });
      }
    }
    return part;
  }
}

/** Drops what was written there before; what reaches further is still pointed to by what follows. */
function forget(
  byStart: Map<number, KeptThings[]>,
  start: number,
  last: KeptThings,
): void {
  for (const at of startsIn(byStart, start, last.end)) {
    const rest = byStart.get(at)!.filter((entry) =>
      entry === last || entry.end > last.end
    );
    if (rest.length === 0) byStart.delete(at);
    else byStart.set(at, rest);
  }
}

function startsIn(
  byStart: Map<number, KeptThings[]>,
  start: number,
  end: number,
): number[] {
  if (end - start > byStart.size) {
    return [...byStart.keys()].filter((at) => at >= start && at < end);
  }
  const starts: number[] = [];
  for (let at = start; at < end; at++) if (byStart.has(at)) starts.push(at);
  return starts;
}
