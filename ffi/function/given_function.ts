/**
 * What may be given for a function pointer.
 *
 * @module
 */

import type { RawFunction } from "../runtime/adapter.ts";
import { isPointer, targetOf } from "../handle/pointer.ts";
import { isCompatible } from "../manifest/compatible.ts";
import { namesIn } from "../notation/type.ts";
import {
  type Callback,
  isCallback,
  jsCallbackOf,
} from "../handle/callback_handle.ts";
import { addressOfNativeFunction } from "./native_function.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";

/** Whether a value can be given for a function pointer of this signature. */
export function isFunctionFor(
  value: unknown,
  signature: FunctionPointer,
): boolean {
  if (typeof value === "function") {
    return signature.cannotAnswer === undefined ||
      addressOfNativeFunction(signature, value as RawFunction) !== undefined;
  }
  // What is known to be data is no code.
  return isPointer(value) && targetOf(value) === undefined ||
    isCallback(value) && isFor(value, signature);
}

const compatible = new WeakMap<
  FunctionPointer,
  WeakMap<FunctionPointer, boolean>
>();

function isFor(handle: Callback, wanted: FunctionPointer): boolean {
  const own = jsCallbackOf(handle)?.signature;
  if (own === undefined) return false;
  let known = compatible.get(wanted);
  if (known === undefined) compatible.set(wanted, known = new WeakMap());
  let is = known.get(own);
  if (is === undefined) {
    // Names say something in their own plugin alone.
    is = (own.types === wanted.types || namesIn(own.type).length === 0) &&
      isCompatible(wanted.type, own.type, wanted.types) &&
      (own.anyThread || !wanted.anyThread);
    known.set(own, is);
  }
  return is;
}

/** What can be given for a function pointer, for a person. */
export function wantedFor(
  { cannotAnswer, anyThread }: FunctionPointer,
  nonnull: boolean,
): string {
  if (cannotAnswer !== undefined) {
    return `a Pointer${nonnull ? "" : " or null"} ` +
      `(no JavaScript function can be called so: ${cannotAnswer})`;
  }
  const handle = anyThread ? ` made with { threads: "any" }` : "";
  return nonnull
    ? `a function, a Callback${handle} or a Pointer`
    : `a function, a Callback${handle}, a Pointer or null`;
}

/** A handle as an error shows it. */
export function showHandle(handle: Callback): string {
  const callback = jsCallbackOf(handle);
  return callback === undefined
    ? "a disposed Callback"
    : `a Callback ${callback.signature.text}${
      callback.anyThread ? " for any thread" : ""
    }`;
}
