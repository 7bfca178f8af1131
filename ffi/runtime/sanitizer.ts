/**
 * Whether a sanitizer is in this process: it ends it for what is right, and only
 * looks wrong.
 *
 * @module
 */

import { RTLD_NOW } from "./dlopen.ts";
import { adapter } from "./runtime.ts";

/** What each of them has. */
const SYMBOLS = ["__asan_init", "__tsan_init", "__msan_init", "__lsan_init"];

let found: boolean | undefined;

/** Whether there is one; it is in a process from its start. Where nobody may ask, there is none. */
export function isSanitized(): boolean {
  return found ??= look();
}

function look(): boolean {
  const loader = adapter.systemLoader();
  if (loader === undefined) return false;
  const program = loader.open(null, RTLD_NOW);
  return SYMBOLS.some((name) =>
    loader.findAddress(program, name) !== undefined
  );
}
