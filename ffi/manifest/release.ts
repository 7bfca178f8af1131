/**
 * Which plugin, and which release of it: what a signer calls it.
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

/** Numbers with dots between them. */
const VERSION = /^\d{1,9}(?:\.\d{1,9}){0,3}$/;

/** What a version must be, as errors say it. */
export const VERSION_WANTED = 'numbers with dots between them, such as "1.4.2"';

/** Whether a text is a version: one to four numbers with dots between them. */
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
 * Whether a release is older than another. A number that is left out is 0.
 *
 * @param version A version.
 * @param least Another.
 */
export function isOlder(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split(".").map(Number));
  for (let i = 0; i < 4; i++) {
    const [mine = 0, other = 0] = [a![i], b![i]];
    if (mine !== other) return mine < other;
  }
  return false;
}

/**
 * What a plugin is called where nobody has said it, for all machines.
 *
 * @param file The library's file name.
 * @returns `"hello"` for `hello.so.2` and for `hello.dylib`.
 */
export function nameFor(file: string): string {
  return file.replace(/\.(?:so|dylib|bundle)(?:\..*)?$/, "") || file;
}
