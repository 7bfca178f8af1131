/**
 * A library that was opened: its symbols and its types.
 *
 * @module
 */

import type { NativeLibrary, RawFunction } from "./adapter.ts";
import { PluginError } from "./error.ts";
import type { AnySymbol, Looked } from "./looked.ts";
import { quote } from "./locate.ts";
import type { LazyManifest, Manifest } from "./manifest.ts";
import { type EnumType, typeOf } from "./memory/types.ts";
import type { StructType } from "./memory/struct.ts";
import { noneOf } from "./nearest.ts";
import { bindSymbol, describe } from "./symbol.ts";
import type { Variable } from "./variable.ts";

/** What a signature does not say of a function. */
export interface LookupOptions {
  /**
   * Symbol of the function that frees the text which it gives: `"free"` for
   * what C's `malloc` made. Without it, the text is taken to stay the plugin's.
   */
  free?: string;
}

/** What `lookup` gives for a name, where a generated declaration does not say. */
export type AnySymbols = Record<string, AnySymbol>;

/** Makes a plugin of what was loaded; the class shows nobody its constructor. */
export let pluginOf: (
  path: string,
  manifest: LazyManifest,
  library: NativeLibrary,
  thunks: (symbol: string) => NativeLibrary,
) => Plugin;

/**
 * A library that was opened, and what its manifest says of it.
 *
 * @typeParam S The names and types of its symbols.
 */
export class Plugin<S extends object = AnySymbols> {
  /** Absolute path of the library. */
  readonly path: string;
  readonly #manifest: LazyManifest;
  readonly #library: NativeLibrary;
  /** The library that thunks lie in, loaded when it is first asked for. */
  readonly #thunks: (symbol: string) => NativeLibrary;
  /** What was looked up, by name and then by the wanted type ("" for the manifest's own). */
  readonly #bound = new Map<
    string,
    Map<string, RawFunction | Variable<unknown>>
  >();
  readonly #types = new Map<string, StructType | EnumType>();

  static {
    pluginOf = (...args) => new Plugin(...args);
  }

  private constructor(
    path: string,
    manifest: LazyManifest,
    library: NativeLibrary,
    thunks: (symbol: string) => NativeLibrary,
  ) {
    this.path = path;
    this.#manifest = manifest;
    this.#library = library;
    this.#thunks = thunks;
  }

  /**
   * What the library is and exports; read-only.
   *
   * A symbol is validated when it is looked up; here all of them are.
   *
   * @throws {PluginError} `bad_manifest`.
   */
  get manifest(): Manifest {
    return this.#manifest.whole;
  }

  /** The names that can be looked up, in the manifest's order. */
  get symbols(): string[] {
    return this.#manifest.symbolNames;
  }

  /**
   * Whether `lookup` knows the name.
   *
   * @param name The name of a symbol.
   */
  has(name: string): boolean {
    return this.#manifest.has(name);
  }

  /**
   * Gives an exported function or variable, typed as the manifest says.
   *
   * The same name gives the same object.
   *
   * @param name The name of a symbol.
   * @returns A function that checks its arguments on every call, or a {@linkcode Variable}.
   * @throws {PluginError} `unknown_symbol` (with the nearest names),
   * `skipped_symbol` (with the reason), `bad_manifest`, `needs_thunk`,
   * `unsupported`.
   */
  lookup<K extends keyof S & string>(name: K): S[K];
  /**
   * Gives an exported function or variable as the type that is wanted.
   *
   * A type assertion as Go has it: the text must agree with the manifest in
   * every byte and register. Within that it chooses what JavaScript sees:
   * `usize` a number or `u64` a bigint, `cstring` a string or `buffer` its address.
   *
   * @param name The name of a symbol.
   * @param type The wanted type, in the notation; TypeScript infers the result from it.
   * @param options Who frees what it gives.
   * @returns A function that checks its arguments on every call, or a {@linkcode Variable}.
   * @throws {PluginError} `type_mismatch` (with both types), `bad_type`, and
   * what `lookup(name)` throws.
   */
  lookup<const T extends string>(
    name: string,
    type: T,
    options?: LookupOptions,
  ): Looked<T>;
  lookup(name: string, type?: string, options?: LookupOptions): unknown {
    return this.#bound.get(name)?.get(boundKey(type, options)) ??
      this.#bind(name, type, options);
  }

  /**
   * Gives a named type of the plugin.
   *
   * The same name gives the same object.
   *
   * @param name A struct, a union, an enum, or another name of one.
   * @returns For a struct or a union a class whose instances are its memory,
   * for an enum an object with its values by name.
   * @throws {PluginError} `unknown_type`, with the nearest names.
   *
   * @example
   * ```ts ignore
   * const Point = plugin.type("Point");
   * const p = new Point({ x: 1, y: 2 });
   * plugin.lookup("move")(p, 3); // takes a Point *
   * console.log(p.x); // 4
   * ```
   */
  // deno-lint-ignore no-explicit-any -- a StructType or an EnumType, as the manifest says
  type(name: string): any {
    return this.#types.get(name) ?? this.#makeType(name);
  }

  #makeType(name: string): StructType | EnumType {
    const { path } = this;
    const { types } = this.#manifest;
    const type = typeOf(name, types);
    if (type === undefined) {
      throw new PluginError(
        "unknown_type",
        `Cannot get the type ${quote(name)} of ${quote(path)}: ${
          noneOf(String(name), "types", types.names)
        }`,
        { path },
      );
    }
    this.#types.set(name, type);
    return type;
  }

  #bind(
    name: string,
    type?: string,
    options?: LookupOptions,
  ): RawFunction | Variable<unknown> {
    const { path } = this;
    const symbol = bindSymbol({
      ...describe(this.#manifest, path, name),
      library: this.#library,
      thunks: this.#thunks,
      free: options?.free,
    }, type);
    let byType = this.#bound.get(name);
    if (byType === undefined) this.#bound.set(name, byType = new Map());
    byType.set(boundKey(type, options), symbol);
    return symbol;
  }
}

/** What tells the bindings of one name apart; hot, and mostly without options. */
function boundKey(type = "", options?: LookupOptions): string {
  return options?.free === undefined ? type : `${type}\0${options.free}`;
}
