/**
 * Functions that are traced.
 *
 * @module
 */

import { channel } from "node:diagnostics_channel";
import { test } from "../../helpers/test.ts";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { type CallMessage, open, type OpenMessage } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
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
