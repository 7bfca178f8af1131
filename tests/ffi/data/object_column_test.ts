import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { instances } from "../../../ffi/data/object_column.ts";
import type { PluginClass } from "../../../ffi/object/classes.ts";
import { makeClass } from "../../../ffi/object/object.ts";
import type { Space } from "../../../ffi/runtime/adapter.ts";
import { enterSpace, leaveSpace, wordIn } from "../../../ffi/runtime/space.ts";

test("among any values, an object is one while its process is there", () => {
  const types = {};
  const of = {
    ...{ name: "T", free: undefined, accepts: () => false, living: 0 },
    types,
  };
  const { wrap } = makeClass(of);
  const { is } = instances(
    [() => of as unknown as PluginClass],
    undefined,
    undefined,
    types,
  );
  const here = wrap(1);
  assertEquals([is(here), is({}), is(() => {})], [true, false, false]);
  here[Symbol.dispose]();
  assertEquals(is(here), false);
  const process = enterSpace({} as Space);
  const there = wrap(wordIn(process, 1n));
  assertEquals(is(there), true);
  // The next process may have another one under the same number.
  leaveSpace(process);
  assertEquals(is(there), false);
});
