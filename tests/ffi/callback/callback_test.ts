/**
 * Functions in both directions: JavaScript ones that the plugin calls, and the
 * plugin's own by their address.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  Callback,
  callback,
  open,
  type Plugin,
  PluginError,
  Pointer,
} from "@native/plugin";
import { trap } from "../../../ffi/function/trap.ts";
import { jsCallbacks } from "../../../ffi/function/native_function.ts";
import { library } from "../../helpers/fixture.ts";
import { need, needRuntime } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { run, runScript } from "../helpers/program.ts";
import { thrownText } from "../../helpers/thrown.ts";

await withSupport();

const C = need("cc");
const callbacks = async () => open(await library("callbacks.c"));

// -------------------------------------------------------------------- values

/** For each scalar: what the plugin passes, and what the callback sees when that differs. */
const SCALARS: Record<string, [given: unknown, seen?: unknown][]> = {
  bool: [[true], [false]],
  i8: [[-128], [127]],
  u8: [[255], [0]],
  i16: [[-32768], [32767]],
  u16: [[65535]],
  i32: [[-(2 ** 31)], [2 ** 31 - 1]],
  u32: [[2 ** 32 - 1], [2 ** 31]],
  i64: [[-(2n ** 63n)], [2n ** 63n - 1n], [-1, -1n]],
  u64: [[2n ** 64n - 1n], [0n], [5, 5n]],
  isize: [[-(2 ** 53) + 1], [2 ** 53 - 1], [-1n, -1]],
  usize: [[2 ** 53 - 1], [2n ** 40n, 2 ** 40]],
  f32: [[0.5], [-Infinity], [NaN], [0.1, Math.fround(0.1)]],
  f64: [[0.1], [-Infinity], [NaN]],
};

for (const [scalar, values] of Object.entries(SCALARS)) {
  test(`a callback takes and gives every kind of ${scalar}`, C, async () => {
    const via = (await callbacks()).lookup(`via_${scalar}`);
    const seen: unknown[] = [];
    const same = (x: unknown) => {
      seen[0] = x;
      return x;
    };
    const all = () => {
      for (const [given, out = given] of values) {
        assertEquals([via(same, given), seen[0]], [out, out]);
      }
    };
    all();
    for (let i = 0; i < 5_000; i++) via(same, values[i % values.length]![0]);
    all();
  });
}

test("a callback takes many arguments of every class", C, async () => {
  const args = [-1, 0.5, 2, 0.25, 3n, true, 4, 0.125, 5, -6, 1.5, 7];
  const via = (await callbacks()).lookup("via_many");
  assertEquals(
    via((...given: unknown[]) => (assertEquals(given, args), 42)),
    42,
  );
});

test(
  "a callback takes text and addresses, and gives addresses",
  C,
  async () => {
    const plugin = await callbacks();
    const texts: unknown[] = [];
    const keep = (text: unknown) => texts.push(text);
    for (const text of ["", "grüß", "x".repeat(5000), null]) {
      plugin.lookup("via_text")(keep, text);
    }
    assertEquals(texts, ["", "grüß", "x".repeat(5000), null]);
    const via = plugin.lookup("via_pointer");
    const { pointer } = plugin.lookup("hook");
    assert(
      via((x: Pointer) => (assert(x.equals(pointer)), x), pointer).equals(
        pointer,
      ),
    );
    assertEquals(via((x: unknown) => x, null), null);
    assert(via(() => plugin.lookup("hook"), null).equals(pointer));
  },
);

test("the C library sorts by a JavaScript function", C, async () => {
  const sort = (await callbacks()).lookup(
    "sort_i32",
    "(*i32, usize, (*i32, *i32) => i32) => void",
  );
  const values = Int32Array.of(5, -3, 2 ** 31 - 1, 0, -(2 ** 31), 7);
  const expected = values.toSorted();
  let compared = 0;
  // The addresses lie in the array that C was given.
  sort(values, values.length, (a, b) => {
    compared++;
    return a!.address < b!.address ? -1 : 1;
  });
  assert(compared > 0);
  assertEquals(values.toSorted(), expected);
});

test("null is no function", C, async () => {
  assertEquals((await callbacks()).lookup("via_nothing")(null), undefined);
});

