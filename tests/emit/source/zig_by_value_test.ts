/**
 * Structs by value in Zig, of whose results and functions debug information
 * says something else than the source.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { open, type Plugin, type Variable } from "../../../mod.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, needBreadth, needOnce } from "../../helpers/need.ts";
import { succeed } from "../../helpers/succeed.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { buildNative } from "../helpers/native.ts";

await withSupport();

const WITH_ZIG = need("zig", "cc");
const BREADTH = needBreadth("zig", "cc");
const ONCE = needOnce("zig", "cc");

/** How often what is hot is done. */
const HOT = 5_000;

interface Big {
  x: number;
  y: number;
  z: number;
}

const big = (x: number): Big => ({ x, y: x + 1, z: x + 2 });

/** What the functions below add; each is given again and again, so that it stays one callback. */
let added = 0;
const ofSmall = ({ x, y }: { x: number; y: number }) => x + y + added;
const toSmall = () => ({ x: 0, y: added });
const toBig = () => big(added);
const ofNumber = (one: number, { whole }: { whole: number }) =>
  one + whole + added;
const later = ({ x, y, z }: Big, n: number) => ({ x, y, z: z + n });

/** Each: what is called with a number, and what comes of it. */
const CALLS: Record<
  string,
  [call: (plugin: Plugin, x: number) => unknown, result: (x: number) => unknown]
> = {
  "a result in memory": [(of, x) => of.lookup("big")(x), big],
  "one of a struct": [
    (of, x) => {
      const from = new (of.type("Big"))(big(x));
      return of.lookup("copy")(0, from);
    },
    big,
  ],
  "a union in memory": [
    (of, x) => of.lookup("number")(x).whole,
    (x) => x,
  ],
  "a generic struct": [
    (of, x) => [...of.lookup("five")(x).of],
    (x) => [x, x, x, x, x + 1],
  ],
  "one exported by another name": [
    (of, x) => of.lookup("exported")(x),
    (x) => big(-x),
  ],
  "one of a struct's functions": [
    (of, x) => of.lookup("deep")(x),
    (x) => big(x * 2),
  ],
  "a parameter in memory": [
    (of, x) => of.lookup("sum")(big(x)),
    (x) => 3 * x + 3,
  ],
  "an address, and no result": [
    (of, x) => {
      const into = new (of.type("Big"))();
      return [of.lookup("store")(into, x), into.z];
    },
    (x) => [undefined, x + 2],
  ],
  "a callback that takes a struct": [
    (of) => of.lookup("call_small")(ofSmall),
    (x) => 3 + x,
  ],
  "a callback that gives one in registers": [
    (of) => of.lookup("make_small")(toSmall),
    (x) => x,
  ],
  "a callback that gives one in memory": [
    (of) => of.lookup("make_big")(toBig),
    (x) => 3 * x + 3,
  ],
  "a callback that takes a union": [
    (of) => of.lookup("call_number")(ofNumber),
    (x) => 8 + x,
  ],
  "a function that is given": [
    (of, x) => of.lookup("opposite")()(big(x)),
    (x) => ({ x: -x, y: -x - 1, z: -x - 2 }),
  ],
  "a function in a variable": [
    (of, x) => {
      const hook = of.lookup("hook") as Variable<unknown>;
      hook.value = later;
      try {
        return of.lookup("hooked")(x);
      } finally {
        hook.value = null;
      }
    },
    (x) => 3 * x + 4,
  ],
};

/** What functions and variables are, where only debug information is read. */
const OF_POINTERS = {
  call_address: "((*Small) => f64) => f64",
  call_more: "((i32, ...) => i32) => i32",
  call_number: "((u8, Number) => i32) => i32",
  call_packed: "((Packed) => Packed) => u64",
  call_small: "((Small) => f64) => f64",
  held: "(*Holder) => f64",
  hook: "(Big, u8) => Big",
  hooked: "(f64) => f64",
  make_big: "(() => Big) => f64",
  make_small: "(() => Small) => f64",
  nested: "(((Big) => Big, f64) => f64, (Big) => Big) => f64",
  opposite: "() => (Big) => Big",
  own: "(*Own) => u8",
  sum: "(Big) => f64",
};

