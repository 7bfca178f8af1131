/**
 * One process at a time: who comes second finds what the first has built.
 *
 * What is guarded is written whole or not at all, so that a lock that is taken
 * for left behind costs a second build and nothing else.
 *
 * @module
 */

import {
  removeIfThere,
  statusAt,
  system,
  textAt,
} from "../../ffi/system/system.ts";
import { nodeModule } from "../../ffi/system/node_system.ts";
import { stampOf } from "../../ffi/system/same_file.ts";
import { placeOfNumbers } from "../../ffi/system/process_numbers.ts";

/** How often the one who waits looks, in milliseconds. */
const INTERVAL = 50;

/** How often the one who holds it shows that it lives. */
const BEAT = 1000;

/** How long no sign of life means that there is none. */
const PATIENCE = 15_000;

/**
 * Calls `use` while no other process does with the same lock.
 *
 * @param path The lock: a file that is there for as long.
 * @param use What is to be done.
 * @returns What `use` returns.
 */
export async function withLock<T>(
  path: string,
  use: () => Promise<T>,
): Promise<T> {
  const own = await take(path);
  const beat = setInterval(() => {
    try {
      system.overwrite(path, own);
    } catch {
      // The directory is gone, and with it whoever could wait.
    }
  }, BEAT);
  try {
    return await use();
  } finally {
    clearInterval(beat);
    if (textAt(path) === own) system.remove(path);
  }
}

/** Waits for the lock; returns what is in it. */
async function take(path: string): Promise<string> {
  const { randomUUID } = nodeModule<typeof import("node:crypto")>(
    "node:crypto",
  );
  // Where that cannot be told, only patience tells that a process has ended.
  const place = placeOfNumbers();
  const own = `${system.pid} ${randomUUID()} ${place ?? "?"}`;
  let seen: string | undefined;
  let since = performance.now();
  while (true) {
    try {
      system.write(path, own, 0o644);
      return own;
    } catch (error) {
      const status = statusAt(path);
      if (status === undefined && !isTaken(error)) throw error;
      const now = stampOf(status);
      if (now !== seen) {
        seen = now;
        since = performance.now();
      }
    }
    const [other, , ...where] = textAt(path).split(" ");
    const isDead = where.join(" ") === place && !system.isAlive(Number(other));
    if (isDead || performance.now() - since > PATIENCE) removeIfThere(path);
    else await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

function isTaken(error: unknown): boolean {
  return (error as { code?: string }).code === "EEXIST";
}
