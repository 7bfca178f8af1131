/**
 * JavaScript functions that the plugin calls with structs by value, and that give
 * structs or texts; and the plugin's own of that kind, by their addresses.
 *
 * @module
 */

import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type Callback,
  open,
  type Plugin,
  PluginError,
  type StructType,
} from "@native/plugin";
import { jsCallbacks } from "../../../ffi/function/native_function.ts";
import { trap } from "../../../ffi/function/trap.ts";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";
import { test } from "../../helpers/test.ts";
import { thrownText } from "../../helpers/thrown.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

await withSupport();

const C = need("cc");
const byValue = async () => open(await library("by_value.c"));

/** Thunks of a manifest, to be changed. */
interface Changed {
  thunk: { symbol: string };
  answer: string;
}

interface Point {
  x: number;
  y: number;
}

/** A plugin as its generated declaration types it. */
// deno-lint-ignore no-explicit-any -- what its symbols are is not asked here
type Typed = Plugin<any, { point: StructType<Point> }>;
const typed = async () => await byValue() as unknown as Typed;

/** How often what is hot is done. */
const HOT = 5_000;

/** Each: what is done, and what comes of it. */
const CALLS: Record<
  string,
  [call: (plugin: Plugin) => unknown, result: unknown]
> = {
  "a struct in registers": [
    (plugin) =>
      plugin.lookup("of_point")({ x: 1, y: 2 }, ({ x, y }: Point) => x - y),
    -1,
  ],
  "a struct as the result": [
    (plugin) =>
      plugin.lookup("to_point")((d: number) => ({ x: d, y: -d }), 2.5),
    { x: 2.5, y: -2.5 },
  ],
  "a struct in memory": [
    (plugin) =>
      plugin.lookup("visit")((given: object, own: unknown) => {
        assertEquals(own, null);
        assertEquals(given, {
          kind: 1,
          x: 41,
          data: [null, null, null],
          name: "näme",
        });
        return 41;
      }, null),
    42,
  ],
  "a struct in memory as the result, with a text": [
    (plugin) =>
      plugin.lookup("each")(
        (c: { x: number; name: string }) => ({
          ...c,
          x: c.x + 1,
          name: `${c.name}ä`,
        }),
        5,
      ),
    { kind: 1, x: 46, data: [null, null, null], name: "firstäääää" },
  ],
  "bit-fields, and numbers beside them": [
    (plugin) =>
      plugin.lookup("of_bits")(
        (given: { a: number; b: number; c: bigint }, i: number, f: number) => {
          assertEquals([given, i, f], [{ a: 5, b: 99, c: 7n }, -3, 0.5]);
          return { a: 1, b: given.b + i, c: 2n ** 64n - 1n };
        },
      ),
    { a: 1, b: 96, c: 2n ** 64n - 1n },
  ],
  "a union": [
    (plugin) =>
      plugin.lookup("of_number")(({ i }: { i: number }) => ({ f: i * 1.5 })).f,
    10.5,
  ],
  "no result": [
    (plugin) => {
      const seen: unknown[] = [];
      plugin.lookup("nothing")((...all: unknown[]) => seen.push(...all));
      return seen;
    },
    [{ x: 1, y: 2 }, "text"],
  ],
  "one that calls the plugin again": [
    (plugin) =>
      plugin.lookup("moved")(
        (p: Point) =>
          plugin.lookup("moved")(
            ({ x, y }: Point) => ({ x: x + 1, y: y + 1 }),
            p,
          ),
        { x: 5, y: 6 },
      ),
    { x: 6, y: 7 },
  ],
  "members of a struct": [
    (plugin) => {
      const Table = plugin.type("table");
      return plugin.lookup("use")(
        new Table({ move: MOVE, weigh: WEIGH }),
      );
    },
    31,
  ],
  "functions that come out": [
    (plugin) => [
      plugin.lookup("give_measure")(1)({ x: 3, y: 4 }),
      plugin.lookup("give_measure")(0),
      plugin.lookup("methods").value.move({ x: 1, y: 1 }),
      plugin.lookup("moved")(plugin.lookup("give_mover")(), { x: 1, y: 2 }),
      plugin.lookup("is_twice")(plugin.lookup("give_mover")()),
    ],
    [12, null, { x: 2, y: 2 }, { x: 2, y: 4 }, 1],
  ],
  "texts": [
    (plugin) => [
      plugin.lookup("name_of")((i: number) => `täxt ${i}`, 5),
      plugin.lookup("name_of")(() => "", 5),
      plugin.lookup("name_of")(() => null, 5),
      plugin.lookup("lengths")((i: number) => "x".repeat(i), 300),
    ],
    ["täxt 5", "", null, 300 * 299 / 2],
  ],
};
const MOVE = ({ x, y }: Point) => ({ x: x * 10, y: y * 10 });
const WEIGH = (d: number, { x, y }: Point) => d + x + y;

