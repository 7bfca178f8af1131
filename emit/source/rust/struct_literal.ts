/**
 * Objects of plain ones: a struct with methods whose fields are all public is
 * made of an object with those, as `WavSpec { channels: 1, … }` makes one in
 * Rust. Where it has a `Default`, what is left out is as in that.
 *
 * @module
 */

import { recordTakeCode } from "./data_code.ts";
import type { Describing } from "./describing.ts";
import { HANDLE, SPAN } from "./frame_value.ts";
import { envOfType } from "./property.ts";
import { canBorrow, type OwnType, Uncrossable } from "./rust_type.ts";
import { docOf, fieldsOf, isAllPublic, isOpen } from "./rustdoc.ts";
import { identifier } from "./spell_type.ts";

/** A field, as a literal has it. */
interface Field {
  readonly name: string;
  readonly notation: string;
  readonly rust: string;
  readonly docs: string | null;
}

/** What the name of a function ends with that makes an object of a plain one. */
export const OF_FIELDS = "{}";

/**
 * Adds the function that makes an object of a plain one.
 *
 * @param to The crate that is being described.
 * @param type A struct that is a class.
 * @returns Its symbol; undefined where there is none.
 */
export function literalOf(to: Describing, type: OwnType): string | undefined {
  const { struct } = type.item.inner;
  if (
    struct === undefined || struct.kind === "unit" ||
    !("plain" in struct.kind) || isOpen(type.item) || canBorrow(type) ||
    !isAllPublic(to.doc, struct)
  ) return undefined;
  const hasDefault = to.impls.has(type.item, "Default");
  const all = fieldsOf(struct);
  const [first, ...others] = all.map((id) =>
    to.resolver.resolve(to.doc.index[id!]!.inner.struct_field!, envOfType(type))
  );
  // The constructor takes its one list, or object, by itself.
  const isAlone = first?.kind !== "primitive" &&
    others.every((one) => one.kind === "std" && one.name === "Option");
  if (isAlone) return undefined;
  const fields = all.flatMap((id) => fieldOf(to, type, id!, hasDefault) ?? []);
  const isWhole = hasDefault || fields.length === all.length;
  if (fields.length === 0 || !isWhole) return undefined;
  const name = to.own.nameOf(type);
  const record = to.own.freeName(`${name}Fields`);
  const rust = `Fields_${record.replaceAll(/\W+/g, "_")}`;
  to.own.define(record, {
    kind: "record",
    members: fields.map(({ name, notation, docs }) => ({
      name,
      type: notation,
      ...docOf(docs),
    })),
    doc: `What a ${name} is made of.`,
  });
  to.code.set(
    record,
    `pub struct ${rust} { ${
      fields.map(({ name, rust }) => `${identifier(name)}: ${rust}`).join(", ")
    } }\n${recordTakeCode(rust, fields)}`,
  );
  const symbol = `${name}${OF_FIELDS}`;
  const set = fields.map(({ name }) => identifier(name));
  to.functions.set(
    symbol,
    to.wrapping.print(
      symbol,
      [{ notation: record, ...SPAN }],
      [{ notation: to.own.classOf(type), ...HANDLE }],
      [
        `type Of = ${to.own.spell(type)};`,
        `let p0 = packet::take::<${rust}>(frame.p0)?;`,
        ...hasDefault
          ? [
            "let mut r = <Of as Default>::default();",
            // What may be missing in the struct itself is made of what is there.
            ...set.map((name) =>
              `if let Some(value) = p0.${name} { r.${name} = value.into(); }`
            ),
          ]
          : [
            `let r = Of { ${
              set.map((name) => `${name}: p0.${name}`).join(", ")
            } };`,
          ],
        "frame.r0 = object::hold(r);",
      ],
      { params: ["fields"] },
    ),
  );
  return symbol;
}

/** A field that crosses as data does, or as an object; undefined of another one. */
function fieldOf(
  { doc, resolver, own }: Describing,
  type: OwnType,
  id: number,
  hasDefault: boolean,
): Field | undefined {
  const { name, docs = null, inner } = doc.index[id] ?? {};
  const resolved = resolver.resolve(inner!.struct_field!, envOfType(type));
  try {
    const { notation, isSame } = own.inward.whole(resolved);
    if (!isSame || canBorrow(resolved)) return undefined;
    const rust = own.spell(resolved);
    const isThere = !hasDefault || notation.startsWith("?");
    return {
      name: name!,
      docs,
      notation: isThere ? notation : `?${notation}`,
      rust: isThere ? rust : `Option<${rust}>`,
    };
  } catch (error) {
    if (error instanceof Uncrossable) return undefined;
    throw error;
  }
}
