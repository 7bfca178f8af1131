/**
 * Writes files so that nobody ever sees half of one.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import {
  exists,
  isDirectory,
  isFile,
  removeIfThere,
  system,
} from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { beginningOf, formatBy, magicOf } from "../image/magic.ts";

/** A file to write. */
export interface OutputFile {
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
 * inode, where overwriting it would crash that process. All are written, and on
 * the disk, before the first is renamed: a full disk changes nothing, and where
 * the power is cut there is the old file or the new one, never an empty one.
 *
 * They are renamed in the order given. Put what vouches for the others last: a
 * manifest names its library by build id and digest, so whoever opens the two
 * between the last two renames is told that they do not belong together.
 *
 * @param outputs The files, in the order in which they appear.
 * @param possible Paths of files that belong to them when there are any: one
 * that is none of them is of what was there before, and is removed.
 * @throws {EmitError} `not_found` when a directory is missing, a path cannot be
 * written, or a text would replace a library; then nothing was changed.
 */
export function writeFiles(
  outputs: readonly OutputFile[],
  possible: readonly string[] = [],
): void {
  const staged: string[] = [];
  try {
    for (const { path, data, executable } of outputs) {
      assertWritable(path);
      if (typeof data === "string" && isLibrary(path)) {
        throw notWritten(
          path,
          "a library is there, which a text would replace",
        );
      }
      const random = crypto.randomUUID().slice(-12);
      const temporary = join(dirname(path), `.${basename(path)}.${random}`);
      staged.push(temporary);
      writeThrough(path, temporary, data, executable ? 0o755 : 0o644);
    }
    for (const { path } of outputs) {
      system.rename(staged[0]!, path);
      staged.shift();
    }
    const written = new Set(outputs.map(({ path }) => path));
    for (const path of possible) if (!written.has(path)) removeIfThere(path);
  } finally {
    for (const path of staged) removeIfThere(path);
  }
}

/**
 * Writes files that belong together where there are none.
 *
 * What is there is never touched, and what is written is on the disk before it
 * has its name: a disk that is full leaves nothing behind.
 *
 * @param outputs The files, with who may do what with them.
 * @throws {EmitError} `not_found` when there is one already, or one cannot be
 * written; then there is none of them.
 */
export function writeNewFiles(
  outputs: readonly { path: string; data: string; mode: number }[],
): void {
  const staged: string[] = [];
  const written: string[] = [];
  try {
    for (const { path, data, mode } of outputs) {
      assertWritable(path);
      const random = crypto.randomUUID().slice(-12);
      const temporary = join(dirname(path), `.${basename(path)}.${random}`);
      staged.push(temporary);
      writeThrough(path, temporary, data, mode);
    }
    for (const [index, { path }] of outputs.entries()) {
      nameNew(staged[index]!, path);
      written.push(path);
    }
  } catch (error) {
    for (const path of written) removeIfThere(path);
    throw error;
  } finally {
    for (const path of staged) removeIfThere(path);
  }
}

/**
 * Sees whether a file can be written, before what is in it has been made: its
 * directory need not be there yet.
 *
 * @param path Its absolute path.
 * @throws {EmitError} `not_found`.
 */
export function assertPlace(path: string): void {
  if (isDirectory(path)) throw notWritten(path, "it is a directory");
  let above = dirname(path);
  while (!exists(above)) {
    // Nothing may be looked at up to the root: to write it says why.
    if (above === dirname(above)) return;
    above = dirname(above);
  }
  if (!isDirectory(above)) throw notWritten(path, `"${above}" is a file`);
}

function writeThrough(
  path: string,
  temporary: string,
  data: Uint8Array | string,
  mode: number,
): void {
  try {
    system.writeThrough(temporary, data, mode);
  } catch (cause) {
    throw notWritten(path, (cause as Error).message, cause);
  }
}

/** Gives a file its name, if nothing has it. */
function nameNew(temporary: string, path: string): void {
  try {
    system.link(temporary, path);
  } catch (cause) {
    const { code } = cause as { code?: string };
    // A file system without links: FAT.
    if (code === "EEXIST" || exists(path)) {
      throw notWritten(path, "there is one already", cause);
    }
    try {
      system.rename(temporary, path);
    } catch (cause) {
      throw notWritten(path, (cause as Error).message, cause);
    }
  }
}

/** What a rename would trip over when half of the others are done. */
function assertWritable(path: string): void {
  if (!isDirectory(dirname(path))) {
    throw notWritten(path, `there is no directory "${dirname(path)}"`);
  }
  if (isDirectory(path)) throw notWritten(path, "it is a directory");
}

function isLibrary(path: string): boolean {
  return isFile(path) && formatBy(magicOf(beginningOf(path, 4))) !== undefined;
}

function notWritten(path: string, why: string, cause?: unknown): EmitError {
  return new EmitError("not_found", `Cannot write "${path}": ${why}`, {
    path,
    cause,
  });
}
