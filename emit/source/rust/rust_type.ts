/**
 * The types of a crate's API, with their names looked up and their parameters
 * replaced.
 *
 * @module
 */

import type { PublicItem } from "./public_items.ts";
import {
  type Args,
  type Bound,
  type Generics,
  type Impl,
  isStd,
  type Item,
  type Rustdoc,
  type RustType,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";

/** A type of Rust. */
export type Type =
  | { readonly kind: "primitive"; readonly name: string }
  | { readonly kind: "ref"; readonly isMutable: boolean; readonly of: Type }
  | { readonly kind: "slice"; readonly of: Type }
  | { readonly kind: "array"; readonly of: Type; readonly length: number }
  | { readonly kind: "tuple"; readonly of: readonly Type[] }
  /** A type of the standard library. */
  | {
    readonly kind: "std";
    readonly name: string;
    readonly path: string;
    readonly args: readonly Type[];
  }
  /** A type of the crate, or of one whose items it shows. */
  | {
    readonly kind: "own";
    readonly item: Item;
    readonly path: readonly string[];
    /** The crate behind whose name that path is, where it is another one. */
    readonly crate?: string;
    readonly args: readonly Type[];
    readonly lifetimes: number;
  }
  /** What can be called. */
  | {
    readonly kind: "function";
    /** `Fn`, `FnMut` or `FnOnce`. */
    readonly trait: string;
    readonly params: readonly Type[];
    readonly result: Type;
    /**
     * How a closure becomes one: `named` stands for a type parameter that has to
     * have a name, and is a box too; `pointer` is a `fn`, which no closure is.
     */
    readonly by: "value" | "box" | "named" | "ref" | "pointer";
    /** Whether it has to be Copy. */
    readonly isCopied?: boolean;
  }
  /** What gives one value after the other. */
  | { readonly kind: "iterator"; readonly of: Type; readonly isBoxed: boolean }
  /** What has a trait, whatever it is. */
  | {
    readonly kind: "dyn";
    readonly trait: PublicItem;
    /** Further traits, which have no functions: `Send`. */
    readonly also: readonly string[];
    /** What holds it. */
    readonly pointer?: string;
    /** Whether it may borrow. */
    readonly borrows: boolean;
  }
  /** What does not cross, and why. */
  | { readonly kind: "none"; readonly why: string };

/** A type that a crate declares. */
export type OwnType = Type & { readonly kind: "own" };

/** What can be called. */
export type FunctionType = Type & { readonly kind: "function" };

/** What has a trait, whatever it is. */
export type DynType = Type & { readonly kind: "dyn" };

/** What type parameters stand for. */
export type Env = ReadonlyMap<string, Type>;

/** Why something does not cross. */
export class Uncrossable extends Error {
  override readonly name = "Uncrossable";
}

/** No type at all. */
export const UNIT: Type = { kind: "tuple", of: [] };

/** A type of the standard library without parameters. */
export function std(name: string, path: string, ...args: Type[]): Type {
  return { kind: "std", name, path, args };
}

/** The crate whose values are anything that JSON could say. */
export const JSON_CRATE = "serde_json";

/** Such a value. */
export const JSON_VALUE = std("JsonValue", "serde_json::Value");

/** Anything that JSON could say, where no crate has a type for it: the wrapper's. */
export const ANY_VALUE = std("AnyValue", "any::Any");

/** Whether a path is that of such values. */
export function isJsonPath(path: readonly string[]): boolean {
  return path[0] === JSON_CRATE && path.at(-1) === "Value" && path.length <= 3;
}

/** What stands for a type that is a slice but for its name: it is made of one and read as one. */
export const SLICED = "Sliced";

/** Any error at all, which is a text in JavaScript where it is a value. */
export const DYN_ERROR = "DynError";

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

/** Whether a type is an error of the standard library. */
export function isStdError(type: Type): boolean {
  return type.kind === "std" && /(?:^|[a-z])Error$/.test(type.name);
}

/** A text that is owned. */
export const STRING = std("String", "std::string::String");

export function primitive(name: string): Type {
  return { kind: "primitive", name };
}

function none(why: string): Type {
  return { kind: "none", why };
}

/** Looks types up. */
export class Resolver {
  readonly #doc: Rustdoc;
  readonly #public: ReadonlyMap<number, PublicItem>;
  #impls: Map<number, Impl[]> | undefined;

  /**
   * @param doc The crate, with those that are linked with it.
   * @param items What can be named.
   */
  constructor(doc: Rustdoc, items: readonly PublicItem[]) {
    this.#doc = doc;
    this.#public = new Map(items.map((one) => [one.item.id, one]));
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
      const to = of(inner);
      if (to.kind === "function") return { ...to, by: "ref" };
      return { kind: "ref", isMutable: is_mutable, of: to };
    }
    if (type.slice !== undefined) return { kind: "slice", of: of(type.slice) };
    if (type.array !== undefined) {
      const length = Number(type.array.len.replace(/_|usize$/g, ""));
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
        this.#associated(of(self_type), name, trait?.id) ??
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
          isCopied: bounds.some((one) =>
            /^(?:Copy|Clone)$/.test(lastOf(one.trait_bound?.trait.path ?? ""))
          ),
        };
      }
      if (/^(?:DoubleEnded|ExactSize)?Iterator$/.test(name)) {
        const item = this.#constraint(trait, "Item", env);
        if (item !== undefined) {
          return { kind: "iterator", of: item, isBoxed: false };
        }
      }
    }
    return undefined;
  }

  /** What a type of the crate says that an associated type of a trait is. */
  #associated(type: Type, name: string, trait?: number): Type | undefined {
    if (name === "Owned" && type.kind !== "own") return ownedOf(type);
    if (type.kind !== "own") return undefined;
    const { impls } = (type.item.inner.struct ?? type.item.inner.enum)!;
    const own = impls.flatMap((id) => this.#doc.index[id]?.inner.impl ?? []);
    // The crate of a trait implements it for types of another one.
    const others = trait === undefined
      ? []
      : this.implsOf(trait).filter((one) =>
        one.for.resolved_path?.id === type.item.id
      );
    for (const impl of [...own, ...others]) {
      if (impl.blanket_impl !== null) continue;
      if (trait !== undefined && impl.trait?.id !== trait) continue;
      const found = impl.items.map((id) => this.#doc.index[id])
        .find((item) =>
          item?.name === name && item.inner.assoc_type !== undefined
        )?.inner.assoc_type?.type;
      if (found === undefined || found === null) continue;
      const env = new Map<string, Type>([["Self", type]]);
      typesIn(impl.for.resolved_path?.args).forEach(({ generic }, i) => {
        if (generic !== undefined) env.set(generic, type.args[i]!);
      });
      return this.resolve(found, env);
    }
    return undefined;
  }

  /** Whether the crate knows of values that are anything that JSON could say. */
  get hasJson(): boolean {
    const { index, root, external_crates } = this.#doc;
    return index[root]!.name === JSON_CRATE ||
      Object.values(external_crates).some(({ name }) => name === JSON_CRATE);
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
    const target = this.#associated(type, "Target");
    return target?.kind === "slice" ? std(SLICED, SLICED, target) : undefined;
  }

  /** What the aliases in a type stand for, and those in what they stand for. */
  aliasesIn(type: unknown): RustType[] {
    if (typeof type !== "object" || type === null) return [];
    const { resolved_path } = type as RustType;
    const alias = resolved_path &&
      (this.#public.get(resolved_path.id)?.item ??
        this.#doc.index[resolved_path.id])?.inner.type_alias;
    const own = alias === undefined ? [] : [alias.type];
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
      const own = ownType(
        known,
        generics.params.filter(({ kind }) => kind.type !== undefined)
          .map(({ name }) => bound.get(name)!),
      );
      const isTooDeep = nesting(known.item, own) >
        (isInItself(id, args) ? MAX_NESTING : 1);
      if (isTooDeep) {
        return this.#slice(own) ??
          none(`a ${item!.name} of itself would never end`);
      }
      if (depthOf(own) > Math.max(MAX_DEPTH, depthIn(args) + 1)) {
        return this.#slice(own) ??
          none(
            `a ${
              item!.name
            } of what is made of types of their own again is not made`,
          );
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
    const number = isStd(crate) ? C_NUMBERS[name] : undefined;
    if (number !== undefined) return primitive(number);
    if (!isStd(crate)) {
      return none(`${name} is a type of the crate ${crate}`);
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
    return { kind: "std", name, path: where.join("::"), args: given };
  }

  #args(args: Args | null, env: Env): Type[] {
    return typesIn(args).map((type) => this.resolve(type, env));
  }

  /** What the parameters of an item stand for, where it is named with arguments. */
  #bind(generics: Generics, args: Args | null, env: Env): Env {
    const given = this.#args(args, env);
    const bound = new Map<string, Type>();
    let index = 0;
    for (const { name, kind } of generics.params) {
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

/** What the numbers of C are wherever Rust runs; a `long` is one here and another one there. */
const C_NUMBERS: Readonly<Record<string, string>> = {
  c_double: "f64",
  c_float: "f32",
  c_int: "i32",
  c_longlong: "i64",
  c_schar: "i8",
  c_short: "i16",
  c_uchar: "u8",
  c_uint: "u32",
  c_ulonglong: "u64",
  c_ushort: "u16",
};

/** Traits without functions, which an object of another one may have too. */
const AUTO_TRAITS: ReadonlySet<string> = new Set([
  "RefUnwindSafe",
  "Send",
  "Sync",
  "Unpin",
  "UnwindSafe",
]);

/** What holds an object of a trait. */
const DYN_POINTERS: ReadonlySet<string> = new Set(["Arc", "Box", "Rc"]);

/** What ToOwned makes of a type of the standard library. */
function ownedOf(type: Type): Type | undefined {
  if (type.kind === "slice") return std("Vec", "std::vec::Vec", type.of);
  if (type.kind === "primitive") return type.name === "str" ? STRING : type;
  return type.kind === "std" && type.name === "String" ? type : undefined;
}

/** What iterators of the standard library give, as far as their names and arguments tell. */
function stdIterator(
  where: readonly string[],
  args: readonly Type[],
): Type | undefined {
  const [name, room] = [where.at(-1)!, where.slice(1, -1).join("::")];
  const [first, second] = args;
  const borrowed = (of: Type): Type => ({ kind: "ref", isMutable: false, of });
  if (room.startsWith("str")) {
    if (
      /^(?:R?Split(?:N|Terminator|Inclusive)?|SplitWhitespace|SplitAsciiWhitespace|Lines|R?Matches)$/
        .test(name)
    ) {
      return borrowed(primitive("str"));
    }
    if (name === "Chars") return primitive("char");
    if (name === "Bytes") return primitive("u8");
    if (name === "CharIndices") {
      return { kind: "tuple", of: [primitive("usize"), primitive("char")] };
    }
    return undefined;
  }
  if (first === undefined) return undefined;
  if (room.startsWith("iter::adapters") && first.kind === "iterator") {
    // What is made of an iterator and gives what that gives.
    if (name === "Copied" || name === "Cloned") {
      return first.of.kind === "ref" ? first.of.of : undefined;
    }
    return /^(?:Chain|Cycle|Filter|Fuse|Peekable|Rev|Skip|SkipWhile|StepBy|Take|TakeWhile)$/
        .test(name)
      ? first.of
      : undefined;
  }
  if (name === "IntoIter" || name === "Drain") {
    return second === undefined || !/map/.test(room)
      ? first
      : { kind: "tuple", of: [first, second] };
  }
  if (name === "Iter") {
    return second === undefined || !/map/.test(room)
      ? borrowed(first)
      : { kind: "tuple", of: [borrowed(first), borrowed(second)] };
  }
  if (name === "Keys") return borrowed(first);
  return name === "Values" && second !== undefined
    ? borrowed(second)
    : undefined;
}

/** How often a type may lie in one of its own kind where a signature says so; what a method makes of its own object has no end. */
const MAX_NESTING = 2;

/** Whether a type is named with one of its own kind in its brackets. */
function isInItself(id: number, args: Args | null): boolean {
  const walk = (value: unknown): boolean =>
    typeof value === "object" && value !== null &&
    ((value as { resolved_path?: { id: number } }).resolved_path?.id === id ||
      Object.values(value).some(walk));
  return walk(args);
}

/** How many types of the crate lie in each other at most, where no signature says so: methods make ever more of what methods have made. */
const MAX_DEPTH = 2;

/** How many types with brackets lie in each other in what a signature names. */
function depthIn(args: unknown): number {
  if (typeof args !== "object" || args === null) return 0;
  const inner = Math.max(0, ...Object.values(args).map(depthIn));
  return inner + Number("resolved_path" in args);
}

/** How many types of the crate lie in each other. */
function depthOf(type: Type): number {
  return nesting(undefined, type);
}

/** How many types of a kind lie in each other; of any of the crate's where none is named. */
function nesting(item: Item | undefined, type: Type): number {
  const inside = partsOf(type).map((one) => nesting(item, one));
  const isOne = type.kind === "own" &&
    (item === undefined || type.item === item);
  return Math.max(0, ...inside) + Number(isOne);
}

/** What an item is called: behind the name of its crate, where that is another one. */
export function pathOf(
  { crate, path }: Pick<PublicItem, "crate" | "path">,
): string {
  return [...crate === undefined ? [] : [crate], ...path].join("::");
}

/** A type that a crate declares. */
export function ownType(
  { item, path, crate }: PublicItem,
  args: readonly Type[],
): OwnType {
  const { generics } = (item.inner.struct ?? item.inner.enum)!;
  return {
    kind: "own",
    item,
    path,
    ...crate === undefined ? {} : { crate },
    args,
    lifetimes:
      generics.params.filter(({ kind }) => kind.lifetime !== undefined).length,
  };
}

/** How Rust names an item, where the crate itself is called so. */
export function spellPath(
  { crate, path }: Pick<PublicItem, "crate" | "path">,
  own: string,
): string {
  return `${crate === undefined ? own : `::${crate}`}::${
    path.map(identifier).join("::")
  }`;
}

/** The last part of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("::") + (path.includes("::") ? 2 : 1));
}

/**
 * Writes a type as a wrapper does: every lifetime is `'static`, as what is
 * borrowed from is kept.
 *
 * @param crate What a wrapper calls the crate: `::regex`.
 */
export function spell(type: Type, crate: string): string {
  const of = (type: Type) => spell(type, crate);
  switch (type.kind) {
    case "primitive":
      return type.name;
    case "ref":
      return `&'static ${type.isMutable ? "mut " : ""}${of(type.of)}`;
    case "slice":
      return `[${of(type.of)}]`;
    case "array":
      return `[${of(type.of)}; ${type.length}]`;
    case "tuple":
      return `(${type.of.map((one) => `${of(one)},`).join(" ")})`;
    case "std":
      if (type.name === SLICED) break;
      return `${publicStd(type.path)}${
        spellArgs([
          ...type.name === "Cow" ? ["'static"] : [],
          ...type.args.map(of),
        ])
      }`;
    case "own":
      return `${spellPath(type, crate)}${
        spellArgs([
          ...Array<string>(type.lifetimes).fill("'static"),
          ...type.args.map(of),
        ])
      }`;
    case "dyn": {
      const { trait, also, pointer } = type;
      const object = `(dyn ${
        [spellPath(trait, crate), ...also, "'static"].join(" + ")
      })`;
      return pointer === undefined
        ? object
        : `${publicStd(pointer)}<${object}>`;
    }
    case "iterator":
      // What comes in is one of a list.
      return type.isBoxed
        ? `Box<dyn Iterator<Item = ${of(type.of)}>>`
        : `std::vec::IntoIter<${of(type.of)}>`;
    case "function": {
      if (type.by !== "box" && type.by !== "named") break;
      const isUnit = type.result.kind === "tuple" &&
        type.result.of.length === 0;
      // It is called with what lives as long as the call.
      const params = type.params.map((one) => ofCall(of(one)));
      return `Box<dyn ${type.trait}(${params.join(", ")})${
        isUnit ? "" : ` -> ${of(type.result)}`
      }>`;
    }
  }
  throw new Uncrossable(
    type.kind === "none" ? type.why : "a part of its type has no name",
  );
}

/** A type as it is written of what a function is called with: it lives as long as the call. */
export function ofCall(rust: string): string {
  return rust.replaceAll("&'static ", "&").replaceAll("'static", "'_");
}

/** Whether a value may lead to what lies elsewhere, and has to live as long. */
export function canBorrow(type: Type): boolean {
  switch (type.kind) {
    case "ref":
      return true;
    case "dyn":
      return type.borrows;
    case "own":
      return type.lifetimes > 0 || type.args.some(canBorrow);
    default:
      return partsOf(type).some(canBorrow);
  }
}

/** Whether there are objects in a value that may lead to what lies elsewhere. */
export function lends(type: Type): boolean {
  return type.kind === "own" || type.kind === "dyn"
    ? canBorrow(type)
    : partsOf(type).some(lends);
}

/** The types that a type is made of. */
function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case "own":
    case "std":
      return type.args;
    case "tuple":
      return type.of;
    case "ref":
    case "slice":
    case "array":
    case "iterator":
      return [type.of];
    default:
      return [];
  }
}

/** A type as a wrapper writes it, with what it borrows living so long. */
export function withLifetime(rust: string, lifetime: string): string {
  return rust.replaceAll("'static", lifetime);
}

/** Whether two types are written in the same way. */
export function areSame(one: Type, other: Type): boolean {
  try {
    return spell(one, "") === spell(other, "");
  } catch (error) {
    if (error instanceof Uncrossable) return false; // it has no name
    throw error;
  }
}

function spellArgs(args: readonly string[]): string {
  return args.length === 0 ? "" : `<${args.join(", ")}>`;
}

/** Where the standard library shows what it defines in private modules. */
function publicStd(path: string): string {
  const name = lastOf(path);
  // Modules of errors and of what is buffered are private, and what is in them is shown above.
  return STD[name] ??
    path.replace(/^(?:core|alloc)::/, "std::")
      .replace(/^std::(io|num|str)::(?:\w+::)+(?=\w+$)/, "std::$1::");
}

const STD: Readonly<Record<string, string>> = {
  String: "String",
  Vec: "Vec",
  Box: "Box",
  Option: "Option",
  Result: "Result",
  HashMap: "std::collections::HashMap",
  HashSet: "std::collections::HashSet",
  BTreeMap: "std::collections::BTreeMap",
  BTreeSet: "std::collections::BTreeSet",
  VecDeque: "std::collections::VecDeque",
  Rc: "std::rc::Rc",
  Arc: "std::sync::Arc",
  Cow: "std::borrow::Cow",
  Duration: "std::time::Duration",
  SystemTime: "std::time::SystemTime",
  PathBuf: "std::path::PathBuf",
  Path: "std::path::Path",
  OsString: "std::ffi::OsString",
  OsStr: "std::ffi::OsStr",
  IpAddr: "std::net::IpAddr",
  Ipv4Addr: "std::net::Ipv4Addr",
  Ipv6Addr: "std::net::Ipv6Addr",
  SocketAddr: "std::net::SocketAddr",
  Ordering: "std::cmp::Ordering",
  Range: "std::ops::Range",
  JsonValue: "::serde_json::Value",
};

/** A name that is a word of Rust's own is written with a mark. */
export function identifier(name: string): string {
  return WORDS.has(name) ? `r#${name}` : name;
}

const WORDS = new Set(
  "as async await break const continue dyn else enum extern false fn for gen if impl in let loop match mod move mut pub ref return static struct trait true type unsafe use where while"
    .split(" "),
);
