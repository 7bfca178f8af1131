/**
 * Copies of libraries that nobody but this process's user can touch.
 *
 * The system's loader takes a path, and whoever may write there can change the
 * file between the moment in which it was checked and the one in which it is
 * loaded. Bytes that were read once, checked, and written here are the bytes
 * that are loaded. A copy is also another image: how a library is loaded a
 * second time.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { PluginError, quote } from "../error.ts";
import { ownLibc } from "../identity/executable.ts";
import { nodeModule } from "../system/node.ts";

// Of Node on Deno too: who may do what with a file, Deno's own functions do not say.
const fs = () => nodeModule<typeof import("node:fs")>("node:fs");
const os = () => nodeModule<typeof import("node:os")>("node:os");
const process = () => nodeModule<typeof import("node:process")>("node:process");

/** How often a directory is made anew that another Worker has just removed. */
const ATTEMPTS = 100;

/**
 * Writes a copy of a library.
 *
 * The same `key` gives the same path everywhere in the process, so that Workers
 * which load the same bytes get one image of them: the loader knows an image by
 * the path that it was loaded from, also when the file is gone. Call
 * {@linkcode removeCopy} once it is loaded, or has failed to.
 *
 * @param bytes The library.
 * @param file The path that they were read from, for errors; the copy has its file name.
 * @param key Letters and digits that tell copies apart: the digest of the
 * bytes, or something random for an image of its own.
 * @returns Absolute path of the copy.
 * @throws {PluginError} `permission_denied`, `no_copy`.
 */
export function privateCopy(
  bytes: Uint8Array,
  file: string,
  key: string,
): string {
  try {
    return write(bytes, file.slice(dirname(file).length + 1), key);
  } catch (cause) {
    throw notCopied(file, cause as Error);
  }
}

/**
 * Removes a copy. What was loaded from it stays loaded.
 *
 * @param copy What {@linkcode privateCopy} gave.
 */
export function removeCopy(copy: string): void {
  // musl asks the file which image it is, whenever one more symbol is bound.
  if (ownLibc() === "musl") process().on("exit", () => remove(copy));
  else remove(copy);
}

function remove(copy: string): void {
  const { rmSync, rmdirSync } = fs();
  rmSync(copy, { force: true });
  try {
    rmdirSync(dirname(copy));
  } catch {
    // Another Worker has put its own copy there.
  }
}

function write(bytes: Uint8Array, name: string, key: string): string {
  const { realpathSync, renameSync, rmSync, writeFileSync } = fs();
  const parent = realpathSync(os().tmpdir());
  const uid = process().getuid?.() ?? 0;
  if (!keepsNames(parent, uid)) {
    throw new Error(
      `others may rename what is in ${
        quote(parent)
      }; name a directory of your own in TMPDIR`,
    );
  }
  const directory = join(parent, `plugin-${uid}-${process().pid}-${key}`);
  const copy = join(directory, name);
  const unfinished = join(directory, crypto.randomUUID());
  for (let attempt = 1;; attempt++) {
    try {
      makePrivate(directory, uid);
      writeFileSync(unfinished, bytes, { flag: "wx", mode: 0o600 });
      renameSync(unfinished, copy);
      return copy;
    } catch (error) {
      rmSync(unfinished, { force: true });
      if (codeOf(error) !== "ENOENT" || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Whether a directory of ours stays where it is in `parent`. */
function keepsNames(parent: string, uid: number): boolean {
  const { mode, uid: owner } = fs().statSync(parent);
  const isSticky = (mode & 0o1000) !== 0;
  return (owner === 0 || owner === uid) && (isSticky || (mode & 0o022) === 0);
}

/** Makes a directory that only this user can enter, or makes sure that it is one. */
function makePrivate(directory: string, uid: number): void {
  try {
    fs().mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const status = fs().lstatSync(directory);
  const isOurs = status.isDirectory() && status.uid === uid &&
    (status.mode & 0o077) === 0;
  if (!isOurs) throw new Error(`${quote(directory)} is somebody else's`);
}

function notCopied(path: string, cause: Error): PluginError {
  const isDenied = cause.name === "NotCapable" ||
    codeOf(cause) === "ERR_ACCESS_DENIED";
  // The runtimes name the permission that is missing.
  return new PluginError(
    isDenied ? "permission_denied" : "no_copy",
    `Cannot make a private copy of the plugin ${quote(path)}: ${cause.message}`,
    { path, cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
