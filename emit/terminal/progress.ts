/**
 * One line on the terminal that says what is going on, once it takes longer
 * than a second; gone when it is done.
 *
 * @module
 */

import { type Output, system } from "../../ffi/system/system.ts";

/** Milliseconds before the line appears, and between two of them. */
const INTERVAL = 1000;

/** Clears the line that the cursor is on. */
const CLEAR = "\r\x1b[2K";

/** Bytes of a library that take about a second to describe. */
const LONG = 2 ** 26;

/** Draws the line now. */
let draw = () => {};

/** Takes it away. */
let erase = () => {};

/**
 * Says that a library is about to be read: where that will take long, the line
 * appears at once, as none can while one function runs.
 *
 * @param size Bytes of the library.
 */
export function expectReading(size: number): void {
  if (size >= LONG) expectLong();
}

/** Says that a function is about to run that takes long and lets nothing run beside it. */
export function expectLong(): void {
  draw();
}

/** Makes room on the terminal for something else: the line is gone until the next second. */
export function makeRoom(): void {
  erase();
}

/** What is being done just now, where that is known. */
let doing = "";

/**
 * Says which part of a command begins, for the line of the seconds to come.
 *
 * @param what The part: `"compiling"`.
 * @param target The machine that it is for, where one was named.
 */
export function beginStep(what: string, target?: string): void {
  doing = target === undefined ? `, ${what}` : `, ${what} for ${target}`;
}

/** Whether nothing goes on but waiting. */
let isIdle = false;

/**
 * Waits for something that may take for ever: no line says how long.
 *
 * @param waited What is waited for.
 */
export async function withoutProgress<T>(waited: Promise<T>): Promise<T> {
  erase();
  isIdle = true;
  try {
    return await waited;
  } finally {
    isIdle = false;
  }
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
  terminal: Output = system.stderr,
): Promise<T> {
  if (!terminal.isTTY) return await use();
  const start = Date.now();
  let shown = false;
  doing = "";
  draw = () => {
    if (isIdle) return;
    const seconds = Math.round((Date.now() - start) / 1000);
    terminal.write(`${CLEAR}${what.slice(0, 60)} ... ${seconds} s${doing}`);
    shown = true;
  };
  erase = () => {
    if (shown) terminal.write(CLEAR);
    shown = false;
  };
  const timer = setInterval(draw, INTERVAL);
  try {
    return await use();
  } finally {
    clearInterval(timer);
    erase();
    draw = erase = () => {};
  }
}

/**
 * The same for what one function does, during which no line can appear: it is
 * there from the beginning.
 *
 * @param what What is going on.
 * @param use Does it.
 * @returns What `use` returns.
 */
export function withProgressNow<T>(what: string, use: () => T): T {
  const { stderr } = system;
  if (!stderr.isTTY) return use();
  stderr.write(`${CLEAR}${what} ...`);
  try {
    return use();
  } finally {
    stderr.write(CLEAR);
  }
}
