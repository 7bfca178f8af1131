/**
 * Text that is always the same, never repeats, and can be compressed: words in
 * an order that a small generator chooses (xorshift, George Marsaglia, 2003).
 *
 * @param size Number of bytes.
 */
export function text(size: number): Uint8Array {
  const words = "the plugin opens once and stays; a symbol is looked up by name"
    .split(" ").map((word) => new TextEncoder().encode(`${word} `));
  const bytes = new Uint8Array(size);
  let state = 2463534242;
  for (let at = 0; at < size;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const word = words[(state >>> 0) % words.length]!;
    bytes.set(word.subarray(0, size - at), at);
    at += word.length;
  }
  return bytes;
}
