/**
 * What a caller of `open` asks for, made sense of once.
 *
 * @module
 */

import { showGiven } from "../check/show.ts";
import { parseContract, type ParsedContract } from "../plugin/contract.ts";
import { readTraced, type Traced } from "../plugin/trace.ts";
import type { Contract } from "../typed/lookup_result.ts";
import { ISOLATED } from "../isolated/option_names.ts";
import { type IsolatedOptions, parseIsolated } from "../isolated/options.ts";
import { didYouMean } from "../did_you_mean.ts";
import { assertBoolean, assertObject, wrongOption } from "../error.ts";
import { isUrl } from "../system/path.ts";
import { system } from "../system/system.ts";
import {
  type AssuranceOptions,
  parsePolicy,
  type VerifyPolicy,
} from "./assurance.ts";
import { type LoadStrategy, strategyOf } from "./load_strategy.ts";

/** How to open a plugin. */
export interface OpenOptions extends AssuranceOptions {
  /** Where the manifest is, when it is not beside the library. */
  manifest?: string | URL;
  /**
   * Where the library of thunks is that `emit --thunks`, Rust and Zig write, when
   * it is not beside the manifest.
   */
  thunks?: string | URL;
  /**
   * Where the file is of what its headers define, `x.so.headers.json` of
   * `plugin emit --header`, when it is not beside the manifest.
   */
  headers?: string | URL;
  /**
   * The symbols that the program wants, and the type of each, in the notation:
   * `{ add: "(i32, i32) => i32", count: "u64" }`. They are what
   * `plugin.symbols` then has, at these types.
   */
  symbols?: Contract;
  /**
   * Whether to load the file as it is now, beside whatever was loaded before.
   *
   * The new plugin has memory of its own, and its initialisers run, also when
   * the file is the same. The old one goes on working; both stay in memory until
   * the process ends. From then on the path gives the new one. All bytes are
   * compared with the manifest, and loaded from a private copy, as with `trust`.
   *
   * In a loop that is memory which never comes back: the code and the variables of
   * the library once more for each round. An {@linkcode isolated} plugin gives all
   * of it back when it is closed.
   */
  fresh?: boolean;
  /**
   * Whether the plugin runs in a process of its own: a crash of it is then an
   * error of the call. {@linkcode IsolatedOptions} say more than `true`.
   *
   * It takes Linux and the support library. The plugin is an
   * {@linkcode IsolatedPlugin}: one for the same file and the same options.
   */
  isolated?: boolean | IsolatedOptions;
  /**
   * Whether libraries that are loaded later find the symbols of this one and of
   * those that it needs, as the extension modules of Python do.
   *
   * Without it no plugin sees what another has. It cannot be taken back, and
   * does not go together with `fresh` or `trust`. On Deno it takes `--allow-ffi`
   * without a path.
   */
  global?: boolean;
  /**
   * Whether a crash of the plugin is told of on standard error before it ends the
   * process: the functions with their types, and file and line. Without it, the
   * variable `PLUGIN_CRASH_REPORT` of the environment says so for all plugins.
   *
   * It takes Linux and the support library, and one more process of 1 MB. An
   * {@linkcode isolated} plugin has it in the errors of its calls.
   */
  crashReport?: boolean;
  /**
   * The functions of which calls are counted in `plugin.stats()`, and published
   * on the channel `plugin:call` of `node:diagnostics_channel`: their names, or
   * all of them. That the plugin was opened is published on `plugin:open`.
   *
   * Functions that are not traced cost what they always do; methods of classes
   * are not traced.
   */
  trace?: boolean | readonly string[];
}

/** What a caller asks for. */
export interface OpenRequest {
  /** The library, manifest or directory, as the caller wrote it. */
  readonly path: string | URL;
  /** Where the manifest is, where the caller says so. */
  readonly manifest: string | URL | undefined;
  /** Where the library of thunks is, where the caller says so. */
  readonly thunks: string | URL | undefined;
  /** Where the file of what its headers define is, where the caller says so. */
  readonly headers: string | URL | undefined;
  /** The symbols that the program wants, where it says so. */
  readonly contract: ParsedContract | undefined;
  /** The symbols that the library must have before it is loaded. */
  readonly required: ParsedContract | undefined;
  /** What is to be made sure of. */
  readonly policy: VerifyPolicy;
  /** How the library is loaded. */
  readonly strategy: LoadStrategy;
  /** The functions that are traced. */
  readonly trace: Traced | undefined;
  /** Whether what is loaded later finds its symbols. */
  readonly isGlobal: boolean;
  /** Whether its crashes are reported. */
  readonly isReported: boolean;
  /** The symbols, where they can stand in for a manifest that is not there: nothing is to be made sure of with it. */
  readonly manifestlessContract: ParsedContract | undefined;
}

