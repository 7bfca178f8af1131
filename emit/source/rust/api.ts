/**
 * The API of a crate: everything public that crosses, each function with its
 * wrapper, and what does not, with the reason.
 *
 * @module
 */

import type {
  Accessor,
  ClassDefinition,
  Constant,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { EmitError } from "../../error.ts";
import { ERROR_CLASS } from "./frame_value.ts";
import {
  functionsOfKnown,
  isKnownTrait,
  pathOfKnown,
  suffixOf,
} from "./known_traits.ts";
import { instanceCode } from "./data_code.ts";
import {
  docOf,
  isOpen,
  OwnTypes,
  type UsedClass,
  type UsedHolder,
} from "./own_types.ts";
import { othersItems, type PublicItem, publicItems } from "./public_items.ts";
import type {
  FunctionItem,
  Generics,
  Impl,
  Inner,
  Item,
  Rustdoc,
} from "./rustdoc.ts";
import {
  areSame,
  type DynType,
  type Env,
  type FunctionType,
  identifier,
  lastOf,
  type OwnType,
  ownType,
  Resolver,
  spellPath,
  std,
  type Type,
  Uncrossable,
} from "./rust_type.ts";
import { instanceOf, TypeTextError } from "./type_text.ts";
import { boundsOf, TypeArguments } from "./type_arguments.ts";
import { type Part, spread, taking, type Wrapped, Wrapping } from "./wrap.ts";

/** What a crate shows, as a manifest says it, and the code for it. */
export interface Api {
  readonly types: Readonly<Record<string, TypeDefinition>>;
  readonly constants: Readonly<Record<string, Constant>>;
  /** The functions, by name. */
  readonly functions: ReadonlyMap<string, Wrapped>;
  /** Names of functions that are not in {@linkcode functions}, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Code for types, by what it is for. */
  readonly code: ReadonlyMap<string, string>;
  /** Whether any of it is a function that its author wrote for Rust. */
  readonly isForRust: boolean;
}

const HANDLE: Part = { notation: "", field: "u64", size: 8, align: 8 };
const BOOL: Part = { notation: "bool", field: "bool", size: 1, align: 1 };
const TEXT: Part = { notation: "string", field: "Span", size: 16, align: 8 };

/** The members of a class, by name: the symbols that they are. */
interface Members {
  readonly methods: Record<string, string>;
  readonly statics: Record<string, string>;
  /** Undefined of what is no class: there they are variables. */
  readonly constants?: Record<string, string>;
}

/**
 * Describes a crate.
 *
 * @param doc The crate, as rustdoc has it.
 * @param crate What it is called in Rust.
 * @param taken Names that types of other languages have.
 * @param instantiate What is generic, with its types: `Stack<String>`.
 * @throws {EmitError} `usage` for what cannot be instantiated.
 */
export function describeApi(
  doc: Rustdoc,
  crate: string,
  taken: ReadonlySet<string>,
  instantiate: readonly string[] = [],
): Api {
  return new Describer(doc, crate, taken, instantiate).describe();
}

class Describer {
  readonly #doc: Rustdoc;
  readonly #crate: string;
  readonly #items: PublicItem[];
  readonly #resolver: Resolver;
  readonly #arguments: TypeArguments;
  readonly #own: OwnTypes;
  readonly #wrapping: Wrapping;
  readonly #functions = new Map<string, Wrapped>();
  readonly #skipped: Record<string, string> = {};
  readonly #types: Record<string, TypeDefinition> = {};
  readonly #constants: Record<string, Constant> = {};
  readonly #code = new Map<string, string>();
  /** Statics that were described with another class of the same type. */
  readonly #elsewhere = new Set<string>();
  /** What is wanted for the parameters of something generic, by its number. */
  readonly #wanted = new Map<number, Env>();
  #isForRust = false;

  constructor(
    doc: Rustdoc,
    crate: string,
    taken: ReadonlySet<string>,
    instantiate: readonly string[],
  ) {
    this.#doc = doc;
    this.#crate = crate;
    this.#items = publicItems(doc);
    this.#resolver = new Resolver(doc, [
      ...this.#items,
      ...othersItems(doc, this.#items),
    ]);
    this.#arguments = new TypeArguments(doc, this.#resolver);
    this.#own = new OwnTypes(doc, this.#resolver, crate, taken);
    this.#wrapping = new Wrapping(this.#own, this.#resolver, this.#arguments);
    for (const text of instantiate) this.#instantiate(text);
  }

  /** Remembers what types are wanted for something generic. */
  #instantiate(text: string): void {
    const refuse = (why: string) =>
      new EmitError("usage", `Cannot instantiate "${text}": ${why}`);
    try {
      const { path, args } = instanceOf(text, this.#resolver);
      const item = this.#items.find((one) => one.path.join("::") === path)
        ?.item;
      const generics = (item?.inner.struct ?? item?.inner.enum ??
        item?.inner.function)?.generics;
      if (item === undefined || generics === undefined) {
        throw refuse(`the crate shows no type or function ${path}`);
      }
      const params = generics.params.filter(({ kind }) =>
        kind.type !== undefined
      );
      if (params.length !== args.length) {
        throw refuse(
          `${path} has ${params.length} type parameters, and ${args.length} are named`,
        );
      }
      this.#wanted.set(
        item.id,
        new Map(params.map(({ name }, index) => [name, args[index]!])),
      );
    } catch (error) {
      throw error instanceof TypeTextError ? refuse(error.message) : error;
    }
  }

  describe(): Api {
    for (const one of this.#items) if (one.isApi) this.#item(one);
    this.#classes();
    this.#errors();
    const { definitions, code } = this.#own.data;
    const types = { ...Object.fromEntries(definitions), ...this.#types };
    // Among other values an object has the number of its class, by their names.
    const classes = Object.keys(types)
      .filter((name) => types[name]!.kind === "class").sort();
    for (const [name, rust] of this.#own.errorClasses) {
      this.#code.set(
        `${name} as an error`,
        instanceCode(rust, classes.indexOf(name)),
      );
    }
    return {
      types,
      constants: this.#constants,
      functions: this.#functions,
      skipped: this.#skipped,
      code: new Map([...code, ...this.#code]),
      isForRust: this.#isForRust,
    };
  }

  #item(one: PublicItem): void {
    const { item, path } = one;
    const { inner } = item;
    const name = path.join("::");
    if (inner.function !== undefined) {
      if (isForC(item)) return;
      const env = this.#wanted.get(item.id) ?? NO_ENV;
      if (this.#add(name, this.#path(one), inner.function, env, item)) {
        this.#isForRust = true;
      }
    } else if (inner.constant !== undefined) {
      this.#constant(one, inner.constant);
    } else if (inner.static !== undefined) {
      const type = this.#resolver.resolve(inner.static.type, NO_ENV);
      const place = { kind: "ref", isMutable: false, of: type } as const;
      this.#variable(one, place, "&");
    } else if (inner.struct !== undefined || inner.enum !== undefined) {
      this.#type(one);
    } else if (inner.trait !== undefined) this.#trait(one, inner.trait);
  }

  /** A trait that a type has which is a value in JavaScript: functions that take it. */
  #trait(one: PublicItem, trait: NonNullable<Inner["trait"]>): void {
    const { item } = one;
    const found = this.#arguments.implementorOf(
      item.id,
      (type) => type.kind !== "own" && this.#isNamed(type),
    );
    if (found === undefined) return;
    const { type, impl } = found;
    const env = this.#withAssociated(new Map([["Self", type]]), impl);
    const path = `<${this.#own.spell(type)} as ${this.#traitPath(impl, env)}>`;
    const around = this.#envOfTrait(impl, env);
    for (const id of trait.items) {
      const { name, docs, inner } = this.#doc.index[id] ?? {};
      if (inner?.function === undefined) continue;
      const symbol = `${one.path.join("::")}::${name}`;
      const own = `${path}::${identifier(name!)}`;
      if (this.#add(symbol, own, inner.function, around, { docs: docs! })) {
        this.#isForRust = true;
      }
    }
  }

  #isNamed(type: Type): boolean {
    return this.#spellIfKnown(type) !== "_";
  }

  #path(one: PublicItem): string {
    return spellPath(one, `::${this.#crate}`);
  }

  /** A type that is public: it is there even if no function takes or gives it. */
  #type(one: PublicItem): void {
    const { item, path } = one;
    if (this.#resolver.isJson(item.id)) return; // JavaScript's own values
    const { generics } = (item.inner.struct ?? item.inner.enum)!;
    const chosen = this.#arguments.choose(
      this.#withBoundsOfImpls(item, generics),
      this.#wanted.get(item.id) ?? this.#saidByImpls(item, generics),
    );
    const args = generics.params.flatMap(({ name, kind }) =>
      kind.type === undefined ? [] : [chosen.get(name)!]
    );
    const type = ownType(one, args);
    const name = path.join("::");
    if (generics.params.some(({ kind }) => kind.const !== undefined)) {
      this.#skipped[name] = "it is generic over a constant";
      return;
    }
    const none = args.find((one) => one.kind === "none");
    if (none !== undefined) {
      this.#skipped[name] = (none as Type & { kind: "none" }).why;
      return;
    }
    try {
      if (this.#own.isClass(type)) this.#own.classOf(type);
      else {
        this.#own.dataOf(type);
        this.#members(type, { methods: {}, statics: {} });
      }
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#skipped[name] = error.message;
    }
  }

  /** What stands for the parameters of a type that has its own methods only so: `Map<String, Value>`. */
  #saidByImpls(item: Item, generics: Generics): Env {
    const params = generics.params.filter(({ kind }) =>
      kind.type !== undefined
    );
    const given = this.#own.implsOf(item).flatMap(({ trait, for: of }) =>
      trait === null
        ? [(of.resolved_path?.args?.angle_bracketed?.args ?? []).flatMap((
          { type },
        ) => type ?? [])]
        : []
    );
    const said = new Map<string, Type>();
    for (const [index, { name }] of params.entries()) {
      const types = given.flatMap((args) => args[index] ?? []);
      if (types.some(({ generic }) => generic !== undefined)) continue;
      const found = types.map((type) => this.#resolver.resolve(type, NO_ENV))
        .find((type) => this.#isNamed(type));
      if (found !== undefined) said.set(name, found);
    }
    return said;
  }

  /** The parameters of a type, with what its methods ask of them. */
  #withBoundsOfImpls(item: Item, generics: Generics): Generics {
    const where = this.#own.implsOf(item).flatMap((impl) => {
      const { trait } = impl;
      const isUsed = trait === null || lastOf(trait.path) === "Iterator" ||
        this.#resolver.publicItem(trait.id) !== undefined;
      if (!isUsed) return [];
      const given = impl.for.resolved_path?.args?.angle_bracketed?.args
        .flatMap(({ type }) => type === undefined ? [] : [type]) ?? [];
      const own = generics.params.filter(({ kind }) => kind.type !== undefined);
      return own.flatMap(({ name }, index) => {
        const called = given[index]?.generic;
        return called === undefined
          ? []
          : boundsOf(impl.generics, called).map((bound) => ({
            bound_predicate: { type: { generic: name }, bounds: [bound] },
          }));
      });
    });
    return {
      params: generics.params,
      where_predicates: [...generics.where_predicates, ...where],
    };
  }

  #add(
    name: string,
    path: string,
    function_: FunctionItem,
    env: Env,
    { docs }: Pick<Item, "docs">,
    lifetimes: ReadonlySet<string> = new Set(),
    of?: string,
  ): boolean {
    return this.#trying(name, () =>
      this.#wrapping.wrap({
        name,
        path,
        function: function_,
        env,
        lifetimes,
        docs,
        ...of === undefined ? {} : { of },
      }));
  }

  /** Adds what has no wrapper of that name yet, or the reason why it gets none. */
  #trying(name: string, wrap: () => Wrapped): boolean {
    if (this.#functions.has(name)) return false;
    try {
      this.#functions.set(name, wrap());
      delete this.#skipped[name];
      return true;
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#skipped[name] ??= error.message;
      return false;
    }
  }

  /** A value that the crate has, and nobody changes. */
  #variable(one: PublicItem, type: Type, mark: string): void {
    const { item, path } = one;
    const name = path.join("::");
    try {
      const value = `${mark}${this.#path(one)}`;
      this.#functions.set(
        name,
        this.#wrapping.variable(name, type, value, item.docs),
      );
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#skipped[name] = error.message;
    }
  }

  #constant(
    one: PublicItem,
    { type, const: value }: NonNullable<Inner["constant"]>,
  ): void {
    const name = one.path.join("::");
    const resolved = this.#resolver.resolve(type, NO_ENV);
    const text = value.value ?? value.expr;
    if (resolved.kind === "primitive" && /^-?\d/.test(text)) {
      const digits = text.replace(/_|[iuf](?:8|16|32|64|128|size)$/g, "");
      const number = Number(digits);
      this.#constants[name] = Number.isSafeInteger(number) ||
          !/^-?\d+$/.test(digits)
        ? number
        : { type: resolved.name as "i64", value: digits };
    } else if (text === "true" || text === "false") {
      this.#constants[name] = text === "true" ? 1 : 0;
    } else if (/^"[^"\\]*"$/.test(value.expr)) {
      this.#constants[name] = value.expr.slice(1, -1);
    } else this.#variable(one, resolved, "");
  }

  /** All classes that are used, and those that their members use. */
  #classes(): void {
    const done = new Set<string>();
    const each = <One extends { readonly name: string }>(
      all: Iterable<One>,
      describe: (one: One) => void,
    ) => {
      for (const one of [...all]) {
        if (done.has(one.name)) continue;
        done.add(one.name);
        describe(one);
      }
    };
    for (let size = -1; size !== done.size;) {
      size = done.size;
      each(this.#own.classes, (one) => this.#class(one));
      each(this.#own.sequences, (one) => this.#sequence(one));
      each(this.#own.dyns, (one) => this.#dyn(one));
      each(this.#own.places, (one) => this.#place(one));
      each(this.#own.called, (one) => this.#called(one));
    }
  }

  #class({ name, type }: UsedClass): void {
    const rust = this.#own.spell(type);
    this.#code.set(
      name,
      classCode(rust, name, this.#own.isClone(type)),
    );
    const methods: Record<string, string> = {};
    const statics: Record<string, string> = {};
    const constants: Record<string, string> = {};
    const more = this.#members(type, { methods, statics, constants });
    const accessors = {
      ...this.#fields(type, methods),
      ...this.#variants(type, methods, statics),
    };
    const literal = statics.new === undefined ? this.#literal(type) : undefined;
    const { new: made = literal, ...others } = statics;
    this.#types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      ...made === undefined ? {} : { new: made },
      methods,
      statics: others,
      ...Object.keys(constants).length === 0 ? {} : { constants },
      accessors,
      ...more,
      ...docOf(type.item.docs),
    };
  }

  /** The functions of a type; what takes none is a static. */
  #members(type: OwnType, to: Members): Partial<ClassDefinition> {
    const { methods, statics } = to;
    const { item } = type;
    const of = this.#own.nameOf(type);
    const rust = this.#own.spell(type);
    let more: Partial<ClassDefinition> = {};
    const impls = this.#own.implsOf(item);
    const inherent = impls.filter((one) => one.trait === null);
    const ofTraits = impls.filter((one) => one.trait !== null);
    const ofAll = this.#own.blanketsOf(item);
    for (const impl of [...inherent, ...ofTraits, ...ofAll]) {
      const env = this.#envOf(impl, type);
      if (env === undefined) {
        this.#staticsOfOther(impl, type, statics);
        continue;
      }
      const lifetimes = new Set(
        impl.generics.params.flatMap(({ name, kind }) =>
          kind.lifetime === undefined ? [] : [name]
        ),
      );
      const trait = impl.trait === null ? undefined : lastOf(impl.trait.path);
      if (trait === "Display" || trait === "Iterator") {
        more = { ...more, ...this.#special(trait, type, env) };
        continue;
      }
      if (impl.trait === null) this.#constantsOf(impl, type, env, to);
      const functions = this.#functionsOf(impl, type);
      const suffix = this.#suffixOf(impl, type);
      const ofTrait = this.#envOfTrait(impl, env);
      for (const { id, name, docs, inner } of functions) {
        const isMethod = inner.function!.sig.inputs[0]?.[0] === "self";
        const members = isMethod ? methods : statics;
        const around = impl.items.includes(id) ? env : ofTrait;
        const key = memberName(name!, isMethod) + suffix;
        if (Object.hasOwn(members, key)) continue;
        const path = impl.trait === null
          ? `<${rust}>::${identifier(name!)}`
          : `<${rust} as ${this.#traitPath(impl, env)}>::${identifier(name!)}`;
        const symbol = `${of}.${name}${suffix}`;
        if (
          this.#add(
            symbol,
            path,
            inner.function!,
            around,
            { docs },
            lifetimes,
          ) ||
          this.#elsewhere.has(symbol)
        ) {
          members[key] = symbol;
          this.#isForRust ||= !isKnownTrait(trait ?? "");
        }
      }
    }
    return more;
  }

  /**
   * What a type says of itself with other arguments, `DateTime<Utc>::now`, is
   * had of the class of any: statics, which need no object.
   */
  #staticsOfOther(
    impl: Impl,
    type: OwnType,
    statics: Record<string, string>,
  ): void {
    if (impl.trait !== null) return;
    const env = this.#arguments.choose(impl.generics, new Map());
    const other = this.#resolver.resolve(impl.for, env);
    if (other.kind !== "own" || other.item !== type.item) return;
    const rust = this.#spellIfKnown(other);
    if (rust === "_") return;
    const own = new Map(env).set("Self", other);
    for (const { name, docs, inner } of this.#functionsOf(impl, other)) {
      const isMethod = inner.function!.sig.inputs[0]?.[0] === "self";
      const key = memberName(name!, false);
      if (isMethod || Object.hasOwn(statics, key)) continue;
      const path = `<${rust}>::${identifier(name!)}`;
      const symbol = `${this.#own.nameOf(other)}.${name}`;
      if (
        this.#functions.has(symbol) ||
        this.#add(symbol, path, inner.function!, own, { docs })
      ) {
        statics[key] = symbol;
        this.#elsewhere.add(symbol);
        this.#isForRust = true;
      }
    }
  }

  /** Constants that stand with a type. */
  #constantsOf(
    impl: Impl,
    type: OwnType,
    env: Env,
    { constants }: Members,
  ): void {
    const rust = this.#own.spell(type);
    for (const id of impl.items) {
      const { name, visibility, docs, inner } = this.#doc.index[id] ?? {};
      if (inner?.assoc_const === undefined || visibility !== "public") continue;
      const symbol = `${this.#own.nameOf(type)}.${name}`;
      const given = this.#resolver.resolve(inner.assoc_const.type, env);
      const value = `<${rust}>::${identifier(name!)}`;
      const isThere = this.#trying(
        symbol,
        () =>
          constants === undefined
            ? this.#wrapping.variable(symbol, given, value, docs!)
            : this.#wrapping.constant(symbol, given, value, docs!),
      );
      if (isThere && constants !== undefined) constants[name!] = symbol;
    }
  }

  /** What tells a member from others of the same trait. */
  #suffixOf(impl: Impl, type: OwnType): string {
    return suffixOf(impl, this.#own.implsOf(type.item), (one) => {
      const env = this.#envOf(one, type);
      const [argument] = one.trait?.args?.angle_bracketed?.args ?? [];
      if (argument?.type === undefined || env === undefined) return undefined;
      const other = this.#resolver.resolve(argument.type, env);
      const held = other.kind === "ref" ? other.of : other;
      if (held.kind === "own" && areSame(held, type)) return undefined;
      return nameOfType(this.#spellIfKnown(held));
    });
  }

  /** The functions of an implementation that are there for JavaScript. */
  #functionsOf(impl: Impl, type: OwnType): Item[] {
    const items = impl.items.flatMap((id) => {
      const item = this.#doc.index[id];
      return item?.inner.function === undefined ? [] : [item];
    });
    if (impl.trait === null) {
      return items.filter((item) => item.visibility === "public");
    }
    const known = this.#resolver.publicItem(impl.trait.id);
    const ofStd = known === undefined
      ? functionsOfKnown(impl, type.item.id, this.#own.implsOf(type.item))
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
      const item = this.#doc.index[id];
      return item?.inner.function !== undefined &&
          (isBlanket || impl.provided_trait_methods.includes(item.name!))
        ? [item]
        : [];
    });
    return isBlanket ? provided : [...items, ...provided];
  }

  #traitPath({ trait }: Impl, env: Env): string {
    const { path, id, args } = trait!;
    const own = this.#resolver.publicItem(id);
    const types = (args?.angle_bracketed?.args ?? []).flatMap(({ type }) =>
      type === undefined ? [] : [this.#resolver.resolve(type, env)]
    );
    const spelled = types.map((type) => this.#spellIfKnown(type));
    return (own === undefined ? pathOfKnown(lastOf(path)) : this.#path(own)) +
      (spelled.length === 0 ? "" : `<${spelled.join(", ")}>`);
  }

  #spellIfKnown(type: Type): string {
    try {
      return this.#own.spell(type);
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      return "_";
    }
  }

  /** What the parameters of an implementation stand for; undefined where it is of other types. */
  #envOf(impl: Impl, type: OwnType): Env | undefined {
    const env = new Map<string, Type>([["Self", type]]);
    if (impl.for.generic !== undefined) env.set(impl.for.generic, type);
    const args = impl.for.resolved_path?.args?.angle_bracketed?.args ?? [];
    let index = 0;
    for (const { type: given } of args) {
      if (given === undefined) continue;
      const own = type.args[index++];
      if (own === undefined) return undefined;
      if (given.generic !== undefined) env.set(given.generic, own);
      else {
        const resolved = this.#resolver.resolve(given, NO_ENV);
        if (!areSame(resolved, own)) return undefined;
      }
    }
    const whole = new Map(this.#arguments.choose(impl.generics, env));
    return this.#arguments.satisfies(impl.generics, whole)
      ? this.#withAssociated(whole, impl)
      : undefined;
  }

  /**
   * What stands for what a trait names in the functions that it has itself: its
   * own parameters, and none of an implementation, which may be called the same.
   */
  #envOfTrait(impl: Impl, env: Env): Env {
    const own = new Map(
      [...env].filter(([name]) => name === "Self" || name.startsWith("Self::")),
    );
    const trait = impl.trait && this.#doc.index[impl.trait.id]?.inner.trait;
    const given = (impl.trait?.args?.angle_bracketed?.args ?? [])
      .flatMap(({ type }) => type === undefined ? [] : [type]);
    const params =
      trait?.generics.params.filter(({ kind }) => kind.type !== undefined) ??
        [];
    for (const [i, { name }] of params.entries()) {
      const type = given[i];
      if (type !== undefined) own.set(name, this.#resolver.resolve(type, env));
    }
    return own;
  }

  /** Adds what an implementation says that associated types are. */
  #withAssociated(env: Map<string, Type>, impl: Impl): Env {
    for (const id of impl.items) {
      const item = this.#doc.index[id];
      const assoc = item?.inner.assoc_type?.type;
      if (assoc !== undefined && assoc !== null) {
        env.set(`Self::${item!.name}`, this.#resolver.resolve(assoc, env));
      }
    }
    return env;
  }

  /** `toString`, and the next value of an iterator. */
  #special(
    trait: "Display" | "Iterator",
    type: OwnType,
    env: Env,
  ): Partial<ClassDefinition> {
    if (!this.#own.isClass(type)) return {};
    const of = this.#own.nameOf(type);
    const rust = this.#own.spell(type);
    if (trait === "Display") {
      const name = `${of}.toString`;
      this.#functions.set(
        name,
        this.#wrapping.print(name, [{ ...HANDLE, notation: of }], [TEXT], [
          `let p0 = object::Shared::<${rust}>::of(frame.p0)?;`,
          `frame.r0 = frame::give_text(&p0.get().to_string());`,
        ], { params: ["this"] }),
      );
      return { text: name };
    }
    const element = env.get("Self::Item");
    return element === undefined
      ? {}
      : this.#next(of, rust, element, ".next()");
  }

  #next(
    of: string,
    rust: string,
    element: Type,
    step: string,
  ): Partial<ClassDefinition> {
    const name = `${of}.next`;
    const isResult = element.kind === "std" && element.name === "Result";
    const outs = spread(isResult ? element.args[0]! : element);
    try {
      const results = outs.parts.map((one) => this.#own.outward.outgoing(one));
      const parts = results.map(({ notation, slot }) => ({
        notation,
        ...slot,
      }));
      const gives = results.map((result, i) =>
        `frame.r${i} = ${result.give(outs.at(i))};`
      );
      this.#functions.set(
        name,
        this.#wrapping.print(name, [{ ...HANDLE, notation: of }], [
          ...parts,
          BOOL,
        ], [
          `let mut p0 = object::Exclusive::<${rust}>::of(frame.p0)?;`,
          "let mut keeps = object::Keeps::default(); p0.inherit(&mut keeps);",
          `let next = ${
            isResult
              ? `match p0.get()${step} { Some(r) => Some(tried!(r)), None => None }`
              : `p0.get()${step}`
          };`,
          `frame.r${results.length} = next.is_some();`,
          `match next {`,
          `    Some(r) => object::keeping(keeps, || { ${gives.join(" ")} }),`,
          `    None => { ${
            results.map(({ isPacket }, i) =>
              `frame.r${i} = ${
                isPacket ? "frame::NO_VALUE" : "unsafe { std::mem::zeroed() }"
              };`
            ).join(" ")
          } }`,
          "}",
        ], { params: ["this"] }),
      );
      return { next: name };
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#skipped[name] = error.message;
      return {};
    }
  }

  /** Writes the type that holds what comes out. */
  #hold({ name, rust }: UsedHolder, held: string): void {
    this.#code.set(
      name,
      `pub struct ${rust}(pub ${held});\n${classCode(rust, name, false)}`,
    );
  }

  #sequence(one: UsedHolder): void {
    const { name, rust, of } = one;
    this.#hold(one, `Box<dyn Iterator<Item = ${this.#own.spell(of)}>>`);
    this.#types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: {},
      ...this.#next(name, rust, of, ".0.next()"),
    };
  }

  /** What a function gives that is called: an object that is one. */
  #called(one: UsedHolder): void {
    const { name } = one;
    const of = one.of as FunctionType;
    this.#hold(one, this.#own.spell(of));
    const symbol = `${name}.call`;
    const isThere = this.#trying(symbol, () => this.#wrapping.call(one, of));
    this.#types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: {},
      ...isThere ? { call: symbol } : {},
    };
  }

  /** Objects of a trait have its methods; whatever has the trait is one. */
  #dyn(one: UsedHolder & { readonly of: DynType }): void {
    const { name, rust, of } = one;
    this.#hold(one, this.#own.spell(of));
    if (of.pointer === "Box") {
      this.#code.set(
        `${name} among other values`,
        dynCode(this.#own.spell(of), rust, this.#own.inward.readsDyns(of)),
      );
    }
    const { pointer: _, ...self } = of;
    const { item } = of.trait;
    const trait = this.#path(of.trait);
    const path = `<${this.#own.spell(self)} as ${trait}>`;
    const methods: Record<string, string> = {};
    for (const id of item.inner.trait!.items) {
      const { name: method, docs, inner } = this.#doc.index[id] ?? {};
      const isMethod = inner?.function?.sig.inputs[0]?.[0] === "self";
      if (!isMethod) continue;
      const symbol = `${name}.${method}`;
      const own = `${path}::${identifier(method!)}`;
      const env = new Map<string, Type>([["Self", self]]);
      if (this.#add(symbol, own, inner!.function!, env, { docs: docs! })) {
        methods[memberName(method!, true)] = symbol;
      }
    }
    this.#types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods,
      accepts: this.#own.implementorsOf(of).map((one) =>
        this.#own.classOf(one)
      ),
      ...docOf(item.docs),
    };
  }

  /** Where a `&mut` leads to: its `value` is read and written. */
  #place(one: UsedHolder): void {
    const { name, of } = one;
    this.#hold(one, `&'static mut ${this.#own.spell(of)}`);
    const symbol = `${name}.value`;
    const given: Type = of.kind === "primitive"
      ? of
      : { kind: "ref", isMutable: false, of };
    const read = `${of.kind === "primitive" ? "" : "&"}*p0.get().0`;
    const isThere = this.#reader(one, symbol, given, read, null);
    const set = `${symbol}=`;
    const isSlice = of.kind === "slice";
    const taken = isSlice ? std("Vec", "std::vec::Vec", of.of) : of;
    const write = (value: string) =>
      isSlice
        ? `let value = ${value}; let all = &mut *p0.get().0; ` +
          "if value.len() != all.len() { return frame::out_of_range(" +
          'format!("wanted {} elements, got {}", all.len(), value.len())); } ' +
          "all.clone_from_slice(&value);"
        : `*p0.get().0 = ${value};`;
    const isWritten = isThere && this.#writer(one, set, taken, write);
    this.#types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: {},
      accessors: isThere
        ? { value: { get: symbol, ...isWritten ? { set } : {} } }
        : {},
      doc: "What a &mut leads to.",
    };
  }

  /** What the parameters of a type stand for in it. */
  #envOfType(type: OwnType): Env {
    const { generics } = (type.item.inner.struct ?? type.item.inner.enum)!;
    const env = new Map<string, Type>([["Self", type]]);
    let index = 0;
    for (const { name, kind } of generics.params) {
      if (kind.type !== undefined) env.set(name, type.args[index++]!);
    }
    return env;
  }

  /** Public fields are properties. */
  #fields(
    type: OwnType,
    methods: Readonly<Record<string, string>>,
  ): NonNullable<ClassDefinition["accessors"]> {
    const accessors: Record<string, Accessor> = {};
    const { struct } = type.item.inner;
    if (struct === undefined) return {};
    const env = this.#envOfType(type);
    for (const id of fieldsOf(struct)) {
      const field = id === null ? undefined : this.#doc.index[id];
      if (
        field?.visibility !== "public" || Object.hasOwn(methods, field.name!)
      ) {
        continue;
      }
      const accessor = this.#field(type, field, env);
      if (accessor !== undefined) accessors[field.name!] = accessor;
    }
    return accessors;
  }

  /** The functions that read and write a field. */
  #field(type: OwnType, field: Item, env: Env): Accessor | undefined {
    const symbol = `${this.#own.nameOf(type)}.${field.name}`;
    if (this.#functions.has(symbol)) return undefined;
    const rust = this.#own.spell(type);
    const place = `p0.get().${identifier(field.name!)}`;
    const resolved = this.#resolver.resolve(field.inner.struct_field!, env);
    const isPlain = resolved.kind === "primitive";
    const held = { name: this.#own.nameOf(type), rust };
    if (
      !this.#reader(
        held,
        symbol,
        isPlain ? resolved : { kind: "ref", isMutable: false, of: resolved },
        `${isPlain ? "" : "&"}${place}`,
        field.docs,
      )
    ) return undefined;
    const set = `${symbol}=`;
    const write = (value: string) => `${place} = ${value};`;
    return this.#writer(held, set, resolved, write)
      ? { get: symbol, set }
      : { get: symbol };
  }

  /** Adds what writes something of an object, and tells whether that crosses. */
  #writer(
    { name, rust }: Pick<UsedHolder, "name" | "rust">,
    symbol: string,
    type: Type,
    write: (value: string) => string,
  ): boolean {
    try {
      const into = this.#own.inward.incoming(type);
      this.#functions.set(
        symbol,
        this.#wrapping.print(
          symbol,
          [{ ...HANDLE, notation: name }, {
            notation: into.notation,
            ...into.slot,
          }],
          [],
          [
            `let mut p0 = object::Exclusive::<${rust}>::of(frame.p0)?;`,
            taking(1, into.take("frame.p1", "p1", false)),
            write(into.value("p1")),
          ],
          { params: ["this", "value"] },
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      return false;
    }
  }

  /** Adds what reads something of an object, and tells whether that crosses. */
  #reader(
    { name, rust }: Pick<UsedHolder, "name" | "rust">,
    symbol: string,
    given: Type,
    value: string,
    docs: string | null,
  ): boolean {
    try {
      const outs = spread(given);
      const results = outs.parts.map((one) => this.#own.outward.outgoing(one));
      const gives = results.map((out, i) =>
        `frame.r${i} = ${out.give(outs.at(i))};`
      );
      this.#functions.set(
        symbol,
        this.#wrapping.print(
          symbol,
          [{ ...HANDLE, notation: name }],
          results.map(({ notation, slot }) => ({ notation, ...slot })),
          [
            `type Of = ${rust};`,
            `let p0 = object::Shared::<Of>::of(frame.p0)?;`,
            "let mut keeps = object::Keeps::default(); p0.keep(&mut keeps);",
            `let r = ${value};`,
            `object::keeping(keeps, || { ${gives.join(" ")} });`,
          ],
          { params: ["this"], ...docOf(docs) },
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#skipped[symbol] = error.message;
      return false;
    }
  }

  /** What makes an object of all that lies in it; the names of what it takes. */
  #maker(
    type: OwnType,
    symbol: string,
    path: string,
    fields: readonly (number | null)[],
    docs: string | null,
  ): boolean {
    const items = fields.map((id) =>
      id === null ? undefined : this.#doc.index[id]
    );
    if (
      items.some((item) => item?.inner.struct_field === undefined)
    ) return false;
    const isThere = this.#add(
      symbol,
      path,
      {
        sig: {
          inputs: items.map((item) => [
            /^\d/.test(item!.name!) ? "value" : item!.name!,
            item!.inner.struct_field!,
          ]),
          output: { generic: "Self" },
        },
        generics: { params: [], where_predicates: [] },
        header: { is_unsafe: false, is_async: false, abi: "Rust" },
        made: items.map((item) => identifier(item!.name!)),
      },
      this.#envOfType(type),
      { docs },
      undefined,
      this.#own.spell(type),
    );
    // It is no function of the crate's, whose absence would have to be told.
    if (!isThere) delete this.#skipped[symbol];
    return isThere;
  }

  /** A struct without `new` whose fields are all public is made of them. */
  #literal(type: OwnType): string | undefined {
    const { struct } = type.item.inner;
    if (struct === undefined || isOpen(type.item)) return undefined;
    const fields = fieldsOf(struct);
    const isWhole = !hasStripped(struct) &&
      fields.every((id) =>
        id !== null && this.#doc.index[id]?.visibility === "public"
      );
    const symbol = `${this.#own.nameOf(type)}.new`;
    if (!isWhole || Object.hasOwn(this.#skipped, symbol)) return undefined;
    return this.#maker(type, symbol, "Of", fields, null) ? symbol : undefined;
  }

  /**
   * An enum that stays an object: `type` is the name of its variant, what lies
   * in one is a property of that name, and statics make them.
   */
  #variants(
    type: OwnType,
    methods: Readonly<Record<string, string>>,
    statics: Record<string, string>,
  ): Record<string, Accessor> {
    const of = type.item.inner.enum;
    if (of === undefined) return {};
    const accessors: Record<string, Accessor> = {};
    const env = this.#envOfType(type);
    const name = this.#own.nameOf(type);
    const held = { name, rust: this.#own.spell(type) };
    const items = of.variants.flatMap((id) => this.#doc.index[id] ?? []);
    const text: Type = { kind: "primitive", name: "str" };
    const which = `match p0.get() { ${
      items.map((one) =>
        `Of::${identifier(one.name!)} { .. } => ${JSON.stringify(one.name)},`
      ).join(" ")
    } _ => "" }`;
    if (
      !Object.hasOwn(methods, "type") &&
      this.#reader(
        held,
        `${name}.type`,
        { kind: "ref", isMutable: false, of: text },
        which,
        "The name of its variant.",
      )
    ) accessors.type = { get: `${name}.type` };
    for (const item of items) {
      const { kind } = item.inner.variant!;
      const ids = kind === "plain"
        ? []
        : "tuple" in kind
        ? kind.tuple
        : kind.struct.fields;
      const isStripped = kind !== "plain" && "struct" in kind &&
        kind.struct.has_stripped_fields;
      const symbol = `${name}.${item.name}`;
      const path = `Of::${identifier(item.name!)}`;
      if (
        !isStripped && !isOpen(item) && !Object.hasOwn(statics, item.name!) &&
        this.#maker(type, symbol, path, ids, item.docs)
      ) statics[item.name!] = symbol;
      const fields = ids.map((id) =>
        id === null ? undefined : this.#doc.index[id]
      );
      if (
        fields.length === 0 || isStripped ||
        fields.some((field) => field === undefined) ||
        Object.hasOwn(methods, item.name!)
      ) continue;
      const parts = fields.map((field): Type => ({
        kind: "ref",
        isMutable: false,
        of: this.#resolver.resolve(field!.inner.struct_field!, env),
      }));
      const names = fields.map((_, i) => `v${i}`);
      const pattern = `Of::${identifier(item.name!)} { ${
        fields.map((field, i) => `${identifier(field!.name!)}: v${i}`).join(
          ", ",
        )
      } }`;
      const value = names.length === 1 ? "v0" : `(${names.join(", ")})`;
      const given = std(
        "Option",
        "std::option::Option",
        parts.length === 1 ? parts[0]! : { kind: "tuple", of: parts },
      );
      const get = `${symbol}.value`;
      if (
        this.#reader(
          held,
          get,
          given,
          `match p0.get() { ${pattern} => Some(${value}), _ => None }`,
          item.docs,
        )
      ) accessors[item.name!] = { get };
      else delete this.#skipped[get];
    }
    return accessors;
  }

  /** The class of errors, which every function may return. */
  #errors(): void {
    const self = { ...HANDLE, notation: ERROR_CLASS };
    const take = (i: number) =>
      `let p${i} = object::Shared::<object::Failure>::of(frame.p${i})?;`;
    const add = (
      name: string,
      params: Part[],
      result: Part,
      give: string,
      before = "",
    ) => {
      const symbol = `${ERROR_CLASS}.${name}`;
      const names = ["this", "target"].slice(0, params.length);
      this.#functions.set(
        symbol,
        this.#wrapping.print(symbol, params, [result], [
          ...params.map((_, i) => taking(i, take(i))),
          `${before}frame.r0 = ${give};`,
        ], { params: names }),
      );
      return symbol;
    };
    const Unwrap = add(
      "Unwrap",
      [self],
      { ...HANDLE, notation: `?${ERROR_CLASS}` },
      "p0.get().unwrap().map_or(0, object::hold)",
    );
    const Data = add(
      "Data",
      [self],
      { notation: "any", field: "Span", size: 16, align: 8 },
      "object::keeping(keeps, || packet::give(p0.get().held()))",
      "let mut keeps = object::Keeps::default(); p0.keep(&mut keeps); ",
    );
    const Is = add("Is", [self, self], BOOL, "p0.get().is(p1.get())");
    const text = add(
      "toString",
      [self],
      TEXT,
      "frame::give_text(&p0.get().text())",
    );
    this.#types[ERROR_CLASS] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: { Unwrap, Data, Is },
      text,
    };
  }
}

