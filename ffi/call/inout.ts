/**
 * What a call has written into what it was given. Go shares the elements of a
 * slice, and what a pointer points to; here it gets copies of them. Behind the
 * call they are put into the caller's own arrays and objects: whatever is as it
 * was is left alone, so that a frozen array can be given to who only reads it.
 *
 * @module
 */

import type { ArgumentErrors } from "../check/wrong.ts";
import { isWholeVariable } from "../handle/variable.ts";
import { isNativeObject } from "../object/object.ts";
import { isInstance } from "../value/instance.ts";

/** What could not be put back: thrown when nothing is left to do. */
export interface Lost {
  readonly error: unknown;
}

type Numbers = Int32Array | BigInt64Array;

/** What memory has now that was made of an array or an object of the caller's. */
export function snapshot(given: unknown, own: unknown): Numbers | undefined {
  return given === own || !ArrayBuffer.isView(own)
    ? undefined
    : (own as Numbers).slice();
}

/**
 * Puts numbers back into the array that they were made of.
 *
 * @param lost What could not be put back of arguments before.
 * @param wrong The function's errors, and `index`, the parameter's place.
 * @param given The caller's array.
 * @param own What the plugin was lent.
 * @param before What that was.
 * @returns What could not be put back.
 */
export function numbersBack(
  lost: Lost | undefined,
  wrong: ArgumentErrors,
  index: number,
  given: unknown[],
  own: Numbers,
  before: Numbers,
): Lost | undefined {
  if (isSame(own, before)) return lost;
  return attempt(lost, wrong, index, () => {
    for (let i = 0; i < own.length; i++) {
      const value = own[i];
      if (Object.is(value, before[i])) continue;
      given[i] = natural(given[i], value);
    }
  });
}

/** Whether the bytes of two arrays of one kind are the same. */
export function isSame(one: Numbers, other: Numbers): boolean {
  const size = one.byteLength;
  const isWide = size % 4 === 0 && one.byteOffset % 4 === 0;
  const kind = isWide ? Int32Array : Uint8Array;
  const length = isWide ? size / 4 : size;
  const a = new kind(one.buffer as ArrayBuffer, one.byteOffset, length);
  const b = new kind(other.buffer as ArrayBuffer, other.byteOffset, length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Puts a value back into the one that it was made of.
 *
 * @param read Reads what the plugin has made of it.
 * @returns As {@linkcode numbersBack}.
 */
export function valueBack(
  lost: Lost | undefined,
  wrong: ArgumentErrors,
  index: number,
  given: unknown,
  read: () => unknown,
): Lost | undefined {
  return attempt(lost, wrong, index, () => {
    if (isWholeVariable(given)) given.value = read();
    else merge(given, read());
  });
}

function attempt(
  lost: Lost | undefined,
  wrong: ArgumentErrors,
  index: number,
  put: () => void,
): Lost | undefined {
  try {
    put();
  } catch (error) {
    if (!isInstance(error, TypeError)) return lost ?? { error };
    try {
      wrong.refused(
        index,
        `what the plugin has written cannot be put back into it: ${error.message}`,
        false,
      );
    } catch (error) {
      return lost ?? { error };
    }
  }
  return lost;
}

/**
 * Makes a value of the caller's what the plugin has made of it.
 *
 * @param into The caller's: arrays and objects in it stay what they are.
 * @param value What it is now.
 * @returns What stands in its place: itself, where it is one of these.
 */
function merge(into: unknown, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return natural(into, value);
  if (typeof into !== "object" || into === null) return value;
  if (isNativeObject(value) || isNativeObject(into)) return value;
  if (isList(value)) {
    if (Array.isArray(into)) mergeElements(into, value);
    else if (!isList(into) || into.length !== value.length) return value;
    else if (ArrayBuffer.isView(value)) into.set(value as Int32Array);
    return into;
  }
  if (value instanceof Date) {
    return into instanceof Date && +into === +value ? into : value;
  }
  if (into instanceof Map) {
    const entries = value instanceof Map ? value : Object.entries(value);
    mergeMap(into, new Map(entries));
    return into;
  }
  if (value instanceof Map || Array.isArray(into)) return value;
  mergeMembers(into as Record<string, unknown>, value);
  return into;
}

function isList(value: object): value is Int32Array {
  return Array.isArray(value) ||
    ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** A number as the caller has it: as a number or as a bigint. */
function natural(into: unknown, value: unknown): unknown {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  if (!isNumber || typeof into === typeof value) return value;
  if (typeof into === "bigint" && Number.isSafeInteger(value)) {
    return BigInt(value);
  }
  const number = Number(value);
  return typeof into === "number" && Number.isSafeInteger(number)
    ? number
    : value;
}

function mergeElements(into: unknown[], values: ArrayLike<unknown>): void {
  const { length } = values;
  for (let i = 0; i < length; i++) {
    const old = into[i];
    const now = merge(old, values[i]);
    if (!Object.is(now, old) || i >= into.length) into[i] = now;
  }
  if (into.length !== length) into.length = length;
}

function mergeMap(
  into: Map<unknown, unknown>,
  values: Map<unknown, unknown>,
): void {
  for (const key of into.keys()) if (!values.has(key)) into.delete(key);
  for (const [key, value] of values) {
    const now = merge(into.get(key), value);
    if (!into.has(key) || !Object.is(now, into.get(key))) into.set(key, now);
  }
}

function mergeMembers(into: Record<string, unknown>, values: object): void {
  // What has no prototype is a map, of which keys may be gone.
  const isMap = Object.getPrototypeOf(values) === null;
  if (isMap) {
    for (const key of Object.keys(into)) {
      if (!Object.hasOwn(values, key)) delete into[key];
    }
  }
  for (const [key, value] of Object.entries(values)) {
    const isThere = Object.hasOwn(into, key);
    // What was left out, and is still nothing, stays left out.
    if (!isThere && !isMap && isZero(value)) continue;
    const old = isThere ? into[key] : undefined;
    const now = merge(old, value);
    if (isThere && Object.is(now, old)) continue;
    if (key === "__proto__") {
      Object.defineProperty(into, key, {
        value: now,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else into[key] = now;
  }
}

function isZero(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !value;
  if (isNativeObject(value)) return false;
  if (value instanceof Date) return value.getUTCFullYear() === 1;
  if (value instanceof Map) return value.size === 0;
  return isList(value)
    ? value.length === 0
    : Object.values(value).every(isZero);
}
