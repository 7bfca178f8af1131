/**
 * Traits of the standard library whose functions are members of the types that
 * have them.
 *
 * @module
 */

import type { Impl, RustType } from "./rustdoc.ts";
import { lastOf } from "./rust_type.ts";

/** Operators, each a method of that name. */
const OPERATORS = [
  "Add",
  "BitAnd",
  "BitOr",
  "BitXor",
  "Div",
  "Mul",
  "Neg",
  "Not",
  "Rem",
  "Shl",
  "Shr",
  "Sub",
];

/** Operators that change what stands before them. */
const CHANGING = OPERATORS.filter((name) => name !== "Neg" && name !== "Not");

/** The traits, with the functions of them that count and where Rust finds them. */
const KNOWN: Readonly<Record<string, { functions: string[]; path: string }>> = {
  ...named("as_ref", "", "AsRef"),
  ...named("clone", "", "Clone"),
  ...named("cmp", "", "Ord"),
  ...named("default", "", "Default"),
  // Methods of what it derefs to are called on that.
  ...named("deref", "std::ops::", "Deref"),
  ...named("eq", "", "PartialEq"),
  ...named("extend", "", "Extend"),
  ...named("from", "", "From"),
  ...named("from_iter", "", "FromIterator"),
  ...named("from_str", "std::str::", "FromStr"),
  ...named("index", "std::ops::", "Index"),
  ...named("into_iter", "", "IntoIterator"),
  ...named("partial_cmp", "", "PartialOrd"),
  ...named("try_from", "", "TryFrom"),
  ...Object.assign(
    {},
    ...OPERATORS.map((one) => named(one.toLowerCase(), "std::ops::", one)),
    ...CHANGING.map((one) =>
      named(`${one.toLowerCase()}_assign`, "std::ops::", `${one}Assign`)
    ),
  ),
};

/** Traits of which a type may have several, of different other types: each is a member. */
const OF_SEVERAL =
  /^(?:AsRef|Extend|From|FromIterator|Index|TryFrom)$|^(?:Add|Bit\w+|Div|Mul|Rem|Sh[lr]|Sub)(?:Assign)?$/;

function named(name: string, path: string, trait: string) {
  return { [trait]: { functions: [name], path: path + trait } };
}

/** Whether a trait is one of these. */
export function isKnownTrait(trait: string): boolean {
  return Object.hasOwn(KNOWN, trait);
}

/**
 * The names of the functions of a known trait that are members; undefined of another trait.
 *
 * @param id The type's.
 * @param all All that stands with the type.
 */
export function functionsOfKnown(
  { trait, for: of }: Impl,
  id: number,
  all: readonly Impl[],
): readonly string[] | undefined {
  const name = lastOf(trait?.path ?? "");
  const known = KNOWN[name];
  if (known === undefined || !Object.hasOwn(KNOWN, name)) return undefined;
  // What a type is the argument of stands with it too.
  const isIt = of.resolved_path?.id === id ||
    isOfReference(of, id) && OPERATORS.includes(name) && !isCopy(all);
  if (!isIt) return [];
  const isOfOther = (trait!.args?.angle_bracketed?.args.length ?? 0) > 0;
  if (isOfOther && !OF_SEVERAL.test(name)) return [];
  const isOrdered = name === "PartialOrd" &&
    all.some((one) => lastOf(one.trait?.path ?? "") === "Ord");
  return isOrdered ? [] : known.functions;
}

/** Whether it is a reference to a type that nobody writes to. */
function isOfReference({ borrowed_ref: ref }: RustType, id: number): boolean {
  return ref?.is_mutable === false && ref.type.resolved_path?.id === id;
}

function isCopy(all: readonly Impl[]): boolean {
  return all.some(({ trait }) => lastOf(trait?.path ?? "") === "Copy");
}

/**
 * How much an implementation of an operator takes for itself: `&a + &b` is what
 * JavaScript means by `a.add(b)`, which leaves both as they are.
 */
export function takenBy({ trait, for: of }: Impl): number {
  if (!OPERATORS.includes(lastOf(trait?.path ?? ""))) return 0;
  const [other] = trait!.args?.angle_bracketed?.args ?? [];
  const [one, two] = [of, other?.type].map((type) =>
    Number(type?.borrowed_ref === undefined)
  );
  return 2 * one! + two!;
}

/** How a wrapper names a known trait, without its arguments. */
export function pathOfKnown(trait: string): string {
  return KNOWN[trait]?.path ?? trait;
}

/**
 * What stands behind the name of a member, where a type has a trait several
 * times: `add_f64`. Without it is what takes the type itself, and what is alone.
 *
 * @param impl One implementation.
 * @param all Those of the type.
 * @param spell Writes the trait's argument.
 */
export function suffixOf(
  impl: Impl,
  all: readonly Impl[],
  spell: (impl: Impl) => string | undefined,
): string {
  const trait = lastOf(impl.trait?.path ?? "");
  if (!OF_SEVERAL.test(trait)) return "";
  const of = spell(impl);
  // A list of references is given as a list of what they refer to.
  const isOfLists = /^(?:Extend|FromIterator)$/.test(trait);
  const others = all.filter((one) =>
    one !== impl && lastOf(one.trait?.path ?? "") === trait &&
    one.for.resolved_path?.id === impl.for.resolved_path?.id &&
    !(isOfLists && spell(one) === of)
  );
  if (of === undefined || others.length === 0) return "";
  // `from_str` is FromStr's.
  const isTaken = trait === "From" && of === "str" &&
    all.some((one) => lastOf(one.trait?.path ?? "") === "FromStr");
  return `_${of}${isTaken ? "_" : ""}`;
}
