import { test } from "../../helpers/test.ts";
import { assertEquals, assertStrictEquals } from "@std/assert";
import { errorObjectOf } from "../../../ffi/object/native_error.ts";
import { makeClass } from "../../../ffi/object/object.ts";
import type { NativeClass } from "../../../ffi/object/state.ts";
import type { Space } from "../../../ffi/runtime/adapter.ts";
import { enterSpace, leaveSpace, wordIn } from "../../../ffi/runtime/space.ts";

/** A class. */
function called(name: string): NativeClass {
  return { name, free: undefined, accepts: () => false, living: 0 };
}

const errors = called("error");
const { wrap } = makeClass(errors);

test("errorObjectOf() gives the object behind what was thrown, while it is there", () => {
  const object = wrap(1);
  for (const thrown of [object, { object }, { value: object }]) {
    assertStrictEquals(errorObjectOf(thrown, errors), object);
    assertEquals(errorObjectOf(thrown, called("error")), undefined);
  }
  const other = makeClass(called("shelf")).wrap(1);
  assertEquals(errorObjectOf({ object: other }, errors), undefined);
  object[Symbol.dispose]();
  assertEquals(errorObjectOf(object, errors), undefined);
  const process = enterSpace({} as Space);
  const there = wrap(wordIn(process, 1n));
  assertStrictEquals(errorObjectOf(there, errors), there);
  // The next process may have another one under the same number.
  leaveSpace(process);
  assertEquals(errorObjectOf(there, errors), undefined);
});

test("errorObjectOf() finds nothing in what throws when it is looked at", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const getter = {
    get object() {
      throw new Error("mine");
    },
  };
  for (const thrown of [proxy, getter, null, undefined, 1, "text"]) {
    assertEquals(errorObjectOf(thrown, errors), undefined);
  }
});
