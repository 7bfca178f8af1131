/**
 * The functions of a wrapper that cannot be compiled with the types that they call
 * the crate's with, as a constant assertion there says: rustc finds it out when it
 * makes machine code, in the lines of the crate.
 *
 * @module
 */

import type { Diagnostic } from "./rustc_errors.ts";

/** A part of the wrapper's source. */
interface Part {
  readonly kind: "function" | "type";
  readonly code: string;
}

/**
 * Finds them: those are tried that call a function of the name that rustc says,
 * and then all, by halves.
 *
 * @param pieces What the wrapper has.
 * @param errors What rustc says of all of them.
 * @param saidOf Tells what it says of some alone.
 */
export async function instantiating<P extends Part>(
  pieces: readonly P[],
  errors: readonly Diagnostic[],
  saidOf: (functions: readonly P[]) => Promise<readonly string[]>,
): Promise<Map<P, string>> {
  const bad = new Map<P, string>();
  const find = async (among: readonly P[]): Promise<void> => {
    const [message] = among.length === 0 ? [] : await saidOf(among);
    if (message === undefined) return;
    if (among.length === 1) {
      bad.set(among[0]!, message);
      return;
    }
    const half = among.length >> 1;
    await find(among.slice(0, half));
    await find(among.slice(half));
  };
  const names = errors.flatMap(({ instantiated }) => instantiated ?? []);
  const functions = pieces.filter(({ kind }) => kind === "function");
  await find(
    functions.filter(({ code }) => names.some((name) => calls(code, name))),
  );
  // What is wrong with the types is wrong with all.
  if (bad.size === 0 && (await saidOf([])).length === 0) await find(functions);
  return bad;
}

/** Whether a wrapper calls a function of that name. */
function calls(code: string, name: string): boolean {
  return new RegExp(`::${name}(?:::<|\\()`).test(code);
}
