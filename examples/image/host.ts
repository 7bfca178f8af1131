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
import { open, type Pointer } from "@native/plugin";

const SIDE = 64;
const plugin = open(new URL("./image.so", import.meta.url));
const sample = plugin.lookup("sample", "(u32, u32) => *Picture");
const thumbnail = plugin.lookup(
  "thumbnail",
  "(buffer, usize, u32) => *Picture",
);
const size = plugin.lookup("picture_size", "(*Picture) => usize");
const take = plugin.lookup("picture_take", "(*Picture, buffer) => void");
const problem = plugin.lookup("problem", "() => cstring");

const folder = process.argv[2] ?? samples();
for (const name of readdirSync(folder).sort()) {
  const picture = readFileSync(join(folder, name));
  try {
    const small = bytes(thumbnail(picture, picture.length, SIDE));
    writeFileSync(join(folder, `${name}.thumbnail.png`), small);
    const { width, height } = dimensions(small);
    const share = small.length / picture.length;
    console.log(`${name}: ${width} x ${height}, smaller: ${share < 1}`);
  } catch (error) {
    console.log(`${name}: ${(error as Error).message}`);
  }
}
const made = readdirSync(folder).filter((name) => /thumbnail/.test(name));
console.log(`${made.length} thumbnails`);
if (process.argv[2] === undefined) rmSync(folder, { recursive: true });

/** A copy of a picture, which the plugin then frees. */
function bytes(picture: Pointer | null): Uint8Array {
  if (picture === null) throw new Error(problem() ?? "");
  const copy = new Uint8Array(size(picture));
  take(picture, copy);
  return copy;
}

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
    writeFileSync(join(folder, name), bytes(sample(width, height)));
  }
  writeFileSync(join(folder, "broken.jpg"), "not a picture");
  return folder;
}
