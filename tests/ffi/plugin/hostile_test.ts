/**
 * Arguments that are not what they should be: one error that says so, and none
 * of their own code runs.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { callback, open, variable } from "@native/plugin";
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
