/**
 * How a process has ended.
 *
 * @module
 */

import type { PluginErrorCode } from "../error.ts";

/** How a process has ended. */
export interface Ending {
  readonly code: PluginErrorCode;
  /** The same for a person. */
  readonly text: string;
  /** The signal that ended it. */
  readonly signal?: string;
  /** What it gave to its parent. */
  readonly status?: number;
}

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

/**
 * Reads what `wait()` gives.
 *
 * @param status The status, as Linux has it.
 */
export function endingOf(status: number): Ending {
  const number = status & 127;
  if (number === 0) {
    const given = status >> 8 & 255;
    return {
      code: "exited",
      text: `it exited with status ${given}`,
      status: given,
    };
  }
  const signal = SIGNALS[number] ?? `signal ${number}`;
  return { code: "crashed", text: signal, signal };
}
