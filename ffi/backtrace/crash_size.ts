/**
 * How large what is kept of a crash is: `struct plugin_crash` in `native/crash.h`.
 *
 * @module
 */

/** Where the bytes of memory stand that the process had to itself. */
export const DATA = 40;
/** Where the registers begin. */
export const REGISTERS = 48;
/** Most registers. */
export const MOST_REGISTERS = 34;
/** Where the text begins of what is mapped. */
export const MAPS = REGISTERS + 8 * MOST_REGISTERS;
/** Most bytes of it. */
export const MOST_MAPS = 128 * 1024;
/** Where the stack begins. */
export const STACK = MAPS + MOST_MAPS;
/** Most bytes of it. */
export const MOST_STACK = 256 * 1024;
/** Bytes of all of it. */
export const CRASH_SIZE = STACK + MOST_STACK;
