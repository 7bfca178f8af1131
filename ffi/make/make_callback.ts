/**
 * Callbacks with a life of their own.
 *
 * @module
 */

import { assertOptions } from "../did_you_mean.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { show } from "../check/show.ts";
import { type Callback, handleOf } from "../handle/callback_handle.ts";
import { makeIncoming } from "../callback/js_callback.ts";
import { functionPointerOf } from "../value/callable_signature.ts";
import type { CallbackFunction } from "../typed/lookup_result.ts";
import { NO_TYPES, notMade, parseGiven } from "./given_type.ts";

/** How a callback is called. */
export interface CallbackOptions {
  /**
   * `"any"` when threads call it that the runtime knows nothing of.
   *
   * The function always runs on the thread that made it, when its event loop
   * turns; the other thread waits for the result. So a synchronous call that
   * waits for such a thread never ends: use `.async`. On Bun and Node this takes
   * the support library; without it, only callbacks without a result and without
   * a text can be made on Bun, for which the other thread does not wait, and
   * none on Node.
   */
  readonly threads?: "any";
}

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
  const parsed = parseGiven("callback", type);
  if (parsed.kind !== "function") {
    throw notMade("callback", "bad_type", type, "it is not a function");
  }
  if (typeof call !== "function") {
    throw new TypeError(
      `callback(): argument 2: wanted a function, got ${show(call)}`,
    );
  }
  assertOptions("callback(): options", options, ["threads"]);
  const { threads } = options;
  if (threads !== undefined && threads !== "any") {
    throw new TypeError(
      `callback(): options.threads: wanted "any" or nothing, got ${
        show(threads)
      }`,
    );
  }
  const anyThread = threads === "any";
  const signature = functionPointerOf({
    type: parsed,
    types: NO_TYPES,
    anyThread,
  });
  const reason = signature.cannotAnswer;
  if (reason !== undefined) {
    throw notMade("callback", "unsupported", type, reason);
  }
  return handleOf(
    makeIncoming(
      signature,
      call as RawFunction,
      `callback ${signature.text}`,
    ),
  );
}
