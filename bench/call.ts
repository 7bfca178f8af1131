/**
 * What do the checks cost? Our function beside the runtime's own raw one, and
 * beside koffi, ffi-rs and an addon of napi-rs on the same runtime.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { ffiRs, koffi, napiRs } from "./peers.ts";
import { bindRaw, rawBool } from "./raw.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/call.c
const plugin = open(path);
const raw = bindRaw(path, {
  nothing: { params: [], result: "void" },
  not: { params: ["bool"], result: "bool" },
  add_i32: { params: ["i32", "i32"], result: "i32" },
  add_f64: { params: ["f64", "f64"], result: "f64" },
  add_i64: { params: ["i64", "i64"], result: "i64" },
  add_u64: { params: ["u64", "u64"], result: "u64" },
  mixed: { params: ["i32", "f64", "u8", "f32", "bool", "i16"], result: "f64" },
});
const library = koffi.load(path);
const { I32, Double } = ffiRs.DataType;
ffiRs.open({ library: "call", path });
const rs = ffiRs.define({
  add_i32: { library: "call", retType: I32, paramsType: [I32, I32] },
  add_f64: { library: "call", retType: Double, paramsType: [Double, Double] },
});

const nothing = plugin.lookup("nothing", "() => void");
const rawNothing = raw.nothing!;
const koffiNothing = library.func("void nothing()");
question("void ()", {
  plugin: () => nothing(),
  raw: () => rawNothing(),
  koffi: () => koffiNothing(),
  ...napiRs(({ nothing }) => () => nothing()),
});

// A result that nobody uses need not be made, and a compiler that sees only
// constants need not check them: both would be a race of compilers. So each
// result is the next call's argument, for each side in a variable of its own.

const not = plugin.lookup("not", "(bool) => bool");
const rawNot = raw.not!;
let bool = false;
let boolOfRaw = false;
question("bool (bool)", {
  plugin: () => bool = not(bool),
  raw: () => boolOfRaw = rawNot(rawBool(boolOfRaw)),
  ...napiRs(({ not }) => {
    let bool = false;
    return () => bool = not(bool);
  }),
});

const addI32 = plugin.lookup("add_i32", "(i32, i32) => i32");
const rawAddI32 = raw.add_i32!;
const koffiAddI32 = library.func("int32_t add_i32(int32_t a, int32_t b)");
let i32 = 0;
let i32OfRaw = 0;
let i32OfKoffi = 0;
let i32OfRs = 0;
question("i32 (i32, i32)", {
  plugin: () => i32 = addI32(i32 & 1023, 4),
  raw: () => i32OfRaw = rawAddI32(i32OfRaw & 1023, 4),
  koffi: () => i32OfKoffi = koffiAddI32(i32OfKoffi & 1023, 4),
  "ffi-rs": () => i32OfRs = rs.add_i32([i32OfRs & 1023, 4]),
  ...napiRs(({ add_i32 }) => {
    let i32 = 0;
    return () => i32 = add_i32(i32 & 1023, 4);
  }),
});

const addF64 = plugin.lookup("add_f64", "(f64, f64) => f64");
const rawAddF64 = raw.add_f64!;
const koffiAddF64 = library.func("double add_f64(double a, double b)");
let f64 = 0.5;
let f64OfRaw = 0.5;
let f64OfKoffi = 0.5;
let f64OfRs = 0.5;
question("f64 (f64, f64)", {
  plugin: () => f64 = addF64(f64, 1.5),
  raw: () => f64OfRaw = rawAddF64(f64OfRaw, 1.5),
  koffi: () => f64OfKoffi = koffiAddF64(f64OfKoffi, 1.5),
  "ffi-rs": () => f64OfRs = rs.add_f64([f64OfRs, 1.5]),
  ...napiRs(({ add_f64 }) => {
    let f64 = 0.5;
    return () => f64 = add_f64(f64, 1.5);
  }),
});

const addI64 = plugin.lookup("add_i64", "(i64, i64) => i64");
const rawAddI64 = raw.add_i64!;
let i64 = 0n;
let i64OfRaw = 0n;
question("i64 (i64, i64)", {
  plugin: () => i64 = addI64(i64, 4n),
  raw: () => i64OfRaw = rawAddI64(i64OfRaw, 4n),
  ...napiRs(({ add_i64 }) => {
    let i64 = 0n;
    return () => i64 = add_i64(i64, 4n);
  }),
});

const addU64 = plugin.lookup("add_u64", "(u64, u64) => u64");
const rawAddU64 = raw.add_u64!;
let u64 = 0n;
let u64OfRaw = 0n;
question("u64 (u64, u64)", {
  plugin: () => u64 = addU64(u64, 4n),
  raw: () => u64OfRaw = rawAddU64(u64OfRaw, 4n),
});

const mixed = plugin.lookup("mixed", "(i32, f64, u8, f32, bool, i16) => f64");
const rawMixed = raw.mixed!;
const koffiMixed = library.func(
  "double mixed(int32_t a, double b, uint8_t c, float d, bool e, int16_t f)",
);
question("six scalars mixed", {
  plugin: () => f64 = mixed(7, f64, 255, 0.5, true, -3),
  raw: () => f64OfRaw = rawMixed(7, f64OfRaw, 255, 0.5, rawBool(true), -3),
  koffi: () => f64OfKoffi = koffiMixed(7, f64OfKoffi, 255, 0.5, true, -3),
  ...napiRs(({ mixed }) => {
    let f64 = 0.5;
    return () => f64 = mixed(7, f64, 255, 0.5, true, -3);
  }),
});

await report("call", "A checked call beside a raw one");
