/**
 * Pictures of up to 256 colours as PNG.
 *
 * @module
 */

import { crc32, deflateSync } from "node:zlib";

/** The first bytes of each PNG. */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Writes a picture.
 *
 * @param points What each point has, row by row.
 * @param width How many points a row has.
 * @param colourOf Red, green and blue of what a point has, from 0 to 255.
 * @returns The PNG.
 */
export function png(
  points: Uint8Array,
  width: number,
  colourOf: (point: number) => readonly number[],
): Uint8Array {
  const height = points.length / width;
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits for a point
  header.setUint8(9, 3); // which are the number of a colour
  const rows = new Uint8Array(height * (width + 1)); // each begins with 0: no filter
  for (let y = 0; y < height; y++) {
    rows.set(points.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const colours = Array.from({ length: 256 }, (_, point) => colourOf(point));
  return Uint8Array.from([
    ...SIGNATURE,
    ...chunk("IHDR", new Uint8Array(header.buffer)),
    ...chunk("PLTE", Uint8Array.from(colours.flat())),
    ...chunk("IDAT", deflateSync(rows, { level: 9 })),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

/** A part of the file: its length, its name, what it has, and a sum. */
function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}
