/**
 * Uses `fixtures/machine.c` on whatever machine this is, and says which:
 * `machine_test.ts` runs it on one that is emulated.
 *
 * @module
 */

import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";

const machine = open(process.argv[2]!);
const call = (name: string, ...args: unknown[]) =>
  machine.lookup(name)(...args);

// Structs by value.
assertEquals(call("quad", { x: 1, y: 2, z: 3, w: 4 }), {
  x: 4,
  y: 3,
  z: 2,
  w: 1,
});
assertEquals(call("mid", { x: 0, y: 1 }, { x: 2, y: 5 }), { x: 1, y: 3 });
assertEquals(call("small", { a: 5, b: -7 }), { a: -5, b: -6 });
assertEquals(call("mixed", { a: 3n, b: 4 }), { a: 4n, b: 3 });
const { values } = call("large", { values: [1n, 2n, 3n, 4n, 5n] }, 10n);
assertEquals([...values], [11n, 12n, 13n, 14n, 15n]);
const odd = call("odd", { x: 1.5, tag: [1, 2, 3] });
assertEquals([odd.x, ...odd.tag], [3, 1, 3, 3]);

// Scalars, texts, memory.
const many = [-1, 2, -3, 4, -5, 6, -7n, 8n, -9, 10, 0.5, 0.25];
assertEquals(call("many", ...many, 1, 2, 3, 4, 5, 6, 7.5, true), 35.25);
assertEquals([call("narrow", 255), call("wide")], [-1, 4294967295]);
assertEquals(call("length", "Grüße"), 7);
const numbers = new Uint16Array(4);
call("fill", numbers, 3, 513);
assertEquals([...numbers], [513, 513, 513, 0]);
assertEquals(machine.lookup("title").value, "Grüße");
machine.lookup("counter").value = -(2n ** 62n);
assertEquals(machine.lookup("counter", "i64").value, -(2n ** 62n));

// Callbacks, also those that throw.
const add = (sum: number, index: number, part: number) => sum + index + part;
assertEquals(call("fold", 5, add), 15);
assertThrows(
  () =>
    call("fold", 5, () => {
      throw new Error("enough");
    }),
  Error,
  "enough",
);

// Arguments are checked, cold and optimized.
const narrow = machine.lookup("narrow", "(i32) => i8");
for (let i = 0; i < 20_000; i++) assertEquals(narrow(i & 127), i & 127);
assertThrows(() => narrow(1.5), RangeError);
assertThrows(() => narrow(2 ** 31), RangeError);
assertThrows(() => call("narrow", "1"), TypeError);

console.log(`${process.platform}-${process.arch}`);
