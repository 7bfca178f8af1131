/**
 * Which libraries are open: one entry for each file, however it is spelled, and
 * whether a file that was replaced or written over is still the one that is open.
 *
 * @module
 */

import type { PluginError } from "../error.ts";
import { markIn } from "../identity/build_mark.ts";
import { NEW_IMAGE, replacedError } from "../identity/replaced_error.ts";
import type { Plugin } from "../plugin/plugin.ts";
import { isUrl } from "../system/path.ts";
import { isSettled, isUntouched } from "../system/same_file.ts";
import { type Status, statusIfAny, system } from "../system/system.ts";
import { isEmbedded, type ResolvedFile } from "./files.ts";
import type { VerifiedPlugin } from "./verify_policy.ts";

/** A library that is open. */
export interface Opened {
  /** The real path that it was opened by. */
  readonly path: string;
  /** What tells its bytes from others. */
  readonly mark: string;
  /** Whether the file itself is loaded here, and no copy of it. */
  readonly isHeld: boolean;
  /** Its file, as it was when it was last looked at. */
  status: Status;
  /** Whether that tells it from each file that takes its place. */
  isSettled: boolean;
  /** The plugin that its manifest describes; undefined while only callers have described it. */
  verified: VerifiedPlugin | undefined;
  /** The plugins that callers described where there was no manifest, by what they wanted. */
  readonly declared: Map<string, Plugin>;
}

// ---------------------------------------------------------------------- files

/** Which library a manifest or a directory led to, and what was read on the way. */
interface Link {
  readonly library: string;
  readonly through: readonly ResolvedFile[];
  /** Whether what the system says of these tells each from any that takes its place. */
  readonly isSettled: boolean;
}

/** The libraries of this process (of this Worker: the images are shared) that live in one way. */
export class Registry {
  /** By the real path. */
  readonly #byPath = new Map<string, Opened>();
  /** The same by device and inode: hard links are one file. */
  readonly #byInode = new Map<string, Opened>();
  /** The inodes that are no other file's until this process ends. */
  readonly #held = new Set<string>();
  /** By the real path of a manifest or a directory. */
  readonly #links = new Map<string, Link>();
  readonly #options: string | undefined;

  /** @param options Of those in processes of their own: what they were opened with. */
  constructor(options?: string) {
    this.#options = options;
  }

  /**
   * The library of a file that is open.
   *
   * @param file The file of a library.
   * @returns Undefined when it is not open.
   * @throws {PluginError} `replaced`, when it is, and the file is another one now.
   */
  findOpened(file: ResolvedFile): Opened | undefined {
    const opened = this.#byPath.get(file.path) ??
      this.#byInode.get(inodeOf(file));
    return opened !== undefined && this.#isUnchanged(opened, file)
      ? opened
      : undefined;
  }

  /** The library that was opened at a real path, whatever has become of its file. */
  openedAs(path: string): Opened | undefined {
    return this.#byPath.get(path);
  }

