/**
 * Copies of libraries that nobody but this process's user can touch.
 *
 * The system's loader takes a path, and whoever may write there can change the
 * file between the moment in which it was checked and the one in which it is
 * loaded. Bytes that were read once, checked, and written here are the bytes
 * that are loaded. A copy is also another image: how a library is loaded a
 * second time.
 *
 * The libraries that one brings along lie in the copy as they lie around the
 * original, so that `$ORIGIN` leads to them. They lie so deep that nothing that
 * begins with `$ORIGIN` leads out of the copy.
 *
 * @module
 */

import { basename, dirname, join } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { ownLibc } from "../identity/executable.ts";
import type { CopySet } from "../identity/identity.ts";
import { nodeModule } from "../system/node_system.ts";
import { type Guard, intruderAt } from "../system/guarded_path.ts";
import {
  directoryNameFor,
  isPrivate,
  sweepOnce,
} from "../system/process_directories.ts";
import { NO_SECRET, processSecret } from "../system/process_secret.ts";
import { system } from "../system/system.ts";

// Of Node on Deno too: who may do what with a file, Deno's own functions do not say.
const fs = () => nodeModule<typeof import("node:fs")>("node:fs");
const os = () => nodeModule<typeof import("node:os")>("node:os");
const process = () => nodeModule<typeof import("node:process")>("node:process");

/**
 * How it shows that another Worker removes a directory meanwhile: it is not
 * there, or it was there when it should be made, and then it was not.
 */
const RACES: ReadonlySet<string | undefined> = new Set(["ENOENT", "EEXIST"]);

/** The name of the file by which a Worker says that it loads a copy: no library's. */
const MARK = /^\.[0-9a-f]{32}$/;

/** How often a directory is made anew that another Worker has just removed. */
const ATTEMPTS = 100;
/** Most libraries that the name of a copy tells. */
const MAX_TAGS = 12;

/** A copy. */
export interface PrivateCopy {
  /** Absolute path of the library itself. */
  readonly path: string;
  /** The directory of temporary files that it is in. */
  readonly parent: string;
  /** The directory of the copy, with all that it brings along. */
  readonly root: string;
  /** Removes it, and what it brings along. What was loaded stays loaded. */
  remove(): void;
}

