/**
 * The options of each command.
 *
 * @module
 */

import type { CommandName } from "./command.ts";

/** An option: whether it takes a value, and its letter. */
export interface Option {
  /** Whether it takes a value. */
  readonly type: "boolean" | "string";
  /** The letter that it may be written as. */
  readonly short?: string;
}

const COMMON = {
  help: { type: "boolean", short: "h" },
  json: { type: "boolean" },
  verbose: { type: "boolean", short: "v" },
} as const;

const THUNKS = {
  errno: { type: "string" },
  thunk: { type: "string" },
} as const;

const ANNOTATE = { annotate: { type: "string" } } as const;

const CXX = { cxx: { type: "boolean" } } as const;

const SUBJECT = {
  ...ANNOTATE,
  ...CXX,
  constants: { type: "string" },
  define: { type: "string", short: "D" },
  exclude: { type: "string" },
  header: { type: "string" },
  include: { type: "string" },
  "include-directory": { type: "string", short: "I" },
  symbols: { type: "string" },
} as const;

const OUTPUT = { output: { type: "string", short: "o" } } as const;

/** The options of each command. */
export const OPTIONS: Readonly<Record<CommandName, Record<string, Option>>> = {
  build: {
    ...COMMON,
    ...OUTPUT,
    ...ANNOTATE,
    ...THUNKS,
    ...CXX,
    target: { type: "string" },
  },
  emit: {
    ...COMMON,
    ...OUTPUT,
    ...SUBJECT,
    ...THUNKS,
    thunks: { type: "boolean" },
  },
  check: { ...COMMON, ...SUBJECT, manifest: { type: "string" } },
  pack: { ...COMMON, ...OUTPUT },
  inspect: COMMON,
  types: { ...COMMON, ...OUTPUT },
  new: { ...COMMON, link: { type: "string" } },
  keygen: { ...COMMON, ...OUTPUT },
  sign: { ...COMMON, key: { type: "string" } },
};
