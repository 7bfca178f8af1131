/**
 * Workers one after the other that hold objects of a plugin of Go when they are
 * ended. A program for each runtime, which ends with 1 when its memory grows.
 *
 * Arguments: the library, and how many Workers.
 *
 * @module
 */

import { once } from "node:events";
import process from "node:process";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { open } from "@native/plugin";

/** What each Worker holds, in megabytes and in objects. */
const HELD = 10;
const OBJECTS = 1000;
/** Megabytes that the second half of the Workers may add to what the first has needed. */
const ALLOWED = 48;

// deno-lint-ignore no-explicit-any -- any library's
type Loose = any;

const [path = "", many = "200"] = isMainThread
  ? process.argv.slice(2)
  : [process.env.PLUGIN_SOAK];
const { symbols } = open(path) as Loose;

if (isMainThread) {
  process.env.PLUGIN_SOAK = path;
  await endMany(Number(many));
} else {
  const text = "a".repeat(HELD * 1e6 / OBJECTS);
  (globalThis as Loose).held = Array.from(
    { length: OBJECTS },
    () => symbols.NewCounter(text),
  );
  parentPort!.on("message", () => {}); // it does not end by itself
  parentPort!.postMessage("held");
}

async function endMany(count: number): Promise<void> {
  const start = performance.now();
  let most = 0;
  let least = Infinity;
  for (let i = 0; i < count; i++) {
    const worker = new Worker(new URL(import.meta.url));
    await once(worker, "message");
    await worker.terminate();
    const memory = symbols.Live() / 1e6;
    if (i < count / 2) most = Math.max(most, memory);
    // The last third, and the last one in any case.
    else if (i > count * 0.7 || i === count - 1) {
      least = Math.min(least, memory);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  const grows = least > most + ALLOWED;
  console.log(
    `${count} Workers that held ${OBJECTS} objects of ${HELD} MB in ${
      seconds.toFixed(1)
    } s: at most ${most.toFixed(0)} MB in Go, then ${least.toFixed(0)} MB${
      grows ? ": it grows" : ""
    }`,
  );
  process.exit(grows ? 1 : 0);
}
