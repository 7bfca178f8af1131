/**
 * What a type is in JavaScript: a type of the notation with its names looked
 * up, reduced to the cases that calls and variables know how to carry.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import type {
  ClassDefinition,
  CompositeDefinition,
  Handles,
} from "../manifest/manifest.ts";
import { isAddress, type Named, resolveNames } from "../manifest/compatible.ts";
import {
  basic,
  type BasicName,
  type Encoding,
  ENCODINGS,
  type FunctionType,
  printType,
  type Type,
} from "../notation/type.ts";

/** Types that are one number, bigint or boolean. */
export type ScalarName = Exclude<
  BasicName,
  | "void"
  | "pointer"
  | "cstring"
  | Encoding
  | "buffer"
  | "string"
  | "bytes"
  | "any"
  | "date"
  | "duration"
  | "bigint"
  | "complex"
>;

/** A type of a plugin's manifest that a pointer is known to point to. */
export interface PointerTarget {
  /** Its name. */
  readonly name: string;
  /** Tells it from the others of its plugin. */
  readonly definition: object;
  /** Tells its plugin's types from those of others. */
  readonly types: object;
}

/** One value as it crosses. */
export type Value =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  | { readonly kind: "cstring" }
  | { readonly kind: "encoded"; readonly encoding: Encoding }
  | { readonly kind: "string" }
  /**
   * An address; `of` is the scalar it points to, `struct` the struct or union,
   * `array` the array, `isToAddress` says that it is another address; without
   * them it is any bytes. `target` is the struct, the union or the opaque type.
   */
  | {
    readonly kind: "pointer";
    readonly target?: PointerTarget;
    readonly of?: ScalarName;
    readonly struct?: NamedComposite;
    readonly array?: ArrayValue;
    readonly isToAddress?: true;
  }
  /**
   * Elements in a row; where they are written to, only a typed array is taken.
   * Where bytes may be those of a text, that is taken too.
   */
  | {
    readonly kind: "slice";
    readonly of: ScalarName;
    readonly isWritten?: boolean;
    readonly isText?: boolean;
  }
  | FunctionValue & { readonly kind: "function" }
  | NamedComposite & { readonly kind: "composite" }
  | ArrayValue
  /** What crosses whole, in a packet. */
  | DataValue
  /** What stays on the native side. */
  | ObjectValue
  /** A function whose arguments and results cross whole. */
  | ClosureValue;

/** A function of JavaScript that a plugin sees as one of its own language. */
export interface ClosureValue {
  readonly kind: "closure";
  readonly type: FunctionType;
  /** The types that its type names. */
  readonly types: Types;
  /** Whether there has to be one. */
  readonly isNonnull?: boolean;
}

/** An object of a class. */
export interface ObjectValue {
  readonly kind: "object";
  readonly name: string;
  readonly definition: ClassDefinition;
  /** The types that the class is one of. */
  readonly types: Types;
  /** Whether it may be null. */
  readonly isNullable: boolean;
}

/** Whole data: anything that a packet holds. */
export interface DataValue {
  readonly kind: "data";
  readonly type: Type;
  /** The types that its type names. */
  readonly types: Types;
}

/** Whether reading a value follows no pointer. */
export function isBare(value: Value): boolean {
  return value.kind === "array"
    ? isBare(value.of)
    : value.kind === "scalar" || value.kind === "pointer";
}

/** Values that follow each other. */
export interface ArrayValue {
  readonly kind: "array";
  readonly length: number;
  readonly of: Value;
}

/** A function pointer. */
export interface FunctionValue {
  readonly type: FunctionType;
  /** The types that its type names. */
  readonly types: Types;
  /** Whether threads call it that the runtime does not own. */
  readonly anyThread?: boolean;
}

/** A struct or a union, and its name. */
export interface NamedComposite {
  readonly name: string;
  readonly definition: CompositeDefinition;
}

/** The types that a manifest names. */
export type Types = Named & {
  /** Names of the classes among them. */
  readonly classNames?: readonly string[];
  /** The class of which something is another name. */
  classAlias?(name: string): string | undefined;
  /** The classes whose objects are addresses, by what those point to. */
  readonly handles?: Handles;
};

/** Kinds of values of which an array crosses whole. */
const WHOLE: ReadonlySet<Value["kind"]> = new Set(
  ["data", "object", "string", "slice"],
);

/**
 * What a parameter, a result or a variable of `type` is in JavaScript.
 *
 * @throws {PluginError} `unsupported` when it is nothing: a `void`, an opaque struct by value.
 */
