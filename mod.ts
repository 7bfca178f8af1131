/**
 * Native plugins for Deno, Bun and Node: Go's `plugin` package, for TypeScript.
 *
 * A plugin is a shared library with a manifest beside it, which
 * `plugin build` or `plugin emit` has read out of the compiled library.
 * {@linkcode open} loads it once; {@linkcode Plugin.lookup} gives its exported
 * functions and variables, typed, and checked on every call.
 *
 * ```ts ignore
 * import { open } from "@native/plugin";
 *
 * const plugin = open("./hello.so"); // the same Plugin for the same file, always
 * const v = plugin.lookup("V", "isize"); // Variable<number>
 * const f = plugin.lookup("F", "() => void"); // a plain function
 * v.value = 7;
 * f(); // Hello, number 7
 * ```
 *
 * @module
 */

export { open } from "./ffi/open/open.ts";
export type { AssuranceOptions } from "./ffi/open/assurance.ts";
export type { OpenOptions } from "./ffi/open/request.ts";
export { watch, type Watcher, type WatchOptions } from "./ffi/open/watch.ts";
export type {
  IsolatedOptions,
  Output,
  RestartLimits,
} from "./ffi/isolated/options.ts";
export type { Permissions } from "./ffi/isolated/permissions.ts";
export type { PublicKey, Trust } from "./ffi/open/trust.ts";
export {
  type AnyConstants,
  type AnySymbols,
  type AnyTypes,
  IsolatedPlugin,
  type LookupOptions,
  Plugin,
  type PluginStats,
} from "./ffi/plugin/plugin.ts";
export type {
  CallMessage,
  CallStats,
  OpenMessage,
} from "./ffi/plugin/trace.ts";
export { Variable } from "./ffi/handle/variable.ts";
export { variable } from "./ffi/make/make_variable.ts";
export { cstring } from "./ffi/make/make_cstring.ts";
export { lastError, type SystemError } from "./ffi/call/last_error.ts";
export { Struct, type StructType } from "./ffi/handle/struct.ts";
export type { EnumType } from "./ffi/plugin/named_types.ts";
export { callback, type CallbackOptions } from "./ffi/make/make_callback.ts";
export { NativeObject } from "./ffi/object/object.ts";
export { Callback } from "./ffi/handle/callback_handle.ts";
export type { Bytes } from "./ffi/handle/bytes.ts";
export { Pointer } from "./ffi/handle/pointer.ts";
export type { TextEncoding } from "./ffi/handle/encoding_option.ts";
export {
  type FailureCode,
  PluginError,
  type PluginErrorCode,
  type PluginErrorOptions,
} from "./ffi/error.ts";
export type {
  CallbackFunction,
  Contract,
  ContractSymbols,
  LookupResult,
  VariableOf,
} from "./ffi/typed/lookup_result.ts";
export type {
  AnySymbol,
  FunctionArgument,
  NativeFunction,
  NotAType,
  Taken,
} from "./ffi/typed/symbol_types.ts";
export type { AsyncOptions } from "./ffi/support/async_options.ts";
export type * from "./ffi/manifest/format.ts";
