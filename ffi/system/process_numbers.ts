/**
 * Where numbers of processes mean one process.
 *
 * @module
 */

import { system } from "./system.ts";

/**
 * Where the number of this process means it and no other: containers and machines
 * have numbers of their own, and may share directories and the names of their hosts.
 *
 * @returns Undefined where it cannot be told: on Linux without `/proc`, or without the
 * permission for it, which a runtime may ask for.
 */
export function placeOfNumbers(): string | undefined {
  if (system.os !== "linux") return system.hostname();
  try {
    const { ino } = system.status("/proc/self/ns/pid");
    // The first one of every machine has the same number.
    const boot = system.readText("/proc/sys/kernel/random/boot_id").trim();
    return ino === 0 ? undefined : `${system.hostname()} ${boot} ${ino}`;
  } catch {
    return undefined;
  }
}
