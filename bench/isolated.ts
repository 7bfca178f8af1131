/**
 * What does a process of its own cost? Beside the same plugin in this process,
 * and beside the ways in which others have code in another: hashicorp/go-plugin
 * over gRPC, messages of `node:child_process`, a Unix socket. With a core free,
 * and with all cores loaded.
 *
 * @module
 */

import {
  type ChildProcess,
  execFileSync,
  fork,
  spawn,
} from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { availableParallelism } from "node:os";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { open, PluginError } from "@native/plugin";
import { answer, report, type Side } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/isolated.c
const REMOTE = "build/bench/go_grpc"; // of bench/go/grpc
const ECHO = "build/bench/echo.mjs";
const SOCKET = "build/bench/echo.sock";
const MEGABYTES = 16;
const PAIRS = 10;

interface Functions {
  add(a: number, b: number): number;
  process(): number;
  same(text: string): string;
  crash(): void;
  times(count: number, call: (i: number) => number): number;
  invert(bytes: Uint8Array, size: number): void;
  exchange(count: number, size: number): number;
}

await setTimeout(2500); // a file that was just built is read whole before each process
const here = open<Functions>(path).symbols;
const plugin = open<Functions>(path, { isolated: { restart: "next" } });
const { add, same, times, invert } = plugin.symbols;
const confined = open<Functions>(path, { isolated: { permissions: {} } })
  .symbols;

// ---------------------------------------------------------------------- peers

writeFileSync(
  ECHO,
  `import { createServer } from "node:net";
process.on("message", (message) => process.send(message));
createServer((socket) => socket.on("data", (data) => socket.write(data)))
  .listen(process.argv[2], () => process.send("ready"));
`,
);
rmSync(SOCKET, { force: true });
const child: ChildProcess = fork(ECHO, [SOCKET]);
let heard: (message: unknown) => void;
child.on("message", (message) => heard(message));
await new Promise((resolve) => heard = resolve);
const socket = createConnection(SOCKET);
let answered: () => void;
socket.on("data", () => answered());
await new Promise<void>((resolve) => socket.once("connect", () => resolve()));

const message = () =>
  new Promise((resolve) => {
    heard = resolve;
    child.send([3, 4]);
  });
const unixSocket = () =>
  new Promise<void>((resolve) => {
    answered = resolve;
    socket.write("3 4");
  });

function goPlugin(): Record<string, number> {
  if (!existsSync(REMOTE)) return {};
  const { add } = JSON.parse(execFileSync(REMOTE, { encoding: "utf8" }));
  return { "go-plugin": add };
}

// ------------------------------------------------------------------ measuring

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Nanoseconds of a call of each, which take turns: the median of many short runs. */
async function measured(
  sides: Readonly<Record<string, Side>>,
  batch: number,
  rounds = 40,
): Promise<Record<string, number>> {
  const times: Record<string, number[]> = {};
  for (let round = -5; round < rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      for (let again = 0; again < 5; again++) {
        const start = performance.now();
        let count = 0;
        // What takes long is not done so often.
        while (
          count < batch && (count === 0 || performance.now() < start + 2)
        ) {
          for (let i = 0; i < 10; i++, count++) {
            const result = side();
            if (result instanceof Promise) await result;
          }
        }
        const taken = (performance.now() - start) * 1e6 / count;
        if (round >= 0) (times[name] ??= []).push(taken);
      }
    }
  }
  return Object.fromEntries(
    Object.entries(times).map(([name, taken]) => [name, median(taken)]),
  );
}

/** Does something while each core has something else to do. */
async function loaded<T>(work: () => Promise<T>): Promise<T> {
  const busy = Array.from(
    { length: availableParallelism() },
    () => spawn("sh", ["-c", "while :; do :; done"]),
  );
  await setTimeout(200);
  try {
    return await work();
  } finally {
    for (const each of busy) each.kill("SIGKILL");
  }
}

/** Milliseconds, as nanoseconds. */
const since = (start: number): number => (performance.now() - start) * 1e6;

// ------------------------------------------------------------------ questions

const scalar = {
  isolated: () => add(3, 4),
  confined: () => confined.add(3, 4),
  "in process": () => here.add(3, 4),
  message,
  socket: unixSocket,
};
// No call into another process is faster than what lies below it.
const exchanged = (size: number) =>
  median(Array.from({ length: 40 }, () => here.exchange(10_000, size)));
answer("a scalar call", {
  ...await measured(scalar, 1000),
  "a word to the other core and back": exchanged(0),
  ...goPlugin(),
});
answer(
  "a scalar call, all cores loaded",
  await loaded(async () => ({ ...await measured(scalar, 10), ...goPlugin() })),
);

const text = "x".repeat(1024);
answer(
  "1 KB of text in and out",
  {
    ...await measured({
      isolated: () => same(text),
      confined: () => confined.same(text),
      "in process": () => here.same(text),
    }, 1000),
    "1 KB to the other core and back": exchanged(text.length),
  },
);
const many = 1000;
const next = (i: number) => i + 1;
const called = await measured({
  isolated: () => times(many, next),
  confined: () => confined.times(many, next),
  "in process": () => here.times(many, next),
}, 10);
answer(
  "a callback",
  Object.fromEntries(
    Object.entries(called).map(([side, ns]) => [side, ns / many]),
  ),
);

const size = MEGABYTES << 20;
const shared = plugin.buffer(size).fill(1);
const own = new Uint8Array(size).fill(1);
const pairs = Array.from({ length: PAIRS + 2 }, () => {
  const start = performance.now();
  invert(shared, size);
  const isolated = since(start);
  const before = performance.now();
  here.invert(own, size);
  return { isolated, here: since(before) };
}).slice(2);
answer(`a filter over ${MEGABYTES} MB`, {
  isolated: median(pairs.map(({ isolated }) => isolated)),
  "in process": median(pairs.map(({ here }) => here)),
});

const [starts, crashes, nexts]: number[][] = [[], [], []];
for (let i = 0; i < 20; i++) {
  const start = performance.now();
  const other = open<Functions>(path, { isolated: { timeout: 1000 + i } });
  other.symbols.add(3, 4);
  starts!.push(since(start));
  other.close();
  const before = performance.now();
  try {
    plugin.symbols.crash();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
  }
  crashes!.push(since(before));
  const after = performance.now();
  add(3, 4);
  nexts!.push(since(after));
}
answer("start to the first call", { isolated: median(starts!) });
answer("crash to error, with its stack", { isolated: median(crashes!) });
answer("the next call after that", { isolated: median(nexts!) });

// ---------------------------------------------------------------------- others

const runner = plugin.symbols.process();
const timeOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]);
add(3, 4);
await setTimeout(5);
const before = timeOf(runner);
await setTimeout(1000);
const idle = timeOf(runner) - before;
const memory = /^Pss:\s+(\d+)/m.exec(
  readFileSync(`/proc/${runner}/smaps_rollup`, "utf8"),
)![1];

await report("isolated", "A process of its own");
console.log(
  `without a call for a second: ${idle} ns of processor time; its memory: ${memory} KB, what it shares counted by its part`,
);
child.kill("SIGKILL");
process.exit();
