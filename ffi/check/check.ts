/**
 * The checks of arguments: each a test that generated code runs on every call.
 *
 * @module
 */

import { isFunctionFor, wantedFor } from "../function/given.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/function_pointer.ts";
import { ARRAYS } from "../value/scalar.ts";
import { definitionOf, isStruct } from "../handle/struct.ts";
import { isPointer } from "../handle/pointer.ts";
import { classOf } from "../object/classes.ts";
import { isLiving } from "../object/object.ts";
import { adapter } from "../runtime/runtime.ts";
import { sizeOf } from "../value/layout.ts";
import type {
  ArrayValue,
  NamedComposite,
  ObjectValue,
  ScalarName,
  Value,
} from "../value/value.ts";
import { isOurs, isVariable, sizeOfVariable } from "../handle/variable.ts";
import { byteLengthOf, readCount } from "./size_requirement.ts";
import { article } from "./show.ts";

/** How one kind of argument is checked. */
export interface Check {
  /**
   * A JavaScript expression that is true when `x` may cross.
   *
   * @param x The argument's name.
   * @param constant The name under which it finds {@linkcode constant}.
   */
  test(x: string, constant: string): string;
  /** What the test compares with, where that is not a literal. */
  readonly constant?: unknown;
  /** What is wanted, for a person. */
  readonly wanted: string;
  /** Whether a refused value is of the right kind, and only out of range. */
  isKind(value: unknown): boolean;
  /** Which part of a refused value is wrong, where it has parts. */
  explain?(value: unknown): Misfit | undefined;
}

/** The first part of a value that does not fit. */
export interface Misfit {
  /** Where in the value: `".x"`, `".points[3].y"`, or nothing for the value itself. */
  readonly path: string;
  /** What is wanted there, and what was given. */
  readonly message: string;
  /** Whether it is of the right kind, and only out of range. */
  readonly isRange: boolean;
}

const isNumber = (value: unknown): boolean => typeof value === "number";
const isInteger = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "bigint";

/** An integer that fits into a double, tested by what truncating it leaves. */
function small(truncate: (x: string) => string, range: string): Check {
  return {
    test: (x) => `typeof ${x} === "number" && ${truncate(x)} === ${x}`,
    wanted: `an integer from ${range}`,
    isKind: isNumber,
  };
}

/** A 64-bit integer: a bigint in range, or a safe integer. */
function large(name: "i64" | "u64", from: bigint, to: bigint): Check {
  const { fits = (x) => `${x} >= ${from}n && ${x} <= ${to}n` } =
    adapter.crossings[name];
  const number = from === 0n ? " && x >= 0" : "";
  return {
    test: (x) =>
      `(typeof ${x} === "bigint" ? ${fits(x)} : Number.isSafeInteger(${x})${
        number.replaceAll("x", x)
      })`,
    wanted: `a bigint from ${from} to ${to}, or a safe integer`,
    isKind: isInteger,
  };
}

const FLOAT: Check = {
  test: (x) => `typeof ${x} === "number"`,
  wanted: "a number",
  isKind: isNumber,
};

const SIGNED_64 = large("i64", -(2n ** 63n), 2n ** 63n - 1n);
const UNSIGNED_64 = large("u64", 0n, 2n ** 64n - 1n);

/** The check of each scalar. */
export const SCALAR_CHECK: Readonly<Record<ScalarName, Check>> = {
  bool: {
    test: (x) => `typeof ${x} === "boolean"`,
    wanted: "true or false",
    isKind: () => false,
  },
  i8: small((x) => `(${x} << 24 >> 24)`, "-128 to 127"),
  u8: small((x) => `(${x} & 255)`, "0 to 255"),
  i16: small((x) => `(${x} << 16 >> 16)`, "-32768 to 32767"),
  u16: small((x) => `(${x} & 65535)`, "0 to 65535"),
  i32: small((x) => `(${x} | 0)`, "-2147483648 to 2147483647"),
  u32: small((x) => `(${x} >>> 0)`, "0 to 4294967295"),
  i64: SIGNED_64,
  u64: UNSIGNED_64,
  isize: SIGNED_64,
  usize: UNSIGNED_64,
  f32: FLOAT,
  f64: FLOAT,
};

const TEXT: Check = {
  test: (x) => `typeof ${x} === "string"`,
  wanted: "a string without NUL",
  isKind: (value) => typeof value === "string",
};
const TEXT_OR_NULL = orNull(TEXT, `${TEXT.wanted}, or null`);

/** The same check, that takes null too. */
function orNull(check: Check, wanted: string): Check {
  return {
    ...check,
    test: (x, constant) => `(${x} === null || ${check.test(x, constant)})`,
    wanted,
  };
}

/** The check of what `kinds` lists, and of null unless that is not wanted. */
function oneOf(
  kinds: readonly string[],
  nonnull: boolean,
  check: Omit<Check, "wanted" | "isKind">,
): Check {
  const one = { ...check, wanted: either(kinds), isKind: () => false };
  return nonnull ? one : orNull(one, either([...kinds, "null"]));
}

