/**
 * What of its arguments outlives a call: what its results borrow from, and what
 * objects borrow from that it was given to.
 *
 * @module
 */

import {
  type Bound,
  type FunctionItem,
  isIn,
  type RustType,
} from "./rustdoc.ts";
import type { Type } from "./rust_type.ts";
import { boundsOf } from "./type_arguments.ts";

/** How much of an argument is kept. */
export type Kept = "itself" | "what it keeps" | undefined;

/** What an object keeps of the arguments of a call that it is an argument of. */
export interface Storing {
  /** Which of them it is. */
  readonly holder: number;
  readonly kept: readonly Kept[];
}

/**
 * What of the arguments the results keep, where those borrow.
 *
 * @param lifetimes Those of the type that it is a method of.
 */
export function keptByResults(
  { sig }: FunctionItem,
  lifetimes: ReadonlySet<string>,
): Kept[] {
  const from = lifetimesIn(sig.output);
  const isAny = JSON.stringify(sig.output).includes('"impl_trait"') ||
    JSON.stringify(sig.output).includes('"dyn_trait"');
  const isElided = from.size === 0 || from.has("'_");
  const self = sig.inputs[0]?.[0] === "self" ? sig.inputs[0][1] : undefined;
  return sig.inputs.map(([name, type]) => {
    const own = lifetimesIn(type);
    const isBorrowed = type.borrowed_ref !== undefined;
    const shares = [...own].some((one) => one !== "'_" && from.has(one));
    if (name === "self") {
      const fromType = [...from].some((one) => lifetimes.has(one));
      if (isBorrowed && (isAny || isElided || shares)) return "itself";
      return fromType || isAny || isElided ? "what it keeps" : undefined;
    }
    if (isAny || shares) return "itself";
    const isSelfRef = self?.borrowed_ref !== undefined;
    return isElided && !isSelfRef && own.size > 0 ? "itself" : undefined;
  });
}

/**
 * What objects keep that are given what lives as long as what they borrow from:
 * `put(&mut self, text: &'t str)` of a `Shelf<'t>` may store the text.
 *
 * @param types The arguments, looked up.
 * @param lifetimes Those of the type that it is a method of.
 * @param isObject Whether an argument lends an object.
 */
export function keptByArguments(
  { sig, generics }: FunctionItem,
  types: readonly Type[],
  lifetimes: ReadonlySet<string>,
  isObject: (type: Type) => boolean,
): Storing[] {
  const inputs = sig.inputs.map(([, type]) => type);
  /** The lifetimes that have a name, also where it is that of a type. */
  const named = (type: RustType) => {
    const bounds = generics.params.flatMap(({ name }): Bound[] =>
      isIn(name, type) ? boundsOf(generics, name) : []
    );
    const found = lifetimesIn([type, bounds]);
    if (isIn("Self", type)) {
      for (const one of lifetimes) found.add(one);
    }
    found.delete("'_");
    return found;
  };
  return inputs.flatMap((type, holder): Storing[] => {
    const { borrowed_ref } = type;
    if (borrowed_ref === undefined || !isObject(types[holder]!)) return [];
    const own = named(borrowed_ref.type);
    own.delete("'static");
    for (const { name, kind } of generics.params) {
      const longer = JSON.stringify(kind.lifetime ?? null);
      if ([...own].some((one) => longer.includes(JSON.stringify(one)))) {
        own.add(name);
      }
    }
    const kept = inputs.map((given, i): Kept => {
      const shares = [...named(given)].some((one) => own.has(one));
      if (i === holder || !shares) return undefined;
      const isForCall = given.borrowed_ref !== undefined &&
        (given.borrowed_ref.lifetime ?? "'_") === "'_";
      // What is read may change inside; what it is compared with stays as it is.
      if (isForCall && !borrowed_ref.is_mutable) return undefined;
      return isForCall && isObject(types[i]!) ? "what it keeps" : "itself";
    });
    return kept.every((one) => one === undefined) ? [] : [{ holder, kept }];
  });
}

/** The lifetimes that a type names; `'_` where it leaves one out. */
function lifetimesIn(type: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "lifetime") {
        found.add(typeof inner === "string" ? inner : "'_");
      } else walk(inner);
    }
  };
  walk(type);
  return found;
}
