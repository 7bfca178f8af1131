/**
 * Which plugin, and which release of it: what a signer calls it, and what is a
 * version.
 *
 * @module
 */

import {
  name,
  printable,
  type Read,
  show,
  string,
  ValidationError,
} from "./field.ts";

/** Numbers with dots between them, then what comes before that release. */
const VERSION =
  /^\d{1,9}(?:\.\d{1,9}){0,3}(?:-[0-9A-Za-z-]{1,32}(?:\.[0-9A-Za-z-]{1,32}){0,7})?$/;

/** What a version must be, as errors say it. */
export const VERSION_WANTED =
  'numbers with dots between them, such as "1.4.2" or "1.4.2-rc.1"';

/**
 * Whether a text is a version: one to four numbers with dots between them, and
 * perhaps a pre-release as Semantic Versioning has it.
 */
export function isVersion(text: unknown): text is string {
  return typeof text === "string" && VERSION.test(text);
}

/** Reads a version. */
export const versionText: Read<string> = (value) => {
  const text = string(value);
  if (isVersion(text)) return text;
  throw new ValidationError(show(text), VERSION_WANTED);
};

/** Reads the name of a plugin. */
export const pluginName: Read<string> = (value) => printable(name(value));

/**
 * What a plugin is called where nobody has said it, for all machines.
 *
 * @param file The library's file name.
 * @returns `"hello"` for `hello.so.2` and for `hello.dylib`.
 */
export function releaseNameOf(file: string): string {
  return file.replace(/\.(?:so|dylib|bundle)(?:\..*)?$/, "") || file;
}
