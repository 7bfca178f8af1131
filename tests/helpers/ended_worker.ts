/**
 * A Worker that holds something, and is ended.
 *
 * @module
 */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { emptyDirectory } from "./directory.ts";
import { FACE } from "./program.ts";

/**
 * Runs a Worker until it has done something, and ends it.
 *
 * @param path A plugin.
 * @param body What it does; `plugin` is open, and what is pushed to `held` is reachable until the end.
 */
export async function endWorker(path: string, body: string): Promise<void> {
  const script = join(emptyDirectory(), "worker.ts");
  writeFileSync(
    script,
    `import { parentPort } from "node:worker_threads";
import { open } from ${FACE};
const plugin = open(${JSON.stringify(path)});
const { symbols } = plugin;
const held = globalThis.held = [];
${body}
parentPort.on("message", () => {}); // it does not end by itself
parentPort.postMessage("done");
`,
  );
  const worker = new Worker(script);
  const failed = once(worker, "error").then(([error]) => {
    throw error;
  });
  failed.catch(() => {});
  await Promise.race([once(worker, "message"), failed]);
  await worker.terminate();
}
