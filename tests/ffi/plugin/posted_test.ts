/**
 * What a plugin gives belongs to the thread that has it: a message refuses it,
 * where it would be an empty object on the other side. Plain data arrives.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { callback, open, variable } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { openAnnotated } from "../helpers/places.ts";

const C = need("cc");

/** A handle of each kind. */
async function handles(): Promise<Record<string, unknown>> {
  const plugin = await openAnnotated("crossing.c");
  const { symbols } = plugin;
  const calls = open(await library("calls.c"));
  const Point = plugin.type("point");
  const { Shelf } = (await openAnnotated("shelf.c")).symbols;
  return {
    "a Plugin": plugin,
    "its symbols": symbols,
    "a function": symbols.same_bool,
    "a Pointer": symbols.a_box(),
    "a struct": new Point({ x: 1, y: 2 }),
    "a list of structs": Point.array(symbols.moved(new Point(), 1), 1),
    "a union": symbols.same_number({ real: 1 }),
    "a variable of the plugin": calls.lookup("v_i32"),
    "a variable()": variable("i32"),
    "a callback()": callback("() => void", () => {}),
    "an object of a class": new Shelf({ width: 80, height: 200 }),
  };
}

test("no handle of a plugin can be posted to a Worker", C, async () => {
  const { port1, port2 } = new MessageChannel();
  try {
    for (const [what, handle] of Object.entries(await handles())) {
      assertThrows(() => structuredClone(handle), Error, "", what);
      assertThrows(() => port1.postMessage(handle), Error, "", what);
      assertThrows(() => port1.postMessage({ in: [handle] }), Error, "", what);
    }
  } finally {
    port1.close();
    port2.close();
  }
});

test("what is plain data can be", C, async () => {
  const plugin = await openAnnotated("crossing.c");
  const point = plugin.symbols.same_point({ x: 1, y: 2 });
  assertEquals(structuredClone(point), { x: 1, y: 2 });
  const Point = plugin.type("point");
  const view = new Point({ x: 3, y: 4 });
  assertEquals(structuredClone(Point.toObject(view)), { x: 3, y: 4 });
});
