/**
 * The names of signals.
 *
 * @module
 */

import { system } from "../system/system.ts";

/** The signals that processes end with, on Linux. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  16: "SIGSTKFLT",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  26: "SIGVTALRM",
  27: "SIGPROF",
  29: "SIGIO",
  30: "SIGPWR",
  31: "SIGSYS",
};

/** The last of the real-time signals. */
const SIGRTMAX = 64;

/** The first of the real-time signals that the C library leaves to programs. */
let first: number | undefined;

/** glibc has two for itself; musl three, and of the two it is the one that is loaded as a file of its own name. */
function firstRealTime(): number {
  const maps = "/proc/self/maps";
  try {
    const isMusl = system.mayRead(maps) &&
      system.readText(maps).includes("/ld-musl-");
    return isMusl ? 35 : 34;
  } catch {
    return 34; // there is no /proc
  }
}

/**
 * The name of a signal: `"SIGSEGV"`, `"SIGRTMIN+1"`; its number where it has none.
 *
 * @param realTime The first of the real-time signals; of this process's C library where it is left out.
 */
export function signalName(number: number, realTime?: number): string {
  if (number >= 34 && number <= SIGRTMAX) {
    const base = realTime ?? (first ??= firstRealTime());
    if (number === base) return "SIGRTMIN";
    if (number > base) return `SIGRTMIN+${number - base}`;
  }
  return SIGNALS[number] ?? `signal ${number}`;
}
