// Shows what strangers have uploaded, by a decoder that nobody trusts.
import console from "node:console";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, PluginError } from "@native/plugin";

const WIDTH = 24;
const HEIGHT = 6;

const uploads = mkdtempSync(join(tmpdir(), "gallery-"));
using _removed = {
  [Symbol.dispose]: () => rmSync(uploads, { recursive: true }),
};
const pictures = {
  "bot.pic": "pipe id; echo fill 0 0 24 6 @\n",
  "caller.pic": "fetch 80\n",
  "eternal.pic": "fill 0 0 24 6 ~\nagain\n",
  "flag.pic": "fill 0 0 24 2 #\nfill 0 4 24 2 =\n",
  "hog.pic": "layer 1000000000\n",
  "house.pic":
    "fill 6 2 12 4 #\nfill 8 1 8 1 ^\nfill 10 0 4 1 ^\nfill 11 4 2 2 _\n",
  "mole.pic": "fill 0 99999999 1 1 x\n",
  "thief.pic": "include /etc/passwd\n",
};
for (const [name, text] of Object.entries(pictures)) {
  writeFileSync(join(uploads, name), text);
}

using decoder = open(new URL("./decoder.so", import.meta.url), {
  symbols: { decode: "(cstring, buffer) => i32", problem: "() => cstring" },
  isolated: {
    permissions: { read: [uploads] }, // and nothing else
    memory: 64 << 20,
    timeout: 2000,
    restart: "next",
  },
});
const { decode, problem } = decoder.symbols;
const pixels = decoder.buffer(WIDTH * HEIGHT);

/** Draws a file, or says why not. */
function render(path: string): string {
  const before = new Set(decoder.refused);
  try {
    if (decode(path, pixels) === 0) {
      const refused = decoder.refused.filter((call) => !before.has(call));
      const told = refused.length === 0 ? "" : `, refused ${refused}`;
      return `not drawn: ${problem()}${told}`;
    }
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return `${error.code} ${error.signal ?? ""}`.trim();
  }
  const shades = pixels.slice(); // what the decoder can no longer change
  return Array.from(
    { length: HEIGHT },
    (_, row) =>
      String.fromCharCode(...shades.subarray(row * WIDTH, (row + 1) * WIDTH))
        .replace(/[^!-~]/g, "?"),
  ).join("\n");
}

for (const name of readdirSync(uploads).sort()) {
  console.log(`${name}\n${render(join(uploads, name))}\n`);
}