/** A key that no other copy has. */
export function randomKey(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

/**
 * Writes a copy of a library, and of what it brings along.
 *
 * The same key gives the same path everywhere in the process, so that Workers
 * which load the same bytes get one image of them: the loader knows an image by
 * the path that it was loaded from, also when the file is gone.
 *
 * @param file The path that the library was read from, for errors; the copy has
 * its file name.
 * @param set What is copied.
 * @returns The copy, to be removed once it is loaded, or has failed to.
 * @throws {PluginError} `permission_denied`, `no_copy`.
 */
export function privateCopy(file: string, set: CopySet): PrivateCopy {
  try {
    return write(basename(file), set);
  } catch (cause) {
    throw notCopied(file, cause as Error);
  }
}

function write(name: string, set: CopySet): PrivateCopy {
  const parent = temporary();
  const intruder = intruderAt(parent, guard());
  if (intruder !== undefined) {
    throw new Error(
      `${intruder}, and could exchange it there; name a directory of your own in TMPDIR`,
    );
  }
  const isShared = (fs().statSync(parent).mode & 0o022) !== 0;
  for (let attempt = 1;; attempt++) {
    try {
      const root = makeRoot(parent);
      sweepOnce(parent);
      if (isShared) keep(root);
      const mark = `.${randomKey()}`; // as MARK has it
      const remove = () => {
        // musl asks the file which image it is, whenever one more symbol is bound.
        if (ownLibc() === "musl") {
          process().on("exit", () => clear(root, set, isShared, mark));
        } else clear(root, set, isShared, mark);
      };
      return {
        path: fill(root, name, set, mark),
        parent,
        root: join(root, nameOf(set)),
        remove,
      };
    } catch (error) {
      if (!RACES.has(codeOf(error)) || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Writes the files of a copy in a directory that is ours; gives the path of the library itself. */
function fill(
  root: string,
  name: string,
  set: CopySet,
  mark: string,
): string {
  const directory = directoryOf(root, set);
  try {
    writeFile(join(root, nameOf(set), mark), new Uint8Array());
    for (const way of set.directories ?? []) {
      makeDirectory(join(directory, way));
    }
    for (const { file, bytes } of set.bundled ?? []) {
      writeFile(join(directory, file), bytes);
    }
    const path = join(directory, name);
    writeFile(path, set.bytes);
    return path;
  } catch (error) {
    clear(root, set, true, mark);
    throw error;
  }
}

// -------------------------------------------------------------- the directory

/** The directories that are kept until the process ends. */
const kept = new Set<string>();

/**
 * Keeps the directory where others have theirs: its name is no secret any more,
 * and once it were gone another could have it.
 */
function keep(root: string): void {
  if (kept.has(root)) return;
  kept.add(root);
  // The end of a Worker is not the end of the others.
  if (isMainThread()) process().on("exit", () => removeEmpty(root));
}

function isMainThread(): boolean {
  return nodeModule<typeof import("node:worker_threads")>(
    "node:worker_threads",
  ).isMainThread;
}

/** Removes a directory, if there is nothing in it. */
function removeEmpty(directory: string): void {
  try {
    fs().rmdirSync(directory);
  } catch {
    // There is.
  }
}

function temporary(): string {
  return fs().realpathSync(os().tmpdir());
}

/** Who may own the way to a copy: nobody else can rename what is in a directory that all share. */
const guard = (): Guard => ({ owners: [0, system.uid()], mayBeShared: true });

/** What tells this process's directory from others; undefined before it is first wanted. */
let word: string | undefined;

/** The name of the one directory of this process. Others cannot know it before it is there. */
function rootName(): string {
  word ??= processSecret();
  return directoryNameFor(word);
}

/** Where the library itself lies. */
function directoryOf(root: string, set: CopySet): string {
  return join(root, nameOf(set), ...Array<string>(set.depth ?? 0).fill("d"));
}

/**
 * The name of a copy, in the directory of this process.
 *
 * @param set What is copied.
 */
function nameOf({ key, bundled = [] }: CopySet): string {
  const tags = bundled.flatMap(({ tag }) => tag ?? []);
  // A name has 255 characters at most.
  return tags.length === 0 || tags.length > MAX_TAGS
    ? key
    : [key.slice(0, 32), ...tags].join("-");
}

/**
 * The tags of what lies in a copy of this process.
 *
 * @param path The real path of a file in it.
 * @returns Undefined where it lies in none.
 */
export function tagsAt(path: string): string[] | undefined {
  // Wherever the directory of temporary files was then.
  const name = rootName();
  const [parent, rest] = path.split(`/${name}/`);
  if (parent === undefined || rest === undefined) return undefined;
  const root = `${parent}/${name}`;
  const intruder = intruderAt(root, guard());
  return intruder === undefined
    ? rest.split("/")[0]!.split("-").slice(1)
    : undefined;
}

/** Nobody sees half of a file; what another Worker has loaded stays as it is. */
function writeFile(path: string, bytes: Uint8Array): void {
  const { renameSync, rmSync, writeFileSync } = fs();
  makeDirectory(dirname(path));
  const unfinished = join(dirname(path), crypto.randomUUID());
  try {
    writeFileSync(unfinished, bytes, { flag: "wx", mode: 0o600 });
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function makeDirectory(path: string): void {
  fs().mkdirSync(path, { mode: 0o700, recursive: true });
}

/** Removes what was written, unless another Worker loads it: then that one does. */
function clear(
  root: string,
  set: CopySet,
  keepsRoot: boolean,
  mark: string,
): void {
  const copy = join(root, nameOf(set));
  try {
    fs().rmSync(join(copy, mark), { force: true });
    const isInUse = fs().readdirSync(copy).some((name) => MARK.test(name));
    if (!isInUse) fs().rmSync(copy, { recursive: true, force: true });
  } catch {
    // Another Worker writes there, and will remove it.
  }
  if (!keepsRoot) removeEmpty(root);
}

/** Makes the directory that only this user can enter, or makes sure that it is one. */
function makeRoot(parent: string): string {
  const root = join(parent, rootName());
  try {
    fs().mkdirSync(root, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  if (isPrivate(root)) return root;
  // Without a secret of the process anybody could take the name first. A random
  // one is this Worker's alone: images of others are others then.
  if (word === NO_SECRET) {
    word = randomKey();
    return makeRoot(parent);
  }
  throw new Error(
    `${quote(root)} is somebody else's; name a directory of your own in TMPDIR`,
  );
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
