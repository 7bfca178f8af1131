/**
 * What the same questions cost on Node 26: koffi, ffi-rs and its own
 * `node:ffi`. We do not run there; this is for the chart.
 *
 * @module
 */

import process from "node:process";
import { ffiRs, koffi } from "./peers.ts";
import { question, report } from "./report.ts";

// deno-lint-ignore no-explicit-any -- as raw as the other runtimes' own
type Raw = (...args: any[]) => any;

const [, , name, path] = process.argv;
const library = koffi.load(path);
const { DynamicLibrary } = process.getBuiltinModule(
  "node:ffi" as "fs",
) as unknown as {
  DynamicLibrary: new (path: string) => {
    getFunction(
      name: string,
      definition: { arguments: string[]; return: string },
    ): Raw;
    registerCallback(
      definition: { arguments: string[]; return: string },
      call: Raw,
    ): bigint;
  };
};
const own = new DynamicLibrary(path!);

function bind(name: string, params: string[], result: string): Raw {
  return own.getFunction(name, { arguments: params, return: result });
}

const asked: Readonly<Record<string, () => Promise<void>>> = {
  call() {
    const nothing = bind("nothing", [], "void");
    const koffiNothing = library.func("void nothing()");
    question("void ()", {
      "node:ffi": () => nothing(),
      koffi: () => koffiNothing(),
    });

    const addI32 = bind("add_i32", ["i32", "i32"], "i32");
    const koffiAddI32 = library.func("int32_t add_i32(int32_t a, int32_t b)");
    const { I32 } = ffiRs.DataType;
    ffiRs.open({ library: "call", path });
    const rs = ffiRs.define({
      add_i32: { library: "call", retType: I32, paramsType: [I32, I32] },
    });
    let i32 = 0;
    question("i32 (i32, i32)", {
      "node:ffi": () => i32 = addI32(i32 & 1023, 4),
      koffi: () => i32 = koffiAddI32(i32 & 1023, 4),
      "ffi-rs": () => i32 = rs.add_i32([i32 & 1023, 4]),
    });

    const addF64 = bind("add_f64", ["f64", "f64"], "f64");
    const koffiAddF64 = library.func("double add_f64(double a, double b)");
    let f64 = 0.5;
    question("f64 (f64, f64)", {
      "node:ffi": () => f64 = addF64(f64, 1.5),
      koffi: () => f64 = koffiAddF64(f64, 1.5),
    });

    const addI64 = bind("add_i64", ["i64", "i64"], "i64");
    let i64 = 0n;
    question("i64 (i64, i64)", {
      "node:ffi": () => i64 = addI64(i64, 4n),
    });
    return report("call", "A checked call beside a raw one");
  },

  struct() {
    koffi.struct("Point", { x: "double", y: "double" });
    koffi.struct("Line", { from: "Point", to: "Point" });
    const mid = library.func("Point mid(Point a, Point b)");
    const turned = library.func("Line turned(Line line)");
    const a = { x: 1, y: 2 };
    const b = { x: 3, y: 4 };
    const line = { from: a, to: b };
    question("Point (Point, Point)", { koffi: () => mid(a, b) });
    question("Line (Line)", { koffi: () => turned(line) });
    return report("struct", "A struct by value");
  },

  text() {
    const length = library.func("size_t length(const char *text)");
    const shortText = library.func("const char *short_text()");
    const thousand = library.func("const char *thousand()");
    const ownLength = bind("length", ["string"], "u64");
    const eleven = "hello world";
    const long = "x".repeat(1000);
    question("11 characters in", {
      koffi: () => length(eleven),
      "node:ffi": () => ownLength(eleven),
    });
    question("1000 characters in", {
      koffi: () => length(long),
      "node:ffi": () => ownLength(long),
    });
    question("8 characters out", { koffi: () => shortText() });
    question("1000 characters out", { koffi: () => thousand() });
    return report("text", "Text");
  },

  callback() {
    const count = 1000;
    const Next = koffi.proto("int32_t Next(int32_t a, int32_t b)");
    const koffiSum = library.func("int32_t sum(Next *next, int32_t count)");
    const registered = koffi.register(
      (a: number, b: number) => (a + b) | 0,
      koffi.pointer(Next),
    );
    const ownSum = bind("sum", ["pointer", "i32"], "i32");
    const next = own.registerCallback(
      { arguments: ["i32", "i32"], return: "i32" },
      (a: number, b: number) => (a + b) | 0,
    );
    question("a handle", {
      "node:ffi": () => ownSum(next, count),
      koffi: () => koffiSum(registered, count),
    }, count);
    return report("callback", "A callback into JavaScript");
  },
};

await asked[name!]!();
process.exit(); // koffi's callback would keep the event loop turning
