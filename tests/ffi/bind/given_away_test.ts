/**
 * Objects that a call gives away: from its beginning they are the plugin's.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const C = need("cc");

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = any;

let built: Promise<Any> | undefined;

function symbols(): Promise<Any> {
  return built ??= (async () => {
    const path = `${emptyDirectory()}/given_away.so`;
    const { status, stderr } = await command(
      ...["build", fixture("given_away.c"), "-o", path],
      ...["--annotate", fixture("given_away.json")],
    );
    assertEquals([status, stderr], [0, ""]);
    return open(path).symbols;
  })();
}

/** Whatever was done, nothing was used that had been freed, and all was freed once. */
async function afterwards(): Promise<void> {
  const { late_uses, alive } = await symbols();
  assertEquals([late_uses(), alive()], [0, 0]);
}

const GONE = /Stack\.\w+\(\): .*got a Stack that was given away/;

test(
  "a callback of the call that takes an object has it no more",
  C,
  async () => {
    const { Stack } = await symbols();
    for (
      const use of [
        (stack: Any) => assertThrows(() => stack.push(), TypeError),
        (stack: Any) => assertThrows(() => stack.take(), TypeError),
        (stack: Any) => stack[Symbol.dispose](),
      ]
    ) {
      const stack = new Stack();
      stack.push();
      assertEquals(stack.close(() => use(stack)), 1);
      const { message } = assertThrows(() => stack.push(), TypeError);
      assertEquals(GONE.test(message), true, message);
    }
    await afterwards();
  },
);

test("nobody takes what a call on another thread uses", C, async () => {
  const { Stack } = await symbols();
  const stack = new Stack();
  const slow = stack.slow.async.call(stack);
  assertThrows(() => stack.take(), TypeError, "which no call is using");
  assertEquals([await slow, stack.take()], [1, 1]);

  const another = new Stack();
  const taken = another.take.async.call(another);
  assertThrows(() => another.take.async.call(another), TypeError);
  another[Symbol.dispose]();
  assertEquals(await taken, 0);
  await afterwards();
});

test("one object is given away once by one call", C, async () => {
  const { Stack } = await symbols();
  const [one, other] = [new Stack(), new Stack()];
  other.push();
  assertEquals(one.merge(other), 1);
  const twice = new Stack();
  assertThrows(() => twice.merge(twice), TypeError, "given away once");
  // It is nobody's now: the plugin has not seen it.
  const { late_uses, alive } = await symbols();
  assertEquals([late_uses(), alive()], [0, 1]);
});

test("what a cancelled call would have taken is there", C, async () => {
  const { Stack, alive } = await symbols();
  const before = alive();
  using stack = new Stack();
  const cancelled = new AbortController();
  cancelled.abort();
  const options = { signal: cancelled.signal };
  const reasons = await Promise.allSettled([
    (async () => await stack.take.async.call(stack, options))(),
  ]);
  assertEquals([reasons[0].status, stack.push()], ["rejected", 1]);
  assertEquals(alive(), before + 1);
});
