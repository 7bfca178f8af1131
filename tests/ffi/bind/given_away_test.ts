/**
 * Objects that a call gives away: from its beginning they are the plugin's. And
 * what a call gives that the plugin keeps: it lives as long as what keeps it.
 *
 * @module
 */

import process from "node:process";
import { test } from "../../helpers/test.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import {
  begin,
  end,
  type Handle,
  type NativeClass,
  unuse,
  use,
} from "../../../ffi/object/state.ts";
import { withSupport } from "../../helpers/support.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

await withSupport();

const C = need("cc");

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = any;

let built: Promise<Any> | undefined;

async function symbols(): Promise<Any> {
  return (await plugin()).symbols;
}

function plugin(): Promise<Any> {
  return built ??= (async () => {
    const path = `${emptyDirectory()}/given_away.so`;
    await succeedSilently(command(
      ...["build", fixture("given_away.c"), "-o", path],
      ...["--annotate", fixture("given_away.json")],
    ));
    return open(path);
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
  const { Stack, alive } = await symbols();
  const before = alive();
  const [one, other] = [new Stack(), new Stack()];
  other.push();
  assertEquals(one.merge(other), 1);
  const twice = new Stack();
  for (
    const merge of [
      () => twice.merge(twice),
      () => twice.merge.async.call(twice, twice),
      () => twice.absorb(twice),
      () => twice.absorb.async.call(twice, twice),
    ]
  ) {
    assertThrows(merge, TypeError, "no other argument is");
  }
  // The plugin has not seen it.
  assertEquals(twice.push(), 1);
  assertEquals(alive(), before + 1);
  using last = new Stack();
  assertEquals(last.absorb(twice), 1);
  assertThrows(() => twice.push(), TypeError, "given away");
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

test("a text that is kept has memory of its own", C, async () => {
  const { Label, length_of } = await symbols();
  using label = new Label();
  const texts = ["the label", "", "l".repeat(5000)];
  for (const text of texts) {
    label.set(text);
    for (let i = 0; i < 100; i++) length_of("something else");
    const others = Array.from(
      { length: 1000 },
      (_, i) => new TextEncoder().encode(`other${i}`),
    );
    assertEquals([label.get(), others.length], [text, 1000]);
  }
  label.set(null);
  assertEquals(label.get(), null);
  for (const wrong of [undefined, 5, "a\0b", "\ud800", new Uint8Array(4)]) {
    assertThrows(() => label.set(wrong), Error, "Label.set()", `${wrong}`);
  }
});

test("what a kept list points to is kept with it", C, async () => {
  const { Label, length_of } = await symbols();
  using label = new Label();
  label.setList(["one", "two"]);
  const collect = (globalThis as Any).gc;
  for (let i = 0; i < 20; i++) {
    collect?.();
    const others = Array.from(
      { length: 5000 },
      () => new TextEncoder().encode("other"),
    );
    length_of("something else");
    assertEquals([label.second(), others.length], ["two", 5000]);
    await new Promise((resolve) => setTimeout(resolve));
  }
});

/** Ways to take the memory of a buffer away, where that can be. */
const TRANSFERS: readonly ((buffer: ArrayBuffer) => unknown)[] = [
  (buffer) => buffer.transfer(0),
  (buffer) => buffer.transfer(),
  (buffer) => structuredClone(buffer, { transfer: [buffer] }),
];

/** Tries to take it: an early Deno 2.9 clones in place of refusing. */
function refused(
  transfer: (buffer: ArrayBuffer) => unknown,
  buffer: ArrayBuffer,
): void {
  try {
    transfer(buffer);
  } catch {
    return;
  }
  assert(!buffer.detached);
}

/** Calls that use the memory of those before, and buffers in place of what was freed. */
async function others(Label: Any): Promise<void> {
  using other = new Label();
  for (let i = 0; i < 100; i++) {
    await other.async.set("y".repeat(400 + i));
    await other.async.keep(new Uint8Array(501).fill(255));
    for (let j = 0; j < 20; j++) new Uint8Array(501).fill(255);
  }
  (globalThis as Any).gc?.();
}

for (const how of ["", ".async"]) {
  const call = (label: Any, name: string) => (given: unknown) =>
    how === "" ? label[name](given) : label.async[name](given);

  test(
    `memory that ${how || "a call"} keeps stays where it is`,
    C,
    async () => {
      const { Label } = await symbols();
      for (const transfer of TRANSFERS) {
        using label = new Label();
        const bytes = new Uint8Array(501).fill(1);
        await call(label, "keep")(bytes);
        await call(label, "set")("x".repeat(500));
        refused(transfer, bytes.buffer);
        await others(Label);
        assertEquals([label.sum(), label.get().length], [501n, 500]);
        bytes[0] = 100;
        assertEquals(label.sum(), 600n);
      }
    },
  );

  test(
    `a struct that ${how || "a call"} keeps stays where it is`,
    C,
    async () => {
      const { Label } = await symbols();
      const Span = (await plugin()).type("span");
      for (const transfer of TRANSFERS) {
        using label = new Label();
        const bytes = new Uint8Array(400).fill(1);
        const span = new Span({ bytes, size: 400n });
        await call(label, "keepSpan")(span);
        refused(transfer, span.inner.buffer);
        refused(transfer, bytes.buffer);
        await others(Label);
        span.inner[99] = 100;
        assertEquals(label.sum(), 500n);
      }
    },
  );
}

test(
  "an isolated plugin keeps only what it sees when no call is there",
  process.platform === "linux" ? C : skip("Linux only"),
  async () => {
    const isolated = { timeout: 60_000 };
    using own = open((await plugin()).path, { isolated });
    const { Label }: Any = own.symbols;
    using label = new Label();
    const memory = own.buffer(501).fill(1);
    const Span = own.type("span");
    const copied = [
      () => label.keep(new Uint8Array(501)),
      () => label.keep(new ArrayBuffer(501)),
      () => label.keepSpan(new Span()),
    ];
    for (const keep of copied) assertThrows(keep, TypeError, "plugin.buffer()");
    label.keep(memory);
    label.set("x".repeat(500));
    label.setList(["one", "two"]);
    memory[0] = 100;
    assertEquals([label.sum(), label.get().length], [600n, 500]);
    assertEquals(label.second(), "two");
    // Of a text memory is made there, whatever it is in.
    label.setWide("größe 😀");
    assertEquals(label.getWide(), "größe 😀");
    for (
      const [wrong, kind] of [[5, TypeError], ["a\0b", RangeError]] as const
    ) {
      const { message } = assertThrows(() => label.setWide(wrong), kind);
      assertEquals(message.includes("plugin.buffer()"), false, message);
    }
  },
);

/** Microseconds of this process for a walk over so many nodes, each a part of the one before. */
async function walk(count: number): Promise<number> {
  const { List } = await symbols();
  const list = new List(count);
  const start = process.cpuUsage();
  let last = list.first();
  for (let i = 1; i < count; i++) last = last.next();
  const { user, system } = process.cpuUsage(start);
  // What is near is the same object, and so is the one that has them all.
  assertEquals(last.next(), null);
  assertEquals([last.list(), last.before().next()], [list, last]);
  let at = last;
  for (let i = 1; i < 200; i++) at = at.before();
  assertEquals(at.list(), list);
  list[Symbol.dispose]();
  assertThrows(() => last.next(), TypeError, "disposed of");
  return user + system;
}

test("a walk over many objects takes as long as they are many", C, async () => {
  await walk(1000);
  const least = async (count: number) =>
    Math.min(await walk(count), await walk(count), await walk(count));
  const [few, many] = [await least(8000), await least(64_000)];
  assert(many < 40 * few, `${few} us, then ${many} for 8 times as many`);
});

test("a chain of objects has any length", () => {
  const freed: Handle[] = [];
  const of: NativeClass = {
    name: "Chain",
    free: (handle) => void freed.push(handle),
    accepts: () => false,
    living: 0,
  };
  const first = begin(of, 0);
  let last = first;
  for (let i = 1; i < 100_000; i++) last = begin(of, i, last);
  use(last);
  end(first, "disposed");
  assertEquals([freed.length, of.living, last.life], [0, 0, "disposed"]);
  unuse(last);
  assertEquals(freed.length, 100_000);
  assertEquals([freed[0], freed.at(-1)], [99_999, 0]);
});

test("what gives one back may end another that is to be ended", () => {
  const freed: Handle[] = [];
  const of: NativeClass = {
    name: "Chain",
    free(handle) {
      freed.push(handle);
      if (handle === 2) end(middle, "disposed");
    },
    accepts: () => false,
    living: 0,
  };
  const first = begin(of, 0);
  const middle = begin(of, 1, first);
  begin(of, 2, middle);
  end(first, "disposed");
  assertEquals([freed, of.living], [[2, 1, 0], 0]);
});
