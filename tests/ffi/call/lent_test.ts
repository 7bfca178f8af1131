/**
 * What a call uses is there until it ends, whatever JavaScript does meanwhile.
 *
 * @module
 */

import { FACE } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { open, type Pointer, variable } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { run } from "../helpers/program.ts";

await withSupport();

const C = need("cc");
const callbacks = async () => open(await library("callbacks.c"));

const HOLDING = RUNTIME === "Deno"
  ? C
  : skip("Bun and Node hold no buffers, the call has copies");

const sleep = (ms: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Ways to take the memory of a buffer away. */
const TRANSFERS: Record<string, (buffer: ArrayBuffer) => unknown> = {
  "to nowhere": (buffer) => buffer.transfer(0),
  "to another buffer": (buffer) => buffer.transfer(),
  "by a message": (buffer) => structuredClone(buffer, { transfer: [buffer] }),
};

for (const [name, transfer] of Object.entries(TRANSFERS)) {
  test(
    `a buffer that is transferred ${name} is there until the promise settles`,
    C,
    async () => {
      const sum = (await callbacks()).lookup("slow_sum");
      for (const size of [100, 65_536, 8 << 20]) {
        const bytes = new Uint8Array(size).fill(1);
        const promise = sum.async(bytes, size, 60);
        await sleep(15);
        transfer(bytes.buffer);
        for (let i = 0; i < 4; i++) new Uint8Array(size).fill(255);
        (globalThis as { gc?: () => void }).gc?.();
        assertEquals(await promise, BigInt(size));
        assertEquals(bytes.length, 0);
      }
    },
  );
}

test(
  "a buffer is there until the turn of its call has come and gone",
  C,
  async () => {
    const sum = (await callbacks()).lookup("slow_sum");
    for (const transfer of Object.values(TRANSFERS)) {
      const inOrder = {};
      const first = sum.async(Uint8Array.of(1, 2), 2, 40, { inOrder });
      const bytes = new Uint8Array(3000).fill(1);
      const second = sum.async(bytes, 3000, 1, { inOrder });
      transfer(bytes.buffer);
      for (let i = 0; i < 4; i++) new Uint8Array(3000).fill(255);
      (globalThis as { gc?: () => void }).gc?.();
      assertEquals([await first, await second], [3n, 3000n]);
    }
  },
);

test("many buffers of one call are all there", HOLDING, async () => {
  const plugin = await callbacks();
  // deno-lint-ignore no-explicit-any -- as many parameters as the text says
  const sums: any = plugin.lookup(
    "slow_sums",
    `(${"buffer, ".repeat(32)}usize, u32) => u64`,
  );
  const many = Array.from({ length: 32 }, () => new Uint8Array(1000).fill(1));
  const promise = sums.async(...many, 1000, 30);
  for (const { buffer } of many) {
    structuredClone(buffer, { transfer: [buffer] });
  }
  for (let i = 0; i < 200; i++) new Uint8Array(1000).fill(255);
  (globalThis as { gc?: () => void }).gc?.();
  assertEquals(await promise, 32_000n);
});

test(
  "the memory of a struct and of a variable stays where it is",
  C,
  async () => {
    const plugin = await callbacks();
    const sum = plugin.lookup("slow_sum", "(pointer, usize, u32) => u64");
    const Hundred = plugin.type("hundred");
    const one = new Hundred({ bytes: new Uint8Array(100).fill(1) });
    const other = variable("[100]u8");
    other.value = new Uint8Array(100).fill(1);
    for (
      const [given, buffer] of [
        [one, one.bytes.buffer],
        [other, (other.value as Uint8Array<ArrayBuffer>).buffer],
      ] as const
    ) {
      const promise = sum.async(given, 100, 40);
      for (const transfer of Object.values(TRANSFERS)) {
        try {
          transfer(buffer);
        } catch {
          // It stays.
        }
      }
      for (let i = 0; i < 50; i++) new Uint8Array(100).fill(255);
      (globalThis as { gc?: () => void }).gc?.();
      assertEquals(await promise, 100n);
    }
  },
);

test("what a struct points to stays where it is", C, async () => {
  const plugin = open(await library("lent.c"));
  const slow_sum_of = plugin.lookup("slow_sum_of");
  const slow_sum_by_value = plugin.lookup("slow_sum_by_value");
  const Span = plugin.type("span");
  for (const transfer of Object.values(TRANSFERS)) {
    const parts = Array.from(
      { length: 40 },
      () => new Uint8Array(1000).fill(1),
    );
    let list: InstanceType<typeof Span> | null = null;
    for (const bytes of parts) {
      list = new Span({ bytes, count: bytes.length, next: list });
    }
    const copy = new Span(list!);
    const sums = [
      slow_sum_of.async(list, 40),
      slow_sum_by_value.async(list!, 40),
      slow_sum_of.async(copy, 40),
    ];
    await sleep(10);
    for (const { buffer } of parts) {
      try {
        transfer(buffer);
      } catch {
        // It stays.
      }
    }
    for (let i = 0; i < 200; i++) new Uint8Array(1000).fill(255);
    (globalThis as { gc?: () => void }).gc?.();
    assertEquals(await Promise.all(sums), [40_000n, 40_000n, 40_000n]);
    assertEquals(parts.map(({ length }) => length), parts.map(() => 1000));
  }
});

test("calls that share an array see what each other writes", C, async () => {
  const slow_add = open(await library("lent.c")).lookup("slow_add");
  for (const size of [64, 100_000]) {
    const bytes = new Uint8Array(size);
    const [half, all] = [size / 2, bytes.length];
    const calls = [
      slow_add.async(bytes, 0, all, 1, 60), // ends last
      slow_add.async(bytes, 0, half, 10, 5),
      slow_add.async(bytes.subarray(half), 0, half, 20, 10),
      slow_add.async(bytes.subarray(half, half + 1), 0, 1, 100, 1),
    ];
    await Promise.all(calls);
    assertEquals(
      [bytes[0], bytes[half - 1], bytes[half], bytes[half + 1], bytes[all - 1]],
      [11, 11, 121, 21, 21],
    );
    // The next call sees what JavaScript has written since.
    bytes.fill(3);
    await slow_add.async(bytes, 0, 2, 4, 1);
    assertEquals([bytes[0], bytes[1], bytes[2]], [7, 7, 3]);
  }
});

test("calls that share a part of an array are no wrong values", C, async () => {
  const slow_add = open(await library("lent.c")).lookup("slow_add");
  const bytes = new Uint8Array(100);
  const first = slow_add.async(bytes.subarray(0, 60), 0, 60, 1, 40);
  const second = () => slow_add.async(bytes.subarray(40), 0, 60, 2, 1);
  if (RUNTIME === "Deno") {
    await second();
  } else {
    assertThrows(second, TypeError, "60 bytes of this memory");
    await first;
    await second();
  }
  await first;
  assertEquals([bytes[0], bytes[50], bytes[99]], [1, 3, 2]);
});

test("a part of a buffer is all that is written", C, async () => {
  const fill = (await callbacks()).lookup("slow_fill");
  const bytes = new Uint8Array(100);
  const promise = fill.async(bytes.subarray(10, 20), 10, 7, 30);
  await sleep(10);
  bytes[5] = 5;
  bytes[50] = 6;
  await promise;
  assertEquals([...bytes.subarray(4, 12)], [0, 5, 0, 0, 0, 0, 7, 7]);
  assertEquals([...bytes.subarray(18, 22)], [7, 7, 0, 0]);
  assertEquals(bytes[50], 6);
});

test("shared memory is written in its place", C, async () => {
  const fill = (await callbacks()).lookup("slow_fill");
  const bytes = new Uint8Array(new SharedArrayBuffer(70_000));
  await fill.async(bytes, bytes.length, 3, 10);
  assertEquals([bytes[0], bytes[69_999]], [3, 3]);
});

test(
  "a Pointer that is disposed of is freed when the promise settles",
  C,
  async () => {
    const plugin = await callbacks();
    const give = plugin.lookup("owed_text", "((i32) => i32) => pointer", {
      free: "pay",
    });
    const owed = plugin.lookup("times_owed");
    const length = plugin.lookup(
      "slow_length",
      "(pointer, cstring, u32) => usize",
    );
    const before = owed();
    const work = () => {
      using text = give(() => 0)!;
      return length.async(text, "b", 40);
    };
    const promise = work();
    assertEquals(owed(), before + 1);
    assertEquals(await promise, 4_000_001);
    assertEquals(owed(), before);
  },
);

test(
  "a Pointer that a callback disposes of is freed when the call ends",
  C,
  async () => {
    const plugin = await callbacks();
    const give = plugin.lookup("owed_text", "((i32) => i32) => pointer", {
      free: "pay",
    });
    const owed = plugin.lookup("times_owed");
    const call = plugin.lookup("via_pointer");
    const before = owed();
    const text = give(() => 0)!;
    let within: number | undefined;
    const out = call((given: Pointer) => {
      text[Symbol.dispose]();
      within = owed();
      return given;
    }, text);
    assertEquals([within, owed()], [before + 1, before]);
    assertEquals(out.address, text.address);
    assertThrows(() => call((given: Pointer) => given, text), TypeError);
  },
);

/** What a Worker gives to a call that is still running when it ends. */
const GIVEN = {
  "a buffer":
    `plugin.lookup("slow_sum").async(new Uint8Array(1 << 20), 1 << 20, 300)`,
  "a short text": `plugin.lookup("slow_length").async("short", "short", 300)`,
  "a long text":
    `plugin.lookup("slow_length").async("long".repeat(1 << 18), "x", 300)`,
  "a struct": `plugin.lookup("slow_pair").async({ first: 1, second: 2 }, 300)`,
};

for (const [name, call] of Object.entries(GIVEN)) {
  test(`a Worker may end while a call has ${name} of it`, C, async () => {
    const path = JSON.stringify(await library("callbacks.c"));
    const worker = `
      import { open } from ${FACE};
      import { parentPort } from "node:worker_threads";
      const plugin = open(${path});
      ${call};
      parentPort.postMessage("begun");
      setInterval(() => {}, 1000);`;
    const { output, status } = await run(`
      import { writeFileSync } from "node:fs";
      import { Worker } from "node:worker_threads";
      import process from "node:process";
      const script = new URL("./worker.ts", import.meta.url);
      writeFileSync(script, ${JSON.stringify(worker)});
      const thread = new Worker(script);
      await new Promise((resolve) => thread.once("message", resolve));
      await new Promise((resolve) => setTimeout(resolve, 30));
      await thread.terminate();
      for (let i = 0; i < 8; i++) new Uint8Array(1 << 20).fill(255);
      await new Promise((resolve) => setTimeout(resolve, 500));
      console.log("alive");
      process.exit(0);`);
    assertEquals([output, status], ["alive", 0], process.platform);
  });
}
