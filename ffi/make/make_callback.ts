/**
 * Callbacks with a life of their own.
 *
 * @module
 */

import { type CallbackOptions, makeCallback } from "../callback/make_handle.ts";
import type { Callback } from "../handle/callback_handle.ts";
import type { CallbackFunction } from "../typed/lookup_result.ts";
import { NO_TYPES, parseGiven } from "./given_type.ts";

export type { CallbackOptions };

/**
 * Makes a JavaScript function callable by plugins, until it is disposed of.
 *
 * A function can be given to a plugin as it is; it then stays callable until
 * the process ends. A handle is for those of which there would be too many,
 * and for those that other threads call. It does not keep the process alive.
 *
 * What the function throws is thrown by the call of the plugin that led to it,
 * and the plugin gets zero.
 *
 * @param type How it is called, in the notation, with no names of a manifest.
 * @param call The function. It gets what a function of that type would give,
 * and must give what one would take: a wrong result is an error like a wrong argument.
 * @param options Which threads call it.
 * @returns A handle, to be given where the plugin takes a function of that type.
 * @throws {PluginError} `bad_type`, `unsupported` (with the reason), `permission_denied`.
 * @throws {TypeError} When `call` is not a function.
 *
 * **Safety**: a plugin that calls it after it was disposed of ends the process.
 *
 * @example
 * ```ts ignore
 * using onRow = callback("(i32, cstring) => bool", (id, name) => {
 *   console.log(id, name);
 *   return true;
 * });
 * plugin.lookup("each_row")(onRow);
 * ```
 */
export function callback<const T extends string>(
  type: T,
  call: CallbackFunction<T>,
  options: CallbackOptions = {},
): Callback {
  return makeCallback(
    parseGiven("callback", type),
    type,
    NO_TYPES,
    call,
    options,
  );
}
