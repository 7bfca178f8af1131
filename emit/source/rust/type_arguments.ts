/**
 * What stands for the type parameters of a function or a type where nobody has
 * said it: what its traits can be had of from JavaScript.
 *
 * @module
 */

import {
  type Bound,
  type Generics,
  type Impl,
  isStd,
  type Rustdoc,
  type RustType,
  type TraitPath,
} from "./rustdoc.ts";
import {
  areSame,
  type Env,
  JSON_VALUE,
  lastOf,
  primitive,
  type Resolver,
  std,
  STRING,
  type Type,
} from "./rust_type.ts";

const BYTES = std("Vec", "std::vec::Vec", primitive("u8"));
const PATH = std("PathBuf", "std::path::PathBuf");
const READER = std("Cursor", "std::io::Cursor", BYTES);

/** Traits of numbers, of which an `f64` has all. */
const OF_NUMBERS =
  /^(?:Float|Num|NumCast|FromPrimitive|ToPrimitive|Zero|One|Bounded|Signed|FloatConst|NumOps|NumAssign|Real|AsPrimitive|FloatCore|Add|Sub|Mul|Div|Rem|Neg|AddAssign|SubAssign|MulAssign|DivAssign|Sum|Product|GeoFloat|GeoNum|CoordNum|CoordFloat)$/;

/** Traits that types have without anybody saying so. */
const OF_ALL_TYPES =
  /^(?:Any|Freeze|RefUnwindSafe|Send|Sized|Sync|Unpin|UnwindSafe)$/;

/** Traits that a text has and a number has not. */
const OF_TEXTS = /^(?:Hash|Eq|Ord|ToOwned|Borrow|Pattern|ToString|Display)$/;

/** How many choices may be made for another one: a trait may ask for itself. */
const MAX_WITHIN = 2;

/** Chooses the arguments of type parameters. */
export class TypeArguments {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  /** How many choices are being made for another one. */
  #within = 0;

  constructor(doc: Rustdoc, resolver: Resolver) {
    this.#doc = doc;
    this.#resolver = resolver;
  }

