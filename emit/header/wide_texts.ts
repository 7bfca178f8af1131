/**
 * Which macros may stand for a text in wide characters, `L"…"`, `u"…"` or
 * `U"…"`, as far as their bodies say so. It costs the compiler three times as
 * much to be asked about one, and next to none of most headers' are.
 *
 * @module
 */

import type { Macro } from "./list_macros.ts";

/** What stands before such a text, as near to it as `##` or another macro may put it. */
const PREFIX = /\b[uUL]\b/g;

/**
 * Finds macros that may be wide texts.
 *
 * @param macros All macros.
 * @returns The names of those that have such a prefix, or lead to one that has.
 */
export function wideTextsIn(
  macros: ReadonlyMap<string, Macro>,
): ReadonlySet<string> {
  const wide = new Set<string>();
  const users = new Map<string, string[]>();
  for (const [name, { body, params }] of macros) {
    if (body.match(PREFIX)?.some((prefix) => !params?.includes(prefix))) {
      wide.add(name);
      continue;
    }
    for (const word of body.match(/[A-Za-z_]\w*/g) ?? []) {
      const known = users.get(word);
      if (known === undefined) users.set(word, [name]);
      else known.push(name);
    }
  }
  // A set is walked through to its end, with what is added on the way.
  for (const name of wide) {
    for (const user of users.get(name) ?? []) wide.add(user);
  }
  return wide;
}