// Each of these that is given anew is one function more.
for (const [what, [call, result]] of Object.entries(CALLS)) {
  test(`callbacks with structs by value and texts: ${what}`, C, async () => {
    const plugin = await byValue();
    for (let i = 0; i < 3; i++) assertEquals(call(plugin), result);
  });
}

test("a hot callback sees each struct as it is", C, async () => {
  const call = (await byValue()).lookup("moved");
  const seen: Point[] = [];
  const turn = (p: Point) => {
    if (p.x % 100 === 0) seen.push(p);
    return { x: -p.y, y: p.x };
  };
  for (let i = 0; i < HOT; i++) {
    assertEquals(call(turn, { x: i, y: 1 }), { x: -1, y: i });
  }
  // What was given is a copy.
  assertEquals(
    seen,
    Array.from({ length: 50 }, (_, i) => ({ x: 100 * i, y: 1 })),
  );
});

test(
  "what a callback with a struct throws is thrown by the call, and C reads zero",
  C,
  async () => {
    const plugin = await byValue();
    const call = plugin.lookup("each");
    const error = new Error("mine");
    let calls = 0;
    const fails = (): never => {
      calls++;
      throw error;
    };
    for (let i = 0; i < 50; i++) {
      assertStrictEquals(assertThrows(() => call(fails, 5)), error);
    }
    assertEquals([calls, trap.thrown], [50, undefined]);
    assertEquals(
      thrownText(() => plugin.lookup("name_of")(fails as never, 1)),
      "Error: mine",
    );
    assertEquals(call((c: object) => c, 1).x, 41);
  },
);

test(
  "a wrong struct or text is an error like a wrong argument",
  C,
  async () => {
    const plugin = await byValue();
    assertEquals(
      [
        thrownText(() => plugin.lookup("to_point")(() => ({ x: 1 }), 1)),
        thrownText(() => plugin.lookup("to_point")(() => 1, 1)),
        thrownText(() => plugin.lookup("name_of")(() => 5, 1)),
        thrownText(() => plugin.lookup("name_of")(() => "a\0b", 1)),
        thrownText(() => plugin.lookup("give_measure")(1)({ x: "1", y: 2 })),
      ],
      [
        "TypeError: callback of to_point(), result.y: wanted a number, got undefined",
        'TypeError: callback of to_point(), result: wanted an object with "x", "y", got 1',
        "TypeError: callback of name_of(), result: wanted cstring, a string without NUL, or null, got 5",
        'RangeError: callback of name_of(), result: wanted cstring, a string without NUL, or null, got the string "a\\u0000b"',
        'TypeError: ((point) => f64)(): argument 1.x: wanted a number, got the string "1"',
      ],
    );
  },
);

test("a text stays until the function gives another one", C, async () => {
  const plugin = await byValue();
  const texts = new Map<number, string>();
  const name = (i: number) => texts.get(i) ?? `text ${i}`.repeat(1000);
  plugin.lookup("keep_name")(name);
  const other = (i: number) => `other ${i}`.repeat(1000);
  for (let i = 0; i < 2_000; i++) plugin.lookup("lengths")(other, 1);
  assertEquals(plugin.lookup("kept_name")(), "text 1".repeat(1000));
});

