/**
 * A library that was opened: its symbols and its types.
 *
 * The way of `lookup("F")`:
 *
 * | step | where |
 * |---|---|
 * | find what the manifest says of it | `LazyManifest.symbol` in `manifest/parse.ts` |
 * | which type it is handled as | `bindSymbol` in `bind/symbol.ts` |
 * | what each parameter and result is, and how it is checked | `planFunction` in `bind/bind_function.ts` |
 * | what its annotations and classes make of it | `seenOf` in `manifest/seen_function.ts`; `bind/annotations.ts`, `bind/owned_result.ts`, `bind/bind_seen.ts` |
 * | write the function that `lookup` gives; its text is shown at the head | `call/direct.ts`, or `call/framed.ts` where there is a thunk |
 * | the raw function in it, and its errors as ours | `bind` of the adapter's library: `runtime/deno.ts`, `bun.ts`, `node.ts`; `bind/error_mapping_library.ts` |
 * | make code of the text | `check/compile.ts`, `runtime/generate.ts` |
 * | its `.async`, and how it is shown | `call/asynchronous.ts`, `bind/readable_symbol.ts` |
 *
 * @module
 */

import type { RawFunction, Space } from "../runtime/adapter.ts";
import { basename } from "../system/path.ts";
import { bindClasses, findClass } from "./class_binder.ts";
import { carryPointers } from "./carried_pointers.ts";
import { constantsOf } from "./constants.ts";
import { assertContract, type ParsedContract } from "./contract.ts";
import {
  assertBoolean,
  assertText,
  PluginError,
  quote,
  showKind,
  wrongOption,
} from "../error.ts";
import { type InspectOptions, printAs } from "../handle/print_as.ts";
import { symbolNames } from "./symbol_names.ts";
import { listSymbols } from "./list_symbols.ts";
import type { Loaded } from "./loaded.ts";
import type { CallbackFunction, LookupResult } from "../typed/lookup_result.ts";
import type { AnySymbol } from "../typed/symbol_types.ts";
import type { LibraryInfo, Manifest } from "../manifest/manifest.ts";
import { type EnumType, typeOf } from "./named_types.ts";
import type { StructType } from "../handle/struct.ts";
import { assertOptions, didYouMean, noneOf } from "../did_you_mean.ts";
import type { Callback } from "../handle/callback_handle.ts";
import {
  callbackError,
  type CallbackOptions,
  makeCallback,
} from "../callback/make_handle.ts";
import { parseType } from "../notation/parse_type.ts";
import { namesIn } from "../notation/type.ts";
import { bindSymbol, findSymbol } from "../bind/symbol.ts";
import { livingObjects } from "../object/classes.ts";
import type { NativeObject } from "../object/object.ts";
import { assertOwn, OWN } from "../handle/own_constructor.ts";
import { guardMembers, wrongThis } from "../handle/own_members.ts";
import { cannotBePosted } from "../handle/own_thread.ts";
import { livesIn } from "../runtime/space.ts";
import {
  assertTraceable,
  type CallStats,
  type Traced,
  traced,
} from "./trace.ts";
import type { Variable } from "../handle/variable.ts";

/** What a signature does not say of a function. */
export interface LookupOptions {
  /**
   * Symbol of the function that frees the text which it gives: `"free"` for
   * what C's `malloc` made. Without it, the text is taken to stay the plugin's.
   */
  free?: string;
  /**
   * Whether the calls of the function are counted in `plugin.stats()`, and
   * published on the channel `plugin:call` of `node:diagnostics_channel`, each
   * when it has ended: a {@linkcode CallMessage}. No other call pays for it.
   */
  trace?: boolean;
}

const LOOKUP_OPTIONS = ["free", "trace"];

/** What `lookup` gives for a name, where a generated declaration does not say. */
export type AnySymbols = Record<string, AnySymbol>;

/** The named types of a plugin, where a generated declaration does not say. */
// deno-lint-ignore no-explicit-any -- so that they can be used without a cast
export type AnyTypes = Record<string, any>;

/** The constants of a plugin, where a generated declaration does not say. */
// deno-lint-ignore no-explicit-any -- so that they can be used without a cast
export type AnyConstants = Record<string, any>;