const NO_ENV: Env = new Map();

/** What a member of a class is called that JavaScript means something else by. */
function memberName(name: string, isMethod: boolean): string {
  return name === (isMethod ? "constructor" : "prototype") ? `${name}_` : name;
}

/** A type as a part of a name: `vec_u8`. */
function nameOfType(rust: string): string {
  return rust.replaceAll("'static", "").replaceAll(/\w+::/g, "")
    .replaceAll(/\W+/g, "_").replaceAll(/^_|_$/g, "").toLowerCase();
}

/** The fields of a struct; null for those that cannot be seen. */
function fieldsOf(
  { kind }: NonNullable<Inner["struct"]>,
): readonly (number | null)[] {
  return kind === "unit"
    ? []
    : "plain" in kind
    ? kind.plain.fields
    : kind.tuple;
}

function hasStripped({ kind }: NonNullable<Inner["struct"]>): boolean {
  return kind !== "unit" && "plain" in kind && kind.plain.has_stripped_fields;
}

/** Whether a function is a symbol of its own, for C. */
function isForC({ attrs, inner }: Item): boolean {
  return inner.function!.header.abi !== "Rust" ||
    /no_mangle|export_name/.test(JSON.stringify(attrs));
}

/** What lets boxes of a trait lie among other values. */
function dynCode(box: string, holder: string, reads: string): string {
  return `impl packet::Give for ${box} {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        packet::write_handles(values.into_iter().map(|one| object::hold(${holder}(one))).collect(), w);
    }
}
impl packet::Take for ${box} {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        ${reads}
    }
}
`;
}

/** What makes a type one of objects. */
function classCode(rust: string, name: string, isClone: boolean): string {
  return `impl object::Class for ${rust} {
    const NAME: &'static str = ${JSON.stringify(name)};
    const IS_SEND: bool = object::Threads::<${rust}>::ARE_MANY;
}
impl packet::Give for ${rust} {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        packet::write_handles(values.into_iter().map(object::hold).collect(), w);
    }
}
${
    isClone
      ? `impl packet::Take for ${rust} {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        packet::read_handles(r, n).into_iter().map(|handle| object::copy(handle)).collect()
    }
}
`
      : ""
  }`;
}
