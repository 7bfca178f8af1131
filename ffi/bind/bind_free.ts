/**
 * Functions that free what another one gives.
 *
 * @module
 */

import { type PluginError, quote } from "../error.ts";
import { rethrowing } from "../function/trap.ts";
import { asLibraryCalls } from "../load/as_library_calls.ts";
import { isAddress, resolveNames } from "../manifest/compatible.ts";
import type { SymbolDefinition } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import type { RawFunction } from "../runtime/adapter.ts";
import type { Types } from "../value/value.ts";
import { type BindTarget, symbolError } from "./bind_target.ts";

/**
 * Binds one, as the library's own code would find it.
 *
 * @param target What gives it.
 * @param symbol What frees it: the plugin's, or one that only the loader knows, as C's `free`.
 * @returns Takes an address.
 * @throws {PluginError} `unsupported` where it is described as something else,
 * `unknown_symbol` where there is none.
 */
export function bindFree(target: BindTarget, symbol: string): RawFunction {
  const own = target.symbol(symbol);
  if (own !== undefined && !takesAddress(own, target.types)) {
    throw symbolError(
      target,
      "unsupported",
      `${quote(symbol)} is ${
        own.kind === "variable" ? "a variable" : own.type
      }, wanted a function of one address to free what it gives`,
    );
  }
  const library = asLibraryCalls(target.library, target.path);
  const name = own?.symbol ?? symbol;
  try {
    return rethrowing(library.bind(name, ["address"], "void"));
  } catch (error) {
    const { code, cause } = error as PluginError;
    if (own !== undefined || code !== "wrong_library") throw error;
    throw symbolError(
      target,
      "unknown_symbol",
      `neither the library nor what it needs has ${
        quote(symbol)
      }, which is to free what it gives`,
      cause,
    );
  }
}

function takesAddress(own: SymbolDefinition, types: Types): boolean {
  const type = parseType(own.type);
  if (own.kind !== "function" || type.kind !== "function") return false;
  const [first, ...others] = type.params;
  return first !== undefined && others.length === 0 && !type.variadic &&
    isAddress(resolveNames(first, types));
}
