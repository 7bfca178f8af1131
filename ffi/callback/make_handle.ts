/**
 * Handles of JavaScript functions that plugins can call: `callback()` makes those
 * of types that name nothing, `plugin.callback()` those of the plugin's types.
 *
 * @module
 */

import { show } from "../check/show.ts";
import { assertOptions } from "../did_you_mean.ts";
import { PluginError, quote } from "../error.ts";
import {
  type Callback,
  makeCallbackHandle,
} from "../handle/callback_handle.ts";
import type { Type } from "../notation/type.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import { functionPointerOf } from "../value/callable_signature.ts";
import type { Types } from "../value/value.ts";
import { makeJsCallback } from "./js_callback.ts";

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
 * Makes a callback of a type that may name types of a plugin.
 *
 * @param parsed The type.
 * @param type Its text.
 * @param types What its names stand for.
 * @param call The function.
 * @param options Which threads call it.
 * @throws As `callback` does.
 */
export function makeCallback(
  parsed: Type,
  type: string,
  types: Types,
  call: unknown,
  options: CallbackOptions = {},
): Callback {
  if (parsed.kind !== "function") {
    throw callbackError("bad_type", type, "it is not a function");
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
    types,
    anyThread,
  });
  const reason = signature.cannotAnswer;
  if (reason !== undefined) {
    throw callbackError("unsupported", type, reason);
  }
  return makeCallbackHandle(
    makeJsCallback(
      signature,
      call as RawFunction,
      `callback ${signature.text}`,
    ),
  );
}

/** The error of a type that no callback can be made of. */
export function callbackError(
  code: "bad_type" | "unsupported",
  type: string,
  reason: string,
): PluginError {
  return new PluginError(
    code,
    `Cannot make a callback ${quote(type)}: ${reason}`,
  );
}
