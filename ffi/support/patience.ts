/**
 * How long a thread waits for another's answer before it gives up: what
 * `PLUGIN_PATIENCE` says, or five seconds.
 *
 * @module
 */

/** How many 32-bit words stand before it, in what the support library knows of a thread. */
const PLACE = 1;

/** Milliseconds, where the support library reads them. */
function patience(stuck: Uint32Array): Uint32Array {
  return new Uint32Array(stuck.buffer, stuck.byteOffset + 4 * PLACE, 1);
}

/**
 * Sets it.
 *
 * @param stuck Where the support library counts who has given up.
 * @param seconds More than none; else it stays as it is.
 */
export function setPatience(stuck: Uint32Array, seconds: number): void {
  if (seconds > 0) patience(stuck)[0] = seconds * 1000;
}

/** Says it, for an error. */
export function patienceOf(stuck: Uint32Array): string {
  const seconds = patience(stuck)[0]! / 1000;
  return `${seconds} second${
    seconds === 1 ? "" : "s"
  } (PLUGIN_PATIENCE says how many)`;
}
