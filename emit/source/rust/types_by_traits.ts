/**
 * The type that stands where only its traits are said: the likeliest one that
 * has them and comes from JavaScript.
 *
 * @module
 */

import { boundsOf, OF_ALL_TYPES, OF_NUMBERS, targetIn } from "./bounds.ts";
import type { Implementor, Implementors } from "./implementors.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  ANY_VALUE,
  DYN_ERROR,
  type Env,
  isStdError,
  JSON_VALUE,
  lastOf,
  primitive,
  SERDE,
  std,
  STRING,
  type Type,
} from "./rust_type.ts";
import {
  type Bound,
  type Generics,
  type Impl,
  type Item,
  type Rustdoc,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { behind } from "./match_type.ts";
import { areSame } from "./spell_type.ts";
import type { UsualArguments } from "./usual_arguments.ts";

const BYTES = std("Vec", "std::vec::Vec", primitive("u8"));
const PATH = std("PathBuf", "std::path::PathBuf");
const HASHER = std("RandomState", "std::hash::RandomState");
const IO_ERROR = std("Error", "std::io::Error");
const NO_FORMAT: Type = {
  kind: "none",
  why: "a format that serde reads or writes has no JavaScript value",
};
const READER = std("Cursor", "std::io::Cursor", BYTES);

/** Traits that a text has and a number has not. */
const OF_TEXTS = /^(?:Hash|Eq|Ord|ToOwned|Borrow|Pattern|ToString|Display)$/;

/** How many choices may be made for another one: a trait may ask for itself. */
const MAX_WITHIN = 2;

/** Finds what has some traits. */
export class TypesByTraits {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #implementors: Implementors;
  readonly #usual: UsualArguments;
  readonly #choose: (generics: Generics, around: Env) => Env;
  readonly #describedWith: (item: Item) => readonly Type[];
  /** The types that functions take as what becomes one: `impl Into<Options>`. */
  readonly wantedInto = new Set<Item>();
  /** Those of them that they take as what may become one: `impl TryInto<Name>`. */
  readonly wantedTryInto = new Set<Item>();
  /** How many choices are being made for another one. */
  #within = 0;
  #asking: { item: Item; asked: number[][] }[] | undefined;
  /** How many parameters a function has where a trait is one of those of each number: what takes one thing, as a filter does, is usual. */
  parameters = USUAL_PARAMETERS;
  /** The numbers for which such a trait is implemented, of those that were asked for; with each whether that was chosen. */
  readonly numbersOfParameters = new Map<number, boolean>();

  /**
   * @param doc The crate, with those that are linked with it.
   * @param resolver What looks types up.
   * @param implementors What has which trait.
   * @param usual What generic types are named with.
   * @param choose What chooses the arguments of an implementation.
   * @param describedWith What a type is described with by itself.
   */
  constructor(
    doc: Rustdoc,
    resolver: Resolver,
    implementors: Implementors,
    usual: UsualArguments,
    choose: (generics: Generics, around: Env) => Env,
    describedWith: (item: Item) => readonly Type[],
  ) {
    this.#doc = doc;
    this.#resolver = resolver;
    this.#implementors = implementors;
    this.#usual = usual;
    this.#choose = choose;
    this.#describedWith = describedWith;
  }

  /**
   * What has all of some traits.
   *
   * @param bounds The traits.
   * @param env What stands for the parameters in them; what they tell of others is added.
   * @param item What it gives, of what is walked through.
   */
  of(
    bounds: readonly Bound[],
    env: Map<string, Type>,
    item?: Type,
  ): Type {
    const direct = this.#resolver.ofBounds(bounds, env);
    if (direct !== undefined) return direct;
    const traits = bounds.flatMap(({ trait_bound }) =>
      trait_bound === undefined || trait_bound.modifier === "maybe"
        ? []
        : [trait_bound.trait]
    );
    const names = traits.map((trait) => this.#pathOf(trait).at(-1)!);
    const ofStd = traits.filter(({ id }) => this.#implementors.isOfAll(id));
    const has = (name: string) =>
      ofStd.some((trait) => this.#pathOf(trait).at(-1) === name);
    if (has("Seek") || has("Read") && has("Write")) return READER;
    for (const trait of ofStd) {
      const known = this.#byTrait(trait, env, item);
      if (known !== undefined) return known;
    }
    const own = this.#implementor(traits, env) ?? this.#byBlanket(traits, env);
    if (own !== undefined) return own;
    const named = this.#byType(traits) ?? this.#anything(traits);
    if (named !== undefined) return named;
    if (names.some((name) => OF_NUMBERS.test(name))) return primitive("f64");
    if (!names.some((name) => OF_TEXTS.test(name))) return primitive("f64");
    // No text can be copied as it lies there, and a number with a point is no key.
    return names.includes("Copy") ? primitive("i32") : STRING;
  }

  /** Where a trait is. A crate may call it otherwise, `use std::error::Error as StdError`. */
  #pathOf({ id, path }: TraitPath): readonly string[] {
    return this.#doc.paths[id]?.path ?? path.split("::");
  }

  #byTrait(
    trait: TraitPath,
    env: Map<string, Type>,
    item: Type | undefined,
  ): Type | undefined {
    const argument = trait.args?.angle_bracketed?.args.find(({ type }) =>
      type !== undefined
    )?.type;
    const told = argument ?? targetIn(trait);
    const of = told === undefined
      ? undefined
      : this.#resolver.resolve(told, env);
    const path = this.#pathOf(trait);
    const name = path.at(-1)!;
    switch (name) {
      case "AsMut":
      case "AsRef":
      case "Borrow":
      case "BorrowMut":
      case "Deref":
      case "DerefMut":
        if (of?.kind === "primitive" && of.name === "str") return STRING;
        if (of?.kind === "slice") {
          return of.of.kind === "none"
            ? BYTES
            : std("Vec", "std::vec::Vec", of.of);
        }
        if (of?.kind === "std" && of.name === "Path") return PATH;
        if (of?.kind === "std" && of.name === "OsStr") {
          return std("OsString", "std::ffi::OsString");
        }
        if (of?.kind === "own" && name === "AsRef") {
          return this.#implementors.seenAs(trait, of);
        }
        // What only a method names, `get<Q>(key: &Q) where K: Borrow<Q>`, tells nothing.
        if (of === undefined || of.kind === "none" || name.startsWith("As")) {
          return undefined;
        }
        return argument === undefined ? std("Box", "std::boxed::Box", of) : of;
      case "From":
        return of?.kind === "own" || of !== undefined && isStdError(of)
          ? of
          : undefined;
      case "Into":
      case "TryInto":
        if (of?.kind === "own") {
          this.wantedInto.add(of.item);
          if (name === "TryInto") this.wantedTryInto.add(of.item);
        }
        // Of a text any error is made.
        return of?.kind === "std" && of.args[0]?.kind === "std" &&
            of.args[0].name === DYN_ERROR
          ? STRING
          : of;
      case "Serialize":
      case "Deserialize":
      case "DeserializeOwned":
        return this.#resolver.hasJson
          ? JSON_VALUE
          : this.#resolver.hasSerde
          ? ANY_VALUE
          : undefined;
      case "Deserializer":
        return this.#resolver.hasJson ? JSON_VALUE : NO_FORMAT;
      case "Serializer":
        return NO_FORMAT;
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
          ? this.of(known.constraint, env)
          : item;
        if (element === undefined) return undefined;
        return name === "Iterator"
          ? { kind: "iterator", of: element, isBoxed: false }
          : std("Vec", "std::vec::Vec", element);
      }
      case "PartialEq":
        return of?.kind === "own" ? this.#comparedWith(trait, of) : undefined;
      case "Extend":
      case "FromIterator":
        return of === undefined || of.kind === "none"
          ? undefined
          : std("Vec", "std::vec::Vec", of);
      case "BuildHasher":
        return HASHER;
      case "Read":
      case "BufRead":
        return READER;
      case "Write":
        return path.includes("fmt") ? STRING : BYTES;
      case "Error":
        return path.includes("error") ? IO_ERROR : undefined;
      case "Pattern":
      case "ToString":
      case "Display":
        return STRING;
      default:
        // What serde's own machinery gives to itself.
        return SERDE.includes(path[0]!) ? NO_FORMAT : undefined;
    }
  }

  /** What a type of the crate is compared with, `N: PartialEq<Name>`: a text, or another one of it. */
  #comparedWith({ id }: TraitPath, of: Type): Type {
    const texts = this.#resolver.implsOf(id).flatMap((impl) => {
      const [other] = typesIn(impl.trait!.args);
      if (other === undefined || impl.blanket_impl !== null) return [];
      const env = new Map<string, Type>();
      const one = this.#resolver.resolve(impl.for, env);
      const isText = areSame(one, STRING) || one.kind === "ref" &&
          one.of.kind === "primitive" && one.of.name === "str";
      return isText && areSame(this.#resolver.resolve(other, env), of)
        ? [one]
        : [];
    });
    return texts[0] ?? { kind: "ref", isMutable: false, of };
  }

  /**
   * A type that implements traits of the crate, and comes from JavaScript. What
   * parameters of the first trait are not known yet is known from then on.
   */
  #implementor(
    traits: readonly TraitPath[],
    env: Map<string, Type>,
  ): Type | undefined {
    const known = traits.filter(({ id }) => this.#implementors.isKnown(id));
    return this.#implementorOfAll(known, env) ??
      this.#ofFirst(known, traits, env);
  }

  /** A reference to a type, for which all of several traits are implemented. */
  #implementorOfAll(
    traits: readonly TraitPath[],
    env: Map<string, Type>,
  ): Type | undefined {
    const areOfReferences = traits.some(({ id }) =>
      this.#implementors.implsOf(id).some(({ for: of }) =>
        of.borrowed_ref !== undefined && behind(of).generic === undefined
      )
    );
    if (!areOfReferences) return undefined;
    for (const trait of traits) {
      const found = this.#implementorOfSome(
        trait,
        env,
        (type, impl) =>
          type.kind === "ref" &&
          this.#implementors.implementsAs(trait, impl, type, env) &&
          traits.every((one) => this.#implementors.isFor(type, one)),
        ({ for: of }) =>
          this.#resolver.withoutAlias(of).borrowed_ref !== undefined,
      );
      if (found === undefined) continue;
      this.#implementors.tell(trait, found.impl, found.type, env);
      return found.type;
    }
    return undefined;
  }

  /** What has the first of some traits of which anything is known, and others as far as that can be seen. */
  #ofFirst(
    known: readonly TraitPath[],
    traits: readonly TraitPath[],
    env: Map<string, Type>,
  ): Type | undefined {
    for (const trait of known) {
      const others = known.filter((one) => one !== trait);
      const fits = (type: Type, impl: Impl) =>
        this.#implementors.implementsAs(trait, impl, type, env);
      // One that has it as all have it says nothing of what else is asked for.
      const isEnough = (type: Type, impl: Impl) =>
        fits(type, impl) &&
        (impl.blanket_impl === null ||
          traits.every((one) =>
            OF_ALL_TYPES.test(lastOf(one.path)) ||
            this.#implementors.has(type, one)
          ));
      const found = this.#implementors.implementorOf(
        trait.id,
        (type, impl) =>
          isEnough(type, impl) &&
          others.every((one) => this.#implementors.has(type, one)),
      ) ?? this.#implementors.implementorOf(trait.id, isEnough) ??
        this.#implementorOfSome(trait, env, fits);
      if (found === undefined) continue;
      const { impl, type, chosen } = found;
      this.#implementors.tell(trait, impl, type, env, chosen);
      return found.type;
    }
    return undefined;
  }

  /**
   * What a type is usually named with that asks for a trait of its parameter,
   * `FileOptions<()>`: of a trait that is hidden nobody knows what has it.
   */
  #byType(traits: readonly TraitPath[]): Type | undefined {
    const wanted = new Set(
      traits.flatMap(({ id }) => this.#implementors.isOfAll(id) ? [] : [id]),
    );
    if (wanted.size === 0) return undefined;
    for (const { item, asked } of this.#asking ??= this.#typesThatAsk()) {
      const at = asked.findIndex((traits) =>
        traits.some((trait) => wanted.has(trait))
      );
      const usual = at < 0 ? undefined : this.#usual.of(item)?.[at];
      if (usual !== undefined && usual.kind !== "none") return usual;
    }
    return undefined;
  }

  /** What holds anything, of a trait that is hidden: what else has it nobody knows, `eval<T: Variant>`. */
  #anything(traits: readonly TraitPath[]): Type | undefined {
    const isHidden = traits.some(({ id }) =>
      this.#implementors.isKnown(id) &&
      this.#implementors.implsOf(id).length === 0
    );
    const found = isHidden ? this.#implementors.holder() : undefined;
    if (found !== undefined) this.wantedInto.add(found.item);
    return found;
  }

  /** The types that ask for traits of their parameters, with those of each. */
  #typesThatAsk(): { item: Item; asked: number[][] }[] {
    return Object.values(this.#doc.index).flatMap((item) => {
      const generics = (item.inner.struct ?? item.inner.enum)?.generics;
      const asked = (generics?.params ?? []).flatMap(({ name, kind }) =>
        kind.type === undefined ? [] : [
          boundsOf(generics!, name).flatMap(({ trait_bound }) =>
            trait_bound === undefined ? [] : [trait_bound.trait.id]
          ),
        ]
      );
      return asked.some((traits) => traits.length > 0) ? [{ item, asked }] : [];
    });
  }

  /** What has a trait as all have it that have others: `impl<F: Fn(&str)> Filter for F`. */
  #byBlanket(
    traits: readonly TraitPath[],
    env: Map<string, Type>,
  ): Type | undefined {
    if (this.#within >= MAX_WITHIN) return undefined;
    this.#within++;
    try {
      for (const trait of traits) {
        for (const impl of this.#implementors.implsOf(trait.id)) {
          const { for: { generic }, generics } = impl;
          if (generic === undefined) continue;
          const lender = this.#lenderIn(trait, impl, generic, env);
          if (lender !== undefined) return lender;
          const bounds = boundsOf(generics, generic);
          if (bounds.length > 0) return this.of(bounds, env);
        }
      }
      return undefined;
    } finally {
      this.#within--;
    }
  }

  /** What a trait is named with, where all have it that can be borrowed of that: `Q: Equivalent<K>`. */
  #lenderIn(
    trait: TraitPath,
    { generics, trait: own }: Impl,
    generic: string,
    env: Env,
  ): Type | undefined {
    const named = typesIn(trait.args);
    const index = typesIn(own?.args).findIndex((argument) =>
      argument.generic !== undefined &&
      boundsOf(generics, argument.generic).some(({ trait_bound }) =>
        lastOf(trait_bound?.trait.path ?? "") === "Borrow" &&
        typesIn(trait_bound!.trait.args)[0]?.generic === generic
      )
    );
    const type = named[index] && this.#resolver.resolve(named[index], env);
    return type?.kind === "none" ? undefined : type;
  }

  /**
   * A type that has a trait with arguments that have others, `Range<f64>`: those
   * are chosen too.
   *
   * @param mayBe Whether an implementation may be for such a type at all: what its arguments are takes long to choose.
   */
  #implementorOfSome(
    trait: TraitPath,
    around: Env,
    isWanted: (type: Type, impl: Impl) => boolean,
    mayBe: (impl: Impl) => boolean = () => true,
  ): Implementor | undefined {
    if (this.#within >= MAX_WITHIN) return undefined;
    this.#within++;
    try {
      // What the crate made for it comes before tuples and arrays of some length,
      // and before what only hands on what another one has.
      const rank = (impl: Impl) => {
        const { for: of, generics } = impl;
        const own = this.#resolver.publicItem(
          behind(of).resolved_path?.id ?? -1,
        );
        if (own === undefined) return this.#rankOfFunction(impl);
        const hands = generics.params.some(({ name }) =>
          boundsOf(generics, name).some(({ trait_bound }) =>
            trait_bound !== undefined &&
            this.#implementors.implsOf(trait_bound.trait.id).some((one) =>
              one.for.borrowed_ref !== undefined
            )
          )
        );
        if (hands) return MAX_RANK + own.path.length;
        if (of.borrowed_ref !== undefined) return own.path.length;
        // What stands for nothing at all is seldom meant, `EmptyContext`.
        return this.#hasNew(own.item) ? 0 : 0.5;
      };
      const ranks = new Map(
        this.#implementors.implsOf(trait.id).map((impl) => [impl, rank(impl)]),
      );
      const impls = [...ranks.keys()]
        .sort((one, other) => compare(ranks.get(one)!, ranks.get(other)!));
      for (const impl of impls) {
        const { generics, blanket_impl, is_negative } = impl;
        const isGeneric = generics.params.some(({ kind }) => kind.type);
        if (
          blanket_impl !== null || is_negative || !isGeneric || !mayBe(impl)
        ) continue;
        // What has it by reference because something else has it tells nothing.
        const { borrowed_ref } = impl.for;
        if (borrowed_ref && behind(impl.for).generic !== undefined) continue;
        const wanted = this.#implementors.wantedOf(trait, impl, around);
        const env = this.#choose(
          generics,
          wanted.size > 0 ? wanted : this.#usualOf(impl),
        );
        const type = this.#resolver.resolve(impl.for, env);
        if (areSame(type, type) && isWanted(type, impl)) {
          this.#noteParameters(impl, impls);
          return {
            type: type.kind === "function" ? { ...type, isTold: true } : type,
            impl,
            chosen: env,
          };
        }
      }
      return undefined;
    } finally {
      this.#within--;
    }
  }

  /** Notes of which other functions a trait is implemented too, where it is of one. */
  #noteParameters(found: Impl, all: readonly Impl[]): void {
    const chosen = parametersOf(found);
    if (chosen === undefined) return;
    for (const impl of all) {
      const count = parametersOf(impl);
      if (count === undefined) continue;
      const isChosen = this.numbersOfParameters.get(count) === true;
      this.numbersOfParameters.set(count, isChosen || count === chosen);
    }
  }

  /**
   * How soon functions are chosen of which a trait is implemented for those of
   * each number of parameters.
   */
  #rankOfFunction(impl: Impl): number {
    const count = parametersOf(impl);
    return count === undefined
      ? Infinity
      : 2 * MAX_RANK + Math.abs(count - this.parameters);
  }

  /** Whether a type has a function `new` of its own. */
  #hasNew({ inner }: Item): boolean {
    const { index } = this.#doc;
    const impls = (inner.struct ?? inner.enum)?.impls ?? [];
    return impls.some((id) => {
      const { trait, items = [] } = index[id]?.inner.impl ?? {};
      return trait === null && items.some((one) => index[one]?.name === "new");
    });
  }

  /** What the parameters of an implementation usually stand for: those that its type has. */
  #usualOf({ for: of }: Impl): Env {
    const { id, args } = behind(of).resolved_path ?? {};
    const item = id === undefined ? undefined : this.#doc.index[id];
    const generics = (item?.inner.struct ?? item?.inner.enum)?.generics;
    const types = generics === undefined ? [] : this.#usual.of(item!) ??
      (of.borrowed_ref === undefined
        ? this.#defaultsOf(generics)
        : this.#describedWith(item!));
    const named = typesIn(args);
    return new Map(
      types.flatMap((type, i) => {
        const generic = named[i]?.generic;
        return generic === undefined ? [] : [[generic, type]];
      }),
    );
  }

  /** What the parameters of a type are by themselves, where all of them are something. */
  #defaultsOf(generics: Generics): Type[] {
    const defaults = generics.params.flatMap(({ kind }) =>
      kind.type === undefined ? [] : [kind.type.default]
    );
    return defaults.flatMap((type) =>
      type === null || defaults.includes(null)
        ? []
        : [this.#resolver.resolve(type, new Map())]
    );
  }
}

/** How many parameters a function has that nobody has said it of. */
export const USUAL_PARAMETERS = 1;

/** How many parameters a function has for which a trait is implemented; undefined of what is none. */
function parametersOf(
  { for: { generic }, generics }: Impl,
): number | undefined {
  return generic === undefined
    ? undefined
    : boundsOf(generics, generic).flatMap(({ trait_bound }) =>
      trait_bound?.trait.args?.parenthesized ?? []
    )[0]?.inputs.length;
}

/** More than a path has parts. */
const MAX_RANK = 1000;

/** Which of two numbers comes first, of which both may be infinite. */
function compare(one: number, other: number): number {
  return one === other ? 0 : one - other;
}
