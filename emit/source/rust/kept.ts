/**
 * What of its arguments outlives a call: what its results borrow from, and what
 * objects borrow from that it was given to.
 *
 * @module
 */

import { boundsOf } from "./bounds.ts";
import { lends, type Type } from "./rust_type.ts";
import {
  type Bound,
  type FunctionItem,
  type Generics,
  isIn,
  type RustType,
} from "./rustdoc.ts";

/** How much of an argument is kept. */
export type KeptPart = "itself" | "what it keeps" | undefined;

/** What an object keeps of the arguments of a call that it is an argument of. */
export interface Storing {
  /** Which of them it is. */
  readonly holder: number;
  readonly kept: readonly KeptPart[];
}

/** What stands around a function. */
export interface Around {
  /** Lifetimes of the type that it is a method of. */
  readonly lifetimes: ReadonlySet<string>;
  /** Type parameters, its own too, that stand for what can borrow. */
  readonly borrowing: ReadonlySet<string>;
  /** What the aliases in a type stand for. */
  readonly aliasesIn: (type: RustType) => readonly RustType[];
}

/**
 * What of the arguments the results keep, where those borrow. What is forgotten
 * here rustc refuses: what is not kept is there for the call, and no longer.
 *
 * @param types The arguments, looked up.
 */
export function keptByResults(
  { sig, generics }: FunctionItem,
  types: readonly Type[],
  around: Around,
): KeptPart[] {
  const named = (type: RustType | null) => namesIn(type, generics, around);
  const from = named(sig.output);
  const isAny = JSON.stringify(sig.output).includes('"impl_trait"') ||
    JSON.stringify(sig.output).includes('"dyn_trait"');
  const isElided = from.size === 0 || from.has("'_");
  addOutliving(from, generics, sig.inputs);
  const isSelfRef = sig.inputs[0]?.[0] === "self" &&
    sig.inputs[0][1].borrowed_ref !== undefined;
  return sig.inputs.map(([name, type], i) => {
    if (asksForEver(type, generics, around)) return undefined;
    const own = named(type);
    const to = type.borrowed_ref?.lifetime ?? "'_";
    const shares = [...own].some((one) => one !== "'_" && from.has(one));
    const isLent = type.borrowed_ref !== undefined;
    const isInside = shares && isLent && !from.has(to) && isObject(types[i]!);
    if (name === "self") {
      if (isLent && (isAny || isElided)) return "itself";
      if (isInside) return "what it keeps";
      return isLent && shares
        ? "itself"
        : shares || isAny || isElided
        ? "what it keeps"
        : undefined;
    }
    if (isAny) return "itself";
    if (isElided && !isSelfRef && (own.size > 0 || lends(types[i]!))) {
      return "itself";
    }
    return isInside ? "what it keeps" : shares ? "itself" : undefined;
  });
}

/** Whether an argument is an object whose own values can be kept without it. */
function isObject(type: Type): boolean {
  return type.kind === "own" || type.kind === "ref" && type.of.kind === "own";
}

/**
 * What objects keep that are given what lives as long as what they borrow from:
 * `put(&mut self, text: &'t str)` of a `Shelf<'t>` may store the text.
 *
 * @param types The arguments, looked up.
 * @param byResults What the results keep of them.
 * @param lendsObject Whether an argument lends an object.
 */
