/**
 * What stands for the type parameters of a function or a type where nobody has
 * said it: in which order they are chosen, and what one tells of others.
 *
 * @module
 */

import {
  areOfTexts,
  boundsOf,
  isGivenByFunction,
  isOfAnything,
  targetIn,
  targetOf,
  tell,
  withTold,
} from "./bounds.ts";
import { USUAL_PARAMETERS } from "./implementor_choice.ts";
import { Implementors } from "./implementors.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  ANY_VALUE,
  type Env,
  lastOf,
  std,
  STRING,
  type Type,
} from "./rust_type.ts";
import {
  type Generics,
  isIn,
  type Item,
  type Rustdoc,
  type RustType,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { argumentsOf } from "./public_type.ts";
import { areSame } from "./spell_type.ts";
import type { TypeImpls } from "./type_impls.ts";
import { TypesByTraits } from "./types_by_traits.ts";
import { UsualArguments } from "./usual_arguments.ts";

/** The types of which the crate's implementations of a trait may tell what it is named with. */
const TELLING = /^(?:own|std|primitive)$/;

/** Chooses the arguments of type parameters. */
export class TypeArguments {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  /** What has which trait. */
  readonly implementors: Implementors;
  readonly #usual: UsualArguments;
  readonly #byTraits: TypesByTraits;
  readonly #impls: TypeImpls;
  /** What types are described with, by their numbers. */
  readonly #described = new Map<number, readonly Type[]>();

  constructor(doc: Rustdoc, resolver: Resolver, impls: TypeImpls) {
    this.#doc = doc;
    this.#resolver = resolver;
    this.#impls = impls;
    this.implementors = new Implementors(doc, resolver);
    this.#usual = new UsualArguments(doc, resolver);
    this.#byTraits = new TypesByTraits(
      doc,
      resolver,
      this.implementors,
      this.#usual,
      (generics, around) => this.choose(generics, around),
      (item) => this.#describedWith(item),
    );
  }

  /** The types that functions take as what becomes one: `impl Into<Options>`. */
  get wantedInto(): ReadonlySet<Item> {
    return this.#byTraits.wantedInto;
  }

  /**
   * Chooses functions of some number of parameters, where a trait is one of those
   * of each number.
   *
   * @returns What was made, and for which other numbers it can be made again.
   */
  withParameters<T>(
    count: number,
    make: () => T,
  ): { made: T; others: number[] } {
    const { choice } = this.#byTraits;
    const { numbersOfParameters: all } = choice;
    all.clear();
    choice.parameters = count;
    try {
      const made = make();
      const others = [...all].flatMap(([one, isChosen]) =>
        isChosen ? [] : [one]
      );
      return { made, others: others.sort() };
    } finally {
      choice.parameters = USUAL_PARAMETERS;
    }
  }

  /** Those of them that may be made of what cannot always become one. */
  get wantedTryInto(): ReadonlySet<Item> {
    return this.#byTraits.wantedTryInto;
  }

  /**
   * Adds the parameters of an item to what is known around it.
   *
   * @param generics The item's parameters.
   * @param around What stands for those around it; `Self` too.
   * @param output What a function gives; undefined of a type, whose arguments all need names.
   * @param inputs What it takes.
   */
  choose(
    generics: Generics,
    around: Env,
    output?: RustType | null,
    inputs: readonly RustType[] = [],
  ): Env {
    const env = new Map(around);
    for (const { name, kind } of generics.params) {
      if (kind.const === undefined || env.has(name)) continue;
      const why = `nothing is known of the constant ${name}`;
      env.set(name, { kind: "none", why });
    }
    const params = generics.params.filter(({ name, kind }) =>
      kind.type !== undefined && !env.has(name)
    );
    this.#learn(generics, env);
    this.#learnWalked(generics, env);
    for (const { name, kind } of this.#inOrder(params, generics)) {
      if (env.has(name)) continue;
      if (kind.type!.default !== null) {
        env.set(name, this.#resolver.resolve(kind.type!.default, env));
        continue;
      }
      const usual = this.#defaultIn(
        [...inputs, output ?? null],
        name,
        generics,
        env,
      ) ??
        this.#askedOfSelf(name, generics, env);
      if (usual !== undefined) {
        env.set(name, usual);
        continue;
      }
      if (isGivenByFunction(name, generics)) {
        env.set(name, ANY_VALUE);
        continue;
      }
      const bounds = boundsOf(generics, name).map((bound) =>
        withTold(bound, name, env)
      );
      const inner = generics.where_predicates.find(({ bound_predicate }) => {
        const path = bound_predicate?.type.qualified_path;
        return path?.self_type.generic === name && path.name === "Item";
      })?.bound_predicate?.bounds;
      if (inner !== undefined) {
        env.set(`${name}::Item`, this.#byTraits.of(inner, env));
      }
      const found = this.#byTraits.of(bounds, env, env.get(`${name}::Item`));
      const isNamed = output === undefined || isIn(name, output);
      // One that an implementation has may have been named there: it need not be here.
      const chosen: Type = found.kind !== "function"
        ? isTextInList(name, generics) ? STRING : found
        : isNamed
        ? { ...found, by: "named" }
        : found.by === "named"
        ? { ...found, by: "value" }
        : found;
      env.set(name, chosen);
      this.#learn(generics, env);
      // A parameter that is written where it is used has no name there.
      if (name.startsWith("impl ")) {
        env.set(JSON.stringify(kind.type!.bounds), chosen);
      }
    }
    return env;
  }

  /**
   * The arguments with which a crate names a type of its own, where it does.
   *
   * @param item The type.
   */
  usual(item: Item): readonly Type[] | undefined {
    return this.#usual.of(item);
  }

  /**
   * What a type has by itself where a function names it with a parameter of
   * which nothing else is asked: `S2` of `append(other: &mut IndexMap<K, V, S2>)`,
   * `T` of `body<T>(body: T) -> Request<T>`.
   */
  #defaultIn(
    types: readonly (RustType | null)[],
    name: string,
    generics: Generics,
    env: Env,
  ): Type | undefined {
    if (!isOfAnything(boundsOf(generics, name))) return undefined;
    for (const { id, args } of types.flatMap(pathsIn)) {
      const at = typesIn(args).findIndex(({ generic }) => generic === name);
      const item = this.#doc.index[id];
      const { struct, enum: enum_ } = item?.inner ?? {};
      const params = (struct ?? enum_)?.generics.params ?? [];
      const own = params.filter(({ kind }) => kind.type !== undefined);
      if (own[at] === undefined) continue;
      const type = own[at].kind.type!.default;
      const found = type === null
        ? this.#describedWith(item!)[at]
        : this.#resolver.resolve(type, env);
      const isTold = type === null ? found === ANY_VALUE : true;
      if (isTold && found !== undefined && found.kind !== "none") return found;
    }
    return undefined;
  }

  /** What stands for the parameters of a type where it is described by itself. */
  #describedWith(item: Item): readonly Type[] {
    let known = this.#described.get(item.id);
    if (known === undefined) {
      this.#described.set(item.id, []); // what is asked for meanwhile is not told by itself
      known = argumentsOf(
        {
          doc: this.#doc,
          resolver: this.#resolver,
          impls: this.#impls,
          arguments: this,
        },
        item,
        undefined,
      );
      this.#described.set(item.id, known);
    }
    return known;
  }

  /**
   * What the type around a function has a trait of that nobody sees, `fn
   * contains<T>(other: T) where Self: Contains<T>`: another one of it.
   */
  #askedOfSelf(name: string, generics: Generics, env: Env): Type | undefined {
    const self = env.get("Self");
    const isAsked = boundsOf(generics, name).length === 0 &&
      boundsOf(generics, "Self").some(({ trait_bound }) =>
        trait_bound !== undefined &&
        this.implementors.implsOf(trait_bound.trait.id).length === 0 &&
        typesIn(trait_bound.trait.args).some(({ generic }) => generic === name)
      );
    return isAsked && self !== undefined
      ? { kind: "ref", isMutable: false, of: self }
      : undefined;
  }

  /**
   * Adds what is walked through by reference, `&'a I: IntoIterator<Item = E>`:
   * a list, and what it gives is a reference to an element.
   */
  #learnWalked(generics: Generics, env: Map<string, Type>): void {
    for (const { bound_predicate } of generics.where_predicates) {
      const list = bound_predicate?.type.borrowed_ref?.type.generic;
      if (list === undefined || env.has(list)) continue;
      for (const { trait_bound } of bound_predicate!.bounds) {
        if (lastOf(trait_bound?.trait.path ?? "") !== "IntoIterator") continue;
        const item = trait_bound!.trait.args?.angle_bracketed?.constraints
          .find(({ name }) => name === "Item")?.binding.equality?.type?.generic;
        if (item === undefined || env.has(item)) continue;
        const of = this.#byTraits.of(boundsOf(generics, item), env);
        env.set(list, std("Vec", "std::vec::Vec", of));
        env.set(item, { kind: "ref", isMutable: false, of });
      }
    }
  }

  /**
   * Adds what the traits of parameters that are known say of others: of
   * `Vec<u8>: Deref<Target = [P::Subpixel]>` what that is, and of a type of the
   * crate what its implementation has.
   */
  #learn(generics: Generics, env: Map<string, Type>): void {
    for (let size = -1; size !== env.size;) {
      size = env.size;
      for (const name of [...env.keys()]) this.#learnOf(name, generics, env);
    }
  }

  #learnOf(name: string, generics: Generics, env: Map<string, Type>): void {
    const type = env.get(name)!;
    const target = targetOf(type);
    for (const { trait_bound } of boundsOf(generics, name)) {
      if (trait_bound === undefined) continue;
      const { trait } = trait_bound;
      const told = targetIn(trait);
      if (told !== undefined && target !== undefined) tell(told, target, env);
      const { output } = trait.args?.parenthesized ?? {};
      if (type.kind === "function" && output) tell(output, type.result, env);
      if (!TELLING.test(type.kind) || !this.implementors.isKnown(trait.id)) {
        continue;
      }
      const impl = this.implementors.implsOf(trait.id).find((one) =>
        one.blanket_impl === null &&
        this.#isNamedAs(this.#resolver.withoutAlias(one.for), type) &&
        areSame(
          this.#resolver.resolve(one.for, this.implementors.around(one, type)),
          type,
        )
      );
      if (impl !== undefined) this.implementors.tell(trait, impl, type, env);
    }
  }

  /** Whether a type may be another one, by its name alone: to look all up takes long. */
  #isNamedAs({ primitive, resolved_path }: RustType, type: Type): boolean {
    switch (type.kind) {
      case "own":
        return resolved_path?.id === type.item.id;
      case "primitive":
        return primitive === type.name;
      case "std": {
        const path = this.#doc.paths[resolved_path?.id ?? -1]?.path;
        return path?.at(-1) === type.name;
      }
      default:
        return true;
    }
  }

  /**
   * Parameters in the order in which they are chosen. One may be told by one
   * that comes behind it; what std's traits say of another one, `AsRef<[T]>`,
   * is known when that is, and functions are told by all.
   */
  #inOrder<One extends { readonly name: string }>(
    params: readonly One[],
    generics: Generics,
  ): One[] {
    const left = [...params].reverse();
    const bounds = ({ name }: One) =>
      boundsOf(generics, name).flatMap(({ trait_bound }) =>
        trait_bound === undefined ? [] : [trait_bound.trait]
      );
    const isFunction = (one: One) =>
      bounds(one).some(({ args }) => args?.parenthesized !== undefined);
    const all = [
      ...left.filter((one) => !isFunction(one)),
      ...left.filter(isFunction),
    ];
    /** Whether a parameter is to be known before another one. */
    const isBefore = (one: One, other: One) =>
      bounds(other).some(({ id, args }) =>
        this.implementors.isOfAll(id) && isIn(one.name, args)
      ) ||
      bounds(one).some(({ id, args }) =>
        !this.implementors.isOfAll(id) && isIn(other.name, args)
      );
    const ordered: One[] = [];
    while (all.length > 0) {
      const next = all.findIndex((one) =>
        all.every((other) => other === one || !isBefore(other, one))
      );
      ordered.push(...all.splice(Math.max(next, 0), 1));
    }
    return ordered;
  }
}

/** Whether a parameter is what a list has, and may be a text: `new<P: AsRef<[u8]>>(patterns: impl IntoIterator<Item = P>)`. */
function isTextInList(name: string, generics: Generics): boolean {
  return areOfTexts({ generic: name }, generics) &&
    generics.params.some((one) =>
      boundsOf(generics, one.name).some(({ trait_bound }) =>
        /^(?:Into)?Iterator$/.test(lastOf(trait_bound?.trait.path ?? "")) &&
        isIn(name, trait_bound!.trait.args)
      )
    );
}

/** The types with brackets that a type is made of, and it itself. */
function pathsIn(type: unknown): TraitPath[] {
  if (typeof type !== "object" || type === null) return [];
  const { resolved_path } = type as RustType;
  return [
    ...resolved_path === undefined ? [] : [resolved_path],
    ...Object.values(type).flatMap(pathsIn),
  ];
}
