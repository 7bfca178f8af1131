/**
 * What a framed call throws where the plugin's function has failed: an error that
 * it returned, a panic, an argument that it refused.
 *
 * @module
 */

import type { Frame } from "./frame.ts";
import type { ArgumentErrors } from "../check/wrong.ts";
import { PluginError } from "../error.ts";
import { trap } from "../function/trap.ts";
import { takeText } from "../memory/span_codecs.ts";
import { classOf } from "../object/classes.ts";
import { ERROR_CLASS, nativeError } from "../object/native_error.ts";
import type { NativeObject } from "../object/object.ts";
import { takeThrown } from "../object/thrown.ts";
import type { Address, RawFunction } from "../runtime/adapter.ts";
import { handleFrom, homeOf } from "../runtime/space.ts";
import { isInstance } from "../value/instance.ts";
import { wordAt } from "../value/scalar.ts";
import { unreadableFrom } from "../value/unreadable.ts";
import type { Types } from "../value/value.ts";

/** The function behind a thunk. */
export interface ThunkedFunction {
  /** For errors: the library. */
  readonly path: string;
  /** For errors: the symbol. */
  readonly symbol: string;
  /** For errors that are objects: the types of its manifest. */
  readonly types: Types;
  /** Its address, where the thunk does not know it; asked for at each call where processes come and go. */
  readonly target: Address | (() => Address) | undefined;
}

/**
 * Says of an error which function the value came out of that it is of.
 *
 * @param error Anything that was thrown.
 * @param where The function.
 */
export function resultError(
  error: unknown,
  { path, symbol }: Pick<ThunkedFunction, "path" | "symbol">,
): unknown {
  return isInstance(error, PluginError) && error.code === "bad_data" &&
      error.symbol === undefined
    ? new PluginError("bad_data", `${symbol}(): ${error.message}`, {
      ...{ cause: error.cause, path, symbol },
    })
    : unreadableFrom(`${symbol}()`, error);
}

/** The error that a plugin has left there, where its errors are objects. */
function errorAt(
  view: DataView,
  at: number,
  types: Types,
): NativeObject | null {
  const definition = types.get(ERROR_CLASS);
  const handle = wordAt(view, at);
  return definition?.kind === "class" && handle !== 0
    ? classOf(types, ERROR_CLASS, definition).wrap(
      handleFrom(view.buffer, handle),
    )
    : null;
}

/**
 * Throws what the plugin's function ended with.
 *
 * @param frame The call's frame.
 * @param at Where in it the thunk has left that.
 * @param where The function.
 * @param free Gives back memory of the plugin's.
 * @param wrong The function's errors.
 */
export function throwFault(
  frame: Frame,
  at: number,
  where: ThunkedFunction,
  free: RawFunction,
  wrong: ArgumentErrors,
): never {
  const kind = frame.view.getInt32(at, true);
  const { path, symbol } = where;
  const refused = () => homeOf(where.types)?.refused();
  const text = takeText(frame.view, at + 8, free);
  if (kind === 3) {
    const own = takeThrown(Number(wordAt(frame.view, at + 32)));
    if (own !== undefined) throw own.error;
    // It was thrown before.
    throw new PluginError("returned_error", text, {
      path,
      symbol,
      refused: refused(),
    });
  }
  if (kind === 1) {
    const error = errorAt(frame.view, at + 24, where.types);
    if (error !== null && trap.thrown === undefined) {
      const own = takeThrown(Number(wordAt(frame.view, at + 32)));
      throw nativeError(error, text, { path, symbol, refused: refused() }, own);
    }
    error?.[Symbol.dispose](); // what a callback has thrown is thrown
    throw new PluginError("returned_error", text, {
      path,
      symbol,
      refused: refused(),
    });
  }
  if (kind === 4) {
    const [index, isRange] = [at + 24, at + 32].map((word) =>
      Number(wordAt(frame.view, word))
    );
    wrong.refused(index!, text, isRange !== 0);
  }
  const nativeStack = takeText(frame.view, at + 24, free) || undefined;
  throw new PluginError(
    "panicked",
    `${symbol}() panicked: ${text}`,
    { path, symbol, nativeStack, refused: refused() },
  );
}
