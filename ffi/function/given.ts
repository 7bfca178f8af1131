/**
 * What may be given for a function pointer.
 *
 * @module
 */

import type { RawFunction } from "../adapter.ts";
import { isPointer } from "../pointer.ts";
import { isCompatible } from "../value.ts";
import { type Callback, incomingOf, isCallback } from "./handle.ts";
import { addressOfOutgoing } from "./outgoing.ts";
import type { Signature } from "./signature.ts";

/** Whether a value can be given for a function pointer of this signature. */
export function isFunctionFor(value: unknown, signature: Signature): boolean {
  if (typeof value === "function") {
    return signature.cannotAnswer === undefined ||
      addressOfOutgoing(signature, value as RawFunction) !== undefined;
  }
  return value === null || isPointer(value) ||
    isCallback(value) && isFor(value, signature);
}

const compatible = new WeakMap<Signature, WeakMap<Signature, boolean>>();

function isFor(handle: Callback, wanted: Signature): boolean {
  const own = incomingOf(handle)?.signature;
  if (own === undefined) return false;
  let known = compatible.get(wanted);
  if (known === undefined) compatible.set(wanted, known = new WeakMap());
  let is = known.get(own);
  if (is === undefined) {
    is = isCompatible(wanted.type, own.type, wanted.types);
    known.set(own, is);
  }
  return is;
}

/** What can be given for a function pointer, for a person. */
export function wantedFor({ cannotAnswer }: Signature): string {
  return cannotAnswer === undefined
    ? "a function, a Callback, a Pointer or null"
    : `a Pointer or null (no JavaScript function can be called so: ${cannotAnswer})`;
}

/** A handle as an error shows it. */
export function showHandle(handle: Callback): string {
  const incoming = incomingOf(handle);
  return incoming === undefined
    ? "a disposed Callback"
    : `a Callback ${incoming.signature.text}`;
}
