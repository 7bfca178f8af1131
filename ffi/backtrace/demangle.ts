/**
 * Names of functions as their languages have them, out of those that linkers go
 * by: Rust's both manglings, and of C++ what says a name and no types.
 *
 * @module
 */

import { demangleV0 } from "./rust_v0.ts";

/**
 * A name for a person: `_ZN5codec6decode17h…E` and `_RNvCs…_5codec6decode` are
 * `codec::decode`.
 *
 * @param name As the linker has it.
 * @returns It as it is where it is in no form that is known.
 */
export function readable(name: string): string {
  return name.startsWith("_R")
    ? demangleV0(name) ?? name
    : demangleNested(name) ?? name;
}

function demangleNested(name: string): string | undefined {
  const [, nested = "", std, rest] =
    /^_Z(N[rVK]*[RO]?)?(St)?(.*)$/.exec(name) ?? [];
  if (rest === undefined) return undefined;
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const [digits] = /^[1-9]\d*/.exec(rest.slice(at)) ?? [];
    if (digits === undefined) break;
    const start = at + digits.length;
    at = start + Number(digits);
    if (at > rest.length) return undefined;
    parts.push(rest.slice(start, at));
    if (nested === "") break;
  }
  // Constructors and destructors are called as their class is.
  const [made, kind] = /^([CD])[0-5]/.exec(rest.slice(at)) ?? [];
  if (made !== undefined && nested !== "" && parts.length > 0) {
    parts.push(kind === "C" ? parts.at(-1)! : `~${parts.at(-1)}`);
    at += made.length;
  }
  if (parts.length === 0 || nested !== "" && rest[at] !== "E") return undefined;
  if (/^h[0-9a-f]{16}$/.test(parts.at(-1)!)) parts.pop(); // Rust's own
  const all = std === undefined ? parts : ["std", ...parts];
  return all.map((part) =>
    UNNAMED.test(part) ? "(anonymous namespace)" : withoutEscapes(part)
  ).join("::");
}

/** What stands for a namespace of C++ without a name. */
const UNNAMED = /^_GLOBAL__N_\d+$/;

/** A part of a name of Rust's, as it is written there. */
function withoutEscapes(part: string): string {
  return part.replace(/^_(?=\$)/, "").replaceAll(
    /\$(?:u([0-9a-f]{1,4})|(LT|GT|RF|BP|LP|RP|C))\$/g,
    (_, code, word) =>
      code === undefined
        ? WORDS[word]!
        : String.fromCodePoint(parseInt(code, 16)),
  ).replaceAll("..", "::");
}

/** What Rust writes in place of a character. */
const WORDS: Readonly<Record<string, string>> = {
  LT: "<",
  GT: ">",
  RF: "&",
  BP: "*",
  LP: "(",
  RP: ")",
  C: ",",
};
