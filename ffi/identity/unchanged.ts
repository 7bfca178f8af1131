/**
 * Whether the file of a library is still the one that was checked: asked before
 * it is loaded once more, in a process that follows one which has ended.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type { ThunkLibrary } from "../manifest/manifest.ts";
import { sha256 } from "../system/node_system.ts";
import { isSettled, isUntouched } from "../system/same_file.ts";
import { exists, type Status, statusIfAny } from "../system/system.ts";
import { findBrought, withNeeds } from "./needed_libraries.ts";
import { readWhole, unreadable } from "./library_bytes.ts";
import { replacedError } from "./replaced_error.ts";
import { libraryDifferences } from "./same_library.ts";

/** A file as it was when it was checked. */
export interface SeenFile {
  /** What the system said of it before anything of it was read. */
  readonly status: Status;
  /** Its bytes, as its manifest describes them; undefined where it has none. */
  readonly described: Omit<ThunkLibrary, "file"> | undefined;
  /** Whether all of its bytes were compared with that. */
  readonly isWhole: boolean;
}

/**
 * What is to be remembered of a file, to know it again.
 *
 * Where the system would say the same of another, its digest is taken.
 *
 * @param path Absolute path of the library.
 * @param seen The file as it was when it was checked, which was just now.
 */
function rememberFile(path: string, seen: SeenFile): SeenFile {
  if (isSettled(seen.status)) return seen;
  const described = seen.isWhole ? seen.described : digestOf(readWhole(path));
  return { ...seen, described, isWhole: true };
}

/** A library as it was when it was checked, and those that it brings along as they were. */
export interface SeenSet {
  readonly seen: SeenFile;
  readonly brought: ReadonlyMap<string, SeenFile>;
}

/**
 * What is to be remembered of a library and of those that it brings along; see
 * {@linkcode rememberFile}.
 *
 * @param path Absolute path of the library.
 * @param seen Its file as it was when it was checked, which was just now.
 */
export function rememberSet(path: string, seen: SeenFile): SeenSet {
  const brought = new Map<string, SeenFile>();
  for (const file of broughtBy(path)) {
    const status = statusIfAny(file);
    if (status === undefined) continue; // the loader will say so
    const alone = { status, described: undefined, isWhole: false };
    brought.set(file, rememberFile(file, alone));
  }
  return { seen: rememberFile(path, seen), brought };
}

/**
 * Makes sure that a library and those that it brings along have the bytes that
 * were checked, and that it brings no others.
 *
 * @param path Absolute path of the library.
 * @throws {PluginError} As {@linkcode assertUnchanged}.
 */
export function assertSetUnchanged(
  path: string,
  { seen, brought }: SeenSet,
): void {
  assertUnchanged(path, seen);
  for (const [file, seen] of brought) assertUnchanged(file, seen, path);
  const other = broughtBy(path).find((file) =>
    !brought.has(file) && exists(file)
  );
  if (other === undefined) return;
  throw replaced(other, path, "another one was loaded in its place, or none");
}

/**
 * The libraries that one brings along: those which it needs, and those which they
 * need, as far as they say themselves where they lie. The system's are none of them.
 *
 * @param path Absolute path of the library.
 * @returns Their paths, as the loader would open them; there may be nothing at some.
 */
function broughtBy(path: string): string[] {
  const all = withNeeds(path, undefined, undefined, findBrought);
  const files = [...all].flatMap(({ found }) => [...found.values()]);
  return [...new Set(files.filter((file) => file !== undefined))];
}

function digestOf(bytes: Uint8Array): NonNullable<SeenFile["described"]> {
  return { size: bytes.length, sha256: sha256(bytes) };
}

/**
 * Makes sure that a file has the bytes that were checked.
 *
 * It has, where the system says that it was not touched since; else its size and
 * digest tell, which the manifest has. Where all bytes were compared, they are
 * again: nobody has to believe what the system says.
 *
 * @param path Absolute path of the library.
 * @param seen The file as it was.
 * @param plugin The plugin, where the library is one that it brings along.
 * @throws {PluginError} `replaced`, `not_found`, `permission_denied`.
 */
function assertUnchanged(path: string, seen: SeenFile, plugin = path): void {
  const { status, described, isWhole } = seen;
  const now = statusNow(path, plugin);
  if (isUntouched(now, status) && !isWhole) return;
  if (described === undefined) {
    throw replaced(
      path,
      plugin,
      "it was touched since, and no manifest has its digest",
    );
  }
  const bytes = readWhole(path, described.size);
  const [size, digest] = typeof bytes === "number"
    ? [bytes, () => ""]
    : [bytes.length, () => sha256(bytes)];
  const all = { size: described.size, sha256: described.sha256 };
  const [other] = libraryDifferences(all, { size, sha256: digest }, true);
  if (other === undefined) return;
  throw replaced(
    path,
    plugin,
    `its ${other.field} is ${other.there}, it was ${other.described}`,
  );
}

function statusNow(path: string, plugin: string): Status {
  let status: Status | undefined;
  try {
    status = statusIfAny(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (status !== undefined) return status;
  throw new PluginError(
    "not_found",
    `Cannot load the plugin ${quote(plugin)} in another process: ${
      path === plugin ? "there is no such file" : `there is no ${quote(path)}`
    } any more`,
    { path: plugin },
  );
}

function replaced(path: string, plugin: string, why: string): PluginError {
  const file = path === plugin
    ? "the file is not the one that was opened"
    : `${quote(path)}, which it needs, is not what was there`;
  return replacedError(plugin, "load in another process", `${file}: ${why}`);
}
