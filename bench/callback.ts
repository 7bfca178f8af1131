/**
 * What does a call back into JavaScript cost? Ours, whose errors are caught
 * and whose result is checked, beside the runtime's own, koffi's and napi-rs's.
 *
 * @module
 */

import process from "node:process";
import { callback, open } from "@native/plugin";
import { koffi, napiRs } from "./peers.ts";
import { bindRaw, rawCallback } from "./raw.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/callback.c
/** Calls back in one call; what the call itself costs is lost among them. */
const COUNT = 1000;

// Each side has a function of its own: a compiler would know one of several better.
const plugin = open(path);
const sum = plugin.lookup("sum", "((i32, i32) => i32, i32) => i32");
const handle = callback("(i32, i32) => i32", (a, b) => (a + b) | 0);
const given = (a: number, b: number) => (a + b) | 0;

const { sum: rawSum } = bindRaw(path, {
  sum: { params: ["pointer", "i32"], result: "i32" },
});
const own = rawCallback(
  { params: ["i32", "i32"], result: "i32" },
  (a: number, b: number) => (a + b) | 0,
);

const library = koffi.load(path);
const Next = koffi.proto("int32_t Next(int32_t a, int32_t b)");
const koffiSum = library.func("int32_t sum(Next *next, int32_t count)");
const registered = koffi.register(
  (a: number, b: number) => (a + b) | 0,
  koffi.pointer(Next),
);

question("a handle", {
  plugin: () => sum(handle, COUNT),
  raw: () => rawSum!(own, COUNT),
  koffi: () => koffiSum(registered, COUNT),
  ...napiRs(({ sum }) => {
    const next = (a: number, b: number) => (a + b) | 0;
    return () => sum(next, COUNT);
  }),
}, COUNT);
question("a plain function", {
  plugin: () => sum(given, COUNT),
}, COUNT);

await report("callback", "A callback into JavaScript");
process.exit(); // koffi's callback would keep Node's event loop turning
