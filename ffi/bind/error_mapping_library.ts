/**
 * The library of a symbol that is being bound: what a runtime throws then is an
 * error of ours.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type {
  Address,
  NativeLibrary,
  RawFunction,
} from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { type BindTarget, symbolError } from "./bind_target.ts";

/** A library, and what is bound of it. */
type MappedLibrary = Pick<BindTarget, "path" | "name" | "library">;

/** The library, with what the runtime throws while binding as an error of ours. */
export class ErrorMappingLibrary implements NativeLibrary {
  readonly #target: MappedLibrary;

  constructor(target: MappedLibrary) {
    this.#target = target;
  }

  get space(): NativeLibrary["space"] {
    return this.#target.library.space;
  }

  get spread(): NativeLibrary["spread"] {
    return this.#target.library.spread;
  }

  bind(...args: Parameters<NativeLibrary["bind"]>): RawFunction {
    return this.#wrapErrors(args[0], (library) => library.bind(...args));
  }

  bindAsync(...args: Parameters<NativeLibrary["bindAsync"]>): RawFunction {
    return this.#wrapErrors(args[0], (library) => library.bindAsync(...args));
  }

  bindApart(
    ...args: Parameters<NonNullable<NativeLibrary["bindApart"]>>
  ): RawFunction | undefined {
    return this.#target.library.bindApart?.(...args);
  }

  address(symbol: string): Address {
    return this.#wrapErrors(symbol, (library) => library.address(symbol));
  }

  #exports(symbol: string): boolean {
    try {
      this.#target.library.address(symbol);
      return true;
    } catch {
      return false;
    }
  }

  #wrapErrors<T>(symbol: string, use: (library: NativeLibrary) => T): T {
    try {
      return use(this.#target.library);
    } catch (cause) {
      if (cause instanceof PluginError) throw cause;
      const flag = adapter.denied(cause as Error);
      if (flag !== undefined) {
        throw symbolError(
          this.#target,
          "permission_denied",
          `permission denied, run with ${flag}`,
          cause,
        );
      }
      if (this.#exports(symbol)) {
        throw symbolError(
          this.#target,
          "unsupported",
          `${adapter.name} cannot call a function of its type: ${
            (cause as Error).message
          }`,
          cause,
        );
      }
      throw symbolError(
        this.#target,
        "wrong_library",
        `the manifest describes it, but the library does not export ${
          quote(symbol)
        }; write the manifest anew`,
        cause,
      );
    }
  }
}
