/**
 * What structs point to: it lives as long as they point to it.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { Kept } from "../../../ffi/handle/kept_alive.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { runScript } from "../helpers/program.ts";

const C = need("cc");

test("a copy points to what its original pointed to then", C, async () => {
  const path = JSON.stringify(await library("kept.c"));
  const { output } = runScript(`
    const plugin = open(${path});
    const { text_length, outer_length } = plugin.symbols;
    const [Text, Outer] = [plugin.type("Text"), plugin.type("Outer")];
    const long = "h".repeat(3000);
    const text = new Text({ text: long });
    const copy = new Text(text);
    const outer = new Outer({ inner: text });
    const later = new Outer();
    later.inner = text;
    const again = new Outer(later);
    text.text = "x";
    later.inner.text = "y";
    const collect = globalThis.gc ?? (() => Bun.gc(true));
    const others = [];
    for (let round = 0; round < 5; round++) {
      collect();
      for (let i = 0; i < 1000; i++) others.push(new Uint8Array(3001).fill(90));
      await new Promise((resolve) => setTimeout(resolve));
    }
    console.log(
      text_length(copy), outer_length(outer), outer_length(again),
      copy.text === long, outer.inner.text === long, again.inner.text === long,
      text.text, later.inner.text, others.length,
    );`);
  assertEquals(output, "3000 3000 3000 true true true x y 5000");
});

test("what a struct leads to is refused once it is gone", C, async () => {
  const plugin = open(await library("lent.c"));
  const sum = plugin.lookup("slow_sum_of");
  const Span = plugin.type("span");
  for (const depth of [0, 1, 2, 100]) {
    const bytes = new Uint8Array(8).fill(1);
    const last = new Span({ bytes, count: 8, next: null });
    let first = last;
    for (let i = 0; i < depth; i++) {
      first = new Span({ bytes: null, count: 0, next: first });
    }
    assertEquals(sum(first, 0), 8n);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    assertThrows(() => sum(first, 0), TypeError, "argument 1");
    assertThrows(() => sum.async(first, 0), TypeError, "argument 1");
    last.bytes = Uint8Array.of(2);
    last.count = 1;
    assertEquals(sum(first, 0), 2n);
    last.next = first; // in a circle nothing hangs
    last.next = null;
    assertEquals(sum(first, 0), 2n);
  }
});

test("what was written stays where it is", C, async () => {
  const path = JSON.stringify(await library("kept.c"));
  const { output } = runScript(`
    const plugin = open(${path});
    const { text_length } = plugin.symbols;
    const Text = plugin.type("Text");
    const word = (i) => "hello" + i;
    const texts = Array.from({ length: 200 }, (_, i) => new Text({ text: word(i) }));
    texts.forEach((text) => text_length(text));
    let wrong = 0;
    for (let round = 0; round < 10; round++) {
      globalThis.others = Array.from({ length: 20_000 }, (_, i) => new TextEncoder().encode("other" + i));
      await new Promise((resolve) => setTimeout(resolve, 1));
      texts.forEach((text, i) => {
        if (text_length(text) !== word(i).length || text.text !== word(i)) wrong++;
      });
    }
    console.log(wrong);`);
  assertEquals(output, "0");
});

test(
  "the end of the stack leaves nothing for the next struct",
  C,
  async () => {
    const plugin = open(await library("kept.c"));
    const [Big, Outer] = [plugin.type("Big"), plugin.type("Outer")];
    const outer = new Outer({ inner: { text: null, number: 42 }, number: 7 });
    // Some of these levels have room for the accessor, and none for what it calls.
    const down = (...room: unknown[]): unknown => {
      try {
        return down(...room);
      } catch {
        return outer.inner;
      }
    };
    for (let round = 0; round < 60; round++) {
      const from = (level: number): unknown =>
        level === 0 ? down(...new Array(round % 23)) : from(level - 1);
      try {
        from(round);
      } catch {
        // The end of the stack.
      }
      const big = new Big();
      assertEquals([big.numbers.length, plugin.lookup("fill")(big)], [
        512,
        512,
      ]);
    }
    assertEquals([outer.inner.number, outer.number], [42, 7]);
    // What stands for a place is nothing that others have.
    const { inner } = outer;
    for (const given of [undefined, {}, inner]) {
      const Text = plugin.type("Text");
      // deno-lint-ignore no-explicit-any -- arguments that the type has not
      const made = new (Text as any)(given, new DataView(new ArrayBuffer(16)));
      assertEquals(made.number, given === inner ? 42 : 0);
    }
    assertThrows(() => new Big(outer), TypeError);
  },
);

test(
  "a pointer given as a text of a struct lives until the call ends",
  C,
  async () => {
    const plugin = open(await library("kept.c"));
    const text = "t".repeat(5000);
    const pointer = plugin.lookup("copy_of", "(cstring) => pointer", {
      free: "give",
    })(text)!;
    const call = plugin.lookup("length_after");
    assertEquals(
      call({ text: pointer, number: 1 }, () => pointer[Symbol.dispose]()),
      5000,
    );
  },
);

test(
  "the end of the stack keeps what was written, and what was to be",
  C,
  async () => {
    const path = JSON.stringify(await library("kept.c"));
    const { output } = runScript(`
    const plugin = open(${path});
    const { text_length } = plugin.symbols;
    const Text = plugin.type("Text");
    const before = "b".repeat(3000), after = "a".repeat(2000);
    const texts = Array.from({ length: 400 }, () => new Text({ text: before }));
    const down = (text, ...room) => {
      try {
        down(text, ...room);
      } catch {
        text.text = after;
      }
    };
    texts.forEach((text, i) => {
      try { down(text, ...new Array(i % 37)); } catch {}
    });
    const collect = globalThis.gc ?? (() => Bun.gc(true));
    const others = [];
    for (let round = 0; round < 5; round++) {
      collect();
      for (let i = 0; i < 1000; i++) others.push(new Uint8Array(2001).fill(90), new Uint8Array(3001).fill(90));
      await new Promise((resolve) => setTimeout(resolve));
    }
    const wrong = texts.filter((text) => text.text !== before && text.text !== after);
    console.log(wrong.length, others.length);`);
    assertEquals(output, "0 10000");
  },
);

test("what cannot be written leaves what was there, and is no less kept", () => {
  const kept = new Kept();
  const [before, after] = [new Uint8Array(8), new Uint8Array(8)];
  kept.replace(8, 8, [before]);
  assertThrows(() =>
    kept.replace(8, 8, [after], () => {
      throw new RangeError("the end of the stack");
    }), RangeError);
  for (const one of [before, after]) {
    const part = kept.part(8, 8);
    assertEquals(part.isLost, false);
    structuredClone(one.buffer, { transfer: [one.buffer] });
    assertEquals(part.isLost, true);
    kept.replace(8, 8, one === before ? [after] : []);
  }
  assertEquals(kept.isLost, false);
});

test("a part has all that was written over each other", () => {
  const kept = new Kept();
  const last = new Uint8Array(8);
  kept.replace(8, 12, [new Uint8Array(1)]);
  kept.replace(0, 16, [new Uint8Array(1)]); // the end of the first stays
  kept.replace(8, 4, [last]); // and both ends of this one
  const part = kept.part(0, 24, 100);
  structuredClone(last.buffer, { transfer: [last.buffer] });
  assertEquals([kept.isLost, part.isLost], [true, true]);
});
