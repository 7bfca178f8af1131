/**
 * Memory that a call fills, what goes in with its length, and the other things
 * that C libraries ask of who calls them.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { inspect } from "node:util";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { open, type Plugin, PluginError } from "@native/plugin";
import { annotated } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

/** The library, built once. */
// deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
const tank = async (): Promise<Plugin<any>> => open(await annotated("tank.c"));

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("memory that a call fills is made for it", C, async () => {
  const { frame, unframe, countdown, seal, hex, points } =
    (await tank()).symbols;
  assertEquals(text(frame("größe")), "|größe|");
  assertEquals(text(frame("")), "||");
  assertEquals(unframe(frame("größe")), "größe");
  assertEquals(unframe(frame("")), "");
  assertEquals(countdown(2), Int32Array.of(3, 2));
  assertEquals(countdown(100), Int32Array.of(3, 2, 1));
  assertEquals(countdown(0), new Int32Array());
  assertEquals(seal(), Uint8Array.of(1, 2, 3, 4));
  assertEquals(hex(Uint8Array.of(0, 255)), "00ff");
  assertEquals(points(2), [{ x: 0, y: 0 }, { x: 1, y: -1 }]);
  const one = frame("a");
  const other = frame("b");
  assertEquals([text(one), text(other)], ["|a|", "|b|"]);
  assertEquals(text(await frame.async("later")), "|later|");
  assertEquals(await countdown.async(2), Int32Array.of(3, 2));
});

test("a length that cannot be is refused before the call", C, async () => {
  const { countdown, unframe, boast } = (await tank()).symbols;
  assertThrows(
    () => countdown(-3),
    RangeError,
    "wanted a length from 0 in room, got -3",
  );
  assertThrows(
    () => unframe(Uint8Array.of(1)),
    RangeError,
    "wanted a length from 0 in length - 2, got -1",
  );
  assertThrows(() => unframe(Uint8Array.of(1, 2)), PluginError, "gave -1");
  assertThrows(
    () => boast(),
    PluginError,
    "says that it has filled 1000 elements, and there is room for 16",
  );
});

test("bytes, texts and lists go in with their length", C, async () => {
  const { frame, sum, nulls, bytes } = (await tank()).symbols;
  assertEquals(text(frame(Uint8Array.of(97, 0, 98))), "|a\0b|");
  assertEquals(text(frame("a\0b")), "|a\0b|");
  assertThrows(() => frame("\ud800"), TypeError, "a well-formed string");
  assertThrows(() => frame(null), TypeError, "argument 1 (from)");
  assertEquals(bytes(Uint8Array.of(1, 2)), 2003n);
  assertEquals(bytes(new Uint16Array(2).buffer), 4000n);
  assertEquals(bytes(null), 0n);
  assertThrows(() => bytes("text"), TypeError, "or null");
  assertEquals(sum([1, 2.5]), 3.5);
  assertEquals(sum(Float64Array.of(1, 2)), 3);
  assertThrows(() => sum([1, "2"]), TypeError, "(values)[1]: wanted a number");
  assertEquals(nulls(["a", null, "", null]), 2);
  assertThrows(() => nulls(["a", 1]), TypeError, "strings and nulls");
});

test("what is there may have failed, and is given back", C, async () => {
  const { symbols } = await tank();
  const { Tank, tanks } = symbols;
  const before = tanks.value;
  const { message, failure } = assertThrows(() => new Tank(-1), PluginError);
  assertEquals([message, failure], [
    "the tank leaks",
    { code: 1, name: "TANK_LEAKS" },
  ]);
  assertEquals(tanks.value, before);
  using one = new Tank(1);
  one.drain();
  const again = assertThrows(() => one.drain(), PluginError);
  assertEquals([again.message, again.failure?.name], [
    "the tank is empty",
    "TANK_EMPTY",
  ]);
});

test("members are properties, and steps may be counted", C, async () => {
  const { Tank } = (await tank()).symbols;
  const one = new Tank(3);
  assertEquals([one.has("Ide"), one.has("Eel")], [true, false]);
  assertEquals(one.count, 3);
  assertEquals(
    [one.first.name, one.first.next.weight, one.fish(3).next],
    ["Cod", 20, null],
  );
  assertEquals(one.rows(), [
    { name: "Cod", weight: "10", weight_3: "10", weight_2: "10" },
    { name: "Ide", weight: "20", weight_3: "20", weight_2: "20" },
    { name: null, weight: "30", weight_3: "30", weight_2: "30" },
  ]);
  const ide = '{"name":"Ide","weight":20,"next":';
  assertEquals(
    JSON.stringify(one.fish(3)),
    '{"name":"Eel","weight":40,"next":null}',
  );
  assert(JSON.stringify(one).includes(`"next":${ide}`));
  assertMatch(
    inspect(one.fish(3)),
    /^Fish \{ name: ['"]Eel['"], weight: 40, next: null,? \}$/,
  );
  const fish = one.first;
  one[Symbol.dispose]();
  assertThrows(
    () => fish.name,
    TypeError,
    "Fish.name: this: wanted Fish, got Fish that was disposed of",
  );
  assertThrows(() => one.count, TypeError, "Tank that was disposed of");
});

test(
  "a void * is a class, and ... a function for each signature",
  C,
  async () => {
    const { Box } = (await tank()).symbols;
    using box = new Box(7);
    assertEquals(box.value, 7);
    // What its property calls is a function of the library's, and no field.
    assertThrows(() => JSON.stringify({ box }), TypeError, "has no fields");
    assertEquals(inspect(box), "Box {}");
    box.set_integer(8);
    assertEquals(box.value, 8);
    box.set_float(9.5);
    assertEquals(box.value, 9);
    assertThrows(() => box.set_integer(1.5), RangeError, "Box.set_integer()");
  },
);

test("structs one behind the other are live", C, async () => {
  const plugin = await tank();
  const fish = plugin.type("fish");
  const raw = plugin.lookup("tank_open", "(i32) => pointer")(4)!;
  const first = plugin.lookup("tank_fish", "(pointer, i32) => pointer");
  const all = fish.array(first(raw, 0)!, 4);
  const weights: number[] = [];
  for (const { weight } of all) weights.push(weight);
  assertEquals(weights, [10, 20, 30, 40]);
  all[2]!.weight = 7;
  assertEquals(fish.at(first(raw, 2)!).weight, 7);
  assertEquals(fish.array(first(raw, 0)!, 0), []);
  assertThrows(() => fish.array(first(raw, 0)!, -1), RangeError, "got -1");
  assertThrows(() => fish.array(null!, 1), TypeError, "wanted a Pointer");
  plugin.lookup("tank_close", "(pointer) => void")(raw);
});
