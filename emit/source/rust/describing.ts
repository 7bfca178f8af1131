/**
 * A crate that is being described: what is known of it, and the functions and
 * types that its description has so far.
 *
 * @module
 */

import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { OwnTypes } from "./own_types.ts";
import type { PublicItem } from "./public_items.ts";
import { Resolver } from "./resolve_type.ts";
import { type Env, type Type, Uncrossable } from "./rust_type.ts";
import type { FunctionItem, Item, Rustdoc } from "./rustdoc.ts";
import { spellPath } from "./spell_type.ts";
import { TypeArguments } from "./type_arguments.ts";
import { TypeImpls } from "./type_impls.ts";
import { USUAL_PARAMETERS } from "./implementor_choice.ts";
import { type FunctionToWrap, type Wrapped, Wrapping } from "./wrap.ts";

/** Most parameters of a function that may have any number of them: one more is one more wrapper. */
const MOST_PARAMETERS = 4;

/** What may be looked up while a crate is described, and what comes of it. */
export class Describing {
  readonly doc: Rustdoc;
  readonly resolver: Resolver;
  readonly arguments: TypeArguments;
  readonly impls: TypeImpls;
  readonly own: OwnTypes;
  readonly wrapping: Wrapping;
  readonly functions = new Map<string, Wrapped>();
  /** Why functions are not among {@linkcode functions}. */
  readonly skipped: Record<string, string> = {};
  readonly types: Record<string, TypeDefinition> = {};
  readonly code = new Map<string, string>();
  /** Whether any of it is a function that its author wrote for Rust. */
  isForRust = false;
  readonly #crate: string;

  /**
   * @param doc The crate, as rustdoc has it.
   * @param crate What it is called in Rust.
   * @param items What can be named.
   * @param taken Names that types of other languages have.
   */
  constructor(
    doc: Rustdoc,
    crate: string,
    items: readonly PublicItem[],
    taken: ReadonlySet<string>,
  ) {
    this.doc = doc;
    this.#crate = crate;
    this.resolver = new Resolver(doc, items);
    this.impls = new TypeImpls(doc, this.resolver);
    this.arguments = new TypeArguments(doc, this.resolver, this.impls);
    this.own = new OwnTypes(doc, this.resolver, this.impls, crate, taken);
    this.wrapping = new Wrapping(this.own, this.resolver, this.arguments);
  }

  /** Adds what has no wrapper of that name yet, or the reason why it gets none. */
  trying(name: string, wrap: () => Wrapped): boolean {
    if (this.functions.has(name)) return false;
    try {
      this.functions.set(name, wrap());
      delete this.skipped[name];
      return true;
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.skipped[name] ??= error.message;
      return false;
    }
  }

  add(
    name: string,
    path: string,
    function_: FunctionItem,
    env: Env,
    { docs }: Pick<Item, "docs">,
    lifetimes: ReadonlySet<string> = new Set(),
    more: Pick<FunctionToWrap, "of" | "generics"> & {
      /** Is told of each function that takes one of JavaScript with another number of parameters: what stands behind its name. */
      readonly also?: (suffix: string) => void;
    } = {},
  ): boolean {
    const { also = () => {}, ...wanted } = more;
    const one = (name: string, parameters: number) =>
      this.arguments.withParameters(
        parameters,
        () =>
          this.trying(name, () =>
            this.wrapping.wrap({
              name,
              path,
              function: function_,
              env,
              lifetimes,
              docs,
              ...wanted,
            })),
      );
    const { made, others } = one(name, USUAL_PARAMETERS);
    for (const count of made ? others : []) {
      if (count > MOST_PARAMETERS) continue;
      const suffix = `_${count}`;
      if (one(name + suffix, count).made) also(suffix);
    }
    return made;
  }

  path(one: PublicItem): string {
    return spellPath(one, `::${this.#crate}`);
  }

  spellIfKnown(type: Type): string {
    try {
      return this.own.spell(type);
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      return "_";
    }
  }
}
