// Draws the Mandelbrot set on several threads, and prints or writes it.
import { writeFileSync } from "node:fs";
import process from "node:process";
import { open } from "@native/plugin";

const draw = open(new URL("./mandelbrot.so", import.meta.url)).lookup(
  "draw",
  "(buffer, u32, u32, u32, u32, u8) => void",
);

/** A picture, each quarter of which is drawn by a thread of its own. */
async function picture(width: number, height: number): Promise<Uint8Array> {
  const pixels = new Uint8Array(width * height);
  const rows = height / 4;
  await Promise.all([0, 1, 2, 3].map((part) => {
    const first = part * rows;
    const own = pixels.subarray(first * width, (first + rows) * width);
    return draw.async(own, width, height, first, rows, 255);
  }));
  return pixels;
}

const [output] = process.argv.slice(2);
if (output === undefined) {
  const width = 64;
  const pixels = await picture(width, 24);
  const shades = [..."..:-=+*#%@"];
  for (let at = 0; at < pixels.length; at += width) {
    const line = [...pixels.subarray(at, at + width)].map((steps) =>
      shades[steps === 255 ? 9 : Math.min(Math.floor(Math.log2(steps)), 8)]
    );
    console.log(line.join(""));
  }
} else {
  const [width, height] = [960, 768];
  const head = `P5 ${width} ${height} 255\n`;
  const body = (await picture(width, height)).map((steps) => 255 - steps);
  writeFileSync(
    output,
    new Uint8Array([...new TextEncoder().encode(head), ...body]),
  );
}
