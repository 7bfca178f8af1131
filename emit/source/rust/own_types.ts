/**
 * The types that a crate declares, as far as they are used: what they are called
 * in JavaScript, which of them cross whole, and which are classes.
 *
 * @module
 */

import type {
  EnumDefinition,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { BASIC_NAMES } from "../../../ffi/notation/type.ts";
import { type ErrorClass, heldCode, JSON_CODE } from "./data_code.ts";
import { type CrateTypes, ERROR_CLASS } from "./frame_value.ts";
import { Inward } from "./incoming.ts";
import { givenAwayCode } from "./object_code.ts";
import { Outward } from "./outgoing.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  type DynType,
  type Env,
  type FunctionType,
  JSON_CRATE,
  lastOf,
  type OwnType,
  pathOf,
  type Type,
  Uncrossable,
} from "./rust_type.ts";
import type { Rustdoc, RustType } from "./rustdoc.ts";
import { Shapes } from "./shape.ts";
import { publicStd, spell } from "./spell_type.ts";
import { stdRecord } from "./std_record.ts";
import { stdVariant } from "./std_variant.ts";
import { isByHand, type TypeImpls } from "./type_impls.ts";

/** A class that is used. */
export interface UsedClass {
  readonly name: string;
  readonly type: OwnType;
}

/** What comes out, and is held by a type of the wrapper: an iterator, or a place. */
export interface UsedHolder {
  /** The class that it is in JavaScript. */
  readonly name: string;
  /** The type of a wrapper that holds it. */
  readonly rust: string;
  /** What the iterator gives, or lies at the place. */
  readonly of: Type;
}

/** The types of one crate. */
export class OwnTypes implements CrateTypes {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #crate: string;
  readonly #taken: ReadonlySet<string>;
  readonly #impls: TypeImpls;
  readonly #shapes: Shapes;
  readonly #names = new Map<string, string>();
  readonly #classes = new Map<string, UsedClass>();
  readonly #errorClasses = new Map<string, ErrorClass>();
  /** Whether an error of no class holds something. */
  #isAnyHeld = false;
  readonly #sequences = new Map<string, UsedHolder>();
  readonly #called = new Map<string, UsedHolder>();
  readonly #places = new Map<string, UsedHolder>();
  readonly #dyns = new Map<string, UsedHolder & { readonly of: DynType }>();
  readonly #definitions = new Map<string, TypeDefinition>();
  readonly #code = new Map<string, string>();
  /** How values come out. */
  readonly outward = new Outward(this);
  /** How values come in. */
  readonly inward = new Inward(this, this.outward);

  /**
   * @param doc The crate.
   * @param resolver Looks its types up.
   * @param impls What is implemented for them.
   * @param crate What it is called in Rust.
   * @param taken Names that are taken.
   */
  constructor(
    doc: Rustdoc,
    resolver: Resolver,
    impls: TypeImpls,
    crate: string,
    taken: ReadonlySet<string>,
  ) {
    this.#taken = taken;
    this.#doc = doc;
    this.#resolver = resolver;
    this.#crate = crate;
    this.#impls = impls;
    this.#shapes = new Shapes(doc, resolver, impls, this);
  }

  /** As a wrapper writes it. */
  spell(type: Type): string {
    // Modules of the wrapper may be called as the crate is.
    return spell(type, `::${this.#crate}`);
  }

