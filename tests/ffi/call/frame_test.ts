/**
 * The memory of calls is used again, however they end.
 *
 * @module
 */

import { assert, assertRejects, assertThrows } from "@std/assert";
import { beginningIn, run } from "../../../ffi/call/asynchronous.ts";
import { enter, framesOf, leave } from "../../../ffi/call/frame.ts";
import { Use } from "../../../ffi/handle/lent_memory.ts";
import { test } from "../../helpers/test.ts";

/** What ends behind a call calls JavaScript, which throws. */
class Failing extends Use {
  override end(): never {
    throw new Error("mine");
  }
}

test("a frame is given back, also where the end of what it held throws", () => {
  const frame = enter();
  frame.held.push(new Failing());
  assertThrows(() => leave(frame), Error, "mine");
  const next = enter();
  assert(next === frame, "another frame");
  leave(next);
});

test("so is one of a call into another process", () => {
  // deno-lint-ignore no-explicit-any -- what a frame asks of it
  const space: any = { allocate: () => 4096n };
  const { enterThunk, leave: leave } = framesOf(space);
  const frame = enterThunk(8);
  frame.held.push(new Failing());
  assertThrows(() => leave(frame), Error, "mine");
  const next = enterThunk(8);
  assert(next === frame, "another frame");
  leave(next);
});

test("so is that of a call on another thread", async () => {
  const begin = beginningIn(undefined);
  const call = begin(8);
  call.frame!.held.push(new Failing());
  await assertRejects(
    () => run(call, () => Promise.resolve(), () => 7),
    Error,
    "mine",
  );
  const next = begin(8);
  assert(next.frame === call.frame, "another frame");
  await run(next, () => Promise.resolve(), () => 7);
});
