/**
 * What is left of errors for the next call: nothing.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  callbacksExist,
  rethrowing,
  trap,
} from "../../../ffi/function/trap.ts";
import { test } from "../../helpers/test.ts";

test("rethrowing() leaves nothing of its call, and what was there before", () => {
  callbacksExist(undefined);
  const before = trap.stuck;
  trap.stuck = new Uint32Array(1);
  try {
    let stuck = 1;
    const free = rethrowing(() => {
      trap.thrown = { error: new Error("mine") };
      trap.stuck[0] = stuck;
    });
    assertThrows(free, Error, "mine");
    assertEquals([trap.thrown, trap.stuck[0]], [undefined, 0]);
    // The call that this is a part of has that yet.
    const outer = { error: new Error("of before") };
    trap.thrown = outer;
    trap.stuck[0] = 1;
    stuck = 2;
    assertThrows(free, Error, "mine");
    assertEquals([trap.thrown, trap.stuck[0]], [outer, 2]);
  } finally {
    trap.thrown = undefined;
    trap.stuck = before;
  }
});
