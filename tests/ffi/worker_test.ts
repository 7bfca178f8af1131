/**
 * One process, several Workers: each has its own `Plugin`, all have one library.
 *
 * @module
 */

import { test } from "node:test";
import { writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { buildAfresh, emptyDirectory } from "../fixture.ts";
import { need } from "../need.ts";

const WORKERS = 8;
const ROUNDS = 10;

test(
  "eight Workers that open one plugin at once run its initialisers once",
  need("cc"),
  async () => {
    const face = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
    const script = join(emptyDirectory(), "worker.ts");
    writeFileSync(
      script,
      `import { parentPort } from "node:worker_threads";
import { open } from ${face};
parentPort.on("message", (path) => {
  const plugin = open(path);
  parentPort.postMessage([
    plugin.lookup("initialised", "i32").value,
    plugin.lookup("get_seven", "() => i32")(),
  ]);
});`,
    );
    const workers = Array.from({ length: WORKERS }, () => new Worker(script));
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const path = await buildAfresh("once.c");
        const answers = workers.map((worker) =>
          new Promise((resolve, reject) => {
            worker.once("message", resolve);
            worker.once("error", reject);
            worker.postMessage(path);
          })
        );
        assertEquals(await Promise.all(answers), Array(WORKERS).fill([1, 7]));
        assertEquals(open(path).lookup("initialised", "i32").value, 1);
      }
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  },
);