test("what a callback without a result gives is ignored", C, async () => {
  assertEquals((await callbacks()).lookup("via_nothing")(() => "x"), undefined);
});

// ------------------------------------------------------------------ one each

test("a function is made a callback once, for each type", C, async () => {
  const times = (await callbacks()).lookup(
    "times",
    "(i32, (i32) => i32) => i32",
  );
  const before = jsCallbacks.size;
  const f = (x: number) => x;
  for (let i = 0; i < 100_000; i++) assertEquals(times(1, f), 0);
  assertEquals(jsCallbacks.size, before + 1);
  times(1, (x) => x);
  assertEquals(jsCallbacks.size, before + 2);
});

test("handles that are disposed of leave nothing behind", C, async () => {
  const times = (await callbacks()).lookup(
    "times",
    "(i32, (i32) => i32) => i32",
  );
  const before = jsCallbacks.size;
  for (let i = 0; i < 2_000; i++) {
    using handle = callback("(i32) => i32", (x) => x + i);
    assertEquals(times(2, handle), 2 * i + 1);
  }
  assertEquals(jsCallbacks.size, before);
});

test("a handle has the address that the plugin gets", C, async () => {
  const plugin = await callbacks();
  using handle = callback("(i32) => i32", (x) => x + 1);
  assert(handle instanceof Callback);
  assert(handle.pointer instanceof Pointer);
  const times = plugin.lookup("times");
  assertEquals([times(1, handle), times(1, handle.pointer)], [1, 1]);
  plugin.lookup("keep")(handle);
  assertEquals(plugin.lookup("call_kept")(41), 42);
  plugin.lookup("keep")(null);
});

test("a handle that was disposed of is refused", C, async () => {
  const times = (await callbacks()).lookup("times");
  const handle = callback("(i32) => i32", (x) => x);
  handle[Symbol.dispose]();
  handle[Symbol.dispose]();
  assertEquals(
    thrownText(() => times(1, handle)),
    "TypeError: times(): argument 2 (f): wanted (i32) => i32, a function, a Callback, a Pointer or null, got a disposed Callback",
  );
  assertEquals(
    thrownText(() => handle.pointer),
    "TypeError: Callback.pointer: it was disposed of",
  );
});

// ------------------------------------------------------------------ refusals

test("what is not a function of that type is refused", C, async () => {
  const plugin = await callbacks();
  const wanted =
    "times(): argument 2 (f): wanted (i32) => i32, a function, a Callback, a Pointer or null, got";
  using other = callback("(i64) => i32", () => 1);
  for (
    const [given, shown] of [
      [undefined, "undefined"],
      [1, "1"],
      ["f", 'the string "f"'],
      [{}, "an object"],
      [new Uint8Array(8), "a Uint8Array"],
      [Object.create(Callback.prototype), "an object"],
      [other, "a Callback (i64) => i32"],
    ]
  ) {
    assertEquals(
      thrownText(() => plugin.lookup("times")(1, given)),
      `TypeError: ${wanted} ${shown}`,
    );
  }
});

test("a wrong result is an error like a wrong argument", C, async () => {
  const plugin = await callbacks();
  const result = (name: string, give: unknown, arg: unknown) =>
    thrownText(() => plugin.lookup(name)(() => give, arg));
  assertEquals(
    result("via_i32", 1.5, 0),
    "RangeError: callback of via_i32(), result: wanted i32, an integer from -2147483648 to 2147483647, got 1.5",
  );
  assertEquals(
    result("via_bool", 1, true),
    "TypeError: callback of via_bool(), result: wanted bool, true or false, got 1",
  );
  assertEquals(
    result("via_usize", undefined, 0),
    "TypeError: callback of via_usize(), result: wanted usize, a bigint from 0 to 18446744073709551615, or a safe integer, got undefined",
  );
  assertEquals(
    result("via_pointer", new Uint8Array(8), null),
    "TypeError: callback of via_pointer(), result: wanted pointer, a Pointer, a Variable of the plugin or null, got a Uint8Array",
  );
  using handle = callback("(i32) => i32", () => NaN);
  assertEquals(
    thrownText(() => plugin.lookup("via_i32")(handle, 0)),
    "RangeError: callback (i32) => i32, result: wanted i32, an integer from -2147483648 to 2147483647, got NaN",
  );
});

