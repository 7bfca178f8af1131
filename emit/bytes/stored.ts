/**
 * Bytes as zlib has them, which are not compressed: the same from each runtime,
 * whose own compressors differ.
 *
 * @module
 */

/** Most bytes of one block. */
const MAX_BLOCK = 0xffff;

/**
 * Wraps bytes.
 *
 * @param bytes What is wrapped.
 * @returns What every zlib gives those bytes for.
 */
export function stored(bytes: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(bytes.length / MAX_BLOCK));
  const all = new Uint8Array(2 + 5 * blocks + bytes.length + 4);
  const view = new DataView(all.buffer);
  view.setUint16(0, 0x7801); // deflate, a window of 32 KB, the fastest
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * MAX_BLOCK, (block + 1) * MAX_BLOCK);
    all[at] = block === blocks - 1 ? 1 : 0; // the last one, not compressed
    view.setUint16(at + 1, part.length, true);
    view.setUint16(at + 3, ~part.length, true);
    all.set(part, at + 5);
    at += 5 + part.length;
  }
  view.setUint32(at, adler32(bytes));
  return all;
}

/** RFC 1950: its checksum. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}
