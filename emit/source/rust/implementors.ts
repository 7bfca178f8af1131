/**
 * The types that have a trait, by its implementations, and which of them is the
 * likeliest one to come from JavaScript.
 *
 * @module
 */

import { boundsOf, OF_ALL_TYPES } from "./bounds.ts";
import { behind, matches } from "./match_type.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  type Env,
  JSON_VALUE,
  lastOf,
  type OwnType,
  STRING,
  type Type,
} from "./rust_type.ts";
import {
  type Generics,
  type Impl,
  isStd,
  type Rustdoc,
  type RustType,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { areSame } from "./spell_type.ts";

/** A type that has a trait, by one of the trait's implementations. */
export interface Implementor {
  readonly type: Type;
  readonly impl: Impl;
  /** What was chosen for the implementation's own parameters, where it was. */
  readonly chosen?: Env;
}

/** Knows what has which trait. */
export class Implementors {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  /** The types without parameters that have a trait, by its number. */
  readonly #plain = new Map<number, readonly Implementor[]>();
  /** Null where there is none. */
  #holder: OwnType | null | undefined;

  /**
   * @param doc The crate, with those that are linked with it.
   * @param resolver What looks types up.
   */
  constructor(doc: Rustdoc, resolver: Resolver) {
    this.#doc = doc;
    this.#resolver = resolver;
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
          this.has(type, trait_bound.trait)
        );
    });
  }

  /**
   * What a trait is named with, each with what an implementation has in its
   * place: its arguments, and what its associated types are said to be.
   */
  pairs(
    trait: TraitPath,
    impl: Impl,
  ): { readonly named: RustType; readonly own: RustType }[] {
    const all = typesIn(impl.trait!.args);
    const constraints = trait.args?.angle_bracketed?.constraints ?? [];
    return [
      ...typesIn(trait.args).flatMap((named, i) =>
        all[i] === undefined ? [] : [{ named, own: all[i] }]
      ),
      ...constraints.flatMap(({ name, binding }) => {
        const named = binding.equality?.type;
        const own = impl.items.map((id) => this.#doc.index[id])
          .find((item) => item?.name === name)?.inner.assoc_type?.type;
        return named && own ? [{ named, own }] : [];
      }),
    ];
  }

  /** What stands for the parameters of an implementation for a type, as far as that tells. */
  around(impl: Impl, self: Type): Env {
    const around = new Map<string, Type>(this.#unknown(impl.generics))
      .set("Self", self);
    if (self.kind !== "own" || impl.blanket_impl !== null) return around;
    typesIn(impl.for.resolved_path?.args).forEach(({ generic }, i) => {
      if (generic !== undefined) around.set(generic, self.args[i]!);
    });
    return around;
  }

  /** Whether an implementation is of a trait with the arguments by which that is named. */
  implementsAs(trait: TraitPath, impl: Impl, self: Type, env: Env): boolean {
    const around = this.around(impl, self);
    return this.pairs(trait, impl).every(({ named, own }) => {
      if (named.generic !== undefined && !env.has(named.generic)) return true;
      // "Output = impl Into<u64>" names no type, and leaves rustc to look.
      if (named.impl_trait !== undefined) return true;
      const type = this.#resolver.resolve(own, around);
      return type.kind === "none" ||
        areSame(this.#resolver.resolve(named, env), type);
    });
  }

  /**
   * Adds what parameters are that a trait is named with, of an implementation.
   *
   * @param chosen What stands for the implementation's own parameters, where that was chosen.
   */
  tell(
    trait: TraitPath,
    impl: Impl,
    self: Type,
    env: Map<string, Type>,
    chosen: Env = new Map(),
  ): void {
    const around = new Map([...this.around(impl, self), ...chosen]);
    for (
      const { named: { generic }, own } of this.pairs(trait, impl)
    ) {
      if (generic === undefined || env.has(generic)) continue;
      const told = this.#resolver.resolve(own, around);
      if (told.kind !== "none") env.set(generic, told);
    }
  }

  /** What parameters of an implementation have to be for a trait as it is named. */
  wantedOf(trait: TraitPath, impl: Impl, env: Env): Map<string, Type> {
    const wanted = new Map<string, Type>();
    for (const { named, own } of this.pairs(trait, impl)) {
      if (own.generic === undefined) continue;
      const type = this.#resolver.resolve(named, env);
      if (type.kind !== "none") wanted.set(own.generic, type);
    }
    return wanted;
  }

  /** Whether a type has another trait of a crate that is known. */
  has(type: Type, { id }: TraitPath): boolean {
    const own = type.kind === "own"
      ? (type.item.inner.struct ?? type.item.inner.enum)!.impls
      : [];
    return own.some((one) =>
      this.#doc.index[one]?.inner.impl?.trait?.id === id
    ) ||
      this.implsOf(id).some((impl) =>
        areSame(
          this.#resolver.resolve(impl.for, this.#unknown(impl.generics)),
          type,
        )
      );
  }

  /**
   * Whether an implementation of a trait is for a type, or for what has it by
   * reference: `impl<G: Nodes> Nodes for &G`.
   */
  isFor(type: Type, { id }: TraitPath): boolean {
    if (!this.isKnown(id)) return true;
    return this.implsOf(id).some(({ blanket_impl, for: of, generics }) => {
      const env = new Map<string, Type>();
      if (blanket_impl !== null || !matches(of, type, env)) return false;
      return behind(of).generic === undefined ||
        [...env].every(([name, inner]) =>
          boundsOf(generics, name).every(({ trait_bound }) =>
            trait_bound?.trait.id !== id || this.isFor(inner, trait_bound.trait)
          )
        );
    });
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
  ): Implementor | undefined {
    const all = this.implsOf(id).flatMap((impl) => {
      if (impl.blanket_impl !== null || impl.is_negative) return [];
      const env = this.#unknown(impl.generics);
      const type = this.#resolver.resolve(impl.for, env);
      return isWanted(type, impl) ? [{ type, impl }] : [];
    });
    const ranks: ((type: Type) => boolean)[] = [
      (type) => this.#isAnyOfSome(type),
      (type) => type.kind === "std" && type.name === "String",
      (type) => type.kind === "primitive" && type.name === "str",
      (type) =>
        type.kind === "ref" && type.of.kind === "primitive" &&
        type.of.name === "str",
      (type) => type.kind === "primitive" && type.name === "f64",
      // Of several numbers one that has most of what the others have.
      (type) => type.kind === "primitive" && type.name === "i32",
      (type) => type.kind === "primitive" && type.name !== "str",
      (type) => type === JSON_VALUE,
      (type) =>
        type.kind === "ref" && type.of.kind === "slice" &&
        type.of.of.kind === "primitive",
      (type) =>
        type.kind === "std" && type.name === "Vec" &&
        type.args[0]?.kind === "primitive",
      (type) => type.kind === "own" && type.args.length === 0,
      (type) => type.kind === "own",
      (type) => type.kind === "ref" && type.of.kind === "own",
    ];
    for (const fits of ranks) {
      const found = all.find(({ type }) => fits(type));
      if (found !== undefined) return found;
    }
    return this.#implementorAsAll(id, isWanted);
  }

  /**
   * What may be seen as a type of the crate, by its own `AsRef<Utf8Path>`: a
   * text, where that may be, and else an object.
   */
  seenAs({ id }: TraitPath, wanted: Type): Type | undefined {
    const types = this.#resolver.implsOf(id).flatMap((impl) => {
      const [as] = typesIn(impl.trait!.args);
      if (as === undefined || impl.blanket_impl !== null) return [];
      const env = this.#unknown(impl.generics);
      return areSame(this.#resolver.resolve(as, env), wanted)
        ? [this.#resolver.resolve(impl.for, env)]
        : [];
    });
    const isText = (type: Type) =>
      type.kind === "std" && type.name === "String" ||
      type.kind === "primitive" && type.name === "str";
    if (types.some(isText)) return STRING;
    const of = types.find((type) => type.kind === "own" && areSame(type, type));
    return of && { kind: "ref", isMutable: false, of };
  }

  /** Whether a type holds a value of one of several types, as those of a database do. */
  #isAnyOfSome(type: Type): boolean {
    if (type.kind !== "own" || type.args.length > 0 || type.lifetimes > 0) {
      return false;
    }
    const kinds = (type.item.inner.enum?.variants ?? [])
      .map((id) => this.#doc.index[id]?.inner.variant?.kind);
    const holding = kinds.filter((kind) =>
      typeof kind === "object" && "tuple" in kind && kind.tuple.length === 1
    );
    return holding.length >= 3 &&
      kinds.every((kind) => kind === "plain" || holding.includes(kind));
  }

  /** The type of a crate that is made of whatever there is, as an interpreter has one: of truths, numbers and letters. */
  holder(): OwnType | undefined {
    if (this.#holder === undefined) {
      const all = [...this.#resolver.plainTypes()];
      this.#holder = all.find((type) => this.#isMadeOfAnything(type)) ?? null;
    }
    return this.#holder ?? undefined;
  }

  #isMadeOfAnything(type: OwnType): boolean {
    const made = implsIn(type, this.#doc).flatMap((impl) =>
      impl.blanket_impl === null && lastOf(impl.trait?.path ?? "") === "From"
        ? typesIn(impl.trait!.args)
        : []
    ).map((of) => this.#resolver.withoutAlias(of).primitive);
    return ["bool", "i64", "char"].every((one) => made.includes(one));
  }

  /** A type that has a trait as all types have it that fit. */
  #implementorAsAll(
    trait: number,
    isWanted: (type: Type, impl: Impl) => boolean,
  ): Implementor | undefined {
    if (!this.isKnown(trait)) return undefined;
    let all = this.#plain.get(trait);
    if (all === undefined) {
      this.#plain.set(trait, all = this.#plainImplementors(trait));
    }
    return all.find(({ type, impl }) => isWanted(type, impl));
  }

  /** The types without parameters that have a trait, errors last: they are seldom meant, as what a function gives it throws. */
  #plainImplementors(trait: number): Implementor[] {
    const errors: Implementor[] = [];
    const others: Implementor[] = [];
    for (const type of this.#resolver.plainTypes()) {
      const impls = implsIn(type, this.#doc);
      // What references to it have stands with it too.
      const impl = impls.find((one) =>
        one.trait?.id === trait && one.for.borrowed_ref === undefined
      );
      if (impl === undefined) continue;
      const isError = impls.some((one) => this.#isStdError(one));
      (isError ? errors : others).push({ type, impl });
    }
    return [...others, ...errors];
  }

  /** Whether an implementation is of the trait that all errors have. */
  #isStdError({ trait, blanket_impl }: Impl): boolean {
    const path = this.#doc.paths[trait?.id ?? -1]?.path ?? [];
    return blanket_impl === null && path.at(-1) === "Error" &&
      isStd(path[0] ?? "");
  }

  /** Whether a trait is one that everybody means by its name: of the standard library, or serde's. */
  isOfAll(trait: number): boolean {
    const [crate = ""] = this.#doc.paths[trait]?.path ?? [];
    return isStd(crate) || /^serde(?:_core)?$/.test(crate);
  }

  /** Whether a trait is one of the crate, or of those that are linked with it. */
  isKnown(trait: number): boolean {
    const { index, root, paths, others = {} } = this.#doc;
    const crate = paths[trait]?.path[0];
    // One that the crate hides has no path.
    return crate === undefined || crate === index[root]!.name ||
      others[crate] !== undefined;
  }

  /** The implementations of a trait; of one that nobody sees, those that types have. */
  implsOf(trait: number): readonly Impl[] {
    // Of other traits it is only known which of these types have them.
    return this.isKnown(trait) ? this.#resolver.implsOf(trait) : [];
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

/** What is implemented for a type of the crate. */
function implsIn({ item: { inner } }: OwnType, { index }: Rustdoc): Impl[] {
  return (inner.struct ?? inner.enum)!.impls.flatMap((id) =>
    index[id]?.inner.impl ?? []
  );
}
