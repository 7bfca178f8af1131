/**
 * What do the checks cost? Our function beside the runtime's own raw one.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { bindRaw, rawText } from "./raw.ts";
import { question, report } from "./report.ts";

const path = process.argv[2]!; // the library of bench/call.c
const plugin = open(path);
const raw = bindRaw(path, {
  nothing: { params: [], result: "void" },
  add_i32: { params: ["i32", "i32"], result: "i32" },
  add_f64: { params: ["f64", "f64"], result: "f64" },
  add_i64: { params: ["i64", "i64"], result: "i64" },
  length: { params: ["cstring"], result: "usize" },
});

const nothing = plugin.lookup("nothing", "() => void");
const rawNothing = raw.nothing!;
question("void ()", {
  plugin: () => nothing(),
  raw: () => rawNothing(),
});

const addI32 = plugin.lookup("add_i32", "(i32, i32) => i32");
const rawAddI32 = raw.add_i32!;
question("i32 (i32, i32)", {
  plugin: () => addI32(3, 4),
  raw: () => rawAddI32(3, 4),
});

const addF64 = plugin.lookup("add_f64", "(f64, f64) => f64");
const rawAddF64 = raw.add_f64!;
question("f64 (f64, f64)", {
  plugin: () => addF64(0.5, 1.5),
  raw: () => rawAddF64(0.5, 1.5),
});

const addI64 = plugin.lookup("add_i64", "(i64, i64) => i64");
const rawAddI64 = raw.add_i64!;
question("i64 (i64, i64)", {
  plugin: () => addI64(3n, 4n),
  raw: () => rawAddI64(3n, 4n),
});

const length = plugin.lookup("length", "(cstring) => usize");
const rawLength = raw.length!;
const text = "hello world";
question("usize (cstring)", {
  plugin: () => length(text),
  raw: () => Number(rawLength(rawText(text))),
});

await report("A checked call beside a raw one");
