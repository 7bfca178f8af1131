/**
 * The functions that headers define, which no library has.
 *
 * @module
 */

import { closing, type Head } from "./tokens.ts";

/**
 * Finds the functions that are defined `static`, as those are that a header
 * wants inline.
 *
 * @param declarations Those of what the preprocessor made of a C file.
 * @param isOwn Whether definitions in the file of that name count.
 * @returns Their names; one that gives a function pointer may be missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inlineFunctions } from "./inline_functions.ts";
 * import { heads } from "./tokens.ts";
 *
 * const source = "static inline int twice(int a) { return 2 * a; }\nint f(void);\n";
 * assertEquals([...inlineFunctions(heads(source), () => true)], ["twice"]);
 * ```
 */
export function inlineFunctions(
  declarations: Iterable<Head>,
  isOwn: (file: string) => boolean,
): Set<string> {
  const names = new Set<string>();
  for (const { tokens, stop, file = "" } of declarations) {
    if (stop !== "{" || !isOwn(file)) continue;
    if (!tokens.some(({ text }) => text === "static")) continue;
    const name = tokens.find(({ kind }, index) =>
      kind === "name" && tokens[index + 1]?.text === "(" &&
      closing(tokens, index + 1) === tokens.length - 1
    );
    if (name !== undefined) names.add(name.text);
  }
  return names;
}
