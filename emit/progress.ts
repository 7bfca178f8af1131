/**
 * One line on the terminal that says what is going on, once it takes longer
 * than a second; gone when it is done.
 *
 * @module
 */

import process from "node:process";

/** Milliseconds before the line appears, and between two of them. */
const INTERVAL = 1000;

/** Clears the line that the cursor is on. */
const CLEAR = "\r\x1b[2K";

/** Where the line is written. */
export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Runs a command with a progress line.
 *
 * @param what What is going on: `"plugin build hello.c"`.
 * @param use Runs it.
 * @param terminal Where the line goes; nothing is written where that is no terminal.
 * @returns What `use` returns.
 */
export async function withProgress<T>(
  what: string,
  use: () => Promise<T>,
  terminal: Terminal = process.stderr,
): Promise<T> {
  if (!terminal.isTTY) return await use();
  const start = Date.now();
  let shown = false;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - start) / 1000);
    terminal.write(`${CLEAR}${what.slice(0, 60)} ... ${seconds} s`);
    shown = true;
  }, INTERVAL);
  try {
    return await use();
  } finally {
    clearInterval(timer);
    if (shown) terminal.write(CLEAR);
  }
}
