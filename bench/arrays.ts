/**
 * What do many things in one call cost, and what is written to an address?
 * Ours beside koffi, and beside the runtime's own call where it has one.
 *
 * @module
 */

import process from "node:process";
import { assertEquals } from "@std/assert";
import { open, variable } from "@native/plugin";
import { koffi } from "./peers.ts";
import { bindRaw } from "./raw.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/arrays.c
const plugin = open(path);
const sum = plugin.lookup("sum");
const made = plugin.lookup("made");
const lengths = plugin.lookup("lengths");
const halved = plugin.lookup("halved", "(i32, *i32) => bool");

const library = koffi.load(path);
koffi.struct("Point", { x: "double", y: "double" });
koffi.struct("Points", { points: koffi.array("Point", 100) });
const koffiSum = library.func("double sum(Points all)");
const koffiMade = library.func("Points made(double from)");
const koffiLengths = library.func(
  "size_t lengths(const char **texts, int32_t count)",
);
const koffiHalved = library.func(
  "bool halved(int32_t number, _Out_ int32_t *half)",
);
const raw = bindRaw(path, {
  halved: { params: ["i32", "pointer"], result: "bool" },
});

const points = Array.from({ length: 100 }, (_, i) => ({ x: i, y: -2 * i }));
const all = { points };
assertEquals([sum(all), koffiSum(all)], [-4950, -4950]);
question("100 structs in", {
  plugin: () => sum(all),
  koffi: () => koffiSum(all),
});

const last = ({ points }: typeof all) => points[99]!.x;
assertEquals([last(made(1) as typeof all), last(koffiMade(1))], [100, 100]);
question("100 structs out", {
  plugin: () => last(made(1) as typeof all),
  koffi: () => last(koffiMade(1)),
});

const texts = Array.from({ length: 1000 }, (_, i) => `text number ${i}`);
const array = variable("[1000]cstring");
const given = () => {
  array.value = texts;
  return lengths(array, 1000);
};
assertEquals([given(), koffiLengths(texts, 1000)], [14890, 14890]);
question("1000 texts in", {
  plugin: given,
  koffi: () => koffiLengths(texts, 1000),
});

const half = variable("i32");
const koffiHalf = [0];
const rawHalf = new Int32Array(1);
const rawHalved = raw.halved!;
question("an out-parameter", {
  plugin: () => halved(8, half) && half.value,
  koffi: () => koffiHalved(8, koffiHalf) && koffiHalf[0],
  // Elsewhere the address is to be made first.
  ...("Bun" in globalThis
    ? { raw: () => rawHalved(8, rawHalf) && rawHalf[0] }
    : {}),
});

await report("arrays", "Many things in one call");
