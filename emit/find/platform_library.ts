/**
 * The libraries that every machine has: those of the C library and the loader.
 *
 * @module
 */

const PLATFORM = /^(?:lib(?:c|m|dl|rt|pthread|gcc_s)|ld-linux|ld-musl)\b/;

/**
 * Whether a library belongs to the system, and to no package of its own.
 *
 * @param name As a library that needs it calls it: `"libm.so.6"`.
 */
export function isPlatform(name: string): boolean {
  return PLATFORM.test(name);
}
