/**
 * The type that stands where only its traits are said: the likeliest one that
 * has them and comes from JavaScript.
 *
 * @module
 */

import { boundsOf, OF_NUMBERS } from "./bounds.ts";
import { ChoiceDepth, ImplementorChoice } from "./implementor_choice.ts";
import type { Implementors } from "./implementors.ts";
import type { Resolver } from "./resolve_type.ts";
import { type Env, lastOf, primitive, STRING, type Type } from "./rust_type.ts";
import {
  type Bound,
  type Generics,
  type Impl,
  type Item,
  type Rustdoc,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { pathOfTrait, READER, StdTraitTypes } from "./std_trait_type.ts";
import type { UsualArguments } from "./usual_arguments.ts";

/** Traits that a text has and a number has not. */
const OF_TEXTS = /^(?:Hash|Eq|Ord|ToOwned|Borrow|Pattern|ToString|Display)$/;

/** Finds what has some traits. */
export class TypesByTraits {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #implementors: Implementors;
  readonly #usual: UsualArguments;
  readonly #depth = new ChoiceDepth();
  readonly #ofStd: StdTraitTypes;
  /** What has traits of the crate. */
  readonly choice: ImplementorChoice;
  #asking: { item: Item; asked: number[][] }[] | undefined;

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
    this.#ofStd = new StdTraitTypes(
      doc,
      resolver,
      implementors,
      (bounds, env) => this.of(bounds, env),
    );
    this.choice = new ImplementorChoice(
      doc,
      resolver,
      implementors,
      usual,
      this.#depth,
      choose,
      describedWith,
    );
  }

  /** The types that functions take as what becomes one: `impl Into<Options>`. */
  get wantedInto(): ReadonlySet<Item> {
    return this.#ofStd.wantedInto;
  }

  /** Those of them that they take as what may become one: `impl TryInto<Name>`. */
  get wantedTryInto(): ReadonlySet<Item> {
    return this.#ofStd.wantedTryInto;
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
    const names = traits.map((trait) => pathOfTrait(this.#doc, trait).at(-1)!);
    const ofStd = traits.filter(({ id }) => this.#implementors.isOfAll(id));
    const has = (name: string) =>
      ofStd.some((trait) => pathOfTrait(this.#doc, trait).at(-1) === name);
    if (has("Seek") || has("Read") && has("Write")) return READER;
    for (const trait of ofStd) {
      const known = this.#ofStd.of(trait, env, item);
      if (known !== undefined) return known;
    }
    const own = this.choice.of(traits, env) ?? this.#byBlanket(traits, env);
    if (own !== undefined) return own;
    const named = this.#byType(traits) ?? this.#anything(traits);
    if (named !== undefined) return named;
    if (names.some((name) => OF_NUMBERS.test(name))) return primitive("f64");
    if (!names.some((name) => OF_TEXTS.test(name))) return primitive("f64");
    // No text can be copied as it lies there, and a number with a point is no key.
    return names.includes("Copy") ? primitive("i32") : STRING;
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
    if (found !== undefined) this.#ofStd.wantedInto.add(found.item);
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
    return this.#depth.within(() => {
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
    });
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
}
