/**
 * What was built for an import, and of which sources: those that the language's
 * builder names (`emit/source`).
 *
 * It lies in `.plugin` beside the source: who may read the program may read it,
 * and nobody has to be asked for a place. A change of the sources and back finds
 * what was built before. What was built is compared too: where a file of it was
 * removed, or cut off by a full disk, it is built again.
 *
 * @module
 */

import {
  isMissing,
  statusAt,
  system,
  textAt,
} from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import { ownTarget } from "../../ffi/identity/executable.ts";
import { VERSION } from "../publish/version.ts";

/** A file, or the names of files, as they were when they were built. */
interface Input {
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

/** A plugin that was built for an import. */
export interface ImportedPlugin {
  /** The library: its path from the directory of the record. */
  readonly library: string;
  /** The names that it exports. */
  readonly exports: readonly string[];
  /** What it was made of, by path from the directory of the record. */
  readonly inputs: Readonly<Record<string, Input>>;
  /** What was made: the library and the files beside it, in the same way. */
  readonly outputs: Readonly<Record<string, Input>>;
}

/** All that was built for an import, the newest first. */
export interface ImportRecord {
  /** The version of this package. */
  readonly version: string;
  readonly plugins: readonly ImportedPlugin[];
}

/** The directory of what imports have built. */
export const CACHE = ".plugin";

/**
 * Where the record of an import lies.
 *
 * @param file Absolute path of what is imported.
 */
export function recordPath(file: string): string {
  return join(dirname(file), CACHE, ownTarget(), `${basename(file)}.json`);
}

/**
 * Reads the record of an import.
 *
 * @param file Absolute path of what is imported.
 * @returns The record; an empty one where there is none that this version wrote.
 */
export function readRecord(file: string): ImportRecord {
  const none = { version: VERSION, plugins: [] };
  try {
    const record: ImportRecord = JSON.parse(textAt(recordPath(file)));
    return record.version === VERSION && record.plugins.every(isWhole)
      ? record
      : none;
  } catch {
    return none;
  }
}

/** Whether a plugin of a record has all that is read of it: somebody else may have written there. */
function isWhole({ library, exports, inputs, outputs }: ImportedPlugin) {
  const isInputs = (files: unknown) =>
    Object.values(files as ImportedPlugin["inputs"])
      .every(({ sha256 }) => typeof sha256 === "string");
  return typeof library === "string" && Array.isArray(exports) &&
    exports.every((name) => typeof name === "string") &&
    isInputs(inputs) && isInputs(outputs);
}

/**
 * The plugin that was built of the sources as they are now, and is as it was built.
 *
 * @param file Absolute path of what is imported.
 * @param record Its record.
 * @returns The plugin, and the path of its library; undefined where it has to be built.
 */
export function freshIn(
  file: string,
  { plugins }: ImportRecord,
): { plugin: ImportedPlugin; library: string } | undefined {
  const directory = dirname(recordPath(file));
  for (const plugin of plugins) {
    const library = join(directory, plugin.library);
    const isFresh = [plugin.inputs, plugin.outputs].every((files) =>
      Object.entries(files).every(([path, input]) =>
        isAsItWas(join(directory, path), input)
      )
    );
    if (isFresh && statusAt(library) !== undefined) return { plugin, library };
  }
  return undefined;
}

/** Only what looks different is read: nobody waits for digests at each start. */
function isAsItWas(path: string, { size, mtimeMs, sha256 }: Input): boolean {
  const status = statusAt(path);
  if (status?.size === size && Math.floor(status.mtimeMs) === mtimeMs) {
    return true;
  }
  try {
    return digestOf(path) === sha256;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** A file as it is now; `/path/*.go` is the names of such files. */
export function inputAt(path: string): Input {
  const { size = -1, mtimeMs = -1 } = statusAt(path) ?? {};
  // Not every runtime tells the parts of a millisecond.
  return { size, mtimeMs: Math.floor(mtimeMs), sha256: digestOf(path) };
}

function digestOf(path: string): string {
  const [, directory, extension] = /^(.*)\/\*(\.\w+)$/.exec(path) ?? [];
  if (directory === undefined) return sha256(system.read(path));
  const names = system.list(directory).map(({ name }) => name)
    .filter((name) => name.endsWith(extension!)).sort();
  return sha256(new TextEncoder().encode(names.join("\n")));
}