/** What only the class itself can do: it shows nobody its constructor and its fields. */
let own: {
  make(loaded: Loaded): Plugin;
  view(plugin: Plugin, view: PluginView): Plugin;
  used(plugin: Plugin): ParsedContract;
};

let makeIsolated: (loaded: Loaded, view: PluginView, shared: Shared) => Plugin;
let loadedOf: (plugin: object) => Loaded;
let isPlugin: (it: unknown) => it is Plugin;

/** Makes the plugin of a library that was loaded. */
export function pluginOf(loaded: Loaded): Plugin {
  const { library: { space }, description: { types } } = loaded;
  if (space !== undefined) livesIn(types, space);
  bindClasses(loaded);
  carryPointers(loaded);
  return own.make(loaded);
}

/** How a program wants to see a plugin. */
export interface PluginView {
  /** The types that symbols are wanted as, where the caller has said so. */
  readonly wanted?: ParsedContract | undefined;
  /** The functions that are traced. */
  readonly trace?: Traced | undefined;
}

/**
 * The plugin as a program wants to see it.
 *
 * @param plugin What was opened; what it has of a view already stays.
 * @param view How it is to be seen.
 * @returns One plugin for a view; the library and what is bound of it are shared.
 * @throws {PluginError} `contract`.
 */
export function pluginSeenAs(plugin: Plugin, view: PluginView): Plugin {
  return own.view(plugin, view);
}

/** The symbols that were looked up in a plugin, each at a type that it was looked up at. */
export function usedIn(plugin: Plugin): ParsedContract {
  return own.used(plugin);
}

/** What a plugin's manifest says of its library; the rest of it is not read for that. */
export function libraryOf(plugin: Plugin): LibraryInfo {
  return loadedOf(plugin).description.library;
}

/** How much there is of a plugin. */
export interface PluginStats {
  /** Functions, variables and classes that it has. */
  readonly symbols: number;
  /** Those that were looked up: each was bound once. */
  readonly bound: number;
  /** How many objects JavaScript holds, by class; only classes that were used. */
  readonly objects: Readonly<Record<string, number>>;
  /** What the calls of each traced function were; {@linkcode LookupOptions.trace}. */
  readonly calls: Readonly<Record<string, CallStats>>;
}

/** What all views of a library have together. */
interface Shared {
  /** What was looked up, by name and then by the wanted type ("" for the manifest's own). */
  readonly bound: Map<string, Map<string, RawFunction | Variable<unknown>>>;
  readonly types: Map<string, StructType | EnumType>;
  readonly views: Map<string, Plugin>;
  /** What the traced calls were. */
  readonly calls: Map<string, CallStats>;
}

function nothingShared(): Shared {
  return {
    bound: new Map(),
    types: new Map(),
    views: new Map(),
    calls: new Map(),
  };
}

/**
 * A library that was opened, and what its manifest says of it.
 *
 * @typeParam S The names and types of its symbols.
 * @typeParam T The names of its named types, and what `type` gives for them.
 * @typeParam C The names and values of its constants.
 */
export class Plugin<
  S extends object = AnySymbols,
  T extends object = AnyTypes,
  C extends object = AnyConstants,
