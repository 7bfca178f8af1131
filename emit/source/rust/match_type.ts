/**
 * What the parameters of an implementation stand for, where that is one for a
 * type: `impl<'a, N, E> Edges for &'a Graph<N, E>` for a `&Graph<String, f64>`.
 *
 * @module
 */

import type { Type } from "./rust_type.ts";
import { type RustType, typesIn } from "./rustdoc.ts";

/**
 * Tells whether a type is what an implementation is for, as far as references
 * and types of crates go.
 *
 * @param of What the implementation is for.
 * @param type The type.
 * @param env Is told what parameters stand for.
 */
export function matches(
  of: RustType,
  type: Type,
  env: Map<string, Type>,
): boolean {
  if (of.generic !== undefined) {
    if (!env.has(of.generic)) env.set(of.generic, type);
    return true;
  }
  if (of.borrowed_ref !== undefined) {
    return type.kind === "ref" &&
      type.isMutable === of.borrowed_ref.is_mutable &&
      matches(of.borrowed_ref.type, type.of, env);
  }
  if (of.array !== undefined) {
    return type.kind === "array" &&
      lengthOf(of.array.len) === type.length &&
      matches(of.array.type, type.of, env);
  }
  if (type.kind !== "own" || of.resolved_path?.id !== type.item.id) {
    return false;
  }
  return typesIn(of.resolved_path.args).every((one, i) =>
    type.args[i] === undefined || one.generic === undefined ||
    matches(one, type.args[i], env)
  );
}

/** How long an array is, as rustdoc writes it: `1_024usize`; NaN where that is a name. */
export function lengthOf(written: string): number {
  return Number(written.replace(/_|usize$/g, ""));
}

/** What references lead to: the type itself where it is none. */
export function behind(type: RustType): RustType {
  return type.borrowed_ref === undefined
    ? type
    : behind(type.borrowed_ref.type);
}