test("a callback with ... is given the parameters before it", C, async () => {
  const plugin = open(await library("open_callback.c"));
  const tell = plugin.lookup(
    "tell",
    "((i32, f64, cstring, ...) => f64) => f64",
  );
  const seen: unknown[] = [];
  const report = (level: number, share: number, format: string | null) => {
    seen.push([level, share, format]);
    return share;
  };
  assertEquals(tell(report), 0.75);
  using handle = callback("(i32, f64, cstring, ...) => f64", report);
  assertEquals(tell(handle), 0.75);
  assertEquals(tell(null), -1);
  const once = [[2, 0.5, "%s has %d"], [3, 0.25, ""]];
  assertEquals(seen, [...once, ...once]);
  // It goes the other way for nobody.
  for (const name of ["give", "kept"]) {
    const error = assertThrows(() => plugin.lookup(name), PluginError);
    assertStringIncludes(error.message, "its number of arguments is variable");
  }
});

test("callback() refuses what cannot be one", C, () => {
  const make = callback as (...args: unknown[]) => Callback;
  const refused = (code: string, type: string, message: string) => {
    const error = assertThrows(() => make(type, () => {}), PluginError);
    assertEquals(
      [error.code, error.message],
      [code, `Cannot make a callback ${JSON.stringify(type)}: ${message}`],
    );
  };
  refused("bad_type", "i32", "it is not a function");
  refused(
    "bad_type",
    "(Point) => void",
    '"Point" is not a type of the notation; a pointer to anything is "pointer"',
  );
  refused("unsupported", "() => (i32, i32)", "it has several results");
  refused(
    "unsupported",
    "(string) => void",
    "its parameter 1 is a string with a length",
  );
  refused("unsupported", "(i32, bytes) => void", "its parameter 2 is a slice");
  refused(
    "unsupported",
    "([3]i32) => void",
    "its parameter 1 is an array by value",
  );
  assertThrows(
    () => make("(i32", () => {}),
    PluginError,
    "Cannot parse the type",
  );
  assertEquals(
    thrownText(() => make("() => void", 1)),
    "TypeError: callback(): argument 2: wanted a function, got 1",
  );
});

// -------------------------------------------------------------------- errors

test(
  "what a callback throws is thrown by the call that led there",
  C,
  async () => {
    const plugin = await callbacks();
    const error = new Error("mine");
    let calls = 0;
    const fail = (): never => {
      calls++;
      throw error;
    };
    assertStrictEquals(
      assertThrows(() => plugin.lookup("times")(10, fail)),
      error,
    );
    assertEquals(calls, 1); // the others got zero
    assertStrictEquals(
      assertThrows(() =>
        plugin.lookup("map_pair")({ first: 1, second: 2 }, "x", fail)
      ),
      error,
    );
    assertEquals(calls, 2);
    // Nothing is left for the next call.
    assertEquals(plugin.lookup("times")(3, (x: number) => x), 3);
  },
);

test("what a call that throws was given is freed", C, async () => {
  const plugin = await callbacks();
  const owed = plugin.lookup("times_owed", "() => i32");
  const fail = (): never => {
    throw new Error("mine");
  };
  for (
    const type of [
      "(pointer) => cstring",
      "((i32) => i32) => cstring",
      "((i32) => i32) => pointer",
    ]
  ) {
    const call = plugin.lookup("owed_text", type, { free: "pay" });
    using handle = callback("(i32) => i32", fail);
    const given = type.startsWith("(pointer") ? handle.pointer : fail;
    assertThrows(() => call(given as never), Error, "mine");
    assertEquals(owed(), 0, type);
  }
});

/** What programs do with the stacks of errors. */
const STACKS = [
  "Error.prepareStackTrace = (_, sites) => sites",
  "Error.prepareStackTrace = () => { throw new Error('no stack'); }",
  "Error.stackTraceLimit = 0",
  "Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false, configurable: false })",
  "Object.freeze(Error)",
];

