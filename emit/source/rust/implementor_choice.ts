/**
 * The type of which a trait of the crate is implemented that stands where it is
 * asked for: the likeliest one that comes from JavaScript.
 *
 * @module
 */

import { boundsOf, OF_ALL_TYPES } from "./bounds.ts";
import type { Implementor, Implementors } from "./implementors.ts";
import type { Resolver } from "./resolve_type.ts";
import { type Env, lastOf, type Type } from "./rust_type.ts";
import {
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

/** How many choices may be made for another one: a trait may ask for itself. */
const MAX_WITHIN = 2;

/** Counts the choices that are being made for another one. */
export class ChoiceDepth {
  #within = 0;

  /** Makes a choice; undefined where too many wait for it. */
  within<T>(choose: () => T | undefined): T | undefined {
    if (this.#within >= MAX_WITHIN) return undefined;
    this.#within++;
    try {
      return choose();
    } finally {
      this.#within--;
    }
  }
}

/** Chooses what has traits of the crate. */
export class ImplementorChoice {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #implementors: Implementors;
  readonly #usual: UsualArguments;
  readonly #depth: ChoiceDepth;
  readonly #choose: (generics: Generics, around: Env) => Env;
  readonly #describedWith: (item: Item) => readonly Type[];
  /** How many parameters a function has where a trait is one of those of each number: what takes one thing, as a filter does, is usual. */
  parameters = USUAL_PARAMETERS;
  /** The numbers for which such a trait is implemented, of those that were asked for; with each whether that was chosen. */
  readonly numbersOfParameters = new Map<number, boolean>();

  /**
   * @param doc The crate, with those that are linked with it.
   * @param resolver What looks types up.
   * @param implementors What has which trait.
   * @param usual What generic types are named with.
   * @param depth How many choices are being made for another one.
   * @param choose What chooses the arguments of an implementation.
   * @param describedWith What a type is described with by itself.
   */
  constructor(
    doc: Rustdoc,
    resolver: Resolver,
    implementors: Implementors,
    usual: UsualArguments,
    depth: ChoiceDepth,
    choose: (generics: Generics, around: Env) => Env,
    describedWith: (item: Item) => readonly Type[],
  ) {
    this.#doc = doc;
    this.#resolver = resolver;
    this.#implementors = implementors;
    this.#usual = usual;
    this.#depth = depth;
    this.#choose = choose;
    this.#describedWith = describedWith;
  }

  /**
   * A type that implements traits of the crate, and comes from JavaScript. What
   * parameters of the first trait are not known yet is known from then on.
   */
  of(
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
    return this.#depth.within(() => {
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
    });
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
