/**
 * The one error of the load side: its codes, which step failed, with which file and
 * which symbol. And the TypeErrors of what a caller gives that is of the wrong kind.
 *
 * @module
 */

/**
 * The step that failed.
 *
 * | code | when |
 * |---|---|
 * | `not_found` | there is no file at the path |
 * | `not_a_library` | the file is not a shared library that this machine's loader could take |
 * | `no_manifest` | no manifest beside the library, and no `symbols` given |
 * | `bad_manifest` | the manifest is not JSON, or a field of it is not what the format says |
 * | `fetch_failed` | a file of a plugin of JSR could not be fetched |
 * | `wrong_target` | built for another operating system, architecture or C library |
 * | `wrong_library` | the library is not the one that the manifest describes |
 * | `replaced` | the file is open, and was replaced or written over since, or is described otherwise by the manifest that is named now |
 * | `contract` | `symbols` asks for what the plugin has not got, or has at another type |
 * | `missing_library` | a library that it needs is not on this machine |
 * | `missing_version` | a library that it needs is there, but too old: without a symbol version that is wanted |
 * | `missing_symbol` | it needs a symbol that none of its libraries has |
 * | `symbol_conflict` | it has symbols that the runtime has too, and they cannot be kept apart |
 * | `unsigned` | opened with `trust`, and the manifest is not signed |
 * | `untrusted` | opened with `trust`, and signed by none of those keys, or loaded before without that |
 * | `bad_signature` | opened with `trust`, and the manifest was changed after it was signed |
 * | `unsigned_need` | opened with `trust`, and a library that it needs could be one that nobody has signed |
 * | `wrong_plugin` | opened with `trust`, and signed as another plugin than the one that was asked for |
 * | `outdated` | opened with `trust`, and an older release than the one that was asked for |
 * | `revoked` | opened with `trust`, and its key, its release or one of its libraries was taken back |
 * | `bad_revocations` | a list of what was taken back is none, or none that a trusted key has signed |
 * | `no_copy` | no private copy of the library could be written |
 * | `load_failed` | the system's loader refused it; its words are in `cause` |
 * | `permission_denied` | the runtime was not given a permission that this needs |
 * | `unknown_symbol` | the plugin has no symbol of that name |
 * | `unknown_type` | the plugin has no type of that name |
 * | `skipped_symbol` | the symbol is there, but cannot cross into JavaScript |
 * | `bad_type` | the text is not a type of the notation |
 * | `type_mismatch` | the wanted type and the manifest's do not agree |
 * | `needs_thunk` | calling it needs a thunk that the library was built without |
 * | `unsupported` | this runtime, or this version of it, cannot do it |
 * | `would_deadlock` | a call waited for a thread that waited for an answer of the calling one, and gave up |
 * | `null_result` | the plugin's function gave null, which its description says it never does |
 * | `bad_data` | what the plugin gave is not of the type that its manifest says |
 * | `returned_error` | the plugin's function returned an error (Go's trailing `error`) |
 * | `panicked` | the plugin's function panicked; `nativeStack` has its stack |
 * | `crashed` | a signal ended the process of an isolated plugin; `signal` names it, `nativeStack` has its stack |
 * | `exited` | the isolated plugin ended its process itself, also with status 0; `status` is what it gave |
 * | `timed_out` | a call of an isolated plugin took longer than `timeout` |
 * | `closed` | the isolated plugin was closed |
 */
export type PluginErrorCode =
  | "not_found"
  | "not_a_library"
  | "no_manifest"
  | "bad_manifest"
  | "fetch_failed"
  | "wrong_target"
  | "wrong_library"
  | "replaced"
  | "contract"
  | "missing_library"
  | "missing_version"
  | "missing_symbol"
  | "symbol_conflict"
  | "unsigned"
  | "untrusted"
  | "bad_signature"
  | "unsigned_need"
  | "wrong_plugin"
  | "outdated"
  | "revoked"
  | "bad_revocations"
  | "no_copy"
  | "load_failed"
  | "permission_denied"
  | "unknown_symbol"
  | "unknown_type"
  | "skipped_symbol"
  | "bad_type"
  | "type_mismatch"
  | "needs_thunk"
  | "unsupported"
  | "would_deadlock"
  | "null_result"
  | "bad_data"
  | "returned_error"
  | "panicked"
  | "crashed"
  | "exited"
  | "timed_out"
  | "closed";

/** What a {@linkcode PluginError} knows beside its code and its sentence. */
export interface PluginErrorOptions {
  /** The file it is about. */
  path?: string | undefined;
  /** The symbol it is about. */
  symbol?: string | undefined;
  /** The error of the layer below: the system's loader, the JSON parser. */
  cause?: unknown;
  /** The plugin's own stack. */
  nativeStack?: string | undefined;
  /** The signal that ended an isolated plugin. */
  signal?: string | undefined;
  /** The status that an isolated plugin exited with. */
  status?: number | undefined;
  /** The system calls that a confined plugin was refused. */
  refused?: readonly string[] | undefined;
  /** What the plugin's function gave to say that it failed. */
  failure?: FailureCode | undefined;
}

/** What a function of C gave to say that it failed. */
export interface FailureCode {
  /** The number: 19. */
  readonly code: number;
  /** What the library calls it, where that is known: `"SQLITE_CONSTRAINT"`. */
  readonly name?: string;
}

