/**
 * Labels in declarations: `int shown(int) __asm__("really_this")` is called
 * `shown` in C and `really_this` by the linker.
 *
 * @module
 */

import { closing, type Token } from "./tokens.ts";

const WORDS: ReadonlySet<string> = new Set(["asm", "__asm", "__asm__"]);
const ATTRIBUTES: ReadonlySet<string> = new Set([
  "__attribute__",
  "__attribute",
]);

/**
 * Finds what declarations have labels.
 *
 * @param tokens C after preprocessing.
 * @returns The labels by C's names, as they are written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { labelsIn } from "./asm_labels.ts";
 * import { tokens } from "./tokens.ts";
 *
 * const source = 'int shown(int) __asm__("" "really_this");';
 * assertEquals(labelsIn([...tokens(source)]).get("shown"), "really_this");
 * ```
 */
export function labelsIn(tokens: readonly Token[]): Map<string, string> {
  const labels = new Map<string, string>();
  const code = tokens.filter(({ kind }) =>
    kind !== "comment" && kind !== "directive"
  );
  for (let at = 0; at < code.length; at++) {
    if (!WORDS.has(code[at]!.text) || code[at + 1]?.text !== "(") continue;
    const name = declaredBefore(code, at);
    const inside = code.slice(at + 2, closing(code, at + 1));
    if (name === undefined || inside.length === 0) continue;
    if (inside.some(({ kind }) => kind !== "literal")) continue;
    labels.set(name, inside.map(({ text }) => text.slice(1, -1)).join(""));
  }
  return labels;
}

/** The name that the declarator which ends before a token declares. */
function declaredBefore(
  code: readonly Token[],
  end: number,
): string | undefined {
  for (let at = end - 1; at >= 0; at--) {
    if (code[at]!.text === ")") at = opening(code, at) - 1;
    const token = code[at];
    // What stands between a function's parameters and its label.
    if (token !== undefined && ATTRIBUTES.has(token.text)) continue;
    return token?.kind === "name" ? token.text : undefined;
  }
  return undefined;
}

/** Where the `(` of a `)` is. */
function opening(code: readonly Token[], close: number): number {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (code[at]!.text === ")") depth++;
    else if (code[at]!.text === "(") depth--;
    if (depth === 0) return at;
  }
  return 0;
}
