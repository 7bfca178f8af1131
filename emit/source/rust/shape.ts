/**
 * Whether a type that a crate declares is data that crosses whole, or stays on
 * the native side as an object.
 *
 * @module
 */

import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { enumCode, recordCode, variantCode } from "./data_code.ts";
import type { Inward } from "./incoming.ts";
import type { Outward } from "./outgoing.ts";
import type { Resolver } from "./resolve_type.ts";
import { type Env, type OwnType, type Type, Uncrossable } from "./rust_type.ts";
import { docOf, isOpen, type Rustdoc } from "./rustdoc.ts";
import type { TypeImpls } from "./type_impls.ts";

/** What a type is in JavaScript. */
export type Shape =
  | { readonly kind: "class" }
  | {
    readonly kind: "enum" | "record" | "variant";
    readonly definition: TypeDefinition;
    readonly code: string;
  };

/** What is known of the types of a crate by what asks for their shapes. */
export interface ShapedTypes {
  /** How values come out. */
  readonly outward: Outward;
  /** How values come in. */
  readonly inward: Inward;
  /** As a wrapper writes it. */
  spell(type: Type): string;
  /** What it is called in JavaScript. */
  nameOf(type: OwnType): string;
  /** Adds a type that is a part of another one. */
  define(name: string, definition: TypeDefinition): void;
}

/** Tells what types are. */
export class Shapes {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #impls: TypeImpls;
  readonly #own: ShapedTypes;
  readonly #shapes = new Map<string, Shape>();

  /** @param own The types, whose parts are of these types again. */
  constructor(
    doc: Rustdoc,
    resolver: Resolver,
    impls: TypeImpls,
    own: ShapedTypes,
  ) {
    this.#doc = doc;
    this.#resolver = resolver;
    this.#impls = impls;
    this.#own = own;
  }

  of(type: OwnType): Shape {
    const key = this.#own.spell(type);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const { item } = type;
    const isPlain = type.lifetimes === 0 && type.args.length === 0 &&
      type.consts === undefined;
    // A type may contain itself: it counts as whole until it turns out not to be.
    const assumed = item.inner.enum !== undefined ? "variant" : "record";
    this.#shapes.set(key, {
      kind: assumed,
      definition: { kind: "record", members: [] },
      code: "",
    });
    let shape: Shape = { kind: "class" };
    // What does something when it goes is not taken apart.
    if (isPlain && !this.#impls.has(item, "Drop")) {
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
    const { notation, isSame } = this.#own.inward.whole(resolved);
    if (!isSame) throw new Uncrossable("it borrows");
    this.#own.outward.given(resolved);
    return {
      name: item.name!,
      rust: this.#own.spell(resolved),
      notation,
      doc: item.docs,
    };
  }

  #holdsObject(type: Type): boolean {
    switch (type.kind) {
      case "own":
        return this.of(type).kind === "class";
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
      this.#impls.hasMethods(type.item) || isOpen(type.item) ||
      kind === "unit" ||
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
      code: recordCode(this.#own.spell(type), fields),
    };
  }

  #enumShape(type: OwnType): Shape {
    const { variants, has_stripped_variants } = type.item.inner.enum!;
    if (has_stripped_variants || variants.length === 0) {
      return { kind: "class" };
    }
    const items = variants.map((id) => this.#doc.index[id]!);
    const rust = this.#own.spell(type);
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
        code: enumCode(rust, this.#own.nameOf(type), number, values),
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
        const record = `${this.#own.nameOf(type)}::${name}`;
        this.#own.define(record, {
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
const NO_ENV: Env = new Map();
