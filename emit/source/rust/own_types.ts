/**
 * The types that a crate declares: which of them are data that crosses whole,
 * and which stay on the native side as objects.
 *
 * @module
 */

import type {
  EnumDefinition,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { BASIC_NAMES } from "../../../ffi/notation/type.ts";
import { type CrateTypes, ERROR_CLASS } from "./frame_value.ts";
import { Inward } from "./incoming.ts";
import { Outward } from "./outgoing.ts";
import {
  enumCode,
  heldCode,
  JSON_CODE,
  recordCode,
  variantCode,
} from "./data_code.ts";
import type { Impl, Item, Rustdoc } from "./rustdoc.ts";
import {
  type DynType,
  type Env,
  type FunctionType,
  JSON_CRATE,
  lastOf,
  type OwnType,
  pathOf,
  type Resolver,
  spell,
  type Type,
  Uncrossable,
} from "./rust_type.ts";

/** What a type is in JavaScript. */
type Shape =
  | { readonly kind: "class" }
  | {
    readonly kind: "enum" | "record" | "variant";
    readonly definition: TypeDefinition;
    readonly code: string;
  };

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
  readonly #impls = new Map<number, readonly Impl[]>();
  readonly #elsewhere: ReadonlyMap<number, readonly number[]>;
  readonly #shapes = new Map<string, Shape>();
  readonly #names = new Map<string, string>();
  readonly #classes = new Map<string, UsedClass>();
  readonly #errorClasses = new Map<string, string>();
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
   * @param crate What it is called in Rust.
   * @param taken Names that are taken.
   */
  constructor(
    doc: Rustdoc,
    resolver: Resolver,
    crate: string,
    taken: ReadonlySet<string>,
  ) {
    this.#taken = taken;
    this.#doc = doc;
    this.#resolver = resolver;
    this.#crate = crate;
    this.#elsewhere = this.#implsElsewhere();
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
        const args = type.args.map((one) => this.spell(one)).join("_");
        name = `${plain}_${args.replace(/^\W+/, "").replace(/\W+/g, "_")}`;
      }
      this.#names.set(key, name);
    }
    return name;
  }

  isClass(type: OwnType): boolean {
    return this.#shapeOf(type).kind === "class";
  }

  isEnum(type: OwnType): boolean {
    return this.#shapeOf(type).kind === "enum";
  }

  enumNumber(type: OwnType): string {
    const shape = this.#shapeOf(type);
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
    if (type.args.some(isUnsized)) {
      throw new Uncrossable(
        `a ${name} has no size of its own: it is only ever borrowed`,
      );
    }
    if (!this.#classes.has(name)) this.#classes.set(name, { name, type });
    return name;
  }

  /** The name of a type that crosses whole, which is used from now on. */
  dataOf(type: OwnType): string {
    const name = this.nameOf(type);
    const shape = this.#shapeOf(type);
    if (shape.kind !== "class") {
      this.#definitions.set(name, shape.definition);
      this.#code.set(name, shape.code);
    }
    return name;
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
    const key = this.spell(of);
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
      let name = `${called}${number}`;
      while (this.#taken.has(name) || this.#resolver.isPublic(name)) {
        name += "_";
      }
      known = { name, rust: `${inRust}${number}`, of };
      all.set(key, known);
    }
    return known;
  }

  /** What a call may return as an error: its variant and its fields are told, or the object that it is. */
  errorOf(type: Type | undefined): void {
    if (type?.kind !== "own") return;
    if (type.item.inner.struct !== undefined && this.isClass(type)) {
      this.#errorClasses.set(this.classOf(type), this.spell(type));
      return;
    }
    const key = `${this.nameOf(type)} as an error`;
    if (!this.#code.has(key)) {
      const code = heldCode(this.#doc, this.spell(type), type.item);
      if (code !== undefined) this.#code.set(key, code);
    }
  }

  /** Classes whose objects calls return as errors, with their types in Rust. */
  get errorClasses(): ReadonlyMap<string, string> {
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

  isClone({ item }: OwnType): boolean {
    return this.implsOf(item).some((impl) =>
      lastOf(impl.trait?.path ?? "") === "Clone"
    );
  }

  /** What is implemented for a type by hand or by derive. */
  implsOf({ id, inner }: Item): readonly Impl[] {
    let known = this.#impls.get(id);
    if (known === undefined) {
      const { impls } = (inner.struct ?? inner.enum)!;
      const all = new Set([...impls, ...this.#elsewhere.get(id) ?? []]);
      known = [...all].flatMap((id) => {
        const impl = this.#doc.index[id]?.inner.impl;
        return impl !== undefined && isByHand(impl) ? [impl] : [];
      });
      this.#impls.set(id, known);
    }
    return known;
  }

  /** What a type has as all types have that fit: of traits that the crate shows. */
  blanketsOf({ inner }: Item): Impl[] {
    const { impls } = (inner.struct ?? inner.enum)!;
    return impls.flatMap((id) => {
      const impl = this.#doc.index[id]?.inner.impl;
      return impl?.blanket_impl?.generic !== undefined && impl.trait !== null &&
          this.#resolver.publicItem(impl.trait.id) !== undefined
        ? [impl]
        : [];
    });
  }

  /** What is implemented for types where their own crates do not know of it. */
  #implsElsewhere(): Map<number, number[]> {
    const found = new Map<number, number[]>();
    if (this.#doc.others === undefined) return found;
    for (const item of Object.values(this.#doc.index)) {
      const { impl } = item.inner;
      const id = impl?.for.resolved_path?.id;
      if (impl === undefined || id === undefined || !isByHand(impl)) continue;
      found.set(id, [...found.get(id) ?? [], item.id]);
    }
    return found;
  }

  /** Whether it has methods of its own that take it. */
  hasMethods(item: Item): boolean {
    return this.implsOf(item).some((impl) =>
      impl.trait === null &&
      impl.items.some((id) =>
        this.#doc.index[id]?.visibility === "public" &&
        this.#doc.index[id]?.inner.function?.sig.inputs[0]?.[0] === "self"
      )
    );
  }

  #shapeOf(type: OwnType): Shape {
    const key = this.spell(type);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const { item } = type;
    const isPlain = type.lifetimes === 0 && type.args.length === 0;
    // A type may contain itself: it counts as whole until it turns out not to be.
    const assumed = item.inner.enum !== undefined ? "variant" : "record";
    this.#shapes.set(key, {
      kind: assumed,
      definition: { kind: "record", members: [] },
      code: "",
    });
    let shape: Shape = { kind: "class" };
    if (isPlain) {
      try {
        shape = item.inner.enum !== undefined
          ? this.#enumShape(type)
          : this.#structShape(type);
      } catch (error) {
        if (!(error instanceof Uncrossable)) throw error;
      }
    }
    this.#shapes.set(key, shape);
    return shape;
  }

  /** A field that crosses both ways, as data. */
  #field(
    id: number | null,
  ): { name: string; rust: string; notation: string; doc: string | null } {
    const item = id === null ? undefined : this.#doc.index[id];
    const type = item?.inner.struct_field;
    if (item === undefined || type === undefined) {
      throw new Uncrossable("a field of it is private");
    }
    const resolved = this.#resolver.resolve(type, NO_ENV);
    if (this.#holdsObject(resolved)) {
      throw new Uncrossable("an object is in it");
    }
    const { notation, isSame } = this.inward.whole(resolved);
    if (!isSame) throw new Uncrossable("it borrows");
    this.outward.given(resolved);
    return {
      name: item.name!,
      rust: this.spell(resolved),
      notation,
      doc: item.docs,
    };
  }

  #holdsObject(type: Type): boolean {
    switch (type.kind) {
      case "own":
        return this.isClass(type);
      case "std":
        return type.args.some((one) => this.#holdsObject(one));
      case "tuple":
        return type.of.some((one) => this.#holdsObject(one));
      case "array":
      case "slice":
        return this.#holdsObject(type.of);
      default:
        return false;
    }
  }

  #structShape(type: OwnType): Shape {
    const { kind } = type.item.inner.struct!;
    if (
      this.hasMethods(type.item) || isOpen(type.item) || kind === "unit" ||
      !("plain" in kind) || kind.plain.has_stripped_fields ||
      kind.plain.fields.length === 0
    ) return { kind: "class" };
    const ids = kind.plain.fields;
    if (ids.some((id) => this.#doc.index[id]?.visibility !== "public")) {
      return { kind: "class" };
    }
    const fields = ids.map((id) => this.#field(id));
    return {
      kind: "record",
      definition: {
        kind: "record",
        members: fields.map(({ name, notation, doc }) => ({
          name,
          type: notation,
          ...docOf(doc),
        })),
        ...docOf(type.item.docs),
      },
      code: recordCode(this.spell(type), fields),
    };
  }

  #enumShape(type: OwnType): Shape {
    const { variants, has_stripped_variants } = type.item.inner.enum!;
    if (has_stripped_variants || variants.length === 0) {
      return { kind: "class" };
    }
    const items = variants.map((id) => this.#doc.index[id]!);
    const rust = this.spell(type);
    if (items.every((one) => one.inner.variant!.kind === "plain")) {
      const values: Record<string, bigint> = {};
      let next = 0n;
      for (const { name, inner } of items) {
        const given = inner.variant!.discriminant?.value;
        if (given !== undefined) next = BigInt(given.replaceAll("_", ""));
        values[name!] = next++;
      }
      const number = numberFor(Object.values(values));
      if (number === undefined) return { kind: "class" };
      return {
        kind: "enum",
        definition: {
          kind: "enum",
          type: number,
          values: Object.fromEntries(
            Object.entries(values).map(([name, value]) => [
              name,
              Number.isSafeInteger(Number(value))
                ? Number(value)
                : String(value),
            ]),
          ),
          ...docOf(type.item.docs),
        },
        code: enumCode(rust, this.nameOf(type), number, values),
      };
    }
    const cases = items.map(({ name, docs, inner }) => {
      const { kind } = inner.variant!;
      if (kind === "plain") return { name: name!, kind, fields: [] };
      const isTuple = "tuple" in kind;
      if (!isTuple && kind.struct.has_stripped_fields) {
        throw new Uncrossable("a field of it is private");
      }
      const fields = (isTuple ? kind.tuple : kind.struct.fields)
        .map((id) => this.#field(id));
      return {
        name: name!,
        kind: isTuple ? "tuple" as const : "struct" as const,
        fields,
        docs,
      };
    });
    const notations: Record<string, string> = {};
    for (const { name, kind, fields } of cases) {
      if (kind === "struct") {
        const record = `${this.nameOf(type)}::${name}`;
        this.define(record, {
          kind: "record",
          members: fields.map((field) => ({
            // The case itself stands in `type`.
            name: field.name === "type" ? "type_" : field.name,
            type: field.notation,
          })),
        });
        notations[name] = record;
      } else {
        notations[name] = fields.length === 0
          ? "void"
          : fields.length === 1
          ? fields[0]!.notation
          : `(${fields.map((field) => field.notation).join(", ")})`;
      }
    }
    return {
      kind: "variant",
      definition: {
        kind: "variant",
        cases: notations,
        ...docOf(type.item.docs),
      },
      code: variantCode(rust, cases),
    };
  }
}

const NO_ENV: Env = new Map();

/** Whether a value of a type lies nowhere by itself. */
function isUnsized(type: Type): boolean {
  return type.kind === "slice" ||
    type.kind === "primitive" && type.name === "str" ||
    type.kind === "dyn" && type.pointer === undefined;
}

/** Whether somebody wrote it for this very type. */
function isByHand(impl: Impl): boolean {
  return !impl.is_synthetic && !impl.is_negative && impl.blanket_impl === null;
}

/** Names that mean something in the notation, or in a manifest. */
const RESERVED: ReadonlySet<string> = new Set([
  ...BASIC_NAMES,
  "closure",
  ERROR_CLASS,
  "map",
]);

/** The first integer that has all of some values. */
function numberFor(values: readonly bigint[]): string | undefined {
  const fits = (bits: number, isSigned: boolean) =>
    values.every((value) =>
      (isSigned ? BigInt.asIntN : BigInt.asUintN)(bits, value) === value
    );
  return fits(32, false)
    ? "u32"
    : fits(32, true)
    ? "i32"
    : fits(64, true)
    ? "i64"
    : fits(64, false)
    ? "u64"
    : undefined;
}

/** Whether others may not make one, as fields may be added. */
export function isOpen(item: Pick<Item, "attrs">): boolean {
  return item.attrs.some((attr) =>
    attr === "non_exhaustive" || JSON.stringify(attr).includes("non_exhaustive")
  );
}

/** A comment, where there is one. */
export function docOf(docs: string | null): { doc?: string } {
  return docs === null || docs === "" ? {} : { doc: docs };
}
