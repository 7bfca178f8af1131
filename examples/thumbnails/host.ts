// Thumbnails of pictures, several at a time. One of them crashes the decoder.
import console from "node:console";
import { open, PluginError } from "@native/plugin";

const STEP = 16;
const SHADES = " .:-=+*#%@";

using decoder = open(new URL("./thumbnail.so", import.meta.url), {
  symbols: { thumbnail: "(buffer, usize, i32, buffer, usize) => i32" },
  isolated: { processes: 2, restart: "next", timeout: 5000 },
});
const { thumbnail } = decoder.symbols;

/** A picture of 384 by 96 pixels: each is as bright as `shade` says, 0 to 255. */
function picture(shade: (x: number, y: number) => number): Uint8Array {
  const header = [0, 0, 10, ...Array<number>(9).fill(0)];
  const bytes = [...header, 384 & 255, 384 >> 8, 96, 0, 24, 0];
  for (let y = 0; y < 96; y++) {
    for (let x = 0; x < 384; x += 8) {
      const value = Math.round(Math.max(0, shade(x / 384, y / 96)));
      bytes.push(128 | 7, value, value, value); // eight pixels
    }
  }
  return Uint8Array.from(bytes);
}

/** It says that it is small, and is not. */
function broken(): Uint8Array {
  const bytes = new Uint8Array(500_000).fill(255);
  bytes.set(picture(() => 0).subarray(0, 18));
  return bytes;
}

const pictures: Record<string, Uint8Array> = {
  "slope.tga": picture((x) => 255 * x),
  "sun.tga": picture((x, y) => 255 - 500 * Math.hypot(x - 0.5, (y - 0.5) / 2)),
  "broken.tga": broken(),
  "waves.tga": picture((x, y) => 127 + 127 * Math.sin(20 * x + 6 * y)),
};

/** The thumbnail of a picture, as text. */
async function shown(file: Uint8Array): Promise<string> {
  const to = new Uint8Array(24 * 6);
  const width = await thumbnail.async(file, file.length, STEP, to, to.length);
  const text = Array.from(to, (value) => SHADES[Math.trunc(value / 25.6)]);
  return text.join("").match(new RegExp(`.{${width}}`, "g"))!.join("\n");
}

/** What became of a call that has failed. */
function said(error: unknown): string {
  if (!(error instanceof PluginError)) throw error;
  const line = /thumbnail\.c:\d+/.exec(error.nativeStack ?? "")?.[0];
  return `${error.code} ${error.signal} at ${line}`;
}

const names = Object.keys(pictures);
const results = await Promise.allSettled(
  names.map((name) => shown(pictures[name]!)),
);
for (const [index, name] of names.entries()) {
  const result = results[index]!;
  // Whose fault it was that the process ended, tells whoever is alone in one.
  const text = result.status === "fulfilled"
    ? result.value
    : await shown(pictures[name]!).catch(said);
  console.log(`${name}\n${text}\n`);
}
