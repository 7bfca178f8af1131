/**
 * The arguments with which a crate names its generic types itself:
 * `type RgbImage = ImageBuffer<Rgb<u8>, Vec<u8>>`.
 *
 * @module
 */

import type { Resolver } from "./resolve_type.ts";
import type { Type } from "./rust_type.ts";
import {
  type Item,
  type Rustdoc,
  type RustType,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { areSame } from "./spell_type.ts";

/** How often types are named, by their numbers and by their arguments. */
type Uses = Map<number, Map<string, { args: RustType[]; count: number }>>;

/** Finds such arguments. */
export class UsualArguments {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #known = new Map<number, Type[] | undefined>();
  #uses: Uses | undefined;

  constructor(doc: Rustdoc, resolver: Resolver) {
    this.#doc = doc;
    this.#resolver = resolver;
  }

  /** Those that a type has the most often; undefined where it always has parameters of others. */
  of({ id }: Item): Type[] | undefined {
    if (!this.#known.has(id)) {
      this.#known.set(id, undefined); // what is asked for meanwhile is not told by itself
      this.#known.set(id, this.#find(id));
    }
    return this.#known.get(id);
  }

  #find(id: number): Type[] | undefined {
    this.#uses ??= this.#allUses();
    const uses = [...this.#uses.get(id)?.values() ?? []]
      .sort((one, other) => other.count - one.count);
    for (const { args } of uses) {
      const types = args.map((type) => this.#resolver.resolve(type, new Map()));
      // A type that has a name is the same as itself.
      if (types.every((type) => areSame(type, type) && !isOfSystem(type))) {
        return types;
      }
    }
    return undefined;
  }

  #allUses(): Uses {
    const uses: Uses = new Map();
    const add = ({ id, args }: TraitPath) => {
      const types = typesIn(args);
      const key = JSON.stringify(types);
      if (types.length === 0 || IS_OF_OTHERS.test(key)) return;
      const all = uses.get(id) ?? new Map();
      uses.set(id, all);
      const known = all.get(key);
      if (known === undefined) all.set(key, { args: types, count: 1 });
      else known.count++;
    };
    const walk = (value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const path = (value as RustType).resolved_path;
      const alias = path && this.#doc.index[path.id]?.inner.type_alias;
      if (alias?.generics.params.length === 0) return walk(alias.type);
      if (path !== undefined) add(path);
      for (const inner of Object.values(value)) walk(inner);
    };
    for (const { inner } of Object.values(this.#doc.index)) {
      walk([inner.function?.sig, inner.struct_field, inner.type_alias?.type]);
    }
    return uses;
  }
}

/** Whether a type is one that the system alone gives: `Reader<File>` is made of a path, and of nothing else. */
function isOfSystem(type: Type): boolean {
  return type.kind === "std" &&
    /^std::(?:fs|net|process)::|::Std(?:in|out|err)(?:Lock)?$/.test(type.path);
}

/** Whether arguments hang on parameters around them, or on what has no name. */
const IS_OF_OTHERS =
  /"(?:generic|impl_trait|dyn_trait|qualified_path|is_mutable)":/;
