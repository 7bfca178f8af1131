/**
 * What callbacks do to the call that runs: its memory is lent to native code,
 * and its functions may be called again until it ends.
 *
 * @module
 */

import { MessageChannel } from "node:worker_threads";
import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { callback, open, type Plugin } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");
const during = async () => open(await library("during.c"));

type Buffer = Uint8Array<ArrayBuffer>;
type Step = (i: number) => number;

/** The ways in which a buffer goes to somebody else, who keeps its memory here. */
const TRANSFERS: Record<string, (buffer: ArrayBuffer) => unknown> = {
  "transfer()": (buffer) => buffer.transfer(),
  "structuredClone()": (buffer) =>
    structuredClone(buffer, { transfer: [buffer] }),
  "postMessage()": (buffer) => {
    const { port1, port2 } = new MessageChannel();
    port1.postMessage(buffer, [buffer]);
    return {
      [Symbol.dispose]() {
        port1.close();
        port2.close();
      },
    };
  },
};

/** The ways in which a call is lent memory, each with as many bytes as it has steps. */
const CALLS: Record<
  string,
  (plugin: Plugin, bytes: Buffer, step: Step) => unknown
> = {
  "a view": (plugin, bytes, step) => plugin.lookup("each")(bytes, 8, step),
  "a buffer": (plugin, { buffer }, step) =>
    plugin.lookup("each")(buffer, 8, step),
  "the second of two": (plugin, bytes, step) =>
    plugin.lookup("each_of_two")(new Uint8Array(8), bytes, 8, step),
  "a view beside a text": (plugin, bytes, step) =>
    plugin.lookup("each_named")("n", bytes, 8, step),
  "a view beside a pointer": (plugin, bytes, step) =>
    plugin.lookup("each_of_two")(
      plugin.lookup("room").pointer,
      bytes,
      8,
      step,
    ),
  "a view in a frame": (plugin, bytes, step) =>
    plugin.lookup("each_at")({ x: 1, y: 2 }, bytes, 8, step),
  "a member of a struct by value": (plugin, bytes, step) =>
    plugin.lookup("each_in")({ bytes, size: 8 }, step),
  "a view, and a function that is kept": (plugin, bytes, step) => {
    using kept = callback("(i32) => i32", step);
    plugin.lookup("keep")(kept);
    return plugin.lookup("each_kept")(bytes, 8);
  },
};

for (const [lent, call] of Object.entries(CALLS)) {
  for (const [way, transfer] of Object.entries(TRANSFERS)) {
    test(
      `a callback's ${way} of lent memory ends the call: ${lent}`,
      C,
      async () => {
        const plugin = await during();
        const good = new Uint8Array(8);
        const taken: unknown[] = [];
        const refused = () => {
          const bytes = new Uint8Array(new ArrayBuffer(8));
          let calls = 0;
          assertThrows(
            () =>
              call(plugin, bytes, () => {
                calls++;
                taken.push(transfer(bytes.buffer));
                return 1;
              }),
            TypeError,
            "it transferred a buffer that the running call works on; transfer it when the call has ended",
          );
          // No more of JavaScript ran before native code had left the memory.
          assertEquals(calls, 1);
        };
        refused();
        for (let i = 0; i < 2_000; i++) call(plugin, good, (i) => i);
        refused();
        for (const one of taken) {
          (one as Partial<Disposable>)[Symbol.dispose]?.();
        }
      },
    );
  }
}

test("memory of a call further up is lent as well", C, async () => {
  const plugin = await during();
  const each = plugin.lookup("each");
  const bytes = new Uint8Array(new ArrayBuffer(8));
  let taken: ArrayBuffer | undefined;
  let calls = 0;
  assertThrows(
    () =>
      each(bytes, 8, () => {
        calls++;
        return each(new Uint8Array(1), 1, () => {
          taken = bytes.buffer.transfer();
          return 1;
        });
      }),
    TypeError,
    "callback of each(): it transferred a buffer",
  );
  assertEquals([calls, taken?.byteLength], [1, 8]);
});

test("a struct's own memory is lent as well", C, async () => {
  const plugin = await during();
  const record = new (plugin.type("record"))() as unknown as { bytes: Buffer };
  let taken: ArrayBuffer | undefined;
  assertThrows(
    () =>
      plugin.lookup("each_of_record")(record as never, () => {
        taken = record.bytes.buffer.transfer();
        return 1;
      }),
    TypeError,
    "it transferred a buffer",
  );
  assertEquals(taken?.byteLength, 64);
});

test("what no call works on may be transferred in a callback", C, async () => {
  const plugin = await during();
  const each = plugin.lookup("each");
  const mine = new Uint8Array(new ArrayBuffer(8));
  // After an error and after a call that has ended, nothing is lent any more.
  assertThrows(
    () =>
      each(mine, 8, () => {
        throw new Error("mine");
      }),
    Error,
    "mine",
  );
  each(mine, 8, (i: number) => i);
  const other = new Uint8Array(8);
  assertEquals(
    each(
      other,
      2,
      () => mine.length > 0 ? mine.buffer.transfer().byteLength : 0,
    ),
    8,
  );
});

test("a shared buffer is nobody's to take", C, async () => {
  const plugin = await during();
  const shared = new Uint8Array(new SharedArrayBuffer(8));
  assertEquals(plugin.lookup("each")(shared, 4, (i: number) => i), 6);
  assertEquals([...shared.subarray(0, 4)], [0, 1, 3, 6]);
});

test(
  "a handle disposed of by another function of the call stays until it ends",
  C,
  async () => {
    const plugin = await during();
    const call = plugin.lookup("both");
    const round = (): number => {
      const second = callback("(i32) => i32", (x) => x * 10);
      return call((x: number) => {
        second[Symbol.dispose]();
        return x;
      }, second);
    };
    assertEquals(round(), 21);
    for (let i = 0; i < 1_000; i++) assertEquals(round(), 21);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(round(), 21);
  },
);
