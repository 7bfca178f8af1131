import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { endWalk, pairsOf } from "../../../ffi/object/iterable_source.ts";

test("endWalk() ends what gave something that is no pair, and once", () => {
  const ended: string[] = [];
  function* numbers() {
    try {
      for (let i = 0;; i++) yield i;
    } finally {
      ended.push("numbers");
    }
  }
  const next = pairsOf(numbers());
  assertThrows(next, TypeError);
  endWalk(next);
  endWalk(next);
  assertEquals(ended, ["numbers"]);
});

test("endWalk() leaves alone what has failed, and what was not begun", () => {
  const ended: string[] = [];
  const source = (isFailing: boolean) => ({
    [Symbol.iterator]: () => ({
      next(): IteratorResult<unknown> {
        if (isFailing) throw new Error("failed");
        return { done: false, value: [1, 2] };
      },
      return(): IteratorResult<unknown> {
        ended.push("returned");
        return { done: true, value: undefined };
      },
    }),
  });
  const failing = pairsOf(source(true));
  assertThrows(failing, Error, "failed");
  endWalk(failing);
  endWalk(pairsOf(source(false)));
  assertEquals(ended, []);
});
