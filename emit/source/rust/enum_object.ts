/**
 * Enums that stay objects, as they borrow or have objects in them.
 *
 * @module
 */

import type { Accessor } from "../../../ffi/manifest/manifest.ts";
import type { Describing } from "./describing.ts";
import { envOfType, type Properties } from "./property.ts";
import { type OwnType, std, type Type } from "./rust_type.ts";
import { isOpen } from "./rustdoc.ts";
import { identifier } from "./spell_type.ts";

/** Describes such enums. */
export class EnumObjects {
  readonly #to: Describing;
  readonly #properties: Properties;

  constructor(to: Describing, properties: Properties) {
    this.#to = to;
    this.#properties = properties;
  }

  /**
   * An enum that stays an object: `type` is the name of its variant, what lies
   * in one is a property of that name, and statics make them.
   */
  variants(
    type: OwnType,
    methods: Readonly<Record<string, string>>,
    statics: Record<string, string>,
  ): Record<string, Accessor> {
    const of = type.item.inner.enum;
    if (of === undefined) return {};
    const accessors: Record<string, Accessor> = {};
    const env = envOfType(type);
    const name = this.#to.own.nameOf(type);
    const held = { name, rust: this.#to.own.spell(type) };
    const items = of.variants.flatMap((id) => this.#to.doc.index[id] ?? []);
    const text: Type = { kind: "primitive", name: "str" };
    const which = `match p0.kept() { ${
      items.map((one) =>
        `Of::${identifier(one.name!)} { .. } => ${JSON.stringify(one.name)},`
      ).join(" ")
    } _ => "" }`;
    if (
      !Object.hasOwn(methods, "type") &&
      this.#properties.reader(
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
        this.#properties.maker(type, symbol, path, ids, item.docs)
      ) statics[item.name!] = symbol;
      const fields = ids.map((id) =>
        id === null ? undefined : this.#to.doc.index[id]
      );
      if (
        fields.length === 0 || isStripped ||
        fields.some((field) => field === undefined) ||
        Object.hasOwn(methods, item.name!)
      ) continue;
      const parts = fields.map((field): Type => ({
        kind: "ref",
        isMutable: false,
        of: this.#to.resolver.resolve(field!.inner.struct_field!, env),
      }));
      const names = fields.map((_, i) => `v${i}`);
      const pattern = `Of::${identifier(item.name!)} { ${
        // A variant that may get more fields is only matched so.
        fields.map((field, i) => `${identifier(field!.name!)}: v${i}, `)
          .join("")}.. }`;
      const value = names.length === 1 ? "v0" : `(${names.join(", ")})`;
      const given = std(
        "Option",
        "std::option::Option",
        parts.length === 1 ? parts[0]! : { kind: "tuple", of: parts },
      );
      const get = `${symbol}.value`;
      if (
        this.#properties.reader(
          held,
          get,
          given,
          `match p0.kept() { ${pattern} => Some(${value}), _ => None }`,
          item.docs,
        )
      ) accessors[item.name!] = { get };
      else delete this.#to.skipped[get];
    }
    return accessors;
  }
}