for (const stacks of STACKS) {
  test(`an error finds its call after ${stacks}`, C, async () => {
    const { status, output } = await run(`
${stacks};
const call = plugin.lookup("via_i32");
const fails = () => { throw new TypeError("mine"); };
const said = [];
for (const how of [
  () => call.async(fails, 1),
  () => call(fails, 1),
  () => call(() => call(fails, 1), 1),
  () => call.async((x) => call(fails, x), 1),
  () => call((x) => x + 1, 1),
]) {
  try {
    said.push(await how());
  } catch (error) {
    said.push(error.message);
  }
}
console.log(said.join());`);
    assertEquals([status, output], [0, "mine,mine,mine,mine,2"]);
  });
}

test("everything can be thrown, undefined too", C, async () => {
  const times = (await callbacks()).lookup("times");
  for (const value of [undefined, null, 0, "text"]) {
    let caught: unknown = "nothing";
    try {
      times(1, () => {
        throw value;
      });
    } catch (error) {
      caught = error;
    }
    assertEquals(caught, value);
  }
});

test(
  "an error of a kept function is thrown by whoever calls it",
  C,
  async () => {
    const plugin = await callbacks();
    const keep = plugin.lookup("keep");
    keep((x: number) => {
      if (x < 0) throw new RangeError("negative");
      return x;
    });
    const call = plugin.lookup("call_kept");
    for (let i = 0; i < 20_000; i++) assertEquals(call(i), i);
    assertEquals(thrownText(() => call(-1)), "RangeError: negative");
    for (let i = 0; i < 20_000; i++) assertEquals(call(i), i);
    assertEquals(thrownText(() => call(-1)), "RangeError: negative");
    keep(null);
  },
);

test(
  "functions that were bound and warm before the first callback throw too",
  C,
  async () => {
    assertEquals(
      await run(`
      const call = plugin.lookup("call_hook");
      const hook = plugin.lookup("hook");
      const fails = () => { try { call(1); return false; } catch { return true; } };
      for (let i = 0; i < 100_000; i++) call(i);
      console.log(fails());
      hook.value = () => { throw new Error("hook"); };
      console.log(fails(), fails());`),
      { status: 0, output: "false\ntrue true" },
    );
  },
);

// --------------------------------------------------------------- re-entrance

test("plugin and callback call each other ten deep", C, async () => {
  const plugin = await callbacks();
  const deep = plugin.lookup("deep", "(cstring, (cstring) => usize) => usize");
  const map = plugin.lookup("map_pair");
  const text = (level: number) => `${level}`.repeat(50 + level * 200);
  function go(level: number): number {
    return deep(text(level), (seen) => {
      assertEquals(seen, text(level));
      if (level === 10) return 0;
      const inner = map(
        { first: level, second: -level },
        text(level),
        (x: number, seen: string) => {
          assertEquals(seen, text(level));
          return x < 0 ? go(level + 1) : x;
        },
      );
      assertEquals(inner.first, level);
      return inner.second;
    });
  }
  const lengths = Array.from({ length: 10 }, (_, i) => text(i + 1).length);
  const sum = lengths.reduce((a, b) => a + b);
  for (let i = 0; i < 100; i++) assertEquals(go(1), sum);
});

test("an error seven deep reaches the level that catches it", C, async () => {
  const plugin = await callbacks();
  const deep = plugin.lookup("deep", "(cstring, (cstring) => usize) => usize");
  const ended: number[] = [];
  function go(level: number, catches: number): number {
    const text = "x".repeat(level * 100);
    try {
      return deep(text, (seen) => {
        assertEquals(seen, text);
        if (level === 7) throw new Error("seven");
        return go(level + 1, catches);
      });
    } catch (error) {
      ended.push(level);
      if (level === catches) return 1;
      throw error;
    }
  }
  assertEquals(thrownText(() => go(1, 0)), "Error: seven");
  assertEquals(ended.splice(0), [7, 6, 5, 4, 3, 2, 1]);
  // The levels above the one that catches go on.
  assertEquals(go(1, 4), 1 + 100 + 200 + 300);
  assertEquals(ended.splice(0), [7, 6, 5, 4]);
  assertEquals(plugin.lookup("times")(2, (x: number) => x + 1), 3);
});

test("a plugin can be opened from within a callback", C, async () => {
  const plugin = await callbacks();
  const path = await library("calls.c");
  const via = plugin.lookup("via_i32");
  assertEquals(via((x: number) => open(path).lookup("id_i32")(x), 5), 5);
});

