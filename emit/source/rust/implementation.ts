/**
 * What an implementation says: which functions of it are there for JavaScript,
 * and what its parameters, and those of its trait, stand for.
 *
 * @module
 */

import { tellConstants } from "./const_argument.ts";
import type { Describing } from "./describing.ts";
import { functionsOfKnown, pathOfKnown, suffixOf } from "./known_traits.ts";
import { behind, matches } from "./match_type.ts";
import { type Env, lastOf, type OwnType, type Type } from "./rust_type.ts";
import { type Impl, isStd, type Item, typesIn } from "./rustdoc.ts";
import { areSame, ofCall } from "./spell_type.ts";

/** Reads implementations. */
export class Implementations {
  readonly #to: Describing;

  constructor(to: Describing) {
    this.#to = to;
  }

  /** What the parameters of an implementation stand for; undefined where it is of other types. */
  envOf(impl: Impl, type: OwnType): Env | undefined {
    const self = selfOf(impl, type);
    const env = new Map<string, Type>([["Self", self]]);
    // The type that it is for as for all has its own parameters, not those of it.
    const of = self === type ? impl.for : behind(impl.for);
    const any = impl.blanket_impl?.generic ?? of.generic;
    if (any !== undefined) env.set(any, type);
    const named = any === undefined ? of.resolved_path?.args : undefined;
    if (!tellConstants(impl, type, named, env)) return undefined;
    const args = named?.angle_bracketed?.args ?? [];
    let index = 0;
    for (const { type: given } of args) {
      if (given === undefined) continue;
      const own = type.args[index++];
      if (own === undefined) return undefined;
      if (given.generic !== undefined) env.set(given.generic, own);
      else {
        const resolved = this.#to.resolver.resolve(given, NO_ENV);
        const isIt = areSame(resolved, own) ||
          given.borrowed_ref !== undefined && matches(given, own, env);
        if (!isIt) return undefined;
      }
    }
    const whole = new Map(this.#to.arguments.choose(impl.generics, env));
    return this.#to.arguments.implementors.satisfies(impl.generics, whole)
      ? this.withAssociated(whole, impl)
      : undefined;
  }

  /**
   * What stands for what a trait names in the functions that it has itself: its
   * own parameters, and none of an implementation, which may be called the same.
   */
  envOfTrait(impl: Impl, env: Env): Env {
    const own = new Map(
      [...env].filter(([name]) => name === "Self" || name.startsWith("Self::")),
    );
    const trait = impl.trait && this.#to.doc.index[impl.trait.id]?.inner.trait;
    const given = typesIn(impl.trait?.args);
    const params =
      trait?.generics.params.filter(({ kind }) => kind.type !== undefined) ??
        [];
    for (const [i, { name }] of params.entries()) {
      const type = given[i];
      if (type !== undefined) {
        own.set(name, this.#to.resolver.resolve(type, env));
      }
    }
    return own;
  }

  /** Adds what an implementation says that associated types are. */
  withAssociated(env: Map<string, Type>, impl: Impl): Env {
    for (const id of impl.items) {
      const item = this.#to.doc.index[id];
      const assoc = item?.inner.assoc_type?.type;
      if (assoc !== undefined && assoc !== null) {
        env.set(`Self::${item!.name}`, this.#to.resolver.resolve(assoc, env));
      }
    }
    return env;
  }

  /** The functions of an implementation that are there for JavaScript. */
  functionsOf(impl: Impl, type: OwnType): Item[] {
    const items = impl.items.flatMap((id) => {
      const item = this.#to.doc.index[id];
      return item?.inner.function === undefined ? [] : [item];
    });
    if (impl.trait === null) {
      return items.filter((item) => item.visibility === "public");
    }
    const known = this.#to.resolver.publicItem(impl.trait.id);
    const ofStd = known === undefined
      ? functionsOfKnown(impl, type.item.id, this.#to.impls.of(type.item))
      : undefined;
    if (ofStd !== undefined) {
      return items.filter(({ name }) => ofStd.includes(name!));
    }
    const trait = known?.item;
    // A trait of another crate counts where this one shows it, or of that crate's own types.
    if (
      trait?.inner.trait === undefined ||
      known?.crate !== undefined && known.crate !== type.crate
    ) return [];
    const isBlanket = impl.blanket_impl !== null;
    const provided = trait.inner.trait.items.flatMap((id) => {
      const item = this.#to.doc.index[id];
      return item?.inner.function !== undefined &&
          (isBlanket || impl.provided_trait_methods.includes(item.name!))
        ? [item]
        : [];
    });
    return isBlanket ? provided : [...items, ...provided];
  }

  /**
   * The type of another crate into which a method of that crate's trait puts
   * its object, `Map<Self, F>`: lists and iterators have what that has.
   */
  adaptorOf({ trait }: Impl, { inner }: Item): string | undefined {
    const { index, root, paths } = this.#to.doc;
    const { id, args } = inner.function?.sig.output?.resolved_path ?? {};
    const made = paths[id ?? -1]?.path ?? [];
    const isOfOther = trait !== null && made[0] !== index[root]!.name &&
      paths[trait.id]?.path[0] === made[0] && !isStd(made[0] ?? "std");
    const isAround = args?.angle_bracketed?.args.some(({ type }) =>
      type?.generic === "Self"
    );
    return isOfOther && isAround ? made.join("::") : undefined;
  }

  traitPath({ trait }: Impl, env: Env): string {
    const { path, id, args } = trait!;
    const own = this.#to.resolver.publicItem(id);
    const types = typesIn(args).map((type) =>
      this.#to.resolver.resolve(type, env)
    );
    // What is borrowed for the call is no longer there than that.
    const spelled = types.map((type) => ofCall(this.#to.spellIfKnown(type)));
    return (own === undefined
      ? pathOfKnown(lastOf(path))
      : this.#to.path(own)) +
      (spelled.length === 0 ? "" : `<${spelled.join(", ")}>`);
  }

  /** What tells a member from others of the same trait. */
  suffixOf(impl: Impl, type: OwnType): string {
    return suffixOf(impl, this.#to.impls.of(type.item), (one) => {
      const env = this.envOf(one, type);
      const [argument] = one.trait?.args?.angle_bracketed?.args ?? [];
      if (argument?.type === undefined || env === undefined) return undefined;
      const other = this.#to.resolver.resolve(argument.type, env);
      const held = other.kind === "ref" ? other.of : other;
      if (held.kind === "own" && areSame(held, type)) return undefined;
      return nameOfType(this.#to.spellIfKnown(held));
    });
  }
}

/** What an implementation is for, of a type that it stands with: the type, or a reference to it. */
function selfOf({ for: { borrowed_ref } }: Impl, type: OwnType): Type {
  const { is_mutable = true, type: of } = borrowed_ref ?? {};
  return !is_mutable && of?.resolved_path?.id === type.item.id
    ? { kind: "ref", isMutable: false, of: type }
    : type;
}

const NO_ENV: Env = new Map();

/** A type as a part of a name: `vec_u8`. */
function nameOfType(rust: string): string {
  return rust.replaceAll("'static", "").replaceAll(/\w+::/g, "")
    .replaceAll(/\W+/g, "_").replaceAll(/^_|_$/g, "").toLowerCase();
}
