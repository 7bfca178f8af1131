/**
 * What the bounds of type parameters say: what each has to have, and what they
 * tell of each other.
 *
 * @module
 */

import { type Env, lastOf, type Type } from "./rust_type.ts";
import {
  type Bound,
  type Generics,
  isIn,
  type RustType,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";

/** Traits that types have without anybody saying so. */
export const OF_ALL_TYPES =
  /^(?:Any|Freeze|RefUnwindSafe|Send|Sized|Sync|Unpin|UnwindSafe)$/;

/** Traits of numbers, of which an `f64` has all. */
export const OF_NUMBERS =
  /^(?:Float|Num|NumCast|FromPrimitive|ToPrimitive|Zero|One|Bounded|Signed|FloatConst|NumOps|NumAssign|Real|AsPrimitive|FloatCore|Add|Sub|Mul|Div|Rem|Neg|AddAssign|SubAssign|MulAssign|DivAssign|Sum|Product|GeoFloat|GeoNum|CoordNum|CoordFloat)$/;

/** Traits that anything has which is kept, compared or shown and nothing else. */
const OF_ANYTHING =
  /^(?:Clone|Debug|Default|Display|Eq|Ord|PartialEq|PartialOrd|ToOwned)$/;

/**
 * Whether traits are asked of it that anything has, and no other.
 *
 * @param isHashed Whether that it is hashed, as keys are, counts among them.
 */
export function isOfAnything(
  bounds: readonly Bound[],
  isHashed = false,
): boolean {
  return bounds.every(({ trait_bound }) => {
    if (trait_bound === undefined) return true;
    const name = lastOf(trait_bound.trait.path);
    return OF_ALL_TYPES.test(name) || OF_ANYTHING.test(name) ||
      isHashed && name === "Hash";
  });
}

/** What a type parameter has to have. */
export function boundsOf(generics: Generics, name: string): Bound[] {
  return [
    ...generics.params.find((one) => one.name === name)?.kind.type?.bounds ??
      [],
    ...generics.where_predicates.flatMap(({ bound_predicate }) =>
      bound_predicate?.type.generic === name ? [...bound_predicate.bounds] : []
    ),
  ];
}

/** Whether a parameter is what a function gives, whatever that is: `F: Fn(&Row) -> T`. */
export function isGivenByFunction(name: string, generics: Generics): boolean {
  const isAnything = boundsOf(generics, name).every(({ trait_bound }) =>
    trait_bound === undefined ||
    OF_ALL_TYPES.test(lastOf(trait_bound.trait.path)) ||
    lastOf(trait_bound.trait.path) === "Clone"
  );
  return isAnything &&
    generics.params.some((one) =>
      boundsOf(generics, one.name).some(({ trait_bound }) =>
        isIn(name, trait_bound?.trait.args?.parenthesized?.output)
      )
    );
}

/** Whether a text has all that is asked of some bytes: `AsRef<[u8]>`, `Into<Vec<u8>>`. */
export function areOfTexts(type: RustType, generics: Generics): boolean {
  const { borrowed_ref, generic, impl_trait } = type;
  if (borrowed_ref !== undefined) {
    return !borrowed_ref.is_mutable && areOfTexts(borrowed_ref.type, generics);
  }
  const bounds = impl_trait ??
    (generic === undefined ? [] : boundsOf(generics, generic));
  const traits = bounds.flatMap(({ trait_bound }) =>
    trait_bound === undefined ? [] : [trait_bound.trait]
  );
  return traits.length > 0 && traits.every(({ path, args }) => {
    const name = lastOf(path);
    if (OF_ALL_TYPES.test(name)) return true;
    const [of] = typesIn(args);
    const isByte = (one: RustType | undefined) => one?.primitive === "u8";
    return name === "AsRef"
      ? isByte(of?.slice)
      : name === "Into" && lastOf(of?.resolved_path?.path ?? "") === "Vec" &&
        isByte(typesIn(of?.resolved_path?.args)[0]);
  });
}

/** The type that a trait says its own derefs to, or is borrowed as. */
export function targetIn(trait: TraitPath): RustType | undefined {
  switch (lastOf(trait.path)) {
    case "AsMut":
    case "AsRef":
      return typesIn(trait.args)[0];
    case "Deref":
    case "DerefMut":
      return trait.args?.angle_bracketed?.constraints
        .find(({ name }) => name === "Target")?.binding.equality?.type;
    default:
      return undefined;
  }
}

/** What a type derefs to. */
export function targetOf(type: Type): Type | undefined {
  if (type.kind === "ref") return type.of;
  if (type.kind !== "std") return undefined;
  const [of] = type.args;
  return type.name === "Vec" && of !== undefined
    ? { kind: "slice", of }
    : type.name === "Box"
    ? of
    : undefined;
}

/** Finds out what parameters are, of a type that is known. */
export function tell(told: RustType, type: Type, env: Map<string, Type>): void {
  const { generic, slice, qualified_path, resolved_path } = told;
  const name = generic ??
    (qualified_path?.self_type.generic === undefined
      ? undefined
      : `${qualified_path.self_type.generic}::${qualified_path.name}`);
  if (name !== undefined) {
    if (!env.has(name)) env.set(name, type);
  } else if (slice !== undefined && type.kind === "slice") {
    tell(slice, type.of, env);
  } else if (resolved_path !== undefined && type.kind === "std") {
    const isSame = lastOf(resolved_path.path) === type.name;
    const inside = isSame ? typesIn(resolved_path.args) : [];
    inside.forEach((one, i) => {
      const inner = type.args[i];
      if (inner !== undefined) tell(one, inner, env);
    });
  }
}

/** A bound, with what is known of the associated types of its parameter. */
export function withTold(bound: Bound, name: string, env: Env): Bound {
  const { trait_bound } = bound;
  const known = [...env.keys()].filter((key) => key.startsWith(`${name}::`));
  if (trait_bound === undefined || known.length === 0) return bound;
  const { args, constraints } = trait_bound.trait.args?.angle_bracketed ??
    { args: [], constraints: [] };
  const told = known.map((generic) => ({
    name: generic.slice(name.length + 2),
    binding: { equality: { type: { generic } } },
  }));
  const angle_bracketed = { args, constraints: [...constraints, ...told] };
  const trait = { ...trait_bound.trait, args: { angle_bracketed } };
  return trait_bound.trait.args?.parenthesized === undefined
    ? { trait_bound: { ...trait_bound, trait } }
    : bound;
}