function either(kinds: readonly string[]): string {
  return [kinds.slice(0, -1).join(", "), kinds.at(-1)!]
    .filter((part) => part !== "").join(" or ");
}

/**
 * The check of a parameter of this value.
 *
 * Generated code finds `isPointer`, `isVariable`, `isUsable`, and the typed
 * arrays by name in its scope; see {@linkcode SCOPE}.
 *
 * @param value What it is.
 * @param nonnull Whether an address cannot be null.
 */
export function checkOf(value: Value, nonnull = false): Check {
  switch (value.kind) {
    case "scalar":
      return SCALAR_CHECK[value.name];
    case "cstring":
      return nonnull ? TEXT : TEXT_OR_NULL;
    case "string":
      return {
        test: (x) => `typeof ${x} === "string"`,
        wanted: "a well-formed string",
        isKind: () => true,
      };
    case "pointer":
      return value.struct !== undefined
        ? structPointerCheck(value.struct, nonnull)
        : value.array !== undefined
        ? arrayPointerCheck(value.array, nonnull)
        : pointerCheck(value, nonnull);
    case "slice": {
      const array = ARRAYS[value.of].name;
      return {
        test: (x) => `(${x} instanceof ${array} && isUsable(${x}))`,
        wanted: `${
          article(array)
        } whose buffer is neither resizable nor detached`,
        isKind: () => false,
      };
    }
    case "object":
      return objectCheck(value);
    case "function":
      return functionCheck(functionPointerOf(value), nonnull);
    case "composite":
    case "array":
    case "data":
      throw new Error(`no check for ${value.kind}`);
  }
}

function pointerCheck(
  { of, isToAddress }: Value & { kind: "pointer" },
  nonnull: boolean,
): Check {
  const array = of === undefined ? undefined : ARRAYS[of];
  const view = array === undefined
    ? "a typed array, a DataView, an ArrayBuffer"
    : article(array.name);
  const size = isToAddress ? 8 : array?.BYTES_PER_ELEMENT ?? 0;
  const kinds = [
    `${view} (neither resizable nor detached)`,
    "a Pointer",
    "a Variable",
  ];
  return oneOf(kinds, nonnull, {
    test: (x) => {
      const isView = array === undefined
        ? `isUsable(${x}) || isStruct(${x})`
        : `(${x} instanceof ${array.name} && isUsable(${x}))`;
      return `(${isView} || isPointer(${x}) || ${isVariableOf(x, size)})`;
    },
  });
}

function structPointerCheck(
  { name, definition }: NamedComposite,
  nonnull: boolean,
): Check {
  const { size } = definition;
  const kinds = [
    `a ${name} of plugin.type(${JSON.stringify(name)})`,
    `at least ${size} bytes (neither resizable nor detached)`,
    "a Pointer",
    "a Variable",
  ];
  return oneOf(kinds, nonnull, {
    constant: definition,
    test: (x, constant) =>
      `(isStruct(${x}) ? definitionOf(${x}) === ${constant} : ` +
      `(isUsable(${x}) && ${x}.byteLength >= ${size}) || isPointer(${x}) || ${
        isVariableOf(x, size)
      })`,
  });
}

function arrayPointerCheck(array: ArrayValue, nonnull: boolean): Check {
  const size = sizeOf(array);
  const kinds = [
    `at least ${size} bytes (neither resizable nor detached)`,
    "a Pointer",
    "a Variable",
  ];
  return oneOf(kinds, nonnull, {
    test: (x) =>
      `((isUsable(${x}) && ${x}.byteLength >= ${size}) || isPointer(${x}) || ${
        isVariableOf(x, size)
      })`,
  });
}

function objectCheck({ name, definition, types, isNullable }: ObjectValue) {
  return oneOf([article(name)], !isNullable, {
    constant: classOf(types, name, definition),
    test: (x, constant) => `isLiving(${x}, ${constant})`,
  });
}

/** The test for a variable that holds what is pointed to, as far as that is known. */
function isVariableOf(x: string, size: number): string {
  return `(isVariable(${x}) && sizeOfVariable(${x}) >= ${size})`;
}

function functionCheck(signature: FunctionPointer, nonnull: boolean): Check {
  const check: Check = {
    constant: signature,
    test: (x, constant) => `isFunctionFor(${x}, ${constant})`,
    wanted: wantedFor(signature, true),
    isKind: () => false,
  };
  return nonnull ? check : orNull(check, wantedFor(signature, false));
}

/**
 * Whether native code may use the bytes of a value for the time of a call: it
 * is a view or a buffer, and its memory can neither move nor go.
 */
export function isUsable(value: unknown): boolean {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  return buffer instanceof ArrayBuffer
    ? !buffer.resizable && !buffer.detached
    : buffer instanceof SharedArrayBuffer && !buffer.growable;
}

/** What the tests of {@linkcode checkOf} call by name. */
export const SCOPE = {
  isPointer,
  isVariable,
  sizeOfVariable,
  isOurs,
  isUsable,
  isStruct,
  definitionOf,
  isFunctionFor,
  isLiving,
  byteLengthOf,
  readCount,
};
