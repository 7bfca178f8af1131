/**
 * The processes that isolated plugins run in, seen from outside.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { assert } from "@std/assert";
import { PluginError } from "@native/plugin";
import { until as waited } from "../../helpers/wait.ts";

/** What a call throws. */
export function caught(call: () => unknown): PluginError {
  try {
    call();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("it threw nothing");
}

/** Whether a process is there that is no zombie. */
export function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}/exe`);
}

/** The runners that a process has. */
export function childrenOf(parent: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name))
    .map(Number).filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(ppid) === parent && state !== "Z" &&
          readFileSync(`/proc/${pid}/cmdline`, "utf8")
            .startsWith("plugin-runner");
      } catch {
        return false;
      }
    });
}

/** The runner that was started last. */
export function childOf(parent: number): number {
  return Math.max(...childrenOf(parent));
}

/** Waits for what another process does. */
export async function until(is: () => boolean): Promise<void> {
  await waited(is);
  assert(is());
}
