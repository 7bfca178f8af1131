/**
 * The API of a crate: everything public that crosses, each function with its
 * wrapper, and what does not, with the reason.
 *
 * @module
 */

import type {
  Constant,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { Classes } from "./crate_classes.ts";
import { constantOf } from "./constant.ts";
import { instanceCode } from "./data_code.ts";
import { Describing } from "./describing.ts";
import { describeErrors } from "./error_class.ts";
import { Holders } from "./holder.ts";
import { Implementations } from "./implementation.ts";
import { wantedArguments } from "./instantiate.ts";
import { Properties } from "./property.ts";
import { Protocols } from "./protocol.ts";
import { othersItems, type PublicItem, publicItems } from "./public_items.ts";
import { argumentsOf } from "./public_type.ts";
import { type Env, ownType, type Type, Uncrossable } from "./rust_type.ts";
import { docOf, type Inner, type Item, type Rustdoc } from "./rustdoc.ts";
import { identifier, isNamed } from "./spell_type.ts";
import type { Wrapped } from "./wrap.ts";

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
  readonly #items: PublicItem[];
  readonly #to: Describing;
  readonly #implementations: Implementations;
  readonly #classes: Classes;
  readonly #holders: Holders;
  readonly #constants: Record<string, Constant> = {};
  /** The classes that are described. */
  readonly #described = new Set<string>();
  /** What is wanted for the parameters of something generic, by its number. */
  readonly #wanted: ReadonlyMap<number, Env>;

  constructor(
    doc: Rustdoc,
    crate: string,
    taken: ReadonlySet<string>,
    instantiate: readonly string[],
  ) {
    this.#doc = doc;
    this.#items = publicItems(doc);
    const others = othersItems(doc, this.#items);
    const to = new Describing(doc, crate, [...this.#items, ...others], taken);
    const protocols = new Protocols(to);
    const properties = new Properties(to);
    this.#to = to;
    this.#implementations = new Implementations(to);
    this.#classes = new Classes(
      to,
      this.#implementations,
      protocols,
      properties,
    );
    this.#holders = new Holders(to, protocols, properties);
    this.#wanted = wantedArguments(instantiate, this.#items, to.resolver);
  }

  describe(): Api {
    const later: PublicItem[] = [];
    for (const one of this.#items) {
      if (!one.isApi) continue;
      if (this.#isMadeByOthers(one)) later.push(one);
      else this.#item(one);
    }
    this.#whatIsUsed();
    // What others make has the arguments with which they do, and no others.
    const used = new Set(
      [...this.#to.own.classes].map(({ type }) => type.item),
    );
    for (const one of later) if (!used.has(one.item)) this.#item(one);
    this.#whatIsUsed();
    // Of what no arguments are known, others may have told.
    for (const { type } of this.#to.own.classes) {
      delete this.#to.skipped[type.path.join("::")];
    }
    for (const one of this.#to.own.classes) {
      const values = this.#classes.madeBy(one);
      const type = this.#to.types[one.name];
      if (values.length === 0 || type?.kind !== "class") continue;
      // A plain object is one of several things then that are tried.
      const { data, ...from } = type.from ?? {};
      const all = data === undefined ? values : [...values, data];
      this.#to.types[one.name] = { ...type, from: { ...from, values: all } };
    }
    this.#addWalks();
    this.#addAliases();
    describeErrors(this.#to);
    const { definitions, code } = this.#to.own.data;
    const types = { ...Object.fromEntries(definitions), ...this.#to.types };
    // Among other values an object has the number of its class, by their names.
    const classes = Object.keys(types)
      .filter((name) => types[name]!.kind === "class").sort();
    for (const [name, one] of this.#to.own.errorClasses) {
      this.#to.code.set(
        `${name} as an error`,
        instanceCode(this.#doc, one, classes.indexOf(name)),
      );
    }
    return {
      types,
      constants: this.#constants,
      functions: this.#to.functions,
      skipped: this.#to.skipped,
      code: new Map([...code, ...this.#to.code]),
      isForRust: this.#to.isForRust,
    };
  }

  /** Whether objects of a generic type come out of functions of others alone: an iterator. */
  #isMadeByOthers({ item }: PublicItem): boolean {
    const { generics } = item.inner.struct ?? item.inner.enum ?? {};
    const isGeneric = generics?.params.some(({ kind }) =>
      kind.type !== undefined
    );
    return isGeneric === true && !this.#wanted.has(item.id) &&
      !this.#to.impls.canBeMade(item);
  }

  #item(one: PublicItem): void {
    const { item, path } = one;
    const { inner } = item;
    const name = path.join("::");
    if (inner.function !== undefined) {
      if (isForC(item)) return;
      const env = this.#wanted.get(item.id) ?? NO_ENV;
      if (this.#to.add(name, this.#to.path(one), inner.function, env, item)) {
        this.#to.isForRust = true;
      }
    } else if (inner.constant !== undefined) {
      this.#constant(one, inner.constant);
    } else if (inner.static !== undefined) {
      const type = this.#to.resolver.resolve(inner.static.type, NO_ENV);
      const place = { kind: "ref", isMutable: false, of: type } as const;
      this.#variable(one, place, "&");
    } else if (inner.struct !== undefined || inner.enum !== undefined) {
      this.#type(one);
    } else if (inner.trait !== undefined) this.#trait(one, inner.trait);
  }

  /** A trait that a type has which is a value in JavaScript: functions that take it. */
  #trait(one: PublicItem, trait: NonNullable<Inner["trait"]>): void {
    const { item } = one;
    const found = this.#to.arguments.implementors.implementorOf(
      item.id,
      (type) =>
        (type.kind === "ref" ? type.of : type).kind !== "own" &&
        isNamed(type),
    );
    if (found === undefined) return;
    const { type, impl } = found;
    const self: Env = new Map([["Self", type]]);
    const env = this.#implementations.withAssociated(
      new Map(this.#to.arguments.choose(impl.generics, self)),
      impl,
    );
    const path = `<${this.#to.own.spell(type)} as ${
      this.#implementations.traitPath(impl, env)
    }>`;
    const around = this.#implementations.envOfTrait(impl, env);
    for (const id of trait.items) {
      const { name, docs, inner } = this.#doc.index[id] ?? {};
      if (inner?.function === undefined) continue;
      // `&mut self` of what is a reference is a place in Rust, and no value.
      const self = inner.function.sig.inputs[0];
      const isPlace = self?.[0] === "self" && self[1].borrowed_ref?.is_mutable;
      if (type.kind === "ref" && isPlace) continue;
      const symbol = `${one.path.join("::")}::${name}`;
      const own = `${path}::${identifier(name!)}`;
      if (this.#to.add(symbol, own, inner.function, around, { docs: docs! })) {
        this.#to.isForRust = true;
      }
    }
  }

  /** A type that is public: it is there even if no function takes or gives it. */
  #type(one: PublicItem): void {
    const { item, path } = one;
    if (this.#to.resolver.isJson(item.id)) return; // JavaScript's own values
    const { generics } = (item.inner.struct ?? item.inner.enum)!;
    const args = argumentsOf(this.#to, item, this.#wanted.get(item.id));
    const type = ownType(one, args);
    const name = path.join("::");
    if (generics.params.some(({ kind }) => kind.const !== undefined)) {
      this.#to.skipped[name] =
        "it is generic over a constant, and no function says which: one that gives it with a number in its brackets makes it a class";
      return;
    }
    const none = args.find((one) => one.kind === "none");
    if (none !== undefined) {
      this.#to.skipped[name] = (none as Type & { kind: "none" }).why;
      return;
    }
    try {
      if (this.#to.own.isClass(type)) this.#to.own.classOf(type);
      else {
        this.#to.own.dataOf(type);
        this.#classes.members(type, { methods: {}, statics: {} });
      }
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#to.skipped[name] = error.message;
    }
  }

  /** A value that the crate has, and nobody changes. */
  #variable(one: PublicItem, type: Type, mark: string): void {
    const { item, path } = one;
    const name = path.join("::");
    try {
      const value = `${mark}${this.#to.path(one)}`;
      this.#to.functions.set(
        name,
        this.#to.wrapping.variable(name, type, value, item.docs),
      );
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#to.skipped[name] = error.message;
    }
  }

  #constant(
    one: PublicItem,
    { type, const: value }: NonNullable<Inner["constant"]>,
  ): void {
    const name = one.path.join("::");
    const resolved = this.#to.resolver.resolve(type, NO_ENV);
    const constant = constantOf(resolved, value.value, value.expr);
    if (constant !== undefined) this.#constants[name] = constant;
    else this.#variable(one, resolved, "");
  }

  /** Lets objects be walked through that have an `iter()`: they stay, where `into_iter()` would take them. */
  #addWalks(): void {
    for (const [name, type] of Object.entries(this.#to.types)) {
      if (type.kind !== "class" || (type.next ?? type.text ?? type.call)) {
        continue;
      }
      const { iter } = type.methods ?? {};
      const definition = iter && this.#to.functions.get(iter)?.definition;
      const [, result = ""] = definition
        ? /^\([^,()]*\) => (.+)$/.exec(definition.type) ?? []
        : [];
      const given = this.#to.types[result];
      if (given?.kind !== "class" || given.next === undefined) continue;
      this.#to.types[name] = { ...type, iterator: iter! };
    }
  }

  /** Other names that the crate has for its classes, `type RgbImage = ImageBuffer<Rgb<u8>, Vec<u8>>`. */
  #addAliases(): void {
    const used = new Map(
      [...this.#to.own.classes].map(({ name, type }) => [
        this.#to.spellIfKnown(type),
        name,
      ]),
    );
    for (const { item, path, isApi } of this.#items) {
      const alias = item.inner.type_alias;
      if (alias === undefined || !isApi) continue;
      const env = this.#to.arguments.choose(alias.generics, NO_ENV);
      const type = this.#to.resolver.resolve(alias.type, env);
      const name = path.join("::");
      const of = type.kind === "own"
        ? used.get(this.#to.spellIfKnown(type))
        : undefined;
      if (
        of === undefined || Object.hasOwn(this.#to.types, name) ||
        this.#to.own.isTaken(name)
      ) continue;
      this.#to.types[name] = { kind: "alias", type: of, ...docOf(item.docs) };
    }
  }

  /** All classes that are used, and those that their members use. */
  #whatIsUsed(): void {
    const done = this.#described;
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
      each(this.#to.own.classes, (one) => this.#classes.describe(one));
      each(this.#to.own.sequences, (one) => this.#holders.sequence(one));
      each(this.#to.own.dyns, (one) => this.#holders.dyn(one));
      each(this.#to.own.places, (one) => this.#holders.place(one));
      each(this.#to.own.called, (one) => this.#holders.called(one));
    }
  }
}

const NO_ENV: Env = new Map();

/** Whether a function is a symbol of its own, for C. */
function isForC({ attrs, inner }: Item): boolean {
  return inner.function!.header.abi !== "Rust" ||
    /no_mangle|export_name/.test(JSON.stringify(attrs));
}
