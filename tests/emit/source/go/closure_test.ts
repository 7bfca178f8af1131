/**
 * Functions of JavaScript that Go keeps, where each thread has its own and what
 * they throw may be anything; objects of Go that are disposed of while a call
 * uses them.
 *
 * @module
 */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { answers, functions } from "../../../../ffi/memory/packet_callback.ts";
import { FACE } from "../../../helpers/program.ts";
import { test } from "../../../helpers/test.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { turns } from "../../../helpers/wait.ts";
import { withSupport } from "../../../helpers/support.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

await withSupport();

type Call = (...args: unknown[]) => unknown;

async function fixture(): Promise<{ path: string; go: Record<string, Call> }> {
  const { path, symbols } = await openGo("closures");
  return { path, go: symbols as unknown as Record<string, Call> };
}

/** More than after which a plugin is asked what it has let go of. */
const MANY = 100;

test(
  "a Worker that lets go of its functions leaves those of other threads alone",
  WITH_GO,
  async () => {
    const { path, go } = await fixture();
    const numbers = Array.from(
      { length: MANY },
      (_, i) => go.Keep!((text: string) => `${text}${i}`),
    );
    const script = join(emptyDirectory(), "worker.ts");
    writeFileSync(script, workerOf(path));
    const worker = new Worker(script);
    await once(worker, "message");
    await worker.terminate();
    for (let i = 0; i < 2 * MANY; i++) {
      assertEquals(go.Once!((text: string) => text, "x"), "x");
    }
    assertEquals(
      numbers.map((number) => go.Call!(number, "x")),
      numbers.map((_, i) => `x${i}`),
    );
  },
);

/** What a Worker runs: as many functions, none of which is kept. */
function workerOf(path: string): string {
  return `import { parentPort } from "node:worker_threads";
import { open } from ${FACE};
const { Once, Collect } = open(${JSON.stringify(path)}).symbols;
for (let i = 0; i < ${MANY}; i++) Once((text) => text, "x");
for (let i = 0; i < 5; i++) {
  Collect();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
parentPort.postMessage("done");
`;
}

test(
  "a function of a call that was refused is let go of",
  WITH_GO,
  async () => {
    const { go } = await fixture();
    go.Once!((text: string) => text, "x");
    const before = functions.size;
    for (let i = 0; i < MANY; i++) {
      assertThrows(() => go.Once!(() => "", 5), TypeError);
      assertThrows(() => go.Once!(() => "", "\ud800"), RangeError);
    }
    assertEquals(functions.size, before);
    const { async: once } = go.Once as unknown as { async: Call };
    assertThrows(() => once(() => "", 5), TypeError);
    assertEquals(functions.size, before);
  },
);

test("what answers another thread is let go of", WITH_GO, async () => {
  const { go } = await fixture();
  const number = go.Keep!((text: string) => `${text}!`);
  const { async: call } = go.Call as unknown as { async: Call };
  for (let i = 0; i < 3 * MANY; i++) {
    assertEquals(await call(number, String(i)), `${i}!`);
  }
  assert(answers.size < MANY, `${answers.size} answers are kept`);
});

test("what a function throws comes back, whatever it is", WITH_GO, async () => {
  const { go } = await fixture();
  const odd = (message: PropertyDescriptor) =>
    Object.defineProperty(new Error("odd"), "message", message);
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const all: unknown[] = [
    undefined,
    5,
    Object.create(null),
    Symbol("odd"),
    odd({ value: Symbol("odd") }),
    odd({ value: 5 }),
    odd({
      get() {
        throw new Error("inner");
      },
    }),
    revoked.proxy,
  ];
  for (const error of all) {
    try {
      go.Once!(() => {
        throw error;
      }, "x");
    } catch (thrown) {
      assertStrictEquals(thrown === error, true);
      continue;
    }
    throw new Error("nothing was thrown");
  }
});

test(
  "what a call uses is given back when it has ended",
  WITH_GO,
  async () => {
    const { go } = await fixture();
    interface Box extends Disposable {
      readonly async: { Size(): Promise<number> };
    }
    const box = (size: number) => go.NewBox!(size) as Box;
    const { async: sum } = go.Sum as unknown as {
      async: (boxes: Box[]) => Promise<number>;
    };
    for (let i = 0; i < 300; i++) {
      const one = box(5);
      const answers = [one.async.Size(), sum([one])];
      one[Symbol.dispose]();
      using _another = box(77); // it would get the place of the first
      assertEquals(await Promise.all(answers), [5, 5]);
    }
    const one = box(5);
    const list = new Proxy([one, one], {
      get(boxes, key) {
        if (key === "1") one[Symbol.dispose]();
        return Reflect.get(boxes, key) as unknown;
      },
    });
    assertThrows(() => go.Sum!(list), TypeError, "disposed of");
  },
);

test(
  "a reader that was let go of is gone with the error that nobody asked for",
  WITH_GO,
  async () => {
    const { go } = await fixture();
    const torn = go.Torn!() as Disposable & { Read: Call };
    assertEquals(torn.Read(new Uint8Array(8)), 3);
    torn[Symbol.dispose]();
    for (let i = 0; i < MANY && go.Gone!() === 0; i++) {
      go.Collect!();
      await turns(1, 20);
    }
    assertEquals(go.Gone!(), 1);
  },
);