test("plugin build says of Zig what its source says", BREADTH, async () => {
  const { manifest } = await buildNative(fixture("by_value.zig"));
  assertEquals(typesOf(manifest.symbols), {
    ...OF_POINTERS,
    big: "(f64) => Big",
    copy: "(f64, *Big) => Big",
    deep: "(f64) => Big",
    exported: "(f64) => Big",
    five: "(f64) => Five_f64_",
    nothing: "() => void",
    number: "(i32) => Number",
    store: "(*Big, f64) => void",
    total: "(i32, ...) => Big",
  });
  const fields = (name: string) => {
    const type = manifest.types[name]!;
    return "fields" in type ? type.fields.map((field) => field.type) : [];
  };
  assertEquals(fields("Holder"), ["(Big) => Big", "[2]Big"]);
  // A function that only Zig calls is an address.
  assertEquals(fields("Own"), ["pointer", "u8"]);
});

test("structs by value of Zig cross whole", WITH_ZIG, async (t) => {
  const { path } = await buildNative(fixture("by_value.zig"));
  // deno-lint-ignore no-explicit-any -- what its symbols are is asked below
  const of = open(path) as Plugin<any, any>;
  for (const [name, [call, result]] of Object.entries(CALLS)) {
    await t.test(name, () => {
      for (let x = 0; x < HOT; x++) {
        added = x;
        const got = call(of, x);
        const wanted = result(x);
        if (x < 2 || x > HOT - 3) assertEquals(got, wanted);
        else if (sumOf(got) !== sumOf(wanted)) assertEquals(got, wanted);
      }
    });
  }
});

function typesOf(symbols: Manifest["symbols"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(symbols).map(([name, { type }]) => [name, type]),
  );
}

/** One number of all numbers of a value. */
function sumOf(value: unknown): number {
  return typeof value === "number"
    ? value
    : Object.values(value ?? {}).reduce((all, each) => all + sumOf(each), 0);
}

test(
  "plugin emit refuses results of Zig that only the source tells",
  ONCE,
  async () => {
    const directory = emptyDirectory();
    const library = join(directory, "debug.so");
    await succeed(run("zig", [
      "build-lib",
      "-dynamic",
      "-fllvm",
      "-fno-strip",
      "-ODebug",
      `-femit-bin=${library}`,
      fixture("by_value.zig"),
    ], { cwd: directory }));
    await succeed(plugin("emit", library));
    const { symbols, skipped } = readManifest(`${library}.json`);
    const types = Object.entries(symbols).map((
      [name, { type }],
    ) => [name, type]);
    const { call_foreign: _, foreign: __, ...rest } = Object.fromEntries(types);
    assertEquals(rest, OF_POINTERS);
    for (const name of ["big", "copy", "deep", "nothing", "store"]) {
      assertStringIncludes(skipped![name]!, "only its source tells");
    }
  },
);

test("plugin build refuses conventions of Zig that no runtime calls", {
  ...BREADTH,
  skip: BREADTH.skip ||
    (process.arch !== "x64" && "another processor has none of these"),
}, async () => {
  const source = join(emptyDirectory(), "foreign.zig");
  writeFileSync(
    source,
    `
export fn call(f: *const fn (i32) callconv(.{ .x86_64_win = .{} }) i32) i32 { return f(1); }
export fn foreign(x: i32) callconv(.{ .x86_64_win = .{} }) i32 { return x; }
`,
  );
  const { manifest } = await buildNative(source);
  assertEquals(typesOf(manifest.symbols), { call: "(pointer) => i32" });
  assertStringIncludes(
    manifest.skipped!.foreign!,
    "its calling convention is ms_abi",
  );
});
