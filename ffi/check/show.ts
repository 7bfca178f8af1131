/**
 * Values as errors show them.
 *
 * @module
 */

import { quote } from "../error.ts";
import { showHandle } from "../function/given_function.ts";
import { isCallback } from "../handle/callback_handle.ts";
import {
  hasMemory,
  isStruct,
  keptBy,
  memoryOf,
  missingFrom,
  nameOf,
} from "../handle/struct.ts";
import { isFreed, isPointer, targetOf } from "../handle/pointer.ts";
import { describe, isNativeObject } from "../object/object.ts";
import { isVariable, sizeOfVariable } from "../handle/variable.ts";
import {
  bufferOf,
  isArray,
  isBuffer,
  isFixed,
  isGone,
  isShared,
  kindOf,
} from "../runtime/views.ts";

/** A given value as an error shows it: none of its own code runs, but for the traps of a proxy. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string": {
      const text = value.length <= 40
        ? `the string ${JSON.stringify(value)}`
        : `a string of ${value.length} characters`;
      // No encoding has it, and no character of it can be seen.
      return value.isWellFormed()
        ? text
        : `${text}, with half a surrogate pair`;
    }
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
      return showFunction(value);
    case "object":
      return value === null ? "null" : showObject(value);
  }
}

/** The same of an option: a text as it is written. */
export function showGiven(value: unknown): string {
  return typeof value === "string" ? quote(value) : show(value);
}

/** A class is given in the place of one of its objects more often than any function. */
function showFunction(value: object): string {
  try {
    const { writable } = Object.getOwnPropertyDescriptor(value, "prototype") ??
      {};
    const name = Object.getOwnPropertyDescriptor(value, "name")?.value;
    return writable === false && typeof name === "string" && name !== ""
      ? `the class ${name.slice(0, 40)}`
      : "a function";
  } catch {
    return "a function"; // a proxy that lets nobody ask
  }
}

function showObject(value: object): string {
  if (ArrayBuffer.isView(value)) {
    return article(stateOf(bufferOf(value)) + (kindOf(value) ?? "DataView"));
  }
  if (isBuffer(value)) {
    const name = isShared(value) ? "SharedArrayBuffer" : "ArrayBuffer";
    return article(stateOf(value) + name);
  }
  if (isStruct(value)) {
    const name = article(nameOf(value));
    if (hasMemory(value)) return name;
    const isThere = isFixed(memoryOf(value)) && !keptBy(value).isLost;
    return isThere
      ? `${name} of which ${missingFrom(value)}`
      : `${name} whose memory, or what it points to, was transferred`;
  }
  if (isNativeObject(value)) return article(describe(value).replace(" {}", ""));
  if (isCallback(value)) return showHandle(value);
  if (isPointer(value)) {
    const target = targetOf(value);
    return target === undefined ? "a Pointer" : `a Pointer to ${target.name}`;
  }
  if (isFreed(value)) return "a Pointer that was disposed of";
  if (isVariable(value)) {
    const size = sizeOfVariable(value);
    return `a Variable of ${size} byte${size === 1 ? "" : "s"}`;
  }
  return isArray(value) ? "an array" : builtInOf(value) ?? "an object";
}

/** What is most often given by mistake: a promise that nobody has waited for, say. */
function builtInOf(value: object): string | undefined {
  try {
    const found = [
      Promise,
      Map,
      Set,
      Date,
      URL,
      RegExp,
      Error,
      Blob,
      ReadableStream,
    ]
      .find((one) => value instanceof one);
    return found && article(found.name);
  } catch {
    return undefined; // a proxy that lets nobody ask
  }
}

/** Why native code may not use a buffer, as the beginning of its name. */
function stateOf(buffer: ArrayBufferLike): string {
  if (isFixed(buffer)) return "";
  if (isShared(buffer)) return "growable ";
  return isGone(buffer) ? "detached " : "resizable ";
}

/** A name with its article. */
export function article(name: string): string {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}
