/**
 * The named types of a plugin, as objects.
 *
 * @module
 */

import type { StructType } from "../handle/struct.ts";
import { codecOf } from "../memory/codecs.ts";
import { compositeCodec } from "../memory/composite.ts";
import { parseType } from "../notation/parse_type.ts";
import type { Types } from "../value/value.ts";

/** An enum: its values by their names. */
export type EnumType = Readonly<Record<string, number | bigint>>;

/**
 * The type of that name.
 *
 * @param name A name of the manifest's types.
 * @param types The manifest's types.
 * @returns Undefined when there is no such type, or nothing to be made of it.
 */
export function typeOf(
  name: string,
  types: Types,
): StructType | EnumType | undefined {
  const definition = types.get(name);
  switch (definition?.kind) {
    case "struct":
    case "union":
      return compositeCodec(name, definition, types, codecOf).type;
    case "enum":
      return enumType(definition.values);
    case "alias": {
      const to = parseType(definition.type);
      return to.kind === "named" ? typeOf(to.name, types) : undefined;
    }
    case "opaque":
    case "record":
    case "variant":
    case "class":
    case undefined:
      return undefined;
  }
}

function enumType(
  values: Readonly<Record<string, number | string>>,
): EnumType {
  const result: Record<string, number | bigint> = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    result[name] = typeof value === "string" ? BigInt(value) : value;
  }
  return Object.freeze(result);
}