export function resolveType(type: Type, types: Types): Value {
  const resolved = resolveNames(type, types);
  switch (resolved.kind) {
    case "basic":
      return basicValue(resolved.name, types);
    case "pointer":
      return {
        kind: "pointer",
        ...target(resolveNames(resolved.to, types), types),
      };
    case "slice": {
      const of = resolveType(resolved.of, types);
      if (of.kind === "scalar" && of.name !== "bool") {
        return { kind: "slice", of: of.name };
      }
      return { kind: "data", type: resolved, types };
    }
    case "optional": {
      const of = resolveNames(resolved.of, types);
      const one = of.kind === "named" ? objectOf(of.name, types) : undefined;
      return one === undefined
        ? { kind: "data", type: resolved, types }
        : { ...one, isNullable: true };
    }
    case "map":
    case "tuple":
      return { kind: "data", type: resolved, types };
    case "sequence":
      break;
    case "array": {
      const of = resolveType(resolved.of, types);
      return WHOLE.has(of.kind)
        ? { kind: "data", type: resolved, types }
        : { kind: "array", length: resolved.length, of };
    }
    case "function":
      return { kind: "function", type: resolved, types };
    case "closure":
      return { kind: "closure", type: resolved.of, types };
    case "named": {
      const struct = composite(resolved.name, types);
      if (struct !== undefined) return { kind: "composite", ...struct };
      const one = objectOf(resolved.name, types);
      if (one !== undefined) return one;
      const kind = types.get(resolved.name)?.kind;
      if (kind === "record" || kind === "variant") {
        return { kind: "data", type: resolved, types };
      }
    }
  }
  throw new PluginError(
    "unsupported",
    `Cannot pass the type ${printType(type)}: it has no JavaScript value`,
  );
}

/** What is known of the memory that a pointer points to. */
function target(
  to: Type,
  types: Types,
): Partial<Value & { kind: "pointer" }> {
  if (isAddress(to)) return { isToAddress: true };
  if (to.kind === "array") {
    const of = resolveNames(to.of, types);
    const element = of.kind === "array"
      ? target(of, types).array
      : isOpaque(of, types)
      ? undefined
      : resolveType(of, types);
    return element === undefined
      ? {}
      : { array: { kind: "array", length: to.length, of: element } };
  }
  if (to.kind === "basic") return isScalar(to.name) ? { of: to.name } : {};
  const definition = to.kind === "named" ? types.get(to.name) : undefined;
  if (to.kind !== "named" || definition === undefined) return {};
  const struct = composite(to.name, types);
  if (struct === undefined && definition.kind !== "opaque") return {};
  return {
    ...struct === undefined ? {} : { struct },
    target: { name: to.name, definition, types },
  };
}

function isOpaque(type: Type, types: Types): boolean {
  return type.kind === "named" && composite(type.name, types) === undefined;
}

function objectOf(name: string, types: Types): ObjectValue | undefined {
  const definition = types.get(name);
  return definition?.kind === "class"
    ? { kind: "object", name, definition, types, isNullable: false }
    : undefined;
}

function composite(name: string, types: Types): NamedComposite | undefined {
  const definition = types.get(name);
  return definition?.kind === "struct" || definition?.kind === "union"
    ? { name, definition }
    : undefined;
}

/**
 * Whether a name of the notation is a scalar's.
 *
 * @param name The name.
 */
export function isScalar(name: BasicName): name is ScalarName {
  return !NOT_SCALAR.has(name);
}

const NOT_SCALAR: ReadonlySet<BasicName> = new Set([
  "void",
  "pointer",
  "cstring",
  ...ENCODINGS,
  "buffer",
  "string",
  "bytes",
  "any",
  "date",
  "duration",
  "bigint",
  "complex",
]);

function basicValue(name: BasicName, types: Types): Value {
  switch (name) {
    case "void":
      throw new PluginError(
        "unsupported",
        "Cannot pass the type void: it has no JavaScript value",
      );
    case "cstring":
    case "string":
      return { kind: name };
    case "utf16":
    case "utf32":
    case "latin1":
      return { kind: "encoded", encoding: name };
    case "bytes":
      return { kind: "slice", of: "u8" };
    case "pointer":
    case "buffer":
      return { kind: "pointer" };
    case "any":
    case "date":
    case "duration":
    case "bigint":
    case "complex":
      return { kind: "data", type: basic(name), types };
    default:
      return { kind: "scalar", name };
  }
}
