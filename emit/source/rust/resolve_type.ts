/**
 * Looks up the types of a crate's API: names by what is public, parameters by
 * what stands for them, objects of traits and iterators by their traits.
 *
 * @module
 */

import { AssociatedTypes } from "./associated_type.ts";
import type { PublicItem } from "./public_items.ts";
import {
  DYN_ERROR,
  type DynType,
  type Env,
  isJsonPath,
  JSON_CRATE,
  JSON_VALUE,
  lastOf,
  type OwnType,
  ownType,
  pathOf,
  primitive,
  SERDE,
  SLICED,
  std,
  STRING,
  type Type,
  UNIT,
} from "./rust_type.ts";
import {
  type Args,
  type Bound,
  type Generics,
  type Impl,
  isStd,
  type Rustdoc,
  type RustType,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { constantsOf, haveParameters } from "./const_argument.ts";
import { lengthOf } from "./match_type.ts";
import { numberOfC } from "./number_of_c.ts";
import { HASHERS } from "./spell_type.ts";
import { stdIterator } from "./std_iterator.ts";
import {
  depthIn,
  depthOf,
  hasEndlessReferences,
  isEndless,
  isInItself,
  MAX_DEPTH,
  MAX_NESTING,
  nesting,
} from "./type_depth.ts";

/** An object of `std::error::Error`. */
function dynError(
  { traits }: NonNullable<RustType["dyn_trait"]>,
  { paths }: Rustdoc,
): Type | undefined {
  const [first, ...also] = traits.map(({ trait }) => trait);
  const path = paths[first!.id]?.path ?? [];
  if (path.at(-1) !== "Error" || !isStd(path[0] ?? "")) return undefined;
  const names = ["std::error::Error", ...also.map((one) => lastOf(one.path))];
  return std(DYN_ERROR, `(dyn ${names.join(" + ")} + 'static)`);
}

function none(why: string): Type {
  return { kind: "none", why };
}

/** Looks types up. */
export class Resolver {
  readonly #doc: Rustdoc;
  readonly #public: ReadonlyMap<number, PublicItem>;
  readonly #associated: AssociatedTypes;
  #impls: Map<number, Impl[]> | undefined;

  /**
   * @param doc The crate, with those that are linked with it.
   * @param items What can be named.
   */
  constructor(doc: Rustdoc, items: readonly PublicItem[]) {
    this.#doc = doc;
    this.#public = new Map(items.map((one) => [one.item.id, one]));
    this.#associated = new AssociatedTypes(
      doc,
      (type, env) => this.resolve(type, env),
      (trait) => this.implsOf(trait),
    );
  }

  /** An item by its number, where it can be named. */
  publicItem(id: number): PublicItem | undefined {
    return this.#public.get(id);
  }

  /** What implements a trait, by its number. */
  implsOf(trait: number): readonly Impl[] {
    if (this.#impls === undefined) {
      this.#impls = new Map();
      for (const { inner: { impl } } of Object.values(this.#doc.index)) {
        const id = impl?.trait?.id;
        if (impl === undefined || id === undefined) continue;
        const known = this.#impls.get(id);
        if (known === undefined) this.#impls.set(id, [impl]);
        else known.push(impl);
      }
    }
    return this.#impls.get(trait) ?? [];
  }

  /**
   * Looks a type up.
   *
   * @param type As rustdoc has it.
   * @param env What the type parameters around it stand for; `Self` too.
   */
  resolve(type: RustType, env: Env): Type {
    const of = (type: RustType) => this.resolve(type, env);
    if (type.primitive !== undefined) {
      return type.primitive === "never"
        ? none("it never returns")
        : primitive(type.primitive);
    }
    if (type.generic !== undefined) {
      return env.get(type.generic) ??
        none(`nothing is known of the type parameter ${type.generic}`);
    }
    if (type.borrowed_ref !== undefined) {
      const { is_mutable, type: inner } = type.borrowed_ref;
      const to = this.#stream(inner) ?? of(inner);
      if (to.kind === "function") return { ...to, by: "ref" };
      return { kind: "ref", isMutable: is_mutable, of: to };
    }
    if (type.slice !== undefined) return { kind: "slice", of: of(type.slice) };
    if (type.array !== undefined) {
      const known = env.get(type.array.len);
      const said = known?.kind === "constant" ? known.value : type.array.len;
      const length = lengthOf(said);
      return Number.isInteger(length)
        ? { kind: "array", of: of(type.array.type), length }
        : none(`nothing is known of the length ${type.array.len}`);
    }
    if (type.tuple !== undefined) {
      return { kind: "tuple", of: type.tuple.map(of) };
    }
    if (type.impl_trait !== undefined) {
      return env.get(JSON.stringify(type.impl_trait)) ??
        this.ofBounds(type.impl_trait, env) ??
        none(`nothing is known that is ${this.spellBounds(type.impl_trait)}`);
    }
    if (type.dyn_trait !== undefined) {
      const bounds = type.dyn_trait.traits.map((one): Bound => ({
        trait_bound: { trait: one.trait, modifier: "none" },
      }));
      return this.ofBounds(bounds, env) ??
        dynError(type.dyn_trait, this.#doc) ??
        this.#dyn(type.dyn_trait) ??
        none(
          `a dyn ${
            lastOf(bounds[0]!.trait_bound!.trait.path)
          } has no JavaScript value`,
        );
    }
    if (type.resolved_path !== undefined) {
      return this.#named(type.resolved_path, env);
    }
    if (type.qualified_path !== undefined) {
      const { name, self_type, trait } = type.qualified_path;
      return env.get(`${self_type.generic ?? "?"}::${name}`) ??
        this.#associated.of(of(self_type), name, trait?.id) ??
        none(`nothing is known of the associated type ${name}`);
    }
    const { sig, header } = type.function_pointer ?? {};
    if (sig !== undefined && header?.is_unsafe === false) {
      return {
        kind: "function",
        trait: "Fn",
        params: sig.inputs.map(([, one]) => of(one)),
        result: sig.output === null ? UNIT : of(sig.output),
        by: "pointer",
      };
    }
    return none(
      type.raw_pointer !== undefined
        ? "a raw pointer says nothing of what it points to"
        : "the type has no JavaScript value",
    );
  }

  /** What stands for a `dyn Write` or a `dyn Read` that is borrowed: what is written to, or read. */
  #stream({ dyn_trait }: RustType): Type | undefined {
    const [first, ...others] = dyn_trait?.traits ?? [];
    const path = this.#doc.paths[first?.trait.id ?? -1]?.path ?? [];
    const isAlone = others.every(({ trait }) =>
      AUTO_TRAITS.has(lastOf(trait.path))
    );
    if (!isAlone || !isStd(path[0] ?? "")) return undefined;
    const bytes = std("Vec", "std::vec::Vec", primitive("u8"));
    switch (path.at(-1)) {
      case "Write":
        return path.includes("fmt") ? STRING : bytes;
      case "BufRead":
      case "Read":
        return std("Cursor", "std::io::Cursor", bytes);
      default:
        return undefined;
    }
  }

  /** An object of a trait that can be named, and has no parameters. */
  #dyn(
    { traits, lifetime }: NonNullable<RustType["dyn_trait"]>,
  ): DynType | undefined {
    const [first, ...others] = traits.map(({ trait }) => trait);
    const trait = this.#public.get(first!.id);
    const also = others.map(({ path }) => lastOf(path));
    const { args = [], constraints = [] } = first!.args?.angle_bracketed ?? {};
    if (
      trait?.item.inner.trait === undefined || args.length > 0 ||
      constraints.length > 0 || !also.every((name) => AUTO_TRAITS.has(name))
    ) return undefined;
    const borrows = lifetime !== null && lifetime !== "'static";
    return { kind: "dyn", trait, also, borrows };
  }

  /** What a type with these traits is, where one of them says so. */
  ofBounds(bounds: readonly Bound[], env: Env): Type | undefined {
    for (const { trait_bound } of bounds) {
      if (trait_bound === undefined) continue;
      const { trait } = trait_bound;
      const name = lastOf(trait.path);
      const { parenthesized } = trait.args ?? {};
      if (parenthesized !== undefined && /^Fn(?:Mut|Once)?$/.test(name)) {
        return {
          kind: "function",
          trait: name,
          params: parenthesized.inputs.map((one) => this.resolve(one, env)),
          result: parenthesized.output === null
            ? UNIT
            : this.resolve(parenthesized.output, env),
          by: "value",
          several: (["Copy", "Clone"] as const).find((wanted) =>
            bounds.some((one) =>
              lastOf(one.trait_bound?.trait.path ?? "") === wanted
            )
          ),
        };
      }
      if (/^(?:DoubleEnded|ExactSize)?Iterator$/.test(name)) {
        const item = this.#constraint(trait, "Item", env);
        if (item !== undefined) {
          return { kind: "iterator", of: item, isBoxed: false };
        }
      }
      if (name === "Future") {
        const given = this.#constraint(trait, "Output", env);
        if (given !== undefined) return { kind: "future", of: given };
      }
    }
    return undefined;
  }

  /** Whether the crate knows of values that are anything that JSON could say. */
  get hasJson(): boolean {
    const { index, root, external_crates } = this.#doc;
    return index[root]!.name === JSON_CRATE ||
      Object.values(external_crates).some(({ name }) => name === JSON_CRATE);
  }

  /** Whether the crate knows what serializes values of any type. */
  get hasSerde(): boolean {
    return Object.values(this.#doc.external_crates)
      .some(({ name }) => SERDE.includes(name));
  }

  /** Whether an item is such a value. */
  isJson(id: number): boolean {
    return isJsonPath(this.#doc.paths[id]?.path ?? []);
  }

  /** The types that the crate shows and that have no parameters. */
  *plainTypes(): Generator<OwnType> {
    for (const one of this.#public.values()) {
      const { generics } = one.item.inner.struct ?? one.item.inner.enum ?? {};
      if (one.isApi && generics?.params.length === 0) yield ownType(one, []);
    }
  }

  /** A type of the crate by its path. */
  ownType(path: string, args: readonly Type[]): Type | undefined {
    for (const one of this.#public.values()) {
      const definition = one.item.inner.struct ?? one.item.inner.enum;
      if (definition === undefined || pathOf(one) !== path) continue;
      const own = ownType(one, args);
      const wanted = definition.generics.params.filter(({ kind }) =>
        kind.type !== undefined
      );
      return wanted.length === args.length ? own : undefined;
    }
    return undefined;
  }

  /** Whether an item of the crate has this path. */
  isPublic(path: string): boolean {
    for (const one of this.#public.values()) {
      if (pathOf(one) === path) return true;
    }
    return false;
  }

  /**
   * What is a slice but for its type, which cannot be named: an array whose
   * length is a type.
   */
  #slice(type: OwnType): Type | undefined {
    const target = this.#associated.of(type, "Target");
    return target?.kind === "slice" ? std(SLICED, SLICED, target) : undefined;
  }

  /** What is a text but for its type, which cannot be named: it is given as one. */
  #text(type: OwnType): Type | undefined {
    const target = this.#associated.of(type, "Target");
    const isText = target?.kind === "primitive" && target.name === "str";
    return isText ? STRING : undefined;
  }

  /** What an alias stands for, and else the type itself. */
  withoutAlias(type: RustType): RustType {
    const alias = this.#aliasOf(type);
    return alias === undefined ? type : this.withoutAlias(alias);
  }

  #aliasOf({ resolved_path }: RustType): RustType | undefined {
    return resolved_path &&
      (this.#public.get(resolved_path.id)?.item ??
        this.#doc.index[resolved_path.id])?.inner.type_alias?.type;
  }

  /** What the aliases in a type stand for, and those in what they stand for. */
  aliasesIn(type: unknown): RustType[] {
    if (typeof type !== "object" || type === null) return [];
    const alias = this.#aliasOf(type);
    const own = alias === undefined ? [] : [alias];
    return [
      ...own,
      ...[...own, ...Object.values(type)].flatMap((one) => this.aliasesIn(one)),
    ];
  }

  /** What a trait's associated type is said to be. */
  #constraint(trait: TraitPath, name: string, env: Env): Type | undefined {
    const found = trait.args?.angle_bracketed?.constraints
      .find((one) => one.name === name)?.binding.equality?.type;
    return found === undefined ? undefined : this.resolve(found, env);
  }

  #named({ id, args }: TraitPath, env: Env): Type {
    if (this.isJson(id)) return JSON_VALUE;
    const known = this.#public.get(id);
    const item = known?.item ?? this.#doc.index[id];
    const alias = item?.inner.type_alias;
    if (alias !== undefined) {
      return this.resolve(
        alias.type,
        this.#bind(alias.generics, args, env),
      );
    }
    const given = this.#args(args, env);
    const where = this.#doc.paths[id]?.path ?? [];
    if (SWISS_TABLES.test(where.join("::"))) {
      const name = where.at(-1)!;
      const all = given.slice(0, HASHERS.get(name));
      return all.find(({ kind }) => kind === "none") ??
        std(name, `hashbrown::${name}`, ...all);
    }
    if (item !== undefined && known === undefined) {
      return none(`${item.name} is not public`);
    }
    if (known !== undefined) {
      const definition = known.item.inner.struct ?? known.item.inner.enum;
      if (definition === undefined) {
        return none(`a ${item!.name} is neither a struct nor an enum`);
      }
      const { generics } = definition;
      const bound = this.#bind(generics, args, env);
      const types = generics.params.filter(({ kind }) =>
        kind.type !== undefined
      ).map(({ name }) => bound.get(name)!);
      const consts = constantsOf(generics, args, env);
      if (typeof consts === "string") {
        const isAny = haveParameters(args, env);
        return (isAny ? undefined : this.#text(ownType(known, types))) ??
          none(consts);
      }
      const own = ownType(known, types, consts);
      const isTooDeep = nesting(known.item, own) >
        (isInItself(id, args) ? MAX_NESTING : 1);
      if (isTooDeep) {
        return this.#slice(own) ??
          none(`a ${item!.name} of itself would never end`);
      }
      if (
        depthOf(own) > Math.max(MAX_DEPTH, depthIn(args) + 1) ||
        isEndless(own, args)
      ) {
        return this.#slice(own) ??
          none(
            `a ${
              item!.name
            } of what is made of types of their own again is not made`,
          );
      }
      if (hasEndlessReferences(own, args)) {
        return none(`a ${item!.name} of references to references is not made`);
      }
      const lacking = own.args.find(({ kind }) => kind === "none");
      return lacking === undefined ? own : this.#slice(own) ?? lacking;
    }
    const crate = where[0] ?? "";
    const name = where.at(-1) ?? "?";
    if (name === "Result" && given[0] !== undefined) {
      // Many crates have one with an error of their own.
      const error = given[1] ?? none("the error is not known");
      return std(name, "std::result::Result", given[0], error);
    }
    const number = isStd(crate)
      ? numberOfC(name, this.#doc.target?.triple)
      : undefined;
    if (number !== undefined) return primitive(number);
    if (!isStd(crate)) {
      return none(`${name} is a type of the crate ${crate}`);
    }
    if (/^(?:Box|Pin)$/.test(name) && given[0]?.kind === "future") {
      return given[0];
    }
    if (name === "Box" && given[0] !== undefined) {
      const inner = given[0];
      if (inner.kind === "function") return { ...inner, by: "box" };
      if (inner.kind === "iterator") return { ...inner, isBoxed: true };
    }
    if (DYN_POINTERS.has(name) && given[0]?.kind === "dyn") {
      return { ...given[0], pointer: name };
    }
    const element = stdIterator(where, given);
    if (element !== undefined) {
      return { kind: "iterator", of: element, isBoxed: false };
    }
    // A hasher that nobody has named is std's own: a number is none.
    const hasher = HASHERS.get(name);
    const own = hasher !== undefined && given[hasher]?.kind === "primitive"
      ? given.slice(0, hasher)
      : given;
    return { kind: "std", name, path: where.join("::"), args: own };
  }

  #args(args: Args | null, env: Env): Type[] {
    return typesIn(args).map((type) => this.resolve(type, env));
  }

  /** What the parameters of an item stand for, where it is named with arguments. */
  #bind(generics: Generics, args: Args | null, env: Env): Env {
    const given = this.#args(args, env);
    const constants = constantsOf(generics, args, env);
    const bound = new Map<string, Type>();
    let [index, place] = [0, 0];
    for (const { name, kind } of generics.params) {
      if (kind.const !== undefined) {
        const value = constants[place++];
        bound.set(
          name,
          typeof constants === "string"
            ? none(constants)
            : { kind: "constant", value: value! },
        );
      }
      if (kind.type === undefined) continue;
      const type = given[index++];
      bound.set(
        name,
        type ??
          (kind.type.default === null
            ? none(`nothing is known of the type parameter ${name}`)
            : this.resolve(kind.type.default, bound)),
      );
    }
    return bound;
  }

  /** Traits, for a person. */
  spellBounds(bounds: readonly Bound[]): string {
    return bounds.flatMap(({ trait_bound }) =>
      trait_bound === undefined ? [] : [lastOf(trait_bound.trait.path)]
    ).join(" + ");
  }
}

/** Traits without functions, which an object of another one may have too. */
const AUTO_TRAITS: ReadonlySet<string> = new Set([
  "RefUnwindSafe",
  "Send",
  "Sync",
  "Unpin",
  "UnwindSafe",
]);

/** The maps and sets that those of the standard library are made of. */
const SWISS_TABLES = /^hashbrown::(?:map::HashMap|set::HashSet)$/;

/** What holds an object of a trait. */
const DYN_POINTERS: ReadonlySet<string> = new Set(["Arc", "Box", "Rc"]);
