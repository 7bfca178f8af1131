/**
 * How long is the way to another thread and back? `.async` beside Deno's own
 * non-blocking call, on Bun and Node beside a bare message to a worker and back, and
 * beside koffi's `.async`.
 *
 * @module
 */

import process from "node:process";
import { Worker } from "node:worker_threads";
import { open, variable } from "@native/plugin";
import { koffi } from "./peers.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/async.c
const add = open(path).lookup("add", "(i32, i32) => i32").async;
const koffiAdd = koffi.load(path).func("int32_t add(int32_t a, int32_t b)");

question("i32 (i32, i32) and back", {
  plugin: () => add(3, 4),
  ...own(),
  koffi: () =>
    new Promise((resolve) =>
      koffiAdd.async(3, 4, (_: unknown, sum: number) => resolve(sum))
    ),
});
// The memory of a buffer stays until the call ends, whatever becomes of the
// buffer. Deno keeps it where it is, elsewhere the call gets a copy of it, but
// for what nobody can take away: shared memory, and a variable's.
const first = open(path).lookup("first", "(buffer) => u8").async;
const koffiFirst = koffi.load(path).func("uint8_t first(uint8_t *bytes)");
for (const size of [64, 1024]) {
  const bytes = new Uint8Array(size * 1024);
  const shared = new Uint8Array(new SharedArrayBuffer(size * 1024));
  const { pointer } = variable(`[${size * 1024}]u8`);
  const koffi = () =>
    new Promise((resolve) =>
      koffiFirst.async(bytes, (_: unknown, byte: number) => resolve(byte))
    );
  question(`${size} KB of memory, and back`, {
    plugin: () => first(bytes),
    ...ownFirst(bytes),
    koffi,
  });
  question(`${size} KB that is shared, and back`, {
    plugin: () => first(shared),
    koffi,
  });
  question(`${size} KB of a variable, and back`, {
    plugin: () => first(pointer),
    koffi,
  });
}
await report("async", "A call on another thread");
process.exit(); // the worker waits for more

/** The runtime's own way, where it has one for memory. */
function ownFirst(bytes: Uint8Array): Record<string, () => Promise<unknown>> {
  if (!("Deno" in globalThis)) return {};
  const { symbols } = Deno.dlopen(path, {
    first: { parameters: ["buffer"], result: "u8", nonblocking: true },
  });
  return { raw: () => symbols.first(bytes as Uint8Array<ArrayBuffer>) };
}

/** The runtime's own way. */
function own(): Record<string, () => Promise<unknown>> {
  if ("Deno" in globalThis) {
    const { symbols } = Deno.dlopen(path, {
      add: { parameters: ["i32", "i32"], result: "i32", nonblocking: true },
    });
    return { raw: () => symbols.add(3, 4) };
  }
  const worker = new Worker(
    `const { parentPort } = process.getBuiltinModule("node:worker_threads");
parentPort.on("message", (data) => parentPort.postMessage(data));`,
    { eval: true },
  );
  let resolve: (data: unknown) => void;
  worker.on("message", (data) => resolve(data));
  return {
    raw: () =>
      new Promise((settle) => {
        resolve = settle;
        worker.postMessage([3, 4]);
      }),
  };
}
