/**
 * The order of the rooms.
 *
 * @module
 */

/**
 * Every room, from top to bottom. A module imports only from its own room and
 * from those that stand below it; a new room gets its place here.
 */
export const ROOMS = [
  // What describes libraries.
  "emit/main.ts",
  "emit/register.ts",
  "emit/bundlers.ts",
  "emit/fetch.ts",
  "emit/cli.ts",
  "emit/commands",
  "emit/arguments",
  "emit/templates",
  "emit/imported",
  "emit/publish",
  "emit/support",
  "emit/inspect",
  "emit/sanitize",
  "emit/header",
  "emit/declaration",
  "emit/source/go",
  "emit/source/rust",
  "emit/source",
  "emit/csource",
  "emit/thunk",
  "emit/manifest",
  "emit/annotate",
  "emit/describe",
  "emit/dwarf",
  "emit/toolchain",
  "emit/find",
  "emit/terminal",
  "emit/files",
  "emit/image",
  "emit/bytes",
  "emit/error.ts",
  // What opens them.
  "mod.ts",
  "ffi/open",
  "ffi/make",
  "ffi/plugin",
  "ffi/typed",
  "ffi/bind",
  "ffi/call",
  "ffi/memory",
  "ffi/data",
  "ffi/callback",
  "ffi/check",
  "ffi/load",
  "ffi/function",
  "ffi/object",
  "ffi/handle",
  "ffi/value",
  "ffi/identity",
  "ffi/manifest",
  "ffi/isolated",
  "ffi/backtrace",
  "ffi/runtime",
  "ffi/support",
  "ffi/system",
  "ffi/notation",
  "ffi/did_you_mean.ts",
  "ffi/error.ts",
];
