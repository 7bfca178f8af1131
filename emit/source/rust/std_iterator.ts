/**
 * What iterators of the standard library give, which rustdoc says by their names alone.
 *
 * @module
 */

import { primitive, type Type } from "./rust_type.ts";

/** What iterators of the standard library give, as far as their names and arguments tell. */
export function stdIterator(
  where: readonly string[],
  args: readonly Type[],
): Type | undefined {
  const [name, room] = [where.at(-1)!, where.slice(1, -1).join("::")];
  const [first, second] = args;
  const borrowed = (of: Type): Type => ({ kind: "ref", isMutable: false, of });
  if (room.startsWith("str")) {
    if (
      /^(?:R?Split(?:N|Terminator|Inclusive)?|SplitWhitespace|SplitAsciiWhitespace|Lines|R?Matches)$/
        .test(name)
    ) {
      return borrowed(primitive("str"));
    }
    if (name === "Chars") return primitive("char");
    if (name === "Bytes") return primitive("u8");
    if (name === "MatchIndices" || name === "RMatchIndices") {
      return {
        kind: "tuple",
        of: [primitive("usize"), borrowed(primitive("str"))],
      };
    }
    if (name === "CharIndices") {
      return { kind: "tuple", of: [primitive("usize"), primitive("char")] };
    }
    return undefined;
  }
  if (first === undefined) return undefined;
  if (room.startsWith("iter::adapters") && first.kind === "iterator") {
    // What is made of an iterator and gives what that gives.
    if (name === "Copied" || name === "Cloned") {
      return first.of.kind === "ref" ? first.of.of : undefined;
    }
    return /^(?:Chain|Cycle|Filter|Fuse|Peekable|Rev|Skip|SkipWhile|StepBy|Take|TakeWhile)$/
        .test(name)
      ? first.of
      : undefined;
  }
  if (name === "IntoIter" || name === "Drain") {
    return second === undefined || !/map/.test(room)
      ? first
      : { kind: "tuple", of: [first, second] };
  }
  if (name === "Iter") {
    return second === undefined || !/map/.test(room)
      ? borrowed(first)
      : { kind: "tuple", of: [borrowed(first), borrowed(second)] };
  }
  if (name === "Keys") return borrowed(first);
  return name === "Values" && second !== undefined
    ? borrowed(second)
    : undefined;
}
