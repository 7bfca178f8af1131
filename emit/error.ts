/**
 * The one error of the emit side, and how the runtimes' own for permissions are known.
 *
 * @module
 */

/**
 * The step that failed.
 *
 * | code | when |
 * |---|---|
 * | `usage` | the command line is not one that the command understands |
 * | `no_tool` | a compiler that this needs is not installed |
 * | `not_found` | there is no such file |
 * | `bad_image` | the bytes are not a library that can be read |
 * | `bad_debug_info` | the debug information contradicts itself or ends early |
 * | `no_debug_info` | there is nothing in the library to read types from |
 * | `bad_annotations` | the annotations say what cannot be said of the library |
 * | `compile_failed` | the compiler refused the source |
 * | `stale` | a manifest to be signed is not that of its library |
 * | `bad_key` | a file is not the key that is wanted |
 * | `unsigned_need` | a library to be signed could load others that nobody has signed |
 * | `nothing_exported` | not one symbol could be described |
 * | `mismatch` | libraries that should be one plugin for several machines are not |
 */
export type EmitErrorCode =
  | "usage"
  | "no_tool"
  | "not_found"
  | "bad_image"
  | "bad_debug_info"
  | "no_debug_info"
  | "bad_annotations"
  | "compile_failed"
  | "stale"
  | "bad_key"
  | "unsigned_need"
  | "nothing_exported"
  | "mismatch";

/** A library could not be built or described. */
export class EmitError extends Error {
  override readonly name = "EmitError";
  /** The step that failed. */
  readonly code: EmitErrorCode;
  /** The file it is about. */
  readonly path: string | undefined;
  /** Where in the file: a section and an offset, `".debug_info+0x2f"`. */
  readonly at: string | undefined;
  /** The symbol or the type that annotations say something of. */
  readonly symbol: string | undefined;

  /**
   * @param code The step that failed.
   * @param message One sentence: the action, a colon, what is there, what was wanted, what to do.
   * @param options The file, the place in it, the error of the layer below.
   */
  constructor(
    code: EmitErrorCode,
    message: string,
    options: {
      path?: string | undefined;
      at?: string | undefined;
      symbol?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(
      message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.path = options.path;
    this.at = options.at;
    this.symbol = options.symbol;
  }
}

/** An error as data: what a command that is asked for `--json` prints of it. */
export interface ErrorData {
  /** Whose the code is: this side's, or that of what is read as the load side reads it; undefined for what nobody foresaw. */
  readonly name?: "EmitError" | "PluginError" | undefined;
  /** The step that failed. */
  readonly code?: string | undefined;
  /** One sentence. */
  readonly message: string;
  /** The file it is about. */
  readonly path?: string | undefined;
  /** Where in the file. */
  readonly at?: string | undefined;
}

/** Whether a runtime refuses what it was not permitted; its message names the flag. */
export function isNotPermitted(error: unknown): boolean {
  const { name, code, message } = (error ?? {}) as Partial<
    Record<"name" | "code" | "message", unknown>
  >;
  return name === "NotCapable" || code === "ERR_ACCESS_DENIED" ||
    // Deno's for a module; it has the name and the code of one that is not there.
    /^Requires \w+ access to /.test(String(message));
}
