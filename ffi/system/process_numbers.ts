/**
 * Numbers of processes: where they mean one process, and whether it lives.
 *
 * @module
 */

import { nodeModule } from "./node_system.ts";
import { system } from "./system.ts";

const process = () => nodeModule<typeof import("node:process")>("node:process");

/** The number of this process. */
export function ownNumber(): number {
  return process().pid;
}

/**
 * Where that means this process: containers and machines have numbers of their own,
 * and may share directories and the names of their hosts.
 *
 * @returns Undefined where it cannot be told: on Linux without `/proc`, or without the
 * permission for it, which a runtime may ask for.
 */
export function placeOfNumbers(): string | undefined {
  const { hostname } = nodeModule<typeof import("node:os")>("node:os");
  if (system.os !== "linux") return hostname();
  try {
    const { ino } = system.status("/proc/self/ns/pid");
    // The first one of every machine has the same number.
    const boot = system.readText("/proc/sys/kernel/random/boot_id").trim();
    return ino === 0 ? undefined : `${hostname()} ${boot} ${ino}`;
  } catch {
    return undefined;
  }
}

/** Whether there is a process of a number here; one of another user counts. */
export function isAlive(pid: number): boolean {
  try {
    process().kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}
