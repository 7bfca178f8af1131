/**
 * Functions out of text.
 *
 * @module
 */

let count = 0;

/**
 * Runs generated code, once.
 *
 * No text is the same as another. V8 gives functions of the same text the same
 * machine code, in which what they find in their scopes is not known: every
 * function of a signature but the first would take Deno's slow path, 60 to
 * 100 ns in place of 4.
 *
 * @param scope What the code finds by name.
 * @param code The body of a function; only its scope may come from outside.
 * @returns What it returns.
 */
export function generate(
  scope: Readonly<Record<string, unknown>>,
  code: string,
  // deno-lint-ignore no-explicit-any -- whatever the code makes
): any {
  const make = new Function(
    ...Object.keys(scope),
    `"use strict"; // ${count++}\n${code}`,
  );
  return make(...Object.values(scope));
}
