/**
 * Addresses of functions as JavaScript functions.
 *
 * @module
 */

import type { Address, RawFunction } from "../runtime/adapter.ts";
import { isSameFunction } from "../manifest/compatible.ts";
import type { JsCallback } from "../handle/callback_handle.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";

/** Every JavaScript function that the plugins can call, by its address; what keeps them alive. */
export const jsCallbacks = new Map<Address, JsCallback>();

/** The functions that came out of plugins. */
const nativeFunctions = new WeakMap<
  FunctionPointer,
  Map<Address, RawFunction>
>();
const addresses = new WeakMap<RawFunction, [FunctionPointer, Address]>();

let bind: (signature: FunctionPointer, address: Address) => RawFunction;

/** Says how a function at an address is bound; that needs the calls, which need this module. */
export function bindWith(binder: typeof bind): void {
  bind = binder;
}

/**
 * The function at an address.
 *
 * @param signature How the function is called.
 * @param address The address, which is not null.
 * @returns One function for a signature and an address; a JavaScript function
 * that went in comes out as itself.
 */
export function functionAt(
  signature: FunctionPointer,
  address: Address,
): RawFunction {
  const callback = jsCallbacks.get(address);
  if (
    callback !== undefined &&
    isSameFunction(callback.signature.type, signature.type, signature.types)
  ) {
    return callback.call;
  }
  let byAddress = nativeFunctions.get(signature);
  if (byAddress === undefined) {
    nativeFunctions.set(signature, byAddress = new Map());
  }
  let made = byAddress.get(address);
  if (made === undefined) {
    byAddress.set(address, made = bind(signature, address));
    addresses.set(made, [signature, address]);
  }
  return made;
}

/**
 * The address that a function came out with.
 *
 * @returns Undefined when it did not, or not with this type.
 */
export function addressOfNativeFunction(
  signature: FunctionPointer,
  made: RawFunction,
): Address | undefined {
  const [own, address] = addresses.get(made) ?? [];
  return own?.text === signature.text && own.types === signature.types
    ? address
    : undefined;
}