  /** What it is called in JavaScript. */
  nameOf(type: OwnType): string {
    const key = this.spell(type);
    let name = this.#names.get(key);
    if (name === undefined) {
      const path = pathOf(type);
      const isTaken = this.#taken.has(path) || RESERVED.has(path);
      const plain = isTaken ? `${this.#crate}::${path}` : path;
      const taken = new Set(this.#names.values());
      name = plain;
      if (taken.has(plain)) {
        const args = [
          ...type.args.map((one) => this.spell(one)),
          ...type.consts ?? [],
        ].join("_");
        name = `${plain}_${args.replace(/^\W+/, "").replace(/\W+/g, "_")}`;
        while (taken.has(name)) name += "_"; // a -2 is none of the 2
      }
      this.#names.set(key, name);
    }
    return name;
  }

  /** Whether a name is another type's, or none that a type can have. */
  isTaken(name: string): boolean {
    return this.#taken.has(name) || RESERVED.has(name) ||
      this.#definitions.has(name);
  }

  isClass(type: OwnType): boolean {
    return this.#shapes.of(type).kind === "class";
  }

  isEnum(type: OwnType): boolean {
    return this.#shapes.of(type).kind === "enum";
  }

  enumNumber(type: OwnType): string {
    const shape = this.#shapes.of(type);
    if (shape.kind !== "enum") throw new Error(this.nameOf(type));
    return (shape.definition as EnumDefinition).type;
  }

  named(name: string): "class" | { readonly number: string } | undefined {
    if (this.#classes.has(name)) return "class";
    const definition = this.#definitions.get(name);
    return definition?.kind === "enum"
      ? { number: definition.type }
      : undefined;
  }

  /** The name of a class, which is used from now on. */
  classOf(type: OwnType): string {
    const name = this.nameOf(type);
    if (type.args.some(isUnsized) && !isGivenWhole(type, this.#doc)) {
      throw new Uncrossable(
        `a ${name} has no size of its own: it is only ever borrowed`,
      );
    }
    if (!this.#classes.has(name)) this.#classes.set(name, { name, type });
    return name;
  }

  unsizedIn(type: OwnType): string | undefined {
    return this.#impls.isUnsized(type.item)
      ? `Unsized_${this.nameOf(type).replaceAll(/\W+/g, "_")}`
      : undefined;
  }

  /** The name of a type that crosses whole, which is used from now on. */
  dataOf(type: OwnType): string {
    const name = this.nameOf(type);
    const shape = this.#shapes.of(type);
    if (shape.kind !== "class") {
      this.#definitions.set(name, shape.definition);
      this.#code.set(name, shape.code);
    }
    return name;
  }

  isClone(type: OwnType): boolean {
    return this.#impls.isClone(type);
  }

  giveAway(type: OwnType): void {
    const name = this.classOf(type);
    if (this.unsizedIn(type) !== undefined) {
      throw new Uncrossable(
        `a ${name} has no size of its own: it is only ever borrowed`,
      );
    }
    this.#code.set(`${name} given away`, givenAwayCode(this.spell(type)));
  }

  stdVariantOf(name: string): string | undefined {
    const made = stdVariant(name);
    if (made === undefined) return undefined;
    const free = this.freeName(name);
    this.#definitions.set(free, made.definition);
    this.#code.set(free, made.code);
    return free;
  }

  stdRecordOf(path: string) {
    const made = stdRecord(publicStd(path));
    if (made === undefined) return undefined;
    const name = this.freeName(lastOf(path));
    this.#definitions.set(name, made.definition);
    this.#code.set(name, made.code);
    return { name, use: made.use };
  }

  useJson(): void {
    this.#code.set(JSON_CRATE, JSON_CODE);
  }

  /** Adds a type that is a part of another one. */
  define(name: string, definition: TypeDefinition): void {
    this.#definitions.set(name, definition);
  }

  sequenceOf(of: Type): UsedHolder {
    return this.#holderOf(of, this.#sequences, "Iterator", "Sequence");
  }

  functionOf(type: FunctionType): UsedHolder {
    const of: FunctionType = { ...type, by: "named" };
    return this.#holderOf(of, this.#called, "Function", "Called");
  }

  placeOf(of: Type): UsedHolder {
    return this.#holderOf(of, this.#places, "Place", "Place");
  }

  dynOf(of: DynType): UsedHolder {
    const key = this.spell({ ...of, borrows: true });
    let known = this.#dyns.get(key);
    if (known === undefined) {
      const taken = new Set([...this.#dyns.values()].map(({ name }) => name));
      let name = pathOf(of.trait);
      if (taken.has(name)) name += `_${of.pointer}`;
      while (taken.has(name) || this.#taken.has(name)) name += "_";
      known = { name, rust: `Dyn${this.#dyns.size + 1}`, of };
      this.#dyns.set(key, known);
    }
    return known;
  }

  implementorsOf({ trait }: DynType): readonly OwnType[] {
    return this.#resolver.implsOf(trait.item.id).flatMap((impl) => {
      if (!isByHand(impl)) return [];
      const type = this.#resolver.resolve(impl.for, NO_ENV);
      const isIt = type.kind === "own" && type.args.length === 0 &&
        type.lifetimes === 0 && this.isClass(type);
      return isIt ? [type] : [];
    });
  }

  /** A name that no type of the crate has. */
  freeName(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name) || this.#resolver.isPublic(name)) name += "_";
    return name;
  }

  #holderOf(
    of: Type,
    all: Map<string, UsedHolder>,
    called: string,
    inRust: string,
  ): UsedHolder {
    const key = this.spell(of);
    let known = all.get(key);
    if (known === undefined) {
      const number = all.size + 1;
      const name = this.freeName(`${called}${number}`);
      known = { name, rust: `${inRust}${number}`, of };
      all.set(key, known);
    }
    return known;
  }

  /** What a call may return as an error: its variant and its fields are told, or the object that it is. */
  errorOf(type: Type | undefined): void {
    if (type?.kind !== "own") return;
    if (type.item.inner.struct !== undefined && this.isClass(type)) {
      this.#errorClasses.set(this.classOf(type), {
        rust: this.spell(type),
        item: type.item,
      });
      return;
    }
    const key = `${this.nameOf(type)} as an error`;
    if (!this.#code.has(key)) {
      const code = heldCode(this.#doc, this.spell(type), type.item);
      if (code === undefined) return;
      this.#code.set(key, code);
      this.#isAnyHeld = true;
    }
  }

  /** Whether anything is told of an error that a call may return, but its text. */
  get areErrorsTold(): boolean {
    return this.#errorClasses.size > 0 || this.#isAnyHeld;
  }

  /** Classes whose objects calls return as errors. */
  get errorClasses(): ReadonlyMap<string, ErrorClass> {
    return this.#errorClasses;
  }

  /** The classes that are used so far. */
  get classes(): Iterable<UsedClass> {
    return this.#classes.values();
  }

  /** What is called, as far as it is used. */
  get called(): Iterable<UsedHolder> {
    return this.#called.values();
  }

  /** The iterators that are used so far. */
  get sequences(): Iterable<UsedHolder> {
    return this.#sequences.values();
  }

  /** The objects of traits that are used so far. */
  get dyns(): Iterable<UsedHolder & { readonly of: DynType }> {
    return this.#dyns.values();
  }

  /** The places that are used so far. */
  get places(): Iterable<UsedHolder> {
    return this.#places.values();
  }

  /** What crosses whole: its definitions, and their code. */
  get data(): {
    definitions: Map<string, TypeDefinition>;
    code: Map<string, string>;
  } {
    return { definitions: this.#definitions, code: this.#code };
  }
}

const NO_ENV: Env = new Map();

/** Whether a value of a type lies nowhere by itself. */
function isUnsized(type: Type): boolean {
  return type.kind === "slice" ||
    type.kind === "primitive" && type.name === "str" ||
    type.kind === "dyn" && type.pointer === undefined;
}

/**
 * Whether a function gives a type by value: then it has a size of its own,
 * whatever its parameters have, `TextDiff<'_, '_, '_, str>`.
 */
function isGivenWhole({ item }: OwnType, { index }: Rustdoc): boolean {
  const isIt = (value: unknown): boolean =>
    typeof value === "object" && value !== null &&
    !("borrowed_ref" in value) &&
    ((value as RustType).resolved_path?.id === item.id ||
      Object.values(value).some(isIt));
  return Object.values(index).some(({ inner }) =>
    isIt(inner.function?.sig.output)
  );
}

/** Names that mean something in the notation, or in a manifest. */
const RESERVED: ReadonlySet<string> = new Set([
  ...BASIC_NAMES,
  "closure",
  ERROR_CLASS,
  "map",
]);
