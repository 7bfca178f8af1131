/**
 * Arguments that are not what they should be: one error that says so, and none
 * of their own code runs.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import {
  callback,
  cstring,
  lastError,
  open,
  PluginError,
  Struct,
  variable,
  watch,
} from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");
const plugin = async () => open(await library("between.c"));

/** A value that throws whatever is done with it. */
function hostile(): object {
  const refuse = (trap: string) => (): never => {
    throw new Error(`its ${trap} ran`);
  };
  return new Proxy(
    Object.create(null),
    new Proxy({}, { get: (_, trap) => refuse(String(trap)) }),
  );
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}

const NO_TEXTS: readonly (() => unknown)[] = [
  hostile,
  revoked,
  () => undefined,
  () => null,
  () => 5,
  () => 5n,
  () => Symbol("text"),
  () => () => "text",
  () => new String("text"),
  () => globalThis,
  () => ({ toString: () => "sum" }),
];

test(
  "what is no text is refused by every function that takes one",
  C,
  async () => {
    const it = await plugin();
    const refusals: Record<string, (text: never) => unknown> = {
      "lookup(): argument 1": (text) => it.lookup(text),
      "type(): argument 1": (text) => it.type(text),
      "callback(): argument 1": (text) => callback(text, (() => {}) as never),
      "variable(): argument 1": (text) => variable(text),
    };
    for (const make of NO_TEXTS) {
      for (const [what, refuse] of Object.entries(refusals)) {
        assertThrows(
          () => refuse(make() as never),
          TypeError,
          `${what}: wanted a text, got `,
        );
      }
      if (make() !== undefined) {
        assertThrows(
          () => it.lookup("sum", make() as never),
          TypeError,
          "lookup(): argument 2: wanted a text, got ",
        );
      }
      assertEquals(it.has(make() as never), false);
      assertThrows(() => open(make() as never), TypeError, "Cannot open ");
    }
  },
);

test("no error runs the code of the value that it shows", C, async () => {
  const it = await plugin();
  const sum = it.lookup("sum", "(*u8, usize) => u32");
  const address = it.lookup("address");
  for (const make of [hostile, revoked]) {
    for (let i = 0; i < 2; i++) {
      assertThrows(
        () => sum(make() as never, 1),
        TypeError,
        "sum(): argument 1 (p): wanted *u8, a Uint8Array (neither resizable nor detached), a Pointer, a Variable or null, got an object",
      );
      assertThrows(() => address(make() as never), TypeError, "got an object");
      assertThrows(
        () => sum(null, make() as never),
        TypeError,
        "sum(): argument 2 (n): wanted usize",
      );
      for (let j = 0; j < 5_000; j++) sum(null, 0);
    }
  }
});

test("what only looks like a buffer is an object", C, async () => {
  const address = (await plugin()).lookup("address");
  const cases: readonly (readonly [unknown, string])[] = [
    [Object.create(ArrayBuffer.prototype), "an object"],
    [new Proxy(new ArrayBuffer(8), {}), "an object"],
    [Object.create(SharedArrayBuffer.prototype), "an object"],
    [Object.create(DataView.prototype), "an object"],
    [
      new SharedArrayBuffer(8, { maxByteLength: 16 }),
      "a growable SharedArrayBuffer",
    ],
    [
      new Uint8Array(new SharedArrayBuffer(8, { maxByteLength: 16 })),
      "a growable Uint8Array",
    ],
    [new ArrayBuffer(8, { maxByteLength: 16 }), "a resizable ArrayBuffer"],
  ];
  for (const [given, shown] of cases) {
    assertThrows(
      () => address(given as never),
      TypeError,
      `or null, got ${shown}`,
    );
  }
});

/** What a program passes for options by mistake: none of it may ask for nothing. */
const NO_OPTIONS: readonly unknown[] = [
  null,
  5,
  5n,
  "any",
  true,
  Symbol("any"),
  () => {},
  [],
  ["MCowBQYDK2VwAyEA"],
];

