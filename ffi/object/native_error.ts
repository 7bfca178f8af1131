/**
 * Errors of a plugin that are objects of it: they know what they wrap, and
 * what they are.
 *
 * @module
 */

import { PluginError, type PluginErrorOptions } from "../error.ts";
import {
  isLiving,
  isNativeObject,
  type NativeObject,
  stateOf,
} from "./object.ts";
import type { NativeClass } from "./state.ts";

/** The name of the class of errors, where a plugin has one. */
export const ERROR_CLASS = "error";

/** What the class of errors has. */
interface NativeErrorObject extends NativeObject {
  Is(target: NativeObject): boolean;
  Unwrap(): NativeErrorObject | null;
  /** What it holds, where its language tells. */
  Data?(): unknown;
  toString(): string;
}

/**
 * An error that a function of a plugin returned.
 *
 * @param object The error, as its plugin has it.
 * @param message The error's text.
 * @param options Where it came from.
 * @param own What a function of JavaScript has thrown, where that is the end of the chain.
 */
export function nativeError(
  object: NativeObject,
  message: string,
  options: PluginErrorOptions,
  own?: { readonly error: unknown },
): PluginError {
  const native = object as NativeErrorObject;
  const error = new PluginError("returned_error", message, options);
  let cause: unknown;
  let isKnown = false;
  let data: { readonly value: unknown } | undefined;
  Object.defineProperties(error, {
    // The chain is asked for when somebody looks: most errors are only thrown.
    cause: {
      configurable: true,
      get() {
        if (!isKnown) {
          isKnown = true;
          const inner = native.Unwrap();
          cause = inner === null
            ? undefined
            : own !== undefined && inner.Unwrap() === null
            ? own.error
            : nativeError(inner, String(inner), options, own);
        }
        return cause;
      },
    },
    object: { value: object },
    ...native.Data === undefined ? {} : {
      data: {
        configurable: true,
        get: () => (data ??= { value: native.Data!() ?? undefined }).value,
      },
    },
    is: {
      value(target: unknown): boolean {
        const other = objectIn(target);
        return other !== undefined && isLiving(other, stateOf(object).class) &&
          native.Is(other);
      },
    },
  });
  return error;
}

/**
 * The error of a plugin that stands behind what was thrown, while it is there.
 *
 * @param of The plugin's class of errors: anything can have another object in it.
 */
export function errorObjectOf(
  thrown: unknown,
  of: NativeClass,
): NativeObject | undefined {
  let object: NativeObject | undefined;
  try {
    object = objectIn(thrown);
  } catch {
    // Anything can be thrown: a getter, or a proxy, may throw when it is asked.
  }
  return object && isLiving(object, of) ? object : undefined;
}

/** The error of a plugin that stands behind a value: it itself, that of a thrown error, that in a variable. */
function objectIn(target: unknown): NativeObject | undefined {
  if (isNativeObject(target)) return target;
  if (typeof target !== "object" || target === null) return undefined;
  const { object, value } = target as { object?: unknown; value?: unknown };
  return isNativeObject(object)
    ? object
    : isNativeObject(value)
    ? value
    : undefined;
}
