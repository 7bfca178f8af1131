/**
 * What members are that were left out, where a language has zero values.
 *
 * @module
 */

import { resolveNames } from "../manifest/compatible.ts";
import type { BasicName, Type } from "../notation/type.ts";
import { classOf } from "../object/classes.ts";
import type { Types } from "../value/value.ts";

/**
 * A member, or what it is where it was left out: null is there.
 *
 * @param part The member, which is read once.
 * @param zero Makes its zero value; it has to be there without.
 */
export function given(part: unknown, zero: (() => unknown) | undefined) {
  return part === undefined ? zero?.() : part;
}

/** Go's zero time: the first moment of the year 1. */
const ZERO_TIME = -62_135_596_800_000;

/**
 * The zero value of a type: what a member is that was left out, where its
 * language has such values.
 *
 * @param type A type that crosses whole.
 * @param types The named types of its manifest.
 * @returns A value as JavaScript gives one; undefined where there is none.
 */
export function zeroOf(type: Type, types: Types): unknown {
  const resolved = resolveNames(type, types);
  switch (resolved.kind) {
    case "basic":
      return basicZero(resolved.name);
    case "optional":
    case "pointer":
    case "function":
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
      if (definition?.kind === "record" || definition?.kind === "struct") {
        return definition.zero === true ? {} : undefined;
      }
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
