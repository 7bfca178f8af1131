/**
 * The symbol that is being bound.
 *
 * @module
 */

import type {
  Address,
  NativeLibrary,
  RawFunction,
} from "../runtime/adapter.ts";
import { PluginError, type PluginErrorCode, quote } from "../error.ts";
import type { SymbolDefinition } from "../manifest/manifest.ts";
import { adapter } from "../runtime/runtime.ts";
import { printType, type Type } from "../notation/type.ts";
import { resolveType, type Types, type Value } from "../value/value.ts";

/** A symbol as it is described. */
export interface SymbolRef {
  /** Absolute path of the library. */
  readonly path: string;
  readonly name: string;
  readonly definition: SymbolDefinition;
  /** The named types of its manifest. */
  readonly types: Types;
}

/** A symbol, and all that binding it needs. */
export interface BindTarget extends SymbolRef {
  readonly library: NativeLibrary;
  /** The library that a thunk's symbol lies in. */
  readonly thunks: () => NativeLibrary;
  /** What the manifest says of another symbol. */
  readonly symbol: (name: string) => SymbolDefinition | undefined;
  /** Symbol of the function that a text which it gives is given to, once it is read. */
  readonly free: string | undefined;
  /** What errors call it, where it is bound as a method: its first parameter is `this`. */
  readonly method: string | undefined;
}

/** The error of a symbol that cannot be looked up. */
export function symbolError(
  { path, name }: Pick<SymbolRef, "path" | "name">,
  code: PluginErrorCode,
  detail: string,
  cause?: unknown,
): PluginError {
  const error = new PluginError(
    code,
    `Cannot look up ${quote(name)} in ${quote(path)}: ${detail}`,
    { path, symbol: name, cause },
  );
  details.set(error, detail);
  return error;
}

/** Why symbols were refused, without what was refused; runtimes print what errors have as properties. */
const details = new WeakMap<PluginError, string>();

/** Why a symbol was refused, without what was refused. */
export function detailOf(error: PluginError): string {
  return details.get(error) ?? error.message;
}

/** What `type` is in JavaScript, or which part of the symbol is nothing. */
export function resolveValue(
  subject: SymbolRef,
  type: Type,
  part: string,
): Value {
  try {
    return resolveType(type, subject.types);
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    throw symbolError(
      subject,
      error.code,
      `${part}: ${printType(type)} has no JavaScript value`,
    );
  }
}

/** The library, with what the runtime throws while binding as an error of ours. */
export class ErrorMappingLibrary implements NativeLibrary {
  readonly #subject: BindTarget;

  constructor(subject: BindTarget) {
    this.#subject = subject;
  }

  get space(): NativeLibrary["space"] {
    return this.#subject.library.space;
  }

  get spread(): NativeLibrary["spread"] {
    return this.#subject.library.spread;
  }

  bind(...args: Parameters<NativeLibrary["bind"]>): RawFunction {
    return this.#wrapErrors(args[0], (library) => library.bind(...args));
  }

  bindAsync(...args: Parameters<NativeLibrary["bindAsync"]>): RawFunction {
    return this.#wrapErrors(args[0], (library) => library.bindAsync(...args));
  }

  address(symbol: string): Address {
    return this.#wrapErrors(symbol, (library) => library.address(symbol));
  }

  #exports(symbol: string): boolean {
    try {
      this.#subject.library.address(symbol);
      return true;
    } catch {
      return false;
    }
  }

  #wrapErrors<T>(symbol: string, use: (library: NativeLibrary) => T): T {
    try {
      return use(this.#subject.library);
    } catch (cause) {
      if (cause instanceof PluginError) throw cause;
      const flag = adapter.denied(cause as Error);
      if (flag !== undefined) {
        throw symbolError(
          this.#subject,
          "permission_denied",
          `permission denied, run with ${flag}`,
          cause,
        );
      }
      if (this.#exports(symbol)) {
        throw symbolError(
          this.#subject,
          "unsupported",
          `${adapter.name} cannot call a function of its type: ${
            (cause as Error).message
          }`,
          cause,
        );
      }
      throw symbolError(
        this.#subject,
        "wrong_library",
        `the manifest describes it, but the library does not export ${
          quote(symbol)
        }; write the manifest anew`,
        cause,
      );
    }
  }
}
