/**
 * What does a plugin add to work that takes long? A grayscale filter in Rust
 * over a picture of 4 megapixels, beside the same code called from Rust.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { report } from "./measure.ts";
import { takeTurns } from "./take_turns.ts";

const plugin = open(process.argv[2]!); // the library of bench/image
const grayscale = plugin.lookup("grayscale", "(buffer, usize) => void");
const timeIt = plugin.lookup("time_it", "(buffer, usize, u32) => f64");

const pixels = new Uint8Array(2048 * 2048 * 4).map((_, i) => i * 31);
/** Calls of a round: one takes milliseconds. */
const CALLS = 40;

/** The nanoseconds of the quickest call. */
function quickest(): number {
  let best = Infinity;
  for (let call = 0; call < CALLS; call++) {
    const start = performance.now();
    grayscale(pixels, pixels.length);
    best = Math.min(best, performance.now() - start);
  }
  return best * 1e6;
}

takeTurns("16 MB in place", {
  plugin: quickest,
  "from Rust": () => timeIt(pixels, pixels.length, CALLS) * 1e9,
});
await report("image", "A grayscale filter over 4 megapixels in Rust");
