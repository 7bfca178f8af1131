/**
 * The checks of arguments: each a test that generated code runs on every call.
 *
 * @module
 */

import { isFunctionFor, wantedFor } from "../function/given_function.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import { wantedIn } from "../value/encoded_text.ts";
import { ARRAYS } from "../value/scalar.ts";
import { staysUsed } from "../handle/address.ts";
import { isAligned } from "../handle/raw_memory.ts";
import { definitionOf, hasMemory, isStruct } from "../handle/struct.ts";
import { byteLengthOf, isFixed, kindTest } from "../runtime/views.ts";
import { isPointer, isPointerTo } from "../handle/pointer.ts";
import { classOf } from "../object/classes.ts";
import { isFree, isLiving, isPartOf, whoseIs } from "../object/object.ts";
import type { Encoding } from "../notation/type.ts";
import { adapter } from "../runtime/runtime.ts";
import { alignOf, sizeOf } from "../value/value_size.ts";
import type {
  ArrayValue,
  NamedComposite,
  ObjectValue,
  PointerTarget,
  ScalarName,
  Value,
} from "../value/value.ts";
import {
  byteLengthOfVariable,
  isOurs,
  isVariable,
} from "../handle/variable.ts";
import { byteLengthOfMemory, readCount, sumOf } from "./size_requirement.ts";
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
  /** What is said of a refused value beside what it is. */
  more?(value: unknown): string;
  /** Which part of a refused value is wrong, where it has parts. */
  explain?(value: unknown): Misfit | undefined;
}

/** The first part of a value that does not fit. */
export interface Misfit {
  /** Where in the value: `".x"`, `".points[3].y"`, or nothing for the value itself. */
  readonly path: string;
  /** What is wanted there. */
  readonly wanted: string;
  /** What was given, where that is not said with it. */
  readonly got?: string;
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
    adapter.marshals[name];
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
 * Generated code finds what it calls by name in its scope; see {@linkcode SCOPE}.
 * None of it runs code of the caller's: what was checked is then still true.
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
    case "encoded":
      return encodedCheck(value.encoding, nonnull);
    case "string":
      return {
        test: (x) => `typeof ${x} === "string"`,
        wanted: "a well-formed string",
        isKind: (value) => typeof value === "string",
      };
    case "pointer":
      return value.struct !== undefined
        ? structPointerCheck(value.struct, value.target, nonnull)
        : value.array !== undefined
        ? arrayPointerCheck(value.array, nonnull)
        : pointerCheck(value, nonnull);
    case "slice": {
      const array = ARRAYS[value.of];
      return {
        constant: testOf(array),
        test: (x, constant) => `(${constant}(${x}) && isFixed(${x}))`,
        wanted: `${
          article(array.name)
        } whose buffer is neither resizable nor detached${
          value.isWritten && value.of !== "u8"
            ? ", which is written to"
            : value.isText
            ? ", or a well-formed string"
            : value.of === "u8"
            ? ""
            : ", or an array"
        }`,
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
    case "closure":
      throw new Error(`no check for ${value.kind}`);
  }
}

function encodedCheck(encoding: Encoding, nonnull: boolean): Check {
  const check = { ...TEXT, wanted: wantedIn(encoding) };
  return nonnull ? check : orNull(check, `${check.wanted}, or null`);
}

function pointerCheck(
  { of, isToAddress, target }: Value & { kind: "pointer" },
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
    constant: array === undefined ? target : testOf(array),
    test: (x, constant) => {
      const isOne = target === undefined
        ? `isPointer(${x})`
        : `isPointerTo(${x}, ${constant})`;
      const handle = `${isOne} || ${isVariableOf(x, size)}`;
      return array === undefined
        ? `(isView(${x}) ? isFixed(${x}) : ${handle} || (isStruct(${x}) ? hasMemory(${x}) : isFixed(${x})))`
        : `(${constant}(${x}) ? isFixed(${x}) : ${handle})`;
    },
  });
}