  /**
   * Remembers a library that was opened; of several that one file was opened as, the newest counts.
   *
   * @param opened The library.
   */
  register(opened: Opened): void {
    this.#byPath.set(opened.path, opened);
    this.#byInode.set(inodeOf(opened), opened);
    if (opened.isHeld || isEmbedded(opened.status)) {
      this.#held.add(inodeOf(opened));
    }
    // The last of its libraries may have been closed since.
    if (this.#options !== undefined) isolated.set(this.#options, this);
    spellings.clear();
  }

  /** Forgets a library that was closed. */
  forget(opened: Opened): void {
    for (const known of [this.#byPath, this.#byInode]) {
      for (const [key, one] of known) if (one === opened) known.delete(key);
    }
    const options = this.#options;
    if (
      options !== undefined && this.#byPath.size === 0 &&
      isolated.get(options) === this
    ) isolated.delete(options);
  }

  /** Whether the file is still the one that was opened; false where it is another's. */
  #isUnchanged(opened: Opened, { path, status }: ResolvedFile): boolean {
    const { status: before, mark } = opened;
    const inode = inodeOf({ path, status });
    // Of a file whose copy was loaded, or that another process loaded, and of one
    // that has taken its place, nothing here holds the inode: once the file is gone,
    // another gets it, of the same size and time where both come out of packages.
    const isHeld = this.#held.has(inode);
    if ((isHeld || opened.isSettled) && isUntouched(status, before)) {
      return true;
    }
    if (!isHeld && path !== opened.path && !liesAt(opened.path, inode)) {
      return false;
    }
    const now = markIn(path);
    if (now !== mark) {
      throw replaced(opened, path, now, inode === inodeOf(opened));
    }
    opened.status = status;
    opened.isSettled = isSettled(status);
    this.#byInode.set(inode, opened);
    return true;
  }

  /**
   * Remembers which library a manifest or a directory led to.
   *
   * @param named The real path of what was named.
   * @param library The real path of the library, which is open.
   * @param through What was read on the way, as it was before it was read.
   */
  link(
    named: string,
    library: string,
    through: readonly ResolvedFile[],
  ): void {
    this.#links.set(named, {
      library,
      through,
      isSettled: through.every(({ status }) => isSettled(status)),
    });
  }

  /**
   * The library that a manifest or a directory leads to, if it led to one before
   * and what was read on the way has not been written since.
   *
   * @param named The real path of what was named.
   * @returns The library's file as it is now; undefined where it is to be described anew.
   */
  linked(named: string): ResolvedFile | undefined {
    const link = this.#links.get(named);
    if (link === undefined) return undefined;
    const isAsRead = link.isSettled &&
      link.through.every(({ path, status: before }) => {
        const status = statusIfAny(path);
        return status !== undefined && isUntouched(status, before);
      });
    const status = isAsRead ? statusIfAny(link.library) : undefined;
    if (status !== undefined) return { path: link.library, status };
    this.#links.delete(named);
    return undefined;
  }
}

/** The libraries in this process. */
export const HERE = new Registry();

/** Those in processes of their own, by the options that they were opened with; none of which nothing is open. */
const isolated = new Map<string, Registry>();

/** The libraries in processes of their own that were opened with the same options. */
export function isolatedBy(options: string): Registry {
  return isolated.get(options) ?? new Registry(options);
}

function replaced(
  { mark, verified }: Opened,
  path: string,
  now: string | undefined,
  isInode: boolean,
): PluginError {
  return replacedError(
    path,
    "open",
    `the file was ${
      isInode ? "written over" : "replaced"
    } after it was opened: it has ${now}, loaded is ${mark}`,
    verified === undefined
      ? "a new process loads it as it is now, or { fresh: true } where it has a manifest"
      : NEW_IMAGE,
  );
}

/** Whether a path leads to an inode: another one that does is a link to the same file. */
function liesAt(path: string, inode: string): boolean {
  const status = statusIfAny(path);
  return status !== undefined && inodeOf({ path, status }) === inode;
}

/** What is embedded in an executable has no inode, and one path alone. */
function inodeOf({ path, status }: ResolvedFile): string {
  return isEmbedded(status) ? path : `${status.dev}:${status.ino}`;
}

// ------------------------------------------------------------------ spellings

/** How long a spelling stands for the plugin that it gave, in milliseconds. */
const TRUSTED = 1000;

/** What callers wrote, and what it gave. */
const spellings = new Map<
  string,
  { readonly plugin: Plugin; readonly until: number }
>();

/**
 * The plugin that the same spelling gave a moment ago; no file is looked at.
 *
 * To ask the system for a file's real path and status takes longer than all the
 * rest. So a file that was replaced is noticed after a second at the latest.
 *
 * @param path What the caller wrote.
 */
export function getCached(path: string | URL): Plugin | undefined {
  const spelling = spellings.get(cacheKey(path));
  return spelling !== undefined && performance.now() < spelling.until
    ? spelling.plugin
    : undefined;
}

/** Remembers what a spelling gave. */
export function setCached(path: string | URL, plugin: Plugin): void {
  spellings.set(cacheKey(path), { plugin, until: performance.now() + TRUSTED });
}

/** An absolute path as it is, a URL's text, a relative path with the directory that it starts from. */
function cacheKey(path: string | URL): string {
  if (typeof path !== "string") return isUrl(path) ? path.href : "";
  return path.startsWith("/") ? path : `${system.cwd()}\0${path}`;
}
