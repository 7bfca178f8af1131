/**
 * Writes what was made: a manifest as text, and files so that nobody ever sees
 * half of one.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import type { Manifest } from "../ffi/manifest/manifest.ts";
import { system } from "../ffi/system/system.ts";
import { EmitError } from "./error.ts";

/** Widest line that {@linkcode printManifest} fills. */
const WIDTH = 100;

/**
 * Prints a manifest: the same text for the same manifest, one line for each
 * thing that a person would want to see change in a diff.
 *
 * The manifest and its parts are always broken into lines; inside them, what
 * fits on a line stays on it.
 *
 * @param manifest Any manifest.
 * @returns JSON that ends with a newline; `parseManifest` reads it back.
 */
export function printManifest(manifest: Manifest): string {
  return `${print(manifest, "", 0)}\n`;
}

/** `before` is what the line holds already: its indentation and the key. */
function print(value: unknown, before: string, level: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isEmpty(value)) return Array.isArray(value) ? "[]" : "{}";
  if (level > 1) {
    const line = flat(value, WIDTH - before.length);
    if (line !== undefined) return line;
  }
  const indent = "  ".repeat(level + 1);
  const parts = Array.isArray(value)
    ? value.map((element) => indent + print(element, indent, level + 1))
    : Object.keys(value).map((key) => {
      const start = `${indent}${JSON.stringify(key)}: `;
      const element = (value as Record<string, unknown>)[key];
      return start + print(element, start, level + 1);
    });
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join(",\n")}\n${indent.slice(2)}${close}`;
}

/** One line of fewer than `room` characters, or undefined. */
function flat(value: unknown, room: number): string | undefined {
  if (typeof value !== "object" || value === null) {
    const text = JSON.stringify(value);
    return text.length < room ? text : undefined;
  }
  const isList = Array.isArray(value);
  const keys = Object.keys(value);
  if (keys.length === 0) return isList ? "[]" : "{}";
  let line = isList ? "[" : "{ ";
  for (const key of keys) {
    if (key !== keys[0]) line += ", ";
    if (!isList) line += `${JSON.stringify(key)}: `;
    const element = (value as Record<string, unknown>)[key];
    const part = flat(element, room - line.length);
    if (part === undefined) return undefined;
    line += part;
  }
  line += isList ? "]" : " }";
  return line.length < room ? line : undefined;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

/** A file to write. */
export interface Output {
  /** Where it goes. */
  readonly path: string;
  /** What is in it. */
  readonly data: Uint8Array | string;
  /** Whether it can be executed. */
  readonly executable?: boolean;
}

/**
 * Writes files that belong together.
 *
 * Each is written beside its place under another name and then renamed, so a
 * library that some process has loaded keeps its memory: it stays the old
 * inode, where overwriting it would crash that process. All are written before
 * the first is renamed: a full disk changes nothing.
 *
 * They are renamed in the order given. Put what vouches for the others last: a
 * manifest names its library by build id and digest, so whoever opens the two
 * between the last two renames is told that they do not belong together.
 *
 * @param outputs The files, in the order in which they appear.
 * @throws {EmitError} `not_found` when a directory is missing, or a path
 * cannot be written; then nothing was changed.
 */
export function writeFiles(outputs: readonly Output[]): void {
  const staged: string[] = [];
  try {
    for (const { path, data, executable } of outputs) {
      assertWritable(path);
      const random = crypto.randomUUID().slice(-12);
      const temporary = join(dirname(path), `.${basename(path)}.${random}`);
      staged.push(temporary);
      writeNew(path, temporary, data, executable ? 0o755 : 0o644);
    }
    for (const { path } of outputs) {
      system.rename(staged[0]!, path);
      staged.shift();
    }
  } finally {
    for (const path of staged) discard(path);
  }
}

/** What a rename would trip over when half of the others are done. */
function assertWritable(path: string): void {
  if (!isDirectory(dirname(path))) {
    throw notWritten(path, `there is no directory "${dirname(path)}"`);
  }
  if (isDirectory(path)) throw notWritten(path, "it is a directory");
}

function discard(path: string): void {
  try {
    system.remove(path);
  } catch {
    // It was not even made.
  }
}

function isDirectory(path: string): boolean {
  try {
    return system.status(path).isDirectory;
  } catch {
    return false;
  }
}

function writeNew(
  path: string,
  temporary: string,
  data: Uint8Array | string,
  mode: number,
): void {
  try {
    system.write(temporary, data, mode);
  } catch (cause) {
    throw notWritten(path, (cause as Error).message, cause);
  }
}

function notWritten(path: string, why: string, cause?: unknown): EmitError {
  return new EmitError("not_found", `Cannot write "${path}": ${why}`, {
    path,
    cause,
  });
}
