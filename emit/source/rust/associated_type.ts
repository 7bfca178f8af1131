/**
 * What types say that the associated types of their traits are: `Target`, `Item`.
 *
 * @module
 */

import { tellConstants } from "./const_argument.ts";
import { behind, matches } from "./match_type.ts";
import { type Env, std, STRING, type Type } from "./rust_type.ts";
import { type Impl, type Rustdoc, type RustType, typesIn } from "./rustdoc.ts";
import { areSame } from "./spell_type.ts";

/** Looks associated types up. */
export class AssociatedTypes {
  readonly #doc: Rustdoc;
  readonly #resolve: (type: RustType, env: Env) => Type;
  readonly #implsOf: (trait: number) => readonly Impl[];

  /**
   * @param doc The crate, with those that are linked with it.
   * @param resolve Looks a type up.
   * @param implsOf What implements a trait.
   */
  constructor(
    doc: Rustdoc,
    resolve: (type: RustType, env: Env) => Type,
    implsOf: (trait: number) => readonly Impl[],
  ) {
    this.#doc = doc;
    this.#resolve = resolve;
    this.#implsOf = implsOf;
  }

  /** What a type of the crate says that an associated type of a trait is. */
  of(type: Type, name: string, trait?: number): Type | undefined {
    if (name === "Owned" && type.kind !== "own") return ownedOf(type);
    if (type.kind === "ref") return this.#ofReference(type, name, trait);
    if (type.kind !== "own") return this.#ofOthers(type, name, trait);
    const { impls } = (type.item.inner.struct ?? type.item.inner.enum)!;
    const own = impls.flatMap((id) => this.#doc.index[id]?.inner.impl ?? []);
    // The crate of a trait implements it for types of another one.
    const others = trait === undefined
      ? []
      : this.#implsOf(trait).filter((one) =>
        one.for.resolved_path?.id === type.item.id
      );
    for (const impl of [...own, ...others]) {
      if (impl.blanket_impl !== null) continue;
      if (trait !== undefined && impl.trait?.id !== trait) continue;
      const found = this.#saidIn(impl, name);
      if (found === undefined) continue;
      const env = new Map<string, Type>([["Self", type]]);
      const { args } = impl.for.resolved_path ?? {};
      const isOfOthers = type.consts !== undefined &&
        !tellConstants(impl, type, args, env);
      if (isOfOthers) continue;
      typesIn(args).forEach(({ generic }, i) => {
        if (generic !== undefined) env.set(generic, type.args[i]!);
      });
      return this.#resolve(found, env);
    }
    return undefined;
  }

  /** The same of a reference, for which a trait is implemented. */
  #ofReference(type: Type, name: string, trait?: number): Type | undefined {
    const all = trait === undefined ? [] : this.#implsOf(trait);
    // What all references have says it of what they lead to, which may lack it.
    const isOfAll = ({ for: of }: Impl) => behind(of).generic !== undefined;
    const ordered = [
      ...all.filter((impl) => !isOfAll(impl)),
      ...all.filter(isOfAll),
    ];
    for (const impl of ordered) {
      const env = new Map<string, Type>([["Self", type]]);
      if (impl.blanket_impl !== null || !matches(impl.for, type, env)) continue;
      const found = this.#saidIn(impl, name);
      if (found !== undefined) return this.#resolve(found, env);
    }
    return undefined;
  }

  /** The same of a type of others, for which the crate implements its own trait: `impl Line for String`. */
  #ofOthers(type: Type, name: string, trait?: number): Type | undefined {
    const all = trait === undefined ? [] : this.#implsOf(trait);
    const env = new Map<string, Type>([["Self", type]]);
    const impl = all.find((one) =>
      one.blanket_impl === null &&
      (areSame(this.#resolve(one.for, env), type) ||
        // Of arrays of each length of whatever lies in them.
        one.for.array !== undefined && matches(one.for, type, env))
    );
    const found = impl && this.#saidIn(impl, name);
    return found && this.#resolve(found, env);
  }

  /** What an implementation says that an associated type is. */
  #saidIn({ items }: Impl, name: string): RustType | undefined {
    return items.map((id) => this.#doc.index[id])
      .find((item) =>
        item?.name === name && item.inner.assoc_type !== undefined
      )?.inner.assoc_type?.type ?? undefined;
  }
}

/** What ToOwned makes of a type of the standard library. */
function ownedOf(type: Type): Type | undefined {
  if (type.kind === "slice") return std("Vec", "std::vec::Vec", type.of);
  if (type.kind === "primitive") return type.name === "str" ? STRING : type;
  return type.kind === "std" && type.name === "String" ? type : undefined;
}
