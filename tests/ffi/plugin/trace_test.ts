/**
 * Functions that are traced.
 *
 * @module
 */

import { channel } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "../../helpers/test.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  type CallMessage,
  open,
  type OpenMessage,
  PluginError,
} from "@native/plugin";
import { annotated, buildAfresh, library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

/** What is published while a function runs. */
async function heard(
  name: string,
  use: () => unknown,
): Promise<CallMessage[]> {
  const messages: CallMessage[] = [];
  const listen = (message: unknown) => messages.push(message as CallMessage);
  channel(name).subscribe(listen);
  await use();
  channel(name).unsubscribe(listen);
  return messages;
}

test("opening is published where tracing is asked for", C, async () => {
  const path = await library("calls.c");
  const opened = await heard("plugin:open", () => {
    open(path);
    open(path, { trace: ["id_i32"] });
  });
  assertEquals(opened.map((message: OpenMessage) => message.path), [path]);
  assert(opened[0]!.duration >= 0);
});

test("calls of traced functions are counted and published", C, async () => {
  const path = await library("calls.c");
  const plugin = open(path, { trace: ["id_i32"] });
  const id_i32 = plugin.lookup("id_i32", "(i32) => i32");
  const id_u32 = plugin.lookup("id_u32", "(u32) => u32");
  const calls = await heard("plugin:call", async () => {
    id_i32(1);
    id_u32(1);
    assertThrows(() => id_i32("no" as never), TypeError, "id_i32()");
    assertEquals(await id_i32.async(3), 3);
    await assertRejects(
      async () => await id_i32.async("no" as never),
      TypeError,
    );
  });
  assertEquals(
    calls.map(({ symbol, isAsync, error }) => [
      symbol,
      isAsync,
      error instanceof Error,
    ]),
    [
      ["id_i32", false, false],
      ["id_i32", false, true],
      ["id_i32", true, false],
      ["id_i32", true, true],
    ],
  );
  const { id_i32: counted } = plugin.stats().calls;
  assertEquals([counted!.calls, counted!.errors], [4, 2]);
  assert(counted!.duration > 0);
  // The same wish gives the same plugin, and the same function.
  const again = open(path, { trace: ["id_i32"] });
  assertStrictEquals(again, plugin);
  assertStrictEquals(again.lookup("id_i32", "(i32) => i32"), id_i32);
  assert(open(path).lookup("id_i32", "(i32) => i32") !== id_i32);
});

test("lookup() traces one function; a contract can be traced", C, async () => {
  const path = await library("calls.c");
  const one = open(path).lookup("id_i8", "(i8) => i8", { trace: true });
  const { id_u8 } = open(path, {
    symbols: { id_u8: "(u8) => u8" },
    trace: true,
  }).symbols;
  const calls = await heard("plugin:call", () => [one(1), id_u8(2)]);
  assertEquals(calls.map(({ symbol }) => symbol), ["id_i8", "id_u8"]);
});

test("what is no wish for traces is refused", C, async () => {
  const path = await library("calls.c");
  for (const trace of ["id_i32", 1, null, [1]]) {
    assertThrows(
      () => open(path, { trace: trace as never }),
      TypeError,
      "open(): trace: wanted a boolean or names of functions, got",
    );
  }
});

test(
  "what is not there to be traced is refused, and nothing is loaded",
  C,
  async () => {
    const path = await buildAfresh("calls.c", "-DUNTRACED");
    const shelf = await annotated("shelf.c");
    const cases: [path: string, name: string, code: string, said: string][] = [
      [path, "id_i3", "unknown_symbol", 'the nearest are "id_i32"'],
      [path, "v_i64", "unsupported", "it is a variable, and only calls of"],
      [shelf, "Shelf", "unsupported", "it is a class, and calls of methods"],
      [shelf, "shelf", "unknown_symbol", "it is none of the plugin's"],
    ];
    for (const [path, name, code, said] of cases) {
      const tell = (use: () => unknown) => {
        const error = assertThrows(use, PluginError, said) as PluginError;
        assertEquals([error.code, error.symbol], [code, name]);
      };
      tell(() => open(path, { trace: [name] }));
      if (process.platform === "linux") {
        assert(!readFileSync("/proc/self/maps", "utf8").includes(path));
      }
    }
    // Nor is it where the plugin is open already, and by lookup().
    for (const [path, name, code] of cases) {
      const plugin = open(path);
      for (
        const use of [
          () => open(path, { trace: [name] }),
          () => plugin.lookup(name, undefined as never, { trace: true }),
        ]
      ) {
        assertEquals(
          (assertThrows(use, PluginError) as PluginError).code,
          code,
        );
      }
    }
  },
);