type ArrayKind = typeof ARRAYS[ScalarName];

const tests = new Map<ArrayKind, (value: unknown) => boolean>();

/** The test for one kind of typed arrays. */
function testOf(array: ArrayKind): (value: unknown) => boolean {
  let test = tests.get(array);
  if (test === undefined) tests.set(array, test = kindTest(array));
  return test;
}

function structPointerCheck(
  { name, definition }: NamedComposite,
  target: PointerTarget | undefined,
  nonnull: boolean,
): Check {
  const { size, align } = definition;
  const bytes = (x: string): string => isBytesOf(x, size, align);
  const kinds = [
    `a ${name} of plugin.type(${JSON.stringify(name)})`,
    bytesWanted(size, align),
    "a Pointer",
    "a Variable",
  ];
  return oneOf(kinds, nonnull, {
    constant: target ?? { definition },
    more: sizeOfGiven,
    test: (x, constant) =>
      `(isView(${x}) ? ${
        bytes(x)
      } : isStruct(${x}) ? definitionOf(${x}) === ${constant}.definition && hasMemory(${x}) : ` +
      `${
        target === undefined
          ? `isPointer(${x})`
          : `isPointerTo(${x}, ${constant})`
      } || ${isVariableOf(x, size)} || ${bytes(x)})`,
  });
}

function arrayPointerCheck(array: ArrayValue, nonnull: boolean): Check {
  const size = sizeOf(array);
  const align = alignOf(array);
  const bytes = (x: string): string => isBytesOf(x, size, align);
  const kinds = [
    bytesWanted(size, align),
    "a Pointer",
    "a Variable",
  ];
  return oneOf(kinds, nonnull, {
    more: sizeOfGiven,
    test: (x) =>
      `(isView(${x}) ? ${bytes(x)} : isPointer(${x}) || ${
        isVariableOf(x, size)
      } || ${bytes(x)})`,
  });
}

function objectCheck({ name, definition, types, isNullable }: ObjectValue) {
  const wanted = classOf(types, name, definition);
  return oneOf([article(name)], !isNullable, {
    constant: wanted,
    test: (x, constant) => `isLiving(${x}, ${constant})`,
    more: (given) => whoseIs(given, wanted),
  });
}

/** More than that no runtime promises for memory of its own, and no processor asks for without being told. */
const PLAIN_ALIGN = 8;

function bytesWanted(size: number, align: number): string {
  const place = align > PLAIN_ALIGN ? ` at a multiple of ${align}` : "";
  return `at least ${size} bytes${place} (neither resizable nor detached)`;
}

/** How many bytes were given, where memory was. */
function sizeOfGiven(given: unknown): string {
  const size = isVariable(given)
    ? byteLengthOfVariable(given)
    : isFixed(given)
    ? byteLengthOf(given)
    : -1;
  return size < 0 ? "" : ` of ${size} bytes`;
}

/** The test for memory that has room for what is pointed to. */
function isBytesOf(x: string, size: number, align: number): string {
  const place = align > PLAIN_ALIGN && size > 0
    ? ` && isAligned(${x}, ${align})`
    : "";
  return `(isFixed(${x}) && byteLengthOf(${x}) >= ${size}${place})`;
}

/** The test for a variable that holds what is pointed to, as far as that is known. */
function isVariableOf(x: string, size: number): string {
  return `(isVariable(${x}) && byteLengthOfVariable(${x}) >= ${size})`;
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

/** What the tests of {@linkcode checkOf} call by name. */
export const SCOPE = {
  isPointer,
  isPointerTo,
  isVariable,
  byteLengthOfVariable,
  isOurs,
  isView: ArrayBuffer.isView,
  isFixed,
  byteLengthOf,
  isAligned,
  isStruct,
  hasMemory,
  definitionOf,
  isFunctionFor,
  isLiving,
  isFree,
  isPartOf,
  byteLengthOfMemory,
  readCount,
  sumOf,
  staysUsed,
};