test(
  "what a function gave is freed when it gives more, also in another process",
  C,
  async () => {
    using plugin = open(await library("by_value.c"), {
      isolated: { arena: 2 ** 24 },
    });
    const name = "x".repeat(2 ** 20);
    const lengths = plugin.lookup("lengths");
    // Nothing collects anything meanwhile.
    assertEquals(lengths(() => name, 100), 100 * name.length);
    const each = plugin.lookup("each");
    assertEquals(each((c: object) => ({ ...c, name }), 100).name, name);
    for (let i = 0; i < 50; i++) {
      using handle = plugin.callback("(i32) => cstring", () => name);
      assertEquals(lengths(handle, 1), name.length);
    }
  },
);

test("a function with a struct that is kept is called later", C, async () => {
  const plugin = await byValue();
  plugin.lookup("keep")(({ x, y }: Point) => x * y);
  const call = plugin.lookup("call_kept");
  for (let i = 0; i < HOT; i++) assertEquals(call(), 12);
  plugin.lookup("keep")(() => {
    throw new RangeError("kept");
  });
  assertEquals(thrownText(() => call()), "RangeError: kept");
  plugin.lookup("keep")(null);
});

test(
  "plugin.callback() makes handles of types that the plugin names",
  C,
  async () => {
    const plugin = await typed();
    const call = plugin.lookup("moved");
    const before = jsCallbacks.size;
    let last: Callback | undefined;
    // More than there can be at a time.
    for (let i = 0; i < 500; i++) {
      using handle = plugin.callback(
        "(point) => point",
        ({ x }) => ({ x, y: i }),
      );
      assertEquals(call(handle, { x: 1, y: 2 }), { x: 1, y: i });
      last = handle;
    }
    assertThrows(() => call(last, { x: 1, y: 2 }), TypeError);
    assertEquals(jsCallbacks.size, before);
    assertEquals(
      thrownText(() => plugin.callback("(pont) => void" as string, () => {}))
        .replace(
          plugin.path,
          "PATH",
        ),
      'PluginError: Cannot make a callback "(pont) => void": "PATH" has no type "pont": did you mean "point"?',
    );
  },
);

test(
  "of what makes such functions one binding serves all, as each stays",
  RUNTIME === "Deno" ? C : skip("Deno loads a library for each binding"),
  async () => {
    const plugin = await typed();
    const make = () => plugin.callback("(point) => point", (p) => p);
    make()[Symbol.dispose]();
    const { dlopen } = Deno;
    let loaded = 0;
    Deno.dlopen = (...what) => (loaded++, dlopen(...what));
    try {
      for (let i = 0; i < 20; i++) make()[Symbol.dispose]();
    } finally {
      Deno.dlopen = dlopen;
    }
    assertEquals(loaded, 0);
  },
);

test(
  "thunks that the library has not got are an error of ours",
  C,
  async () => {
    const path = await library("by_value.c");
    const copy = join(emptyDirectory(), "copy.so");
    copyFileSync(path, copy);
    const manifest = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    for (const one of Object.values<Changed>(manifest.pointers)) {
      one.answer = one.thunk.symbol = "nowhere";
    }
    writeFileSync(`${copy}.json`, JSON.stringify(manifest));
    const plugin = open(copy);
    for (
      const [type, act] of [
        [
          "(point) => point",
          () => plugin.lookup("moved")((p: Point) => p, { x: 1, y: 2 }),
        ],
        ["(point) => f64", () => plugin.lookup("give_measure")(1)],
      ] as const
    ) {
      const { code, message } = assertThrows(act, PluginError);
      assertEquals([code, message], [
        "wrong_library",
        `Cannot look up "${type}" in "${copy}": the manifest describes it, but the library does not export "nowhere"; write the manifest anew`,
      ]);
    }
  },
);

test("a handle that names types is one of its own plugin", C, async () => {
  const plugin = await byValue();
  const path = join(emptyDirectory(), "other.so");
  const other = open(await otherPlugin(path));
  using handle = other.callback("(point) => point", (p) => p);
  assertStringIncludes(
    thrownText(() => plugin.lookup("moved")(handle, { x: 1, y: 2 })),
    "got a Callback (point) => point",
  );
});

test("nor is its pointer one where nothing has those names", C, async () => {
  const own = open(await library("by_value.c"), { isolated: false });
  using handle = own.callback("(point) => point", (p) => p);
  using isolated = open(await library("callbacks.c"), { isolated: true });
  const error = assertThrows(
    () => isolated.lookup("times")(3, handle.pointer),
    PluginError,
    "give the plugin there a plugin.callback() of its own",
  );
  assertEquals(error.code, "unsupported");
});

