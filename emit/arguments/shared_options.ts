/**
 * The options that all or several commands have, as `--json` and `--verbose`:
 * what reads them, and what their help says.
 *
 * An option of one command stands in that command's own file.
 *
 * @module
 */

import type { ThunkOptions } from "../thunk/plan_thunks.ts";
import type { Arguments } from "./arguments.ts";

/** The options that every command has. */
export const COMMON = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  verbose: { type: "boolean", short: "v" },
} as const;

/** Their names. */
export type CommonName = keyof typeof COMMON;

/** How much a command says. */
export interface Reporting {
  /** A summary for programs instead of the one for people. */
  readonly json: boolean;
  /** Every skipped symbol, however many there are. */
  readonly verbose: boolean;
}

/** Reads {@linkcode COMMON}. */
export function reportingOf(given: Arguments<"json" | "verbose">): Reporting {
  return { json: given.has("json"), verbose: given.has("verbose") };
}

/** The file or the directory to write. */
export const OUTPUT = { output: { type: "string", short: "o" } } as const;

/** The file that says what the binary cannot. */
export const ANNOTATE = { annotate: { type: "string" } } as const;

/** The help of {@linkcode ANNOTATE}. */
export const ANNOTATE_HELP =
  `      --annotate <file>        what the binary cannot say: docs/c.md; or the name of
                               one that comes along: sqlite3, libgit2, libcurl, …
`;

/** Whether C++'s free functions are described too. */
export const CXX = { cxx: { type: "boolean" } } as const;

/** The help of {@linkcode CXX}. */
export const CXX_HELP =
  `      --cxx                    C++ functions that are not extern "C" as well
`;

/** Reads {@linkcode CXX}. */
export function cxxOf(given: Arguments<"cxx">): { cxx?: true } {
  return given.has("cxx") ? { cxx: true } : {};
}

/** What thunks are to do. */
export const THUNKS = {
  errno: { type: "string" },
  thunk: { type: "string" },
} as const;

/** The help of {@linkcode THUNKS}. */
export const THUNKS_HELP =
  `      --thunk '<name> <type>'  call a function with "..." at this type; may be repeated
      --errno <glob>           take errno along after these functions; may be repeated
`;

/**
 * Reads {@linkcode THUNKS}, each of which asks for thunks.
 *
 * @param given The arguments.
 * @param asked Whether something else asks for them.
 * @returns What is wanted of thunks; nothing where nobody asks for any.
 */
export function thunksOf(
  given: Arguments<"errno" | "thunk">,
  asked = false,
): { thunks?: ThunkOptions } {
  const signatures = given.all("thunk");
  const errno = given.all("errno");
  return asked || signatures.length + errno.length > 0
    ? { thunks: { signatures, errno } }
    : {};
}
