/**
 * Calls that are made to see how much crosses have objects of all functions that
 * give some.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { test } from "../helpers/test.ts";
import { KeptObjects } from "./helpers/calls/kept_objects.ts";

/** Objects of a class, each function giving as many as it is told to. */
function objectsOf(calls: readonly (readonly [by: string, times: number])[]) {
  const kept = new KeptObjects();
  for (const [by, times] of calls) {
    for (let i = 1; i <= times; i++) kept.put("Record", `${by} ${i}`, by, 4);
  }
  return kept.of("Record");
}

test("What is called last does not push out the objects of other functions", () => {
  assertEquals(objectsOf([["from_bytes", 5], ["clone", 80]]), [
    "from_bytes 4",
    "from_bytes 5",
    "clone 79",
    "clone 80",
  ]);
});

test("Of functions that gave one object each, the newest are kept", () => {
  assertEquals(
    objectsOf([["a", 1], ["b", 1], ["c", 1], ["d", 1], ["e", 1]]),
    ["b 1", "c 1", "d 1", "e 1"],
  );
});