> {
  /** Absolute path of the library. */
  readonly path: string;
  /** @internal */
  readonly "cannot be posted" = cannotBePosted;
  readonly #loaded: Loaded;
  readonly #shared: Shared;
  readonly #view: PluginView;
  #symbols: S | undefined;
  #constants: C | undefined;

  static {
    loadedOf = (plugin) => (plugin as Plugin).#loaded;
    own = {
      make: (loaded) => Plugin.#make(loaded, {}, nothingShared()),
      view: (plugin, view) => plugin.#seenAs(view),
      used: (plugin) => plugin.#used(),
    };
    isPlugin = (it): it is Plugin =>
      typeof it === "object" && it !== null && #loaded in it;
    guardMembers(Plugin.prototype, "Plugin", isPlugin, ["lookup"]);
    printAs(Plugin.prototype, function (depth, options) {
      if (!(#loaded in this)) return "Plugin {}";
      return depth !== null && depth < 0
        ? `[Plugin ${basename(this.path)}]`
        : `Plugin ${quote(this.path)} ${this.#listed(options)}`;
    });
  }

  /** Made by `open`. */
  protected constructor(
    key: typeof OWN,
    loaded: Loaded,
    view: PluginView,
    shared: Shared,
  ) {
    assertOwn(key, "Plugin");
    this.path = loaded.path;
    this.#loaded = loaded;
    this.#view = view;
    this.#shared = shared;
  }

  static #make(loaded: Loaded, view: PluginView, shared: Shared): Plugin {
    return loaded.library.space === undefined
      ? new Plugin(OWN, loaded, view, shared)
      : makeIsolated(loaded, view, shared);
  }

  #seenAs(view: PluginView): Plugin {
    const whole = { ...this.#view, ...view };
    const { wanted, trace } = whole;
    const key = JSON.stringify([wanted && [...wanted], trace]);
    const { views } = this.#shared;
    let seen = views.get(key);
    if (seen === undefined) {
      const { description, path } = this.#loaded;
      if (wanted !== undefined) assertContract(description, wanted, path);
      if (trace !== undefined) assertTraceable(description, trace, path);
      seen = Plugin.#make(this.#loaded, whole, this.#shared);
      views.set(key, seen);
    }
    return seen;
  }

  #used(): ParsedContract {
    const { description } = this.#loaded;
    return new Map(
      Array.from(this.#shared.bound, ([name, byType]) => {
        const [key] = byType.keys();
        const [type] = key!.split("\0");
        return [name, type || description.symbol(name)!.type];
      }),
    );
  }

  /**
   * What the library is and exports; read-only.
   *
   * A symbol is validated when it is looked up; here all of them are.
   *
   * @throws {PluginError} `bad_manifest`.
   */
  get manifest(): Manifest {
    return this.#loaded.description.whole;
  }

  /**
   * The constants of its headers, by name (`plugin emit --constants`): numbers,
   * bigints where a number would lose digits, texts, and a `Pointer` for an
   * address such as `((void *) -1)`.
   *
   * @throws {PluginError} `bad_manifest`.
   *
   * @example
   * ```ts ignore
   * while (step(statement) === sqlite.constants.SQLITE_ROW) { … }
   * ```
   */
  get constants(): C {
    return this.#constants ??= constantsOf(
      this.#loaded.description.constants,
    ) as C;
  }

  /**
   * The functions and variables, by name: those that `open` was given in
   * `symbols`, or all that the manifest has, in its order.
   *
   * Each is looked up when it is first read, and throws what `lookup` does. A
   * name that is not there is `undefined`, as in any object.
   *
   * @example
   * ```ts ignore
   * plugin.symbols.add(1, 2);
   * Object.keys(plugin.symbols); // ["add", …]
   * ```
   */
  get symbols(): S {
    return this.#symbols ??= symbolsOf(
      this.#names,
      (name) => this.#find(name),
      (options) => this.#listed(options),
    ) as S;
  }

  get #names(): string[] {
    return [...this.#view.wanted?.keys() ?? symbolNames(this.#loaded)];
  }

  /** The symbols with their types, as `console.log` shows them. */
  #listed(options: InspectOptions): string {
    return listSymbols(this.#loaded, this.#names, this.#view.wanted, options);
  }

  /**
   * What there is of the plugin now, for a status page or a test of leaks.
   *
   * @returns Numbers; nothing in it changes afterwards.
   *
   * @example
   * ```ts ignore
   * plugin.stats(); // { symbols: 12, bound: 2, objects: { Regexp: 1 }, calls: {} }
   * ```
   */
  stats(): PluginStats {
    const { description: { types } } = this.#loaded;
    return {
      symbols: symbolNames(this.#loaded).length,
      bound: this.#shared.bound.size,
      objects: livingObjects(types),
      calls: structuredClone(Object.fromEntries(this.#shared.calls)),
    };
  }

  /**
   * Whether `lookup` knows the name.
   *
   * @param name The name of a symbol.
   */
  has(name: string): boolean {
    return typeof name === "string" && this.#loaded.description.has(name);
  }

  /**
   * Gives an exported function or variable, typed as `open` was told in
   * `symbols`, or else as the manifest says.
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
  lookup<const N extends string>(
    name: string,
    type: N,
    options?: LookupOptions,
  ): LookupResult<N, T>;
  lookup(name: string, type?: string, options?: LookupOptions): unknown {
    if (!isPlugin(this)) throw wrongThis("Plugin.lookup", "Plugin", this);
    if (options !== undefined) {
      assertOptions("lookup(): options", options, LOOKUP_OPTIONS);
      const { free, trace } = options;
      if (free !== undefined) assertSymbol(free, "lookup(): options.free");
      if (trace !== undefined) assertBoolean(trace, "lookup(): options.trace");
      if (trace) {
        const { description, path } = this.#loaded;
        assertTraceable(description, [name], path);
      }
      // As it was read: a getter could say something else the next time.
      return this.#find(name, type, {
        ...free === undefined ? {} : { free },
        ...trace === undefined ? {} : { trace },
      });
    }
    return this.#find(name, type);
  }

  #find(
    name: string,
    type = this.#view.wanted?.get(name),
    options = this.#optionsOf(name),
  ): RawFunction | Variable<unknown> | typeof NativeObject {
    return this.#shared.bound.get(name)?.get(boundKey(type, options)) ??
      this.#bind(name, type, options);
  }

  /** What is asked for of a symbol by who opened the plugin. */
  #optionsOf(name: string): LookupOptions | undefined {
    const { trace } = this.#view;
    return trace !== undefined && (trace === "all" || trace.includes(name))
      ? { trace: true }
      : undefined;
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
  type<K extends keyof T & string>(name: K): T[K] {
    return (this.#shared.types.get(name) ?? this.#makeType(name)) as T[K];
  }

  /**
   * Makes a JavaScript function callable by this plugin, until it is disposed of:
   * as {@linkcode callback} does, of a type that names types of the plugin, such
   * as a struct by value.
   *
   * @param type How it is called, in the notation.
   * @param call The function.
   * @param options Which threads call it.
   * @returns A handle, to be given where this plugin takes a function of that type.
   * @throws {PluginError} `bad_type`, `unsupported` (with the reason), `permission_denied`.
   * @throws {TypeError} When `call` is not a function.
   *
   * @example
   * ```ts ignore
   * using visit = plugin.callback("(Cursor, pointer) => i32", ({ kind }) => kind);
   * plugin.lookup("visit_children")(root, visit);
   * ```
   */
  callback<const N extends string>(
    type: N,
    call: CallbackFunction<N, T>,
    options?: CallbackOptions,
  ): Callback {
    assertText(type, "callback(): argument 1");
    const { description: { types } } = this.#loaded;
    const parsed = parseType(type);
    const unknown = namesIn(parsed).find((name) =>
      types.get(name) === undefined
    );
    if (unknown !== undefined) {
      throw callbackError(
        "bad_type",
        type,
        `${quote(this.path)} has no type ${quote(unknown)}${
          didYouMean(unknown, types.names)
        }`,
      );
    }
    return makeCallback(parsed, type, types, call, options);
  }

  #makeType(name: string): StructType | EnumType {
    assertText(name, "type(): argument 1");
    const { path } = this;
    const { types } = this.#loaded.description;
    const type = typeOf(name, types);
    if (type === undefined) {
      throw new PluginError(
        "unknown_type",
        `Cannot get the type ${quote(name)} of ${quote(path)}: ${
          noneOf(name, "types", types.names)
        }`,
        { path },
      );
    }
    this.#shared.types.set(name, type);
    return type;
  }

  #bind(
    name: string,
    type?: string,
    options?: LookupOptions,
  ): RawFunction | Variable<unknown> | typeof NativeObject {
    assertText(name, "lookup(): argument 1");
    if (type !== undefined) assertText(type, "lookup(): argument 2");
    const { path, description, library, thunks } = this.#loaded;
    if (type === undefined && !description.has(name)) {
      const found = findClass(this.#loaded, name);
      if (found !== undefined) return found;
    }
    const bound = bindSymbol({
      ...findSymbol(description, path, name),
      library,
      thunks,
      symbol: (name) => description.symbol(name),
      free: options?.free,
      method: undefined,
    }, type);
    const kept = options?.trace === true && typeof bound === "function"
      ? this.#traced(name, bound)
      : bound;
    let byType = this.#shared.bound.get(name);
    if (byType === undefined) this.#shared.bound.set(name, byType = new Map());
    byType.set(boundKey(type, options), kept);
    return kept;
  }

  #traced(name: string, made: RawFunction): RawFunction {
    const { calls } = this.#shared;
    const stats = calls.get(name) ?? { calls: 0, errors: 0, duration: 0 };
    calls.set(name, stats);
    return traced(made, this.path, name, stats);
  }
}

/**
 * A plugin that runs in a process of its own: what `open` gives with
 * `isolated`.
 *
 * @typeParam S The names and types of its symbols.
 * @typeParam T The names of its named types, and what `type` gives for them.
 * @typeParam C The names and values of its constants.
 */
export class IsolatedPlugin<
  S extends object = AnySymbols,
  T extends object = AnyTypes,
  C extends object = AnyConstants,
> extends Plugin<S, T, C> implements Disposable {
  static {
    makeIsolated = (...of) => new IsolatedPlugin(OWN, ...of);
    guardMembers(
      IsolatedPlugin.prototype,
      "IsolatedPlugin",
      (it) => isPlugin(it) && loadedOf(it).library.space !== undefined,
    );
    // Another prototype would be called with what is ours.
    Object.preventExtensions(IsolatedPlugin);
  }

  get #space(): Space {
    return loadedOf(this).library.space!;
  }

  /**
   * Makes memory that the plugin sees where it is: what else is given to a
   * function is copied there and back.
   *
   * It goes when nobody has it, and outlives the plugin. The room for it is taken
   * out of `arena`, of which there are 256 MB where the options do not say more.
   *
   * @param size Number of bytes, at least 1.
   * @returns As many bytes, all zero.
   * @throws {RangeError} When it is no such number, or there is no room in the arena.
   * @throws {PluginError} `permission_denied` where only one library is permitted.
   *
   * @example
   * ```ts ignore
   * const pixels = plugin.buffer(16 << 20);
   * plugin.symbols.blur(pixels, pixels.length); // nothing is copied
   * ```
   */
  buffer(size: number): Uint8Array<ArrayBuffer> {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(
        `buffer(): wanted a whole number of bytes from 1, got ${
          showKind(size)
        }`,
      );
    }
    return new Uint8Array(this.#space.share(size));
  }

  /**
   * The system calls that the plugin was refused, in the process that there is now
   * or was last: each once, the first 32. What it asked for of files and ports,
   * the kernel refuses without a word.
   *
   * @example
   * ```ts ignore
   * console.log(plugin.refused); // [ "socket(AF_INET, SOCK_DGRAM)", "execve()" ]
   * ```
   */
  get refused(): string[] {
    return this.#space.refused();
  }

  /**
   * Ends the plugin's process, and nobody can call its functions any more. To
   * open the file again begins a new one.
   */
  close(): void {
    this.#space.close();
  }

  /** The same. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** What tells the bindings of one name apart; hot, and mostly without options. */
function boundKey(type = "", options?: LookupOptions): string {
  return options === undefined
    ? type
    : `${type}\0${options.free ?? ""}\0${options.trace === true}`;
}

/** An object with a property for each name, that finds its value when it is first read. */
function symbolsOf(
  names: Iterable<string>,
  find: (name: string) => unknown,
  list: (options: InspectOptions) => string,
): object {
  const symbols = Object.create(null);
  printAs(symbols, (_depth, options) => list(options));
  for (const name of names) {
    Object.defineProperty(symbols, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = find(name);
        Object.defineProperty(symbols, name, { configurable: false, value });
        return value;
      },
    });
  }
  return Object.preventExtensions(symbols);
}

/** Makes sure that something is a text, and all of it the name of a symbol: the loader would look no further than a NUL. */
function assertSymbol(given: unknown, what: string): asserts given is string {
  assertText(given, what);
  if (given.includes("\0")) {
    throw wrongOption(what, "a name without NUL", given);
  }
}
