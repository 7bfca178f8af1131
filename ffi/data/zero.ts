/**
 * What a member of a record is that was left out, where its language has zero
 * values: Go's literals leave out what is zero.
 *
 * @module
 */

import type { BasicName, Type } from "../notation/type.ts";
import { classOf } from "../object/classes.ts";
import { resolve, type Types } from "../value/value.ts";

/** Go's zero time: the first moment of the year 1. */
const ZERO_TIME = -62_135_596_800_000;

/**
 * The zero value of a type.
 *
 * @param type A type that crosses whole.
 * @param types The named types of its manifest.
 * @returns A value as JavaScript gives one; undefined where there is none.
 */
export function zeroOf(type: Type, types: Types): unknown {
  const resolved = resolve(type, types);
  switch (resolved.kind) {
    case "basic":
      return basicZero(resolved.name);
    case "optional":
      return null;
    case "slice":
      return [];
    case "map":
      return new Map();
    case "array":
      return Array.from(
        { length: resolved.length },
        () => zeroOf(resolved.of, types),
      );
    case "named": {
      const definition = types.get(resolved.name);
      if (definition?.kind === "record") return {};
      if (definition?.kind !== "class") return undefined;
      const { Type } = classOf(types, resolved.name, definition);
      return definition.new === undefined
        ? undefined
        : new (Type as unknown as new () => unknown)();
    }
    default:
      return undefined;
  }
}

function basicZero(name: BasicName): unknown {
  switch (name) {
    case "bool":
      return false;
    case "string":
      return "";
    case "bytes":
      return new Uint8Array();
    case "any":
      return null;
    case "date":
      return new Date(ZERO_TIME);
    case "bigint":
      return 0n;
    case "complex":
      return { re: 0, im: 0 };
    case "void":
    case "pointer":
    case "cstring":
    case "buffer":
      return undefined;
    default:
      return 0;
  }
}
