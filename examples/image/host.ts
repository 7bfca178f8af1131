// Thumbnails of a folder of pictures, by a Rust crate: bytes in, bytes out.
import console from "node:console";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { open } from "@native/plugin";

/** A part of `image.so.d.ts`, which is there when it is built. */
interface Image {
  sample(width: number, height: number): Uint8Array;
  thumbnail(source: Uint8Array, side: number): Uint8Array;
}

const SIDE = 64;
const { sample, thumbnail } = open<Image>(
  new URL("./image.so", import.meta.url),
).symbols;

const folder = process.argv[2] ?? samples();
const isThumbnail = (name: string) => name.endsWith(".thumbnail.png");
const pictures = readdirSync(folder).filter((name) => !isThumbnail(name));
for (const name of pictures.sort()) {
  const picture = readFileSync(join(folder, name));
  try {
    const small = thumbnail(picture, SIDE);
    writeFileSync(join(folder, `${name}.thumbnail.png`), small);
    const { width, height } = dimensions(small);
    const share = small.length / picture.length;
    console.log(`${name}: ${width} x ${height}, smaller: ${share < 1}`);
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
  }
}
const made = readdirSync(folder).filter(isThumbnail);
console.log(`${made.length} thumbnails`);
if (process.argv[2] === undefined) rmSync(folder, { recursive: true });

/** The size that a PNG says it has. */
function dimensions(png: Uint8Array): { width: number; height: number } {
  const { buffer, byteOffset } = png;
  const header = new DataView(buffer, byteOffset, 24);
  return { width: header.getUint32(16), height: header.getUint32(20) };
}

/** A folder of pictures for want of another, one of them broken. */
function samples(): string {
  const folder = mkdtempSync(join(tmpdir(), "plugin-pictures-"));
  const sizes = [[640, 480], [300, 900], [1600, 1200]] as const;
  for (const [width, height] of sizes) {
    const name = `${width}x${height}.jpg`;
    writeFileSync(join(folder, name), sample(width, height));
  }
  writeFileSync(join(folder, "broken.jpg"), "not a picture");
  return folder;
}