  /**
   * Adds the parameters of an item to what is known around it.
   *
   * @param generics The item's parameters.
   * @param around What stands for those around it; `Self` too.
   * @param output What a function gives; undefined of a type, whose arguments all need names.
   */
  choose(
    generics: Generics,
    around: Env,
    output?: RustType | null,
  ): Env {
    const env = new Map(around);
    const params = generics.params.filter(({ name, kind }) =>
      kind.type !== undefined && !env.has(name)
    );
    // A parameter may be told by one that comes behind it; functions by all.
    const isFunction = ({ name }: { readonly name: string }) =>
      boundsOf(generics, name).some(({ trait_bound }) =>
        trait_bound?.trait.args?.parenthesized !== undefined
      );
    const reversed = [...params].reverse();
    const inOrder = [
      ...reversed.filter((one) => !isFunction(one)),
      ...reversed.filter(isFunction),
    ];
    for (const { name, kind } of inOrder) {
      if (env.has(name)) continue;
      if (kind.type!.default !== null) {
        env.set(name, this.#resolver.resolve(kind.type!.default, env));
        continue;
      }
      const bounds = boundsOf(generics, name);
      const inner = generics.where_predicates.find(({ bound_predicate }) => {
        const path = bound_predicate?.type.qualified_path;
        return path?.self_type.generic === name && path.name === "Item";
      })?.bound_predicate?.bounds;
      if (inner !== undefined) {
        env.set(`${name}::Item`, this.#of(inner, env, undefined));
      }
      const found = this.#of(bounds, env, env.get(`${name}::Item`));
      const isNamed = output === undefined || isIn(name, output);
      const chosen: Type = found.kind === "function" && isNamed
        ? { ...found, by: "named" }
        : found;
      env.set(name, chosen);
      // A parameter that is written where it is used has no name there.
      if (name.startsWith("impl ")) {
        env.set(JSON.stringify(kind.type!.bounds), chosen);
      }
    }
    return env;
  }

  /** What has all of some traits. */
  #of(
    bounds: readonly Bound[],
    env: Map<string, Type>,
    item: Type | undefined,
  ): Type {
    const direct = this.#resolver.ofBounds(bounds, env);
    if (direct !== undefined) return direct;
    const traits = bounds.flatMap(({ trait_bound }) =>
      trait_bound === undefined || trait_bound.modifier === "maybe"
        ? []
        : [trait_bound.trait]
    );
    const names = traits.map(({ path }) => lastOf(path));
    const ofStd = traits.filter(({ id }) => this.#isOfAll(id));
    const has = (name: string) =>
      ofStd.some(({ path }) => lastOf(path) === name);
    if (has("Seek") || has("Read") && has("Write")) return READER;
    for (const trait of ofStd) {
      const known = this.#byTrait(trait, env, item);
      if (known !== undefined) return known;
    }
    const own = this.#implementor(traits, env) ?? this.#byBlanket(traits, env);
    if (own !== undefined) return own;
    if (names.some((name) => OF_NUMBERS.test(name))) return primitive("f64");
    return names.some((name) => OF_TEXTS.test(name))
      ? STRING
      : primitive("f64");
  }

  #byTrait(
    trait: TraitPath,
    env: Map<string, Type>,
    item: Type | undefined,
  ): Type | undefined {
    const argument = trait.args?.angle_bracketed?.args.find(({ type }) =>
      type !== undefined
    )?.type;
    const of = argument === undefined
      ? undefined
      : this.#resolver.resolve(argument, env);
    switch (lastOf(trait.path)) {
      case "AsRef":
      case "Borrow":
        if (of?.kind === "primitive" && of.name === "str") return STRING;
        if (of?.kind === "slice") {
          return std("Vec", "std::vec::Vec", of.of);
        }
        if (of?.kind === "std" && of.name === "Path") return PATH;
        if (of?.kind === "std" && of.name === "OsStr") {
          return std("OsString", "std::ffi::OsString");
        }
        return lastOf(trait.path) === "Borrow" ? of : undefined;
      case "Into":
      case "TryInto":
        return of;
      case "Serialize":
      case "Deserialize":
      case "DeserializeOwned":
      case "Deserializer":
        return this.#resolver.hasJson ? JSON_VALUE : undefined;
      case "RangeBounds":
        return of && std("Range", "std::ops::Range", of);
      case "SliceIndex":
        return std("Range", "std::ops::Range", primitive("usize"));
      case "IntoIterator":
      case "Iterator": {
        const known = trait.args?.angle_bracketed?.constraints
          .find(({ name }) => name === "Item")?.binding;
        const element = known?.equality?.type !== undefined
          ? this.#resolver.resolve(known.equality.type, env)
          : known?.constraint !== undefined
          ? this.#of(known.constraint, env, undefined)
          : item;
        if (element === undefined) return undefined;
        return lastOf(trait.path) === "Iterator"
          ? { kind: "iterator", of: element, isBoxed: false }
          : std("Vec", "std::vec::Vec", element);
      }
      case "Read":
      case "BufRead":
        return READER;
      case "Write":
        return BYTES;
      case "Pattern":
      case "ToString":
      case "Display":
        return STRING;
      default:
        return undefined;
    }
  }

  /**
   * A type that implements traits of the crate, and comes from JavaScript. What
   * parameters of the first trait are not known yet is known from then on.
   */
  #implementor(
    traits: readonly TraitPath[],
    env: Map<string, Type>,
  ): Type | undefined {
    const known = traits.filter(({ id }) => this.#isKnown(id));
    for (const trait of known) {
      const others = known.filter((one) => one !== trait);
      const fits = (type: Type, impl: Impl) =>
        this.#isOf(trait, impl, type, env);
      const found = this.implementorOf(
        trait.id,
        (type, impl) =>
          fits(type, impl) && others.every((one) => this.#has(type, one)),
      ) ?? this.implementorOf(trait.id, fits) ??
        this.#implementorOfSome(trait.id, fits);
      if (found === undefined) continue;
      const { impl, type } = found;
      for (const { named, own } of this.#arguments(trait, impl, type)) {
        const { generic } = named;
        if (generic !== undefined && !env.has(generic)) env.set(generic, own);
      }
      return found.type;
    }
    return undefined;
  }

  /** What has a trait as all have it that have others: `impl<F: Fn(&str)> Filter for F`. */
  #byBlanket(
    traits: readonly TraitPath[],
    env: Map<string, Type>,
  ): Type | undefined {
    if (this.#within >= MAX_WITHIN) return undefined;
    this.#within++;
    try {
      for (const { id } of traits) {
        for (const { for: { generic }, generics } of this.#implsOf(id)) {
          const bounds = generic === undefined
            ? []
            : boundsOf(generics, generic);
          if (bounds.length > 0) return this.#of(bounds, env, undefined);
        }
      }
      return undefined;
    } finally {
      this.#within--;
    }
  }

  /**
   * Whether what stands for parameters has what is asked of them, as far as that
   * is known: of the crate's own types it is.
   */
  satisfies(generics: Generics, env: Env): boolean {
    return generics.params.every(({ name }) => {
      const type = env.get(name);
      return type?.kind !== "own" ||
        boundsOf(generics, name).every(({ trait_bound }) =>
          trait_bound === undefined || trait_bound.modifier !== "none" ||
          OF_ALL_TYPES.test(lastOf(trait_bound.trait.path)) ||
          this.#has(type, trait_bound.trait)
        );
    });
  }

  /** The arguments of a trait as it is named, and as an implementation has them. */
  #arguments(
    trait: TraitPath,
    impl: Impl,
    self: Type,
  ): { readonly named: RustType; readonly own: Type }[] {
    const all = argumentsOf(impl.trait!);
    const around = new Map([...this.#unknown(impl.generics), ["Self", self]]);
    return argumentsOf(trait).flatMap((named, i) => {
      if (all[i] === undefined) return [];
      const own = this.#resolver.resolve(all[i], around as Env);
      return own.kind === "none" ? [] : [{ named, own }];
    });
  }

  /** Whether an implementation is of a trait with the arguments by which that is named. */
  #isOf(trait: TraitPath, impl: Impl, self: Type, env: Env): boolean {
    return this.#arguments(trait, impl, self).every(({ named, own }) => {
      if (named.generic !== undefined && !env.has(named.generic)) return true;
      return areSame(this.#resolver.resolve(named, env), own);
    });
  }

  /** Whether a type has another trait of a crate that is known. */
  #has(type: Type, { id }: TraitPath): boolean {
    const own = type.kind === "own"
      ? (type.item.inner.struct ?? type.item.inner.enum)!.impls
      : [];
    return own.some((one) =>
      this.#doc.index[one]?.inner.impl?.trait?.id === id
    ) ||
      this.#implsOf(id).some((impl) =>
        areSame(
          this.#resolver.resolve(impl.for, this.#unknown(impl.generics)),
          type,
        )
      );
  }

  /**
   * The likeliest type that implements a trait, with that implementation.
   *
   * @param id The trait.
   * @param isWanted Whether a type may be it; any where it is left out.
   */
  implementorOf(
    id: number,
    isWanted: (type: Type, impl: Impl) => boolean = () => true,
  ): { readonly type: Type; readonly impl: Impl } | undefined {
    const all = this.#implsOf(id).flatMap((impl) => {
      if (impl.blanket_impl !== null || impl.is_negative) return [];
      const env = this.#unknown(impl.generics);
      const type = this.#resolver.resolve(impl.for, env);
      return isWanted(type, impl) ? [{ type, impl }] : [];
    });
    const ranks: ((type: Type) => boolean)[] = [
      (type) => type.kind === "std" && type.name === "String",
      (type) => type.kind === "primitive" && type.name === "str",
      (type) =>
        type.kind === "ref" && type.of.kind === "primitive" &&
        type.of.name === "str",
      (type) => type.kind === "primitive" && type.name === "f64",
      (type) => type.kind === "primitive" && type.name !== "str",
      (type) =>
        type.kind === "ref" && type.of.kind === "slice" &&
        type.of.of.kind === "primitive",
      (type) =>
        type.kind === "std" && type.name === "Vec" &&
        type.args[0]?.kind === "primitive",
      (type) => type.kind === "own" && type.args.length === 0,
      (type) => type.kind === "tuple" && type.of.length === 0,
    ];
    for (const fits of ranks) {
      const found = all.find(({ type }) => fits(type));
      if (found !== undefined) return found;
    }
    return this.#implementorAsAll(id, isWanted);
  }

  /** A type that has a trait with arguments that have others, `Range<f64>`: those are chosen too. */
  #implementorOfSome(
    trait: number,
    isWanted: (type: Type, impl: Impl) => boolean,
  ): { readonly type: Type; readonly impl: Impl } | undefined {
    if (this.#within >= MAX_WITHIN) return undefined;
    this.#within++;
    try {
      for (const impl of this.#implsOf(trait)) {
        const { generics, blanket_impl, is_negative } = impl;
        const isGeneric = generics.params.some(({ kind }) => kind.type);
        if (blanket_impl !== null || is_negative || !isGeneric) continue;
        const env = this.choose(generics, new Map());
        const type = this.#resolver.resolve(impl.for, env);
        if (areSame(type, type) && isWanted(type, impl)) return { type, impl };
      }
      return undefined;
    } finally {
      this.#within--;
    }
  }

  /** A type that has a trait as all types have it that fit. */
  #implementorAsAll(
    trait: number,
    isWanted: (type: Type, impl: Impl) => boolean,
  ): { readonly type: Type; readonly impl: Impl } | undefined {
    if (!this.#isKnown(trait)) return undefined;
    for (const type of this.#resolver.plainTypes()) {
      const { impls } = (type.item.inner.struct ?? type.item.inner.enum)!;
      const impl = impls.map((id) => this.#doc.index[id]?.inner.impl)
        .find((one) => one?.trait?.id === trait);
      if (impl !== undefined && isWanted(type, impl)) return { type, impl };
    }
    return undefined;
  }

  /** Whether a trait is one that everybody means by its name: of the standard library, or serde's. */
  #isOfAll(trait: number): boolean {
    const [crate = ""] = this.#doc.paths[trait]?.path ?? [];
    return isStd(crate) || /^serde(?:_core)?$/.test(crate);
  }

  /** Whether a trait is one of the crate, or of those that are linked with it. */
  #isKnown(trait: number): boolean {
    const { index, root, paths, others = {} } = this.#doc;
    const crate = paths[trait]?.path[0];
    // One that the crate hides has no path.
    return crate === undefined || crate === index[root]!.name ||
      others[crate] !== undefined;
  }

  /** The implementations of a trait; of one that nobody sees, those that types have. */
  #implsOf(trait: number): readonly Impl[] {
    // Of other traits it is only known which of these types have them.
    return this.#isKnown(trait) ? this.#resolver.implsOf(trait) : [];
  }

  #unknown(generics: Generics): Env {
    return new Map(
      generics.params.map(({ name }): [string, Type] => [name, {
        kind: "none",
        why: `nothing is known of the type parameter ${name}`,
      }]),
    );
  }
}

/** Whether a type parameter is a part of a type. */
function isIn(name: string, type: RustType | null): boolean {
  return JSON.stringify(type).includes(`"generic":${JSON.stringify(name)}`);
}

/** The types in the brackets behind a trait. */
function argumentsOf({ args }: TraitPath): RustType[] {
  return (args?.angle_bracketed?.args ?? []).flatMap(({ type }) => type ?? []);
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
