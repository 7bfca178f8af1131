/**
 * Functions out of text.
 *
 * @module
 */

import { PluginError } from "../error.ts";

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
 * @throws {PluginError} `unsupported`, where the process makes no code out of text.
 */
export function generate(
  scope: Readonly<Record<string, unknown>>,
  code: string,
  // deno-lint-ignore no-explicit-any -- whatever the code makes
): any {
  // Each name that is there takes time and memory, found or not.
  const found = Object.entries(scope).filter(([name]) => code.includes(name));
  const make = compiled([
    ...found.map(([name]) => name),
    `"use strict"; // ${count++}\n${code}`,
  ]);
  return make(...found.map(([, value]) => value));
}

// deno-lint-ignore ban-types -- what `new Function` gives
function compiled(texts: readonly string[]): Function {
  try {
    return new Function(...texts);
  } catch (cause) {
    if (!(cause instanceof EvalError)) throw cause;
    throw new PluginError(
      "unsupported",
      `Cannot make the code of a type: ${NO_CODE}`,
      { cause },
    );
  }
}

/** Why no code can be made. */
export const NO_CODE =
  "calls and checks are code that is made for each type, and this process makes " +
  "no code out of text; start it without --disallow-code-generation-from-strings";

/** Whether an error is that no code can be made. */
export function isNoCode(error: unknown): error is PluginError {
  return error instanceof PluginError && error.cause instanceof EvalError;
}
