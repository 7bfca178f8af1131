/**
 * The operating system: files, variables, what machine this is.
 *
 * The disk is touched in this one way, by both sides: at once and without
 * promises, as `open` is synchronous and a command does one thing after the
 * other. On Deno all of it is asked of Deno itself. Its copies of Node's modules
 * would do the same, but to load `node:fs`, `node:process` and `node:crypto`
 * takes 20 ms, which is longer than Deno itself takes to start.
 *
 * What only Node's modules can do is asked of them when it is needed, with
 * {@linkcode nodeModule}: digests, compression, and private copies, whose owner
 * and mode count (`../load/private_copy.ts`). Programs are run by
 * `emit/toolchain/run.ts`, and by `emit/imported/child.ts`, which cannot wait.
 *
 * @module
 */

import { type DenoFiles, denoSystem } from "./deno_system.ts";
import { quote } from "../error.ts";
import type { Status, System } from "./interface.ts";
import { nodeSystem } from "./node_system.ts";

export type {
  DirectoryEntry,
  OpenFile,
  Output,
  Status,
  System,
} from "./interface.ts";

/** The system that this process runs on. */
export const system: System = choose();

function choose(): System {
  const { Deno } = globalThis as { Deno?: DenoFiles };
  return Deno?.build?.os === undefined ? nodeSystem() : denoSystem(Deno);
}

/** What is at a path, or undefined where there is nothing. Other errors are thrown. */
export function statusIfAny(path: string): Status | undefined {
  try {
    return system.status(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The text of a file, or none where it cannot be read. */
export function textAt(path: string): string {
  try {
    return system.readText(path);
  } catch {
    return "";
  }
}

/** A file that is not read. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly why: string;

  constructor(path: string, why: string) {
    super(`Cannot read ${quote(path)}: ${why}`);
    this.why = why;
  }
}

const MAX_FILE_SIZE = 2 ** 31 - 1;

/** All bytes of a file of a stranger: a pipe or a device may have no end. */
export function readFile(path: string, most = MAX_FILE_SIZE): Uint8Array {
  const { isFile, size } = system.status(path);
  if (!isFile) throw new UnreadableError(path, "it is not a file");
  if (size > most) {
    throw new UnreadableError(
      path,
      `it has ${size} bytes, at most ${most} are read`,
    );
  }
  const bytes = new Uint8Array(size + 1);
  const length = readInto(bytes, path);
  if (length <= size) return bytes.subarray(0, length);
  const why = `it has more than the ${size} bytes that it has said`;
  throw new UnreadableError(path, why);
}

/** The text of one, with its byte order mark. */
export function readTextFile(path: string, most: number): string {
  return decoder.decode(readFile(path, most));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function readInto(bytes: Uint8Array, path: string): number {
  const file = system.open(path);
  try {
    let length = 0;
    for (let size = 1; size > 0; length += size) {
      size = file.read(bytes.subarray(length), length);
    }
    return length;
  } finally {
    file.close();
  }
}

/** Why a file was not read. */
export function whyUnread(error: unknown): string {
  if (error instanceof UnreadableError) return error.why;
  return isMissing(error) ? "there is no such file" : (error as Error).message;
}

/** What is at a path that may be looked at, or undefined. */
export function statusAt(path: string): Status | undefined {
  try {
    return system.status(path);
  } catch {
    return undefined;
  }
}

/** Whether there is something at a path that may be looked at. */
export function exists(path: string): boolean {
  return statusAt(path) !== undefined;
}

/** Whether there is a directory at a path, that may be looked at. */
export function isDirectory(path: string): boolean {
  return statusAt(path)?.isDirectory ?? false;
}

/** Whether there is a file at a path, that may be looked at. */
export function isFile(path: string): boolean {
  try {
    return system.status(path).isFile;
  } catch {
    return false;
  }
}

/** Removes a file where there is one that may be removed. */
export function removeIfThere(path: string): void {
  try {
    system.remove(path);
  } catch {
    // It is not there, or another one was faster.
  }
}

/** The names in a directory; none where there is none that may be listed. */
export function namesAt(path: string): string[] {
  try {
    return system.list(path).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: string };
  return code === "ENOENT" || code === "ENOTDIR";
}