test(
  "what is no object of options is refused by all that take some",
  C,
  async () => {
    const path = await library("between.c");
    const it = open(path);
    const nothing = (() => {}) as never;
    const takers: Record<string, (options: never) => unknown> = {
      "open(): options": (options) => open(path, options),
      "watch(): options": (options) => watch(path, nothing, options),
      "lookup(): options": (options) =>
        it.lookup("sum", "(*u8, usize) => u32", options),
      "callback(): options": (options) =>
        callback("() => void", nothing, options),
      "new PluginError(): options": (options) =>
        new PluginError("closed", "it is closed", options),
    };
    for (const [what, take] of Object.entries(takers)) {
      for (const options of NO_OPTIONS) {
        assertThrows(
          () => take(options as never),
          TypeError,
          `${what}: wanted an object, got `,
        );
      }
    }
    for (const options of NO_OPTIONS) {
      assertThrows(
        () => it.callback("() => void", nothing, options as never),
        TypeError,
        "callback(): options: wanted an object, got ",
      );
    }
  },
);

test("no option is taken for what it is not", C, async () => {
  const path = await library("between.c");
  const it = open(path);
  const nothing = (() => {}) as never;
  const odd = [null, 5, 5n, Symbol("x"), () => {}, [], {}, "false"];
  const takers: Record<string, (value: never) => unknown> = {
    "open(): fresh: wanted true or false": (fresh) => open(path, { fresh }),
    "open(): global: wanted true or false": (global) => open(path, { global }),
    "open(): crashReport: wanted true or false": (crashReport) =>
      open(path, { crashReport }),
    "watch(): persistent: wanted true or false": (persistent) =>
      watch(path, nothing, { persistent }),
    "watch(): options.signal: wanted an AbortSignal": (signal) =>
      watch(path, nothing, { signal }),
    "lookup(): options.trace: wanted true or false": (trace) =>
      it.lookup("sum", "(*u8, usize) => u32", { trace }),
  };
  for (const [what, take] of Object.entries(takers)) {
    for (const value of odd) {
      assertThrows(() => take(value as never), TypeError, what);
    }
  }
  for (const value of odd.filter((one) => typeof one !== "string")) {
    for (const name of ["manifest", "thunks", "headers"]) {
      assertThrows(
        () => open(path, { [name]: value }),
        TypeError,
        `open(): ${name}: wanted a path or a file: URL, got `,
      );
    }
    assertThrows(
      () => it.lookup("sum", "(*u8, usize) => u32", { free: value as never }),
      TypeError,
      "lookup(): options.free: wanted a text, got ",
    );
    if (typeof value === "function") continue;
    assertThrows(
      () => watch(path, value as never),
      TypeError,
      "watch(): argument 2: wanted a function, got ",
    );
    assertThrows(
      () => watch(path, nothing, { onError: value as never }),
      TypeError,
      "watch(): onError: wanted a function, got ",
    );
    assertThrows(
      () => lastError(value as never),
      TypeError,
      "lastError(): wanted a function of a plugin, got ",
    );
    if (typeof value === "number") continue;
    assertThrows(
      () => watch(path, nothing, { interval: value as never }),
      RangeError,
      "watch(): interval is ",
    );
  }
});

test("what a number is wanted for shows anything", () => {
  const pointer = variable("i32").pointer;
  for (const value of [null, "1", 5n, Symbol("x"), Object.create(null)]) {
    for (
      const take of [
        () => pointer.offset(value as never),
        () => pointer.view(value as never),
      ]
    ) {
      assertThrows(take, Error, "wanted a ");
    }
    assertThrows(
      () => cstring(new Uint8Array(2), value as never),
      TypeError,
      "cstring(): wanted ",
    );
  }
  assertThrows(
    () => new (Struct as unknown as new () => unknown)(),
    TypeError,
    "new Struct(): it is made by a plugin alone",
  );
});
