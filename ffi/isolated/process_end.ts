/**
 * How a process has ended.
 *
 * @module
 */

import { signalName } from "../backtrace/signal_names.ts";
import type { PluginErrorCode } from "../error.ts";

/** How a process has ended. */
export interface ProcessEnd {
  readonly code: PluginErrorCode;
  /** The same for a person. */
  readonly text: string;
  /** The signal that ended it. */
  readonly signal?: string;
  /** What it gave to its parent. */
  readonly status?: number;
}

/**
 * Reads what `wait()` gives.
 *
 * @param status The status, as Linux has it.
 */
export function endingOf(status: number): ProcessEnd {
  const number = status & 127;
  if (number === 0) {
    const given = status >> 8 & 255;
    return {
      code: "exited",
      text: `it exited with status ${given}`,
      status: given,
    };
  }
  const signal = signalName(number);
  return { code: "crashed", text: signal, signal };
}