test("a handle of an isolated plugin has an address here too", C, async () => {
  const own = open(await library("callbacks.c"), { isolated: false });
  using isolated = open(await library("by_value.c"), { isolated: true });
  const times = own.lookup("times");
  let calls = 0;
  for (let i = 0; i < 3; i++) {
    using handle = isolated.callback("(i32) => i32", (x) => (calls++, x));
    // Cold and hot, and as memory.
    for (let j = 0; j < 3000; j++) times(1, handle);
    own.lookup("default_function").value = handle;
    assertEquals(calls, 3000 * (i + 1));
    assertThrows(
      () => times(1, handle.pointer as never),
      TypeError,
      "it is an address of an isolated plugin",
    );
  }
  own.lookup("default_function").value = own.lookup("give_twice")();
});

/** A plugin whose `point` is another one. */
async function otherPlugin(path: string): Promise<string> {
  const { plugin } = await import("../../emit/helpers/cli.ts");
  const source = path.replace(/so$/, "c");
  writeFileSync(
    source,
    "typedef struct { int a[9]; } point;\npoint moved(point (*f)(point)) { return f((point){{1}}); }\n",
  );
  await succeedSilently(plugin("build", source, "-o", path));
  return path;
}

test(
  "there are so many of one type at a time, and an error says what to do",
  C,
  async () => {
    const plugin = await byValue();
    const nothing = plugin.lookup("nothing");
    const made: Callback[] = [];
    const make = () =>
      made.push(plugin.callback("(point, cstring) => void", () => {}));
    const error = assertThrows(() => {
      for (let i = 0; i < 1000; i++) make();
    }, PluginError);
    assertEquals(
      [error.code, error.message],
      [
        "unsupported",
        "Cannot make a callback (point, cstring) => void: there are as many of this type as there can be at a time; give the same function again, or a plugin.callback() that is disposed of",
      ],
    );
    assert(made.length > 100, `${made.length}`);
    for (const handle of made) handle[Symbol.dispose]();
    let calls = 0;
    nothing(() => calls++);
    assertEquals(calls, 1);
  },
);

test("another thread calls a function with a struct", C, async () => {
  const plugin = await typed();
  const elsewhere = plugin.lookup("elsewhere");
  using handle = plugin.callback(
    "(point) => f64",
    ({ x, y }) => x * y,
    { threads: "any" },
  );
  for (let i = 0; i < 20; i++) assertEquals(await elsewhere.async(handle), 30);
  assertEquals(
    await plugin.lookup("of_point").async(
      { x: 3, y: 4 },
      ({ x, y }: Point) => x + y,
    ),
    7,
  );
  assertStringIncludes(
    thrownText(() =>
      plugin.callback("(i32) => cstring", () => "x", { threads: "any" })
    ),
    "its result is a text, which stays until the function gives another one",
  );
});

for (const compiler of ["gcc", "clang"]) {
  test(
    `a library that is there gets thunks beside it for its callbacks, by ${compiler}`,
    need("cc", compiler),
    async () => {
      const { plugin } = await import("../../emit/helpers/cli.ts");
      const { withCompiler } = await import("../../emit/helpers/headers.ts");
      const { fixture } = await import("../../helpers/fixture.ts");
      const path = join(emptyDirectory(), "beside.so");
      sharedLibrary(path, ["-g", "-O2", "-w", fixture("by_value.c")], {
        compiler,
      });
      const without = await plugin("emit", path);
      assertEquals(without.status, 0);
      assertStringIncludes(
        thrownText(() => open(path).lookup("give_measure")),
        "for which the library has no thunks; write them with: plugin emit --thunks",
      );
      const copy = join(emptyDirectory(), "copy.so");
      copyFileSync(path, copy);
      await withCompiler(compiler, async () => {
        await succeedSilently(plugin("emit", copy, "--thunks"));
      });
      const opened = open(copy);
      for (const [call, result] of Object.values(CALLS)) {
        assertEquals(call(opened), result);
      }
    },
  );
}