// ------------------------------------------------------- functions out of it

test(
  "a function that comes out can be called, and is checked",
  C,
  async () => {
    const plugin = await callbacks();
    const choose = plugin.lookup("choose", "(cstring) => (i32) => i32");
    const twice = choose("twice")!;
    assertEquals([twice(21), choose("negated")!(1), choose("nothing")], [
      42,
      -1,
      null,
    ]);
    assertStrictEquals(choose("twice"), twice);
    assertEquals(
      thrownText(() => twice(1.5)),
      "RangeError: ((i32) => i32)(): argument 1: wanted i32, an integer from -2147483648 to 2147483647, got 1.5",
    );
    assertEquals(plugin.lookup("default_function").value(4), 8);
  },
);

test("a handle may dispose of itself while it runs", C, async () => {
  const plugin = await callbacks();
  const times = plugin.lookup("times");
  for (let i = 0; i < 50; i++) {
    const handle: Callback = callback("(i32) => i32", (x: number) => {
      handle[Symbol.dispose]();
      return x + 1;
    });
    assertEquals(times(3, handle), 6);
    assertThrows(() => times(3, handle), TypeError);
    // It is freed when the event loop turns.
    if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
});

test(
  "a handle may be disposed of two calls above the one that runs it",
  C,
  async () => {
    const plugin = await callbacks();
    const call = plugin.lookup("via_i32");
    const inner = (x: number): number => {
      outer[Symbol.dispose]();
      return x * 2;
    };
    const outer: Callback = callback(
      "(i32) => i32",
      (x: number) => x === 0 ? 0 : call(inner, x) + 1,
    );
    assertEquals(call(outer, 4), 9);
  },
);

/** What ends the stack: the function that is given calls itself. */
const ENDLESS = {
  "a callback that calls the plugin again": (plugin: Plugin) => {
    const call = plugin.lookup("via_i32");
    const again = (x: number): number => call(again, x) + 1;
    return () => call(again, 1);
  },
  "JavaScript that calls the plugin on every level": (plugin: Plugin) => {
    const call = plugin.lookup("via_i32");
    const same = (x: number) => x;
    const again = (): number => call(same, 1) + again();
    return again;
  },
  "a kept callback": (plugin: Plugin) => {
    plugin.lookup("keep")((x: number) => x);
    const call = plugin.lookup("call_kept");
    const again = (): number => call(1) + again();
    return again;
  },
  "a call through a frame": (plugin: Plugin) => {
    const call = plugin.lookup("map_pair");
    const first = (x: number) => x;
    const again = (): number =>
      call({ first: 1, second: 2 }, "text", first).first + again();
    return again;
  },
} satisfies Record<string, (plugin: Plugin) => () => number>;

for (const [name, make] of Object.entries(ENDLESS)) {
  test(`the end of the stack is a RangeError: ${name}`, C, async () => {
    const plugin = await callbacks();
    const endless = make(plugin);
    for (const calls of [0, 100_000]) {
      const warm = plugin.lookup("via_i32");
      const more = (x: number) => x + 1;
      for (let i = 0; i < calls; i++) warm(more, 1);
      // The end falls on every step of the call, that of throwing among them.
      const from = (level: number): number =>
        level === 0 ? endless() : from(level - 1) + 1;
      for (let level = 0; level < 60; level++) {
        assertThrows(() => from(level), RangeError);
        assertEquals([trap.thrown, warm(more, 1)], [undefined, 2]);
      }
    }
  });
}

/** Levels from which it goes on for ever, one by one: the end falls on every step of a callback. */
test("the first end of the stack is one as well", C, async () => {
  const path = JSON.stringify(await library("callbacks.c"));
  // Interpreted, what runs first takes the most.
  const { status, output } = runScript(
    `
    const plugin = open(${path});
    const call = plugin.lookup("via_i32");
    const pair = plugin.lookup("map_pair");
    const nested = (x) => call(nested, x) + 1;
    const same = (x) => x;
    const direct = () => call(same, 1) + direct();
    const framed = () =>
      pair({ first: 1, second: 2 }, "text", same).first + framed();
    const from = (level, end) => level === 0 ? end(1) : from(level - 1, end);
    let ends = 0;
    for (let level = 0; level < 40; level++) {
      for (const end of [framed, direct, nested]) {
        try {
          from(level, end);
        } catch (error) {
          if (error instanceof RangeError) ends++;
        }
        // What was thrown is not thrown once more.
        call(same, 1);
      }
    }
    console.log(ends);`,
    ["-A"],
    ["--no-sparkplug", "--no-maglev", "--no-turbofan"],
  );
  // Deno itself has more to say there.
  assertEquals([status, output.split("\n")[0]], [0, "120"]);
});

test("nested calls go as deep as they need to", C, async () => {
  const call = (await callbacks()).lookup("via_i32");
  const deeper = (x: number): number => x === 0 ? 0 : call(deeper, x - 1) + 1;
  assertEquals(call(deeper, 150), 150);
});

test("a function that came out goes in as its own address", C, async () => {
  const plugin = await callbacks();
  const twice = plugin.lookup("choose")("twice");
  const before = jsCallbacks.size;
  assertEquals(plugin.lookup("is_twice")(twice), true);
  assertEquals(plugin.lookup("is_twice")((x: number) => x), false);
  assertStrictEquals(plugin.lookup("same_function")(twice), twice);
  assertEquals(plugin.lookup("times")(3, twice), 6);
  assertEquals(jsCallbacks.size, before + 1);
});

test("a JavaScript function comes out as itself", C, async () => {
  const plugin = await callbacks();
  const f = (x: number) => x;
  assertStrictEquals(plugin.lookup("same_function")(f), f);
  using handle = callback("(i32) => i32", f);
  assertStrictEquals(plugin.lookup("same_function")(handle), f);
  assertEquals(plugin.lookup("same_function")(null), null);
});

test("callbacks give functions", C, async () => {
  const plugin = await callbacks();
  const from = plugin.lookup("from_function");
  assertEquals(from(() => (x: number) => x + 1, 1), 2);
  assertEquals(from(() => plugin.lookup("choose")("negated"), 1), -1);
});

test("callbacks take functions", C, async () => {
  const via = (await callbacks()).lookup("via_function");
  assertEquals(via((twice: (x: number) => number) => twice(4) + 1), 9);
});

test("a function variable is what the plugin calls", C, async () => {
  const plugin = await callbacks();
  const hook = plugin.lookup("hook");
  const call = plugin.lookup("call_hook");
  assertEquals(hook.value, null);
  const seen: number[] = [];
  const f = (x: number) => seen.push(x);
  hook.value = f;
  call(1);
  assertStrictEquals(hook.value, f);
  using handle = callback("(i32) => void", (x) => seen.push(-x));
  hook.value = handle;
  call(2);
  hook.value = handle.pointer;
  call(3);
  hook.value = null;
  call(4);
  assertEquals(seen, [1, -2, -3]);
  hook.value = () => {
    throw new Error("hook");
  };
  assertEquals(thrownText(() => call(5)), "Error: hook");
  assertEquals(
    thrownText(() => hook.value = 1),
    "TypeError: hook.value: wanted (i32) => void, a function, a Callback, a Pointer or null, got 1",
  );
  hook.value = null;
});

test(
  "where only one library is permitted, callbacks are refused with the flag",
  needRuntime("permissions for one library", "cc"),
  async () => {
    const result = await run(
      `
      const fails = (make) => { try { make(); console.log("made"); } catch (error) { console.log(error.code, error.message); } };
      fails(() => plugin.lookup("times")(1, (x) => x));
      fails(() => callback("() => void", () => {}));
      fails(() => plugin.lookup("give_twice")());
      const twice = plugin.lookup("give_twice", "() => pointer")();
      console.log(plugin.lookup("times")(2, twice));`,
      (
        path,
      ) => [
        `--allow-ffi=${path}`,
        "--allow-read",
        "--allow-env",
        "--allow-sys",
      ],
    );
    assertEquals(result.output.split("\n"), [
      "permission_denied Cannot make a callback of times(): permission denied, run with --allow-ffi without a path",
      "permission_denied Cannot make a callback () => void: permission denied, run with --allow-ffi without a path",
      "permission_denied Cannot call a function pointer (i32) => i32: permission denied, run with --allow-ffi without a path",
      "2",
    ]);
    assertEquals(result.status, 0);
  },
);
