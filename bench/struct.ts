/**
 * What does a struct by value cost, with plain objects in and out? Ours beside
 * koffi, an addon of napi-rs, and beside Deno's own struct support where there is one.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { koffi, napiRs } from "./peers.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/struct.c
const plugin = open(path);
const mid = plugin.lookup("mid");
const turned = plugin.lookup("turned");

const library = koffi.load(path);
koffi.struct("Point", { x: "double", y: "double" });
koffi.struct("Line", { from: "Point", to: "Point" });
const koffiMid = library.func("Point mid(Point a, Point b)");
const koffiTurned = library.func("Line turned(Line line)");

const a = { x: 1, y: 2 };
const b = { x: 3, y: 4 };
const line = { from: a, to: b };

question("Point (Point, Point)", {
  plugin: () => mid(a, b),
  koffi: () => koffiMid(a, b),
  ...napiRs(({ mid }) => () => mid(a, b)),
  ...own(),
});
question("Line (Line)", {
  plugin: () => turned(line),
  koffi: () => koffiTurned(line),
  ...napiRs(({ turned }) => () => turned(line)),
});

await report("struct", "A struct by value");

/** The runtime's own way, which takes and gives bytes. */
function own(): Record<string, () => unknown> {
  if (!("Deno" in globalThis)) return {};
  const point = { struct: ["f64", "f64"] } as const;
  const { symbols } = Deno.dlopen(path, {
    mid: { parameters: [point, point], result: point },
  });
  return {
    "Deno's own": () => {
      const from = Float64Array.of(a.x, a.y);
      const to = Float64Array.of(b.x, b.y);
      const result = symbols.mid(
        new Uint8Array(from.buffer),
        new Uint8Array(to.buffer),
      );
      const [x, y] = new Float64Array(result.buffer);
      return { x, y };
    },
  };
}