export function keptByArguments(
  { sig, generics }: FunctionItem,
  types: readonly Type[],
  around: Around,
  byResults: readonly KeptPart[],
  lendsObject: (type: Type) => boolean,
): Storing[] {
  const inputs = sig.inputs.map(([, type]) => type);
  const named = (type: RustType) => {
    const found = namesIn(type, generics, around);
    found.delete("'_");
    return found;
  };
  const storing = inputs.map(({ borrowed_ref }, holder): KeptPart[] => {
    if (borrowed_ref === undefined || !lendsObject(types[holder]!)) return [];
    const own = named(borrowed_ref.type);
    own.delete("'static");
    addOutliving(own, generics, sig.inputs);
    return inputs.map((given, i): KeptPart => {
      const shares = [...named(given)].some((one) => own.has(one));
      if (i === holder || !shares || asksForEver(given, generics, around)) {
        return undefined;
      }
      const isLent = isForCall(given) && lendsObject(types[i]!);
      return isLent ? "what it keeps" : "itself";
    });
  });
  // What is read may change inside; what it is compared with stays as it is,
  // and rustc sees that where what both borrow from need not be kept.
  const isCompared = (holder: number, i: number) =>
    isForCall(inputs[i]!) && !inputs[i]!.borrowed_ref!.is_mutable &&
    !inputs[holder]!.borrowed_ref!.is_mutable;
  const isKept = inputs.map((_, i) =>
    byResults[i] !== undefined ||
    storing.some((kept, holder) =>
      kept.some((one, given) =>
        one !== undefined && (holder === i || given === i) &&
        !isCompared(holder, given)
      )
    )
  );
  return storing.flatMap((all, holder): Storing[] => {
    const kept = all.map((one, i) =>
      isCompared(holder, i) && !(isKept[holder] && isKept[i]) ? undefined : one
    );
    return kept.every((one) => one === undefined) ? [] : [{ holder, kept }];
  });
}

/** Whether what is given is referred to for the call alone. */
function isForCall({ borrowed_ref }: RustType): boolean {
  return borrowed_ref !== undefined &&
    (borrowed_ref.lifetime ?? "'_") === "'_";
}

/** Whether what is referred to has to be there for ever. */
export function isForEver(type: RustType): boolean {
  return type.borrowed_ref?.lifetime === "'static";
}

/** Whether that holds of a part of it: what is kept would not be kept for long enough. */
export function asksForEver(
  type: RustType,
  generics: Generics,
  { lifetimes, borrowing, aliasesIn }: Around,
): boolean {
  const bounds = [...borrowing].flatMap((name) =>
    isIn(name, type) ? boundsOf(generics, name) : []
  );
  return lifetimesIn([type, bounds, aliasesIn(type)]).has("'static") ||
    isIn("Self", type) && lifetimes.has("'static");
}

/**
 * What a type names that values in it may live as long as: its lifetimes, those
 * of the type that a method is of, and parameters that stand for what borrows.
 */
function namesIn(
  type: RustType | null,
  generics: Generics,
  { lifetimes, borrowing }: Around,
): Set<string> {
  const bounds = generics.params.flatMap(({ name }): Bound[] =>
    isIn(name, type) ? boundsOf(generics, name) : []
  );
  const found = lifetimesIn([type, bounds]);
  const isOfSelf = isIn("Self", type);
  for (const one of isOfSelf ? lifetimes : []) found.add(one);
  // What the function itself has a parameter for is no part of its object.
  const isOwn = (one: string) =>
    generics.params.some(({ name }) => name === one);
  for (const one of borrowing) {
    if (isOfSelf && !isOwn(one) || isIn(one, type)) found.add(one);
  }
  return found;
}

/** Adds the lifetimes that are no shorter than some others. */
function addOutliving(
  names: Set<string>,
  generics: Generics,
  inputs: FunctionItem["sig"]["inputs"],
): void {
  const longer: (readonly [string, readonly string[]])[] = [
    ...generics.params.map(({ name, kind }) =>
      [name, kind.lifetime?.outlives ?? []] as const
    ),
    ...generics.where_predicates.map(({ lifetime_predicate: one }) =>
      [one?.lifetime ?? "", one?.outlives ?? []] as const
    ),
    ...inputs.flatMap(([, { borrowed_ref: one }]) =>
      [...lifetimesIn(one?.type)].filter((inner) => inner !== "'_")
        .map((inner) => [inner, [one?.lifetime ?? "'_"]] as const)
    ),
  ];
  for (let size = -1; size !== names.size;) {
    size = names.size;
    for (const [one, others] of longer) {
      if (others.some((other) => names.has(other))) names.add(one);
    }
  }
}

/** The lifetimes that a type names; `'_` where it leaves one out. */
export function lifetimesIn(type: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "lifetime") {
        found.add(typeof inner === "string" ? inner : "'_");
      } else if (key === "outlives" && typeof inner === "string") {
        found.add(inner);
      } else walk(inner);
    }
  };
  walk(type);
  return found;
}
