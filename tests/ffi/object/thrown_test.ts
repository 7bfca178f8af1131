import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import {
  keepGiven,
  keepThrown,
  lastKept,
  takeSwallowed,
  takeThrown,
} from "../../../ffi/object/thrown.ts";

test("what a plugin was given was not thrown, and takes no place of what was", () => {
  const [thrown, given] = [new Error("thrown"), new Error("given")];
  const number = keepThrown(thrown);
  const before = lastKept();
  const last = Array.from({ length: 300 }, () => keepGiven(given)).at(-1)!;
  assertEquals(takeSwallowed(before), undefined);
  assertEquals(takeThrown(last), { error: given });
  assertEquals(takeThrown(last), undefined);
  assertEquals(takeSwallowed(number - 1), { error: thrown });
  assertEquals(takeThrown(number), undefined);
});
