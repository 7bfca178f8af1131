/**
 * Writing to what a process was given to say something: all of it at once, so
 * that nothing is lost when the process ends.
 *
 * @module
 */

import { sleep } from "./sleep.ts";

/**
 * Writes a text; what nobody reads any more is left out.
 *
 * @param write Writes bytes, and says how many of them.
 */
export function writeText(
  text: string,
  write: (bytes: Uint8Array) => number,
): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += write(bytes.subarray(at, at + PIECE));
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === "EPIPE") return;
      // A pipe that is full, and that somebody has told not to wait.
      if (code !== "EAGAIN") throw error;
      sleep(1);
    }
  }
}

/** So many bytes a pipe takes as one or not at all: POSIX's least `PIPE_BUF`. */
const PIECE = 512;
