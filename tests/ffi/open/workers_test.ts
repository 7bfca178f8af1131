/**
 * One process, several Workers: each has its own `Plugin`, all have one library.
 *
 * @module
 */

import { FACE } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { once } from "node:events";
import { copyFileSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { basename, join } from "@std/path";
import { assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { buildAfresh, emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const WORKERS = 8;

/** How often they race; `deno task reach` sets more. */
const ROUNDS = Number(process.env.PLUGIN_ROUNDS ?? 20);

/** What is opened: a source, and what its initialiser counts in. */
const PLUGINS = [
  { source: "once.c", count: "initialised", seven: "get_seven", tool: "cc" },
  { source: "go/once.go", count: "Initialised", seven: "GetSeven", tool: "go" },
];

for (const { source, count, seven, tool } of PLUGINS) {
  test(
    `eight Workers that open ${source} at once run its initialisers once`,
    { ...need("cc", tool), timeout: 300_000 },
    async () => {
      const script = join(emptyDirectory(), "worker.ts");
      writeFileSync(script, workerOf(count, seven));
      const workers = Array.from({ length: WORKERS }, () => new Worker(script));
      const built = await buildAfresh(source);
      try {
        for (let round = 0; round < ROUNDS; round++) {
          const path = copyOf(built);
          const link = join(emptyDirectory(), "link.so");
          symlinkSync(path, link);
          const answers = workers.map(async (worker, index) => {
            worker.postMessage(index % 2 === 0 ? path : link);
            return (await once(worker, "message"))[0];
          });
          assertEquals(await Promise.all(answers), Array(WORKERS).fill([1, 7]));
          assertEquals(open(path).lookup(count, "i32").value, 1);
        }
      } finally {
        await Promise.all(workers.map((worker) => worker.terminate()));
      }
    },
  );
}

/** What a Worker runs: it opens what it is sent, and answers with the count and with seven. */
function workerOf(count: string, seven: string): string {
  return `import { parentPort } from "node:worker_threads";
import { open } from ${FACE};
parentPort.on("message", (path) => {
  const plugin = open(path);
  parentPort.postMessage([
    plugin.lookup("${count}", "i32").value,
    plugin.lookup("${seven}", "() => i32")(),
  ]);
});`;
}

/** A library that nobody has opened: the same, as another file. */
function copyOf(library: string): string {
  const copy = join(emptyDirectory(), basename(library));
  copyFileSync(library, copy);
  copyFileSync(`${library}.json`, `${copy}.json`);
  return copy;
}
