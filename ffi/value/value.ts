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
  TypeDefinition,
} from "../manifest/manifest.ts";
import { underlying } from "../manifest/underlying.ts";
import {
  basic,
  type BasicName,
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
  | "buffer"
  | "string"
  | "bytes"
  | "any"
  | "date"
  | "duration"
  | "bigint"
  | "complex"
>;

/** One value as it crosses. */
export type Value =
  | { readonly kind: "scalar"; readonly name: ScalarName }
  | { readonly kind: "cstring" }
  | { readonly kind: "string" }
  /**
   * An address; `of` is the scalar it points to, `struct` the struct or union,
   * `array` the array, `isToAddress` says that it is another address; without
   * them it is any bytes.
   */
  | {
    readonly kind: "pointer";
    readonly of?: ScalarName;
    readonly struct?: NamedComposite;
    readonly array?: ArrayValue;
    readonly isToAddress?: true;
  }
  | { readonly kind: "slice"; readonly of: ScalarName }
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
export type Types = Pick<ReadonlyMap<string, TypeDefinition>, "get"> & {
  /** Names of the classes among them. */
  readonly classNames?: readonly string[];
};

/**
 * Follows aliases and enums to what they are stored as.
 *
 * @param type Any type whose names `types` defines.
 * @returns The type; a `named` one is a struct, a union or opaque.
 */
export function resolve(type: Type, types: Types): Type {
  const stored = underlying(type, (name) => types.get(name));
  return stored.kind === "basic" && stored.name === "bytes" ? BYTES : stored;
}

/** Kinds of values of which an array crosses whole. */
const WHOLE: ReadonlySet<Value["kind"]> = new Set(
  ["data", "object", "string", "slice"],
);

/** What `bytes` is short for. */
const BYTES: Type = { kind: "slice", of: basic("u8") };

/**
 * What a parameter, a result or a variable of `type` is in JavaScript.
 *
 * @throws {PluginError} `unsupported` when it is nothing: a `void`, an opaque struct by value.
 */
export function resolveType(type: Type, types: Types): Value {
  const resolved = resolve(type, types);
  switch (resolved.kind) {
    case "basic":
      return basicValue(resolved.name, types);
    case "pointer":
      return { kind: "pointer", ...target(resolve(resolved.to, types), types) };
    case "slice": {
      const of = resolveType(resolved.of, types);
      if (of.kind === "scalar" && of.name !== "bool") {
        return { kind: "slice", of: of.name };
      }
      return { kind: "data", type: resolved, types };
    }
    case "optional": {
      const of = resolve(resolved.of, types);
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
    const of = resolve(to.of, types);
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
  const struct = to.kind === "named" ? composite(to.name, types) : undefined;
  return struct === undefined ? {} : { struct };
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

/**
 * Whether a value of one type may be handled as the other: the same bytes in
 * the same registers, whatever JavaScript makes of them.
 *
 * @param a What it is described as.
 * @param b What somebody says that it is.
 */
export function isCompatible(a: Type, b: Type, types: Types): boolean {
  const left = resolve(a, types);
  const right = resolve(b, types);
  if (isAddress(left) && isAddress(right)) {
    return sameTarget(left, right, types);
  }
  switch (left.kind) {
    case "basic":
      return right.kind === "basic" && width(left.name) === width(right.name);
    case "named":
      return right.kind === "named" && left.name === right.name;
    case "array":
      return right.kind === "array" && left.length === right.length &&
        isCompatible(left.of, right.of, types);
    case "slice":
      return right.kind === "slice" && isCompatible(left.of, right.of, types);
    case "optional":
    case "map":
    case "tuple":
    case "sequence":
    case "closure":
      return printType(left) === printType(right);
    case "pointer":
    case "function":
      return false; // both are addresses
  }
}

function width(name: BasicName): string {
  switch (name) {
    case "isize":
      return "i64";
    case "usize":
      return "u64";
    default:
      return name;
  }
}

function isAddress(type: Type): boolean {
  return type.kind === "pointer" || type.kind === "function" ||
    type.kind === "basic" &&
      (type.name === "pointer" || type.name === "cstring" ||
        type.name === "buffer");
}

/**
 * Whether two addresses agree in what they point to, as far as both say it:
 * a `pointer` says nothing, a `buffer` that there are bytes, a `cstring` that
 * they are characters.
 */
function sameTarget(a: Type, b: Type, types: Types): boolean {
  if (isBasic(a, "pointer") || isBasic(b, "pointer")) return true;
  if (a.kind === "function" && b.kind === "function") {
    // C's way to say "any function", as GLib's GCallback; who calls it knows
    // its type, and can say it.
    return a.params.length === 0 && a.results.length === 0 && !a.variadic ||
      isSameFunction(a, b, types);
  }
  if (a.kind === "function" || b.kind === "function") return false;
  if (a.kind === "pointer" && b.kind === "pointer") {
    return isCompatible(a.to, b.to, types);
  }
  if (isBasic(a, "buffer") || isBasic(b, "buffer")) return true;
  return [a, b].every((type) =>
    isBasic(type, "cstring") ||
    type.kind === "pointer" && isCharacter(resolve(type.to, types))
  );
}

/** Whether a function of one type is called as one of the other. */
export function isSameFunction(
  a: FunctionType,
  b: FunctionType,
  types: Types,
): boolean {
  return a.variadic === b.variadic &&
    allCompatible(a.params, b.params, types) &&
    allCompatible(a.results, b.results, types);
}

function isBasic(type: Type, name: BasicName): boolean {
  return type.kind === "basic" && type.name === name;
}

/** C's `char`, `signed char` and `unsigned char`. */
function isCharacter(type: Type): boolean {
  return isBasic(type, "i8") || isBasic(type, "u8");
}

/** Whether two lists of types agree one by one. */
export function allCompatible(
  a: readonly Type[],
  b: readonly Type[],
  types: Types,
): boolean {
  return a.length === b.length &&
    a.every((type, index) => isCompatible(type, b[index]!, types));
}
