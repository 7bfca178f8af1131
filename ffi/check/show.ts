/**
 * Values as errors show them.
 *
 * @module
 */

import { showHandle } from "../function/given.ts";
import { isCallback } from "../handle/callback.ts";
import { isStruct } from "../handle/struct.ts";
import { isPointer, Pointer } from "../handle/pointer.ts";
import { describe, isNativeObject } from "../object/object.ts";
import { isVariable, sizeOfVariable } from "../handle/variable.ts";
import { bufferOf, isFixed, kindOf } from "../runtime/views.ts";

/** A given value as an error shows it. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length <= 40
        ? `the string ${JSON.stringify(value)}`
        : `a string of ${value.length} characters`;
    case "bigint":
      return `the bigint ${value}n`.slice(0, 80);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "symbol":
      return "a symbol";
    case "function":
      return "a function";
    case "object":
      return value === null ? "null" : showObject(value);
  }
}

function showObject(value: object): string {
  if (ArrayBuffer.isView(value)) {
    return article(stateOf(bufferOf(value)) + (kindOf(value) ?? "DataView"));
  }
  if (value instanceof ArrayBuffer) {
    return article(`${stateOf(value)}ArrayBuffer`);
  }
  if (isStruct(value)) {
    return article(Object.prototype.toString.call(value).slice(8, -1));
  }
  if (isNativeObject(value)) return article(describe(value).replace(" {}", ""));
  if (isCallback(value)) return showHandle(value);
  if (value instanceof Pointer) {
    return isPointer(value) ? "a Pointer" : "a Pointer that was disposed of";
  }
  if (isVariable(value)) {
    const size = sizeOfVariable(value);
    return `a Variable of ${size} byte${size === 1 ? "" : "s"}`;
  }
  return Array.isArray(value) ? "an array" : "an object";
}

/** Why native code may not use a buffer, as the beginning of its name. */
function stateOf(buffer: ArrayBufferLike): string {
  if (isFixed(buffer)) return "";
  const { detached } = buffer as Partial<ArrayBuffer>;
  return detached ? "detached " : "resizable ";
}

/** A name with its article. */
export function article(name: string): string {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}
