/**
 * What a wrapper has outlive its call: what its results, its error and the
 * objects that it is given keep of the arguments, and for how long each is taken.
 *
 * @module
 */

import type { Incoming, Term } from "./argument.ts";
import {
  type Around,
  asksForEver,
  isForEver,
  keptByArguments,
  keptByResults,
  type KeptPart,
  type Storing,
} from "./kept.ts";
import type { Outgoing } from "./outgoing.ts";
import type { OwnTypes } from "./own_types.ts";
import type { Resolver } from "./resolve_type.ts";
import { canBorrow, type Env, partsOf, type Type } from "./rust_type.ts";
import type { FunctionItem, RustType } from "./rustdoc.ts";

/** What of its arguments outlives a call. */
export interface Keeping {
  /** Whether results borrow. */
  readonly isOfResults: boolean;
  /** How `tried!` is told of an error that borrows. */
  readonly ofError: "" | ", text" | ", keeps";
  /** Whether results, or the error, keep something. */
  readonly hasKeeps: boolean;
  /** What those keep, by argument. */
  readonly keeps: readonly KeptPart[];
  /** What objects keep of the other arguments. */
  readonly storing: readonly Storing[];
  /** Which arguments are told from what they hold: objects. */
  readonly isApart: readonly boolean[];
}

/**
 * Plans what of the arguments outlives a call.
 *
 * @param own The types of the crate.
 * @param resolver Looks up types.
 * @param wanted The function.
 * @param env What its type parameters stand for.
 * @param types The arguments, looked up.
 * @param params The same, as they are taken.
 * @param gives What the call gives, and throws.
 * @returns What is kept, and by whom.
 */
export function keepingOf(
  own: OwnTypes,
  resolver: Resolver,
  { function: of, lifetimes = new Set() }: {
    readonly function: FunctionItem;
    /** Of the type that it is a method of. */
    readonly lifetimes?: ReadonlySet<string>;
  },
  env: Env,
  types: readonly Type[],
  params: readonly Incoming[],
  { error, given }: {
    readonly error: Type | undefined;
    readonly given: readonly Outgoing[];
  },
): Keeping {
  const around: Around = {
    lifetimes,
    borrowing: new Set(
      [...env].flatMap(([name, type]) =>
        name !== "Self" && canBorrow(type) ? [name] : []
      ),
    ),
    aliasesIn: (type) => resolver.aliasesIn(type),
  };
  const isObject = (type: Type) => type.kind === "own" && own.isClass(type);
  const isGivenBorrows = params.some((param) => param.isGivenBorrows);
  const isOfResults = isGivenBorrows || given.some(({ borrows }) => borrows);
  const ofError = error !== undefined && canBorrow(error)
    ? keptOfError(keptByResults(of, types, around), types)
    : "";
  const hasKeeps = isOfResults || ofError === ", keeps";
  const keeps = !hasKeeps
    ? []
    : isGivenBorrows
    ? keptByGiven(of, types, around)
    : keptByResults(of, types, around);
  const storing = keptByArguments(
    of,
    types,
    around,
    keeps,
    (type) => type.kind === "ref" && isObject(type.of),
  );
  const isApart = types.map((type) => {
    const [held] = type.kind === "std" && type.name === "Option"
      ? type.args
      : [type];
    return isObject(held?.kind === "ref" ? held.of : held!);
  });
  return { isOfResults, ofError, hasKeeps, keeps, storing, isApart };
}

/**
 * For how long an argument is taken.
 *
 * @param resolver Looks up types.
 * @param written The argument's type, as it is written.
 * @param type The same, looked up.
 * @param i Its place among the others.
 * @param keeping What outlives the call.
 * @returns Its term.
 */
export function termOf(
  resolver: Resolver,
  written: RustType,
  type: Type,
  i: number,
  { keeps, storing, isApart }: Keeping,
): Term {
  const all = [keeps[i], ...storing.map(({ kept }) => kept[i])];
  const isKept = all.includes("itself") ||
    !isApart[i] && all.includes("what it keeps");
  const isStoring = storing.some(({ holder }) => holder === i);
  const isBrief = canBorrow(type) && !isKept && !isStoring &&
    !all.includes("what it keeps");
  return {
    isKept,
    inside: isBrief ? `'p${i}` : "'static",
    isForEver: isForEver(resolver.withoutAlias(written)),
  };
}

/** What an error keeps that borrows. `told` in frame.rs tells it by its text, for which nothing need be kept. */
function keptOfError(
  byResults: readonly KeptPart[],
  types: readonly Type[],
): Keeping["ofError"] {
  const isText = byResults.some((kept, i) =>
    kept === "itself" && !isCopied(types[i]!)
  );
  return isText ? ", text" : byResults.some(Boolean) ? ", keeps" : "";
}

/** What results keep that borrow from what a function of the caller's gives. */
function keptByGiven(
  { sig, generics }: FunctionItem,
  types: readonly Type[],
  around: Around,
): KeptPart[] {
  return types.map((type, i) =>
    canBorrow(type) && !asksForEver(sig.inputs[i]![1], generics, around)
      ? "itself"
      : undefined
  );
}

/** Whether what is kept of an argument is a copy, which nobody else has. */
function isCopied(type: Type): boolean {
  return type.kind === "ref"
    ? !type.isMutable && isCopied(type.of)
    : type.kind !== "own" && type.kind !== "dyn" &&
      partsOf(type).every(isCopied);
}

/** Declares what the results keep, and what each object does. */
export function declaredKeeps({ hasKeeps, storing }: Keeping): string[] {
  return [
    ...hasKeeps || storing.length > 0
      ? ["let mut keeps = object::Keeps::default();"]
      : [],
    ...storing.map(({ holder }) =>
      `let mut k${holder} = object::Keeps::default();`
    ),
  ];
}
