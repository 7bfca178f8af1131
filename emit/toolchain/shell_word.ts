/**
 * Words as a shell takes them.
 *
 * @module
 */

/**
 * A word that a person can paste, whatever is in it.
 *
 * @param text Any text: a path with a space.
 * @returns The same, in quotes where a shell would take it apart.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shellWord } from "./shell_word.ts";
 *
 * assertEquals(shellWord("../hello"), "../hello");
 * assertEquals(shellWord("my plugin's"), `'my plugin'\\''s'`);
 * ```
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
