/**
 * Types as a person writes them: `Stack<String>`, `Vec<(u8, Option<i64>)>`.
 *
 * @module
 */

import type { Resolver } from "./resolve_type.ts";
import { lastOf, primitive, std, type Type } from "./rust_type.ts";

/** What is generic, with the types that stand for its parameters. */
export interface Instance {
  /** As it was written. */
  readonly text: string;
  /** Its path in the crate: `bytes::Stack`. */
  readonly path: string;
  readonly args: readonly Type[];
}

/** Says what is wrong with what a person wrote. */
export class TypeTextError extends Error {}

const PRIMITIVE = /^(?:[iu](?:8|16|32|64|128|size)|f32|f64|bool|char)$/;

/** Types of the standard library by the names that everybody writes. */
const STD: Readonly<Record<string, string>> = {
  String: "std::string::String",
  Vec: "std::vec::Vec",
  Option: "std::option::Option",
  HashMap: "std::collections::HashMap",
  HashSet: "std::collections::HashSet",
  BTreeMap: "std::collections::BTreeMap",
  BTreeSet: "std::collections::BTreeSet",
  PathBuf: "std::path::PathBuf",
  Duration: "std::time::Duration",
  SystemTime: "std::time::SystemTime",
};

/**
 * Reads what is to be instantiated.
 *
 * @param text `Stack<String>`, `inner::parse<i64>`.
 * @param resolver Knows the types of the crate.
 * @throws {TypeTextError} Why it cannot be read.
 */
export function instanceOf(text: string, resolver: Resolver): Instance {
  const { name, args } = split(text);
  if (args.length === 0) {
    throw new TypeTextError(`wanted types in brackets, such as ${name}<f64>`);
  }
  return { text, path: name, args: args.map((one) => typeOf(one, resolver)) };
}

function typeOf(text: string, resolver: Resolver): Type {
  const tuple = /^\s*\((.*)\)\s*$/s.exec(text);
  if (tuple !== null) {
    const of = partsOf(tuple[1]!).map((one) => typeOf(one, resolver));
    // As in Rust, brackets around one type are no tuple without a comma.
    return of.length === 1 && !/,\s*\)\s*$/.test(text)
      ? of[0]!
      : { kind: "tuple", of };
  }
  const { name, args } = split(text);
  const given = args.map((one) => typeOf(one, resolver));
  if (PRIMITIVE.test(name) && given.length === 0) return primitive(name);
  const known = STD[lastOf(name)];
  if (known !== undefined) return std(lastOf(name), known, ...given);
  const own = resolver.ownType(name, given);
  if (own !== undefined) return own;
  throw new TypeTextError(
    `there is no type ${name}: a number, a type of the crate by its path, a tuple of types, or one of ${
      Object.keys(STD).join(", ")
    }`,
  );
}

/** A name and what stands in the brackets behind it. */
function split(text: string): { name: string; args: string[] } {
  const found = /^\s*([\w:]+)\s*(?:<(.*)>)?\s*$/s.exec(text);
  if (found === null) {
    throw new TypeTextError(`"${text}" is no type with types in brackets`);
  }
  const [, name = "", inside = ""] = found;
  return { name, args: partsOf(inside) };
}

/** What stands between the commas of a list. */
function partsOf(all: string): string[] {
  const args: string[] = [];
  let depth = 0;
  let begin = 0;
  for (let at = 0; at <= all.length; at++) {
    const letter = all[at] ?? ",";
    if (letter === "<" || letter === "(") depth++;
    else if (letter === ">" || letter === ")") depth--;
    else if (letter === "," && depth === 0) {
      const one = all.slice(begin, at).trim();
      if (one !== "") args.push(one);
      begin = at + 1;
    }
  }
  return args;
}
