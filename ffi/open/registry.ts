/**
 * Which libraries are open: one plugin for each file, however it is spelled.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import { markIn } from "../identity/mark.ts";
import { isEmbedded } from "./locate.ts";
import type { Plugin } from "../plugin/plugin.ts";
import { type Status, statusIfAny, system } from "../system/system.ts";

/** A library that is open. */
export interface Opened {
  readonly plugin: Plugin;
  /** The real path that it was opened by. */
  readonly path: string;
  /** What tells its bytes from others. */
  readonly mark: string;
  /** Whether a copy of the file was loaded. */
  readonly isCopy: boolean;
}

/** A library and its file as it was when it was last looked at. */
interface Entry {
  readonly opened: Opened;
  status: Status;
}

// ---------------------------------------------------------------------- files

/** Every library of this process (of this Worker: the images are shared), by its real path. */
const byPath = new Map<string, Entry>();
/** The same by device and inode: hard links are one file. */
const byInode = new Map<string, Entry>();
/** The real path of the library, by that of a manifest that one was opened by. */
const libraries = new Map<string, string>();

/**
 * The plugin of a file that is open.
 *
 * @param path The real path of a library, or of a manifest that one was opened by.
 * @param itself What the system says of it.
 * @returns Undefined when it is not open.
 * @throws {PluginError} `replaced`, when it is, and the file is another one now.
 */
export function findOpened(
  path: string,
  itself: Status,
): Plugin | undefined {
  const file = libraries.get(path) ?? path;
  const status = file === path ? itself : statusIfAny(file);
  if (status === undefined) return undefined;
  const entry = byPath.get(file) ?? byInode.get(inodeOf(status, file));
  return entry === undefined ? undefined : unchanged(entry, file, status);
}

/** The plugin of the library at a real path, whatever has become of its file. */
export function openedAs(path: string): Plugin | undefined {
  return byPath.get(path)?.opened.plugin;
}

/**
 * Remembers a library that was opened; of several that one file was opened as, the newest counts.
 *
 * @param opened The library.
 * @param status Its file, from before it was read.
 */
export function register(opened: Opened, status: Status): void {
  const entry = { opened, status };
  byPath.set(opened.path, entry);
  byInode.set(inodeOf(status, opened.path), entry);
  spellings.clear();
}

/** Remembers which library a manifest is of; both are real paths. */
export function linkManifest(manifest: string, library: string): void {
  libraries.set(manifest, library);
}

function unchanged(
  entry: Entry,
  file: string,
  status: Status,
): Plugin | undefined {
  const { opened: { plugin, path, mark, isCopy }, status: before } = entry;
  const isInode = inodeOf(status, file) === inodeOf(before, path);
  const isWritten = status.size !== before.size ||
    status.mtimeMs !== before.mtimeMs;
  if (isInode && !isWritten) return plugin;
  // Nothing holds the inode of a file whose copy was loaded: once the file is
  // gone, another gets it.
  if (isCopy && path !== file) return undefined;
  const now = markIn(file);
  if (now !== mark) {
    throw new PluginError(
      "replaced",
      `Cannot open the plugin ${quote(file)}: the file was ${
        isInode ? "written over" : "replaced"
      } after it was opened: it has ${now}, loaded is ${mark}; ` +
        "open it with { fresh: true } to load it as it is now",
      { path: file },
    );
  }
  entry.status = status;
  byInode.set(inodeOf(status, file), entry);
  return plugin;
}

/** What is embedded in an executable has no inode, and one path alone. */
function inodeOf(status: Status, path: string): string {
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
  if (typeof path !== "string") return path instanceof URL ? path.href : "";
  return path.startsWith("/") ? path : `${system.cwd()}\0${path}`;
}