/**
 * A plugin could not be opened, a symbol not be looked up, or a call came back
 * with the plugin's own error.
 *
 * Wrong arguments are not a `PluginError`: they throw `TypeError` and
 * `RangeError`, as JavaScript's own functions do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { open, PluginError } from "@native/plugin";
 *
 * try {
 *   open("./missing.so");
 * } catch (error) {
 *   if (!(error instanceof PluginError)) throw error;
 *   assertEquals(error.code, "not_found");
 * }
 * ```
 */
export class PluginError extends Error {
  /** Always `"PluginError"`. */
  override readonly name = "PluginError";
  /** The step that failed. */
  readonly code: PluginErrorCode;
  /** The file it is about, as an absolute path. */
  declare readonly path?: string;
  /** The symbol it is about. */
  declare readonly symbol?: string;
  /** The plugin's own stack, where it panicked, or has ended the process that it was isolated in. */
  declare readonly nativeStack?: string;
  /** The signal that ended an isolated plugin: `"SIGSEGV"`. */
  declare readonly signal?: string;
  /** The status that an isolated plugin exited with. */
  declare readonly status?: number;
  /** The system calls that a confined plugin was refused before: `"socket(AF_INET, SOCK_STREAM)"`. */
  declare readonly refused?: readonly string[];
  /** What the plugin's function gave, of a `returned_error` of C. */
  declare readonly failure?: FailureCode;
  /** What an error of Rust holds: its variant and its fields, `{ type: "Bad", text: "x" }`, or the object of its class that it is. */
  declare readonly data?: unknown;
  /** The error as the plugin has it, where it is an object of it: what a typed error is, its methods tell. */
  declare readonly object?: unknown;

  /**
   * Makes one.
   *
   * @param code The step that failed.
   * @param message One sentence: the action that failed, a colon, what is there and what was wanted.
   * @param options What else is known.
   */
  constructor(
    code: PluginErrorCode,
    message: string,
    options: PluginErrorOptions = {},
  ) {
    assertObject(options, "new PluginError(): options");
    const {
      cause,
      path,
      symbol,
      nativeStack,
      signal,
      status,
      refused,
      failure,
    } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    // What is not known is not there: runtimes print every own property.
    if (path !== undefined) this.path = path;
    if (symbol !== undefined) this.symbol = symbol;
    if (nativeStack !== undefined) this.nativeStack = nativeStack;
    if (signal !== undefined) this.signal = signal;
    if (status !== undefined) this.status = status;
    if (refused?.length) this.refused = refused;
    if (failure !== undefined) this.failure = failure;
  }

  /**
   * Whether this error, or one that it wraps, is another one of the plugin:
   * Go's `errors.Is`.
   *
   * @param target An error that the plugin gave, or a variable of the plugin that holds one.
   *
   * @example
   * ```ts ignore
   * if (error.is(plugin.symbols.ErrNotFound)) …
   * ```
   */
  is(target: unknown): boolean {
    return target === this;
  }
}

/** What a terminal obeys, what ends a line, and what turns the direction of writing round. */
const CONTROLS =
  /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Whether nothing of a text is taken for an instruction by what prints it. */
export function isPrintable(text: string): boolean {
  return text.search(CONTROLS) < 0;
}

/** A text of which nothing is taken for an instruction: `\u001b` for what terminals obey. */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same of a text that may have lines and tabs. */
export function escapeText(text: string): string {
  return text.replace(/[^\n\t]+/g, escapeControls);
}

/**
 * Makes sure that what a caller gave is a text.
 *
 * @param given Anything; none of its own code runs.
 * @param what What it is, for the error.
 * @throws {TypeError} When it is none.
 */
export function assertText(
  given: unknown,
  what: string,
): asserts given is string {
  if (typeof given !== "string") throw wrongOption(what, "a text", given);
}

/** The same of an object of options: a list, or keys that were to stand in it, would ask for nothing. */
export function assertObject(
  given: unknown,
  what: string,
): asserts given is object {
  const isObject = typeof given === "object" && given !== null &&
    !isArray(given);
  if (!isObject) throw wrongOption(what, "an object", given);
}

/** The same of what is true or false: the text `"false"` is neither. */
export function assertBoolean(
  given: unknown,
  what: string,
): asserts given is boolean {
  if (typeof given === "boolean") return;
  throw wrongOption(what, "true or false", given);
}

/**
 * The error of what a caller gave, by its kind alone.
 *
 * @param what What it is.
 * @param wanted What it should be.
 * @param given Anything; none of its own code runs.
 */
export function wrongOption(
  what: string,
  wanted: string,
  given: unknown,
): TypeError {
  return new TypeError(`${what}: wanted ${wanted}, got ${showKind(given)}`);
}

/** What was given, by its kind; numbers, and what there is but one of, as they are. */
export function showKind(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  if (typeof given === "boolean" || typeof given === "number") {
    return String(given);
  }
  if (typeof given === "bigint") return `the bigint ${given}n`.slice(0, 80);
  if (typeof given !== "object") return `a ${typeof given}`;
  return isArray(given) ? "an array" : "an object";
}

/** Whether a value is an array; a proxy that was revoked is nothing. */
export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** A name as errors quote it. */
export function quote(text: string): string {
  return escapeControls(JSON.stringify(text));
}
