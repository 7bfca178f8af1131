/**
 * A set of names that is asked with bytes: most names in debug information are
 * of no symbol that is looked for, and need not become text to be told so.
 *
 * @module
 */

/** Names, by a hash of their UTF-8 bytes. */
export class NameFilter {
  /** Which first two bytes any of the names has: hardly a C++ name gets past it. */
  readonly #starts = new Uint8Array(0x10000);
  readonly #hashes: Uint32Array;
  readonly #mask: number;
  /** Bytes of the longest of the names. */
  readonly #longest: number;

  /** @param names What is looked for. */
  constructor(names: readonly string[]) {
    // Four slots a name: a name that is not there is told by the first, mostly.
    const size = 2 ** Math.ceil(Math.log2(names.length * 4 + 4));
    this.#hashes = new Uint32Array(size);
    this.#mask = size - 1;
    const encoder = new TextEncoder();
    let longest = 0;
    for (const name of names) {
      const bytes = encoder.encode(name);
      longest = Math.max(longest, bytes.length);
      this.#starts[startOf(bytes, 0)] = 1;
      const hash = hashOf(bytes, 0);
      let slot = hash & this.#mask;
      while (this.#hashes[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#hashes[slot] = hash;
    }
    this.#longest = longest;
  }

  /**
   * Whether the string at a place may be one of the names.
   *
   * @param bytes Where it lies.
   * @param at Offset of its first byte; it ends at a NUL or with the bytes.
   * @returns False only where it is none of them.
   */
  mayHave(bytes: Uint8Array, at: number): boolean {
    if (this.#starts[startOf(bytes, at)] === 0) return false;
    const hash = hashOf(bytes, at, at + this.#longest + 1);
    for (let slot = hash & this.#mask;; slot = (slot + 1) & this.#mask) {
      const there = this.#hashes[slot];
      if (there === hash) return true;
      if (there === 0) return false;
    }
  }
}

function startOf(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}

/** FNV-1a up to a NUL; never 0, which marks a free slot. */
function hashOf(bytes: Uint8Array, from: number, end = bytes.length): number {
  let hash = 0x811c9dc5;
  const to = Math.min(bytes.length, end);
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === 0) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  // The low bits of FNV-1a are its worst.
  return (hash ^ (hash >>> 15)) >>> 0 || 1;
}