/** How a plugin is isolated of which nobody says it: tests run once more with every plugin isolated. */
export const unsaid: { isolated: NonNullable<OpenOptions["isolated"]> } = {
  isolated: false,
};

const NAMES = ["manifest", "thunks", "headers", "symbols", "fresh", "isolated"]
  .concat("global", "crashReport", "trace", "integrity", "trust");

/** How a plugin that is watched is opened, and opened again. */
export interface Anew {
  /** Options that are somebody else's. */
  readonly others?: readonly string[];
  /** As {@linkcode OpenOptions.fresh}, and instead of it. */
  readonly fresh?: boolean;
  /** Symbols that are in use, required where the caller wants none itself. */
  readonly used?: ParsedContract | undefined;
}

/**
 * Reads the arguments of `open`.
 *
 * @param path What is to be opened.
 * @param options As the caller gave them.
 * @param anew What stands beside the options, which are read as they are: a copy
 * of them would have lost what an object inherits, `trust` too.
 * @returns What is asked for.
 * @throws {TypeError} When an option is not what it must be.
 * @throws {PluginError} `bad_type`.
 */
export function parseRequest(
  path: string | URL,
  options: OpenOptions,
  anew: Anew = {},
): OpenRequest {
  assertObject(options, "open(): options");
  const {
    manifest,
    thunks,
    headers,
    symbols,
    fresh: wantsFresh = false,
    global = false,
    trace = false,
    crashReport,
  } = options;
  const { fresh = wantsFresh, used, others = [] } = anew;
  assertBoolean(fresh, "open(): fresh");
  assertBoolean(global, "open(): global");
  assertPath("manifest", manifest);
  assertPath("thunks", thunks);
  assertPath("headers", headers);
  assertNoneMissed(options, [...NAMES, ...others]);
  if ("isolated" in options && options.isolated === undefined) {
    throw new TypeError(
      "open(): isolated is undefined: leave it out to open it in this process, or say how it is isolated",
    );
  }
  const { isolated = !global && unsaid.isolated } = options;
  if (global && (fresh || options.trust !== undefined || isolated !== false)) {
    throw new TypeError(
      `open(): global shows the symbols of a library to all, which does not go together with ${
        fresh ? "fresh" : isolated === false ? "trust" : "isolated"
      }`,
    );
  }
  const contract = symbols === undefined
    ? undefined
    : parseContract(symbols, String(path));
  const policy = parsePolicy(options);
  const mayBeManifestless = contract !== undefined && contract.size > 0 &&
    manifest === undefined && !fresh && policy.integrity === "buildId";
  return {
    path,
    manifest,
    thunks,
    headers,
    contract,
    required: contract ?? used,
    policy,
    strategy: strategyOf(
      fresh,
      isolated === false ? undefined : parseIsolated(isolated),
    ),
    trace: readTraced(trace),
    isGlobal: global,
    isReported: parseReport(crashReport, isolated !== false),
    manifestlessContract: mayBeManifestless ? contract : undefined,
  };
}

/** Makes sure of a path when it is given: one of thunks is used when the first is called. */
function assertPath(name: string, given: unknown): void {
  if (given === undefined || typeof given === "string" || isUrl(given)) return;
  throw wrongOption(`open(): ${name}`, "a path or a file: URL", given);
}

/**
 * Makes sure that nothing was meant to be an option and asks for nothing: one
 * that is written wrong, or stands beside `isolated` and not in it. What else an
 * object has is its own.
 *
 * @throws {TypeError} When there is such a one.
 */
function assertNoneMissed(options: object, names: readonly string[]): void {
  for (const name in options) {
    const isAnybodys = name in Object.prototype &&
      !Object.hasOwn(options, name);
    if (names.includes(name) || isAnybodys) continue;
    if (ISOLATED.includes(name)) {
      throw new TypeError(
        `open(): ${name} is an option of isolated: { isolated: { ${name}: … } }`,
      );
    }
    const meant = didYouMean(name, names);
    if (meant === "") continue;
    throw new TypeError(`open(): there is no option "${name}"${meant}`);
  }
}

/** Reports the crashes of all plugins, where a program says nothing of them. */
const VARIABLE = "PLUGIN_CRASH_REPORT";

let isReportedUnsaid: boolean | undefined;

function parseReport(given: unknown, isIsolated: boolean): boolean {
  if (given === undefined) {
    isReportedUnsaid ??= !["", "0"].includes(
      system.permittedEnv(VARIABLE) ?? "",
    );
    return isReportedUnsaid && !isIsolated;
  }
  if (typeof given !== "boolean") {
    throw new TypeError(
      `open(): crashReport: wanted true or false, got ${showGiven(given)}`,
    );
  }
  if (given && isIsolated) {
    throw new TypeError(
      "open(): crashReport is for plugins in this process: an isolated one has the stack of its crash in error.nativeStack",
    );
  }
  return given;
}
