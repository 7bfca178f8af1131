/**
 * Names that a macro renames: `mpz_init` is `__gmpz_init` to the compiler, and
 * nothing but `mpz_init` to who reads the manual.
 *
 * @module
 */

import { pastedBy } from "./impossible_values.ts";
import type { Macro } from "./list_macros.ts";

/**
 * Finds the macros of the library's own headers that are another name of
 * something.
 *
 * @param macros All macros that they leave.
 * @param expanded What some become, as the preprocessor says.
 * @param isMeant Whether something may be meant, by its name.
 * @returns What each stands for.
 */
export function renamedIn(
  macros: ReadonlyMap<string, Macro>,
  expanded: ReadonlyMap<string, string>,
  isMeant: (name: string) => boolean,
): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const [name, macro] of macros) {
    if (!macro.isOwn || macro.params !== undefined) continue;
    const meant = expanded.get(name) ?? nameIn(macro, macros);
    if (meant !== undefined && meant !== name && isMeant(meant)) {
      renamed.set(name, meant);
    }
  }
  return renamed;
}

/** The name that a macro without parameters stands for, as far as its text says so. */
function nameIn(
  { body }: Macro,
  macros: ReadonlyMap<string, Macro>,
): string | undefined {
  const [, word, args] = /^([A-Za-z_]\w*)\s*(\([\w\s,]*\))?$/.exec(body) ??
    [];
  if (word === undefined) return undefined;
  const macro = macros.get(word);
  const made = args === undefined ? word : macro && pastedBy(macro, args);
  return made && followed(made, macros);
}

/** The end of a chain of names. */
function followed(name: string, macros: ReadonlyMap<string, Macro>): string {
  const seen = new Set<string>();
  for (;;) {
    const { params, body = "" } = macros.get(name) ?? {};
    const isEnd = seen.has(name) || params !== undefined ||
      !/^[A-Za-z_]\w*$/.test(body);
    if (isEnd) return name;
    seen.add(name);
    name = body;
  }
}
