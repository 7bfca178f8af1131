/**
 * Libraries that are in the process already: asked for a name that one of them
 * has, the loader gives that one, wherever another lies. It has the names that
 * it was asked for, and the one that it calls itself, which may be a path.
 *
 * @module
 */

import { basename, dirname, join } from "../system/path.ts";
import { quote } from "../error.ts";
import type { CopySet } from "../identity/identity.ts";
import { withNeeds } from "../identity/needed_libraries.ts";
import type { SystemLoader } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { isPermitted } from "../system/process_secret.ts";
import { system, textAt } from "../system/system.ts";
import { unsignedNeed } from "./environment.ts";
import { inLoaded } from "./interposition.ts";
import { tagsAt } from "./private_copy.ts";

/** Where only the system's administrator puts libraries. */
const SYSTEM = /^\/(?:usr\/)?lib(?:32|64)?\//;

/**
 * Makes sure that the loader gives nothing that is in the process already in
 * the place of what was signed, and for all else nothing but what it would find.
 *
 * What the executable came with, and what lies in the system's own directories,
 * may be there: the runtimes have some of it loaded.
 *
 * @param path The library that is to be opened, for the error.
 * @param file Its copy, which lies there with all that was signed with it.
 * @param set What is in the copy.
 * @throws {PluginError} `unsigned_need`.
 */
export function assertNoneInstead(
  path: string,
  file: string,
  { bundled = [] }: CopySet,
): void {
  const loader = adapter.systemLoader();
  // Nobody is to be asked for permission to read the system's libraries.
  const isSeen = system.os === "linux" && isPermitted(["read"]);
  if (loader === undefined || !isSeen) return;
  const tags = new Map(
    bundled.map(({ file: each, tag }) => [join(dirname(file), each), tag!]),
  );
  const images = new Images(loader);
  for (const [name, found] of askedFor(file)) {
    const image = images.at(name);
    if (image === undefined || images.isVouched(image)) continue;
    if (found !== undefined && [found, realOf(found)].includes(image)) continue;
    // The same library of another signed plugin is the same library.
    const tag = tags.get(found ?? "");
    const isSame = tag !== undefined && basename(image) === basename(found!) &&
      tagsAt(image)?.includes(tag);
    if (isSame) continue;
    throw unsignedNeed(
      path,
      `${quote(image)} is in this process already, by the name ${
        quote(name)
      }, and the loader would give it again`,
    );
  }
}

/** All names that the loader is asked for, and the files that it would find. */
function* askedFor(file: string): Generator<[string, string | undefined]> {
  yield [file, file];
  for (const { found } of withNeeds(file)) {
    for (const [need, path] of found) {
      yield need.includes("/") ? [path!, path] : [need, path];
    }
  }
}

/** Every mapping of this process: where it is, and the file's path, which is its sixth word and all that follows. */
const MAPPING =
  /^([0-9a-f]+)-([0-9a-f]+) (?:\S+\s+){4}(\/.*?)(?: \(deleted\))?$/gm;

/** The mappings of this process now; undefined where they may not be read. */
function mappingsNow():
  | readonly (readonly [from: number, to: number, path: string])[]
  | undefined {
  const text = isPermitted() ? textAt("/proc/self/maps") : "";
  if (text === "") return undefined;
  return Array.from(
    text.matchAll(MAPPING),
    ([, from, to, path]) => [parseInt(from!, 16), parseInt(to!, 16), path!],
  );
}

/** What is loaded. */
class Images {
  readonly #loader: SystemLoader;
  #mappings = mappingsNow();
  #own: ReadonlySet<string> | undefined;

  constructor(loader: SystemLoader) {
    this.#loader = loader;
  }

  /**
   * The file of what the loader has by a name.
   *
   * The kernel knows where it lies, gone or not, and whatever links led there;
   * the loader, by which path it was found.
   */
  at(name: string): string | undefined {
    return inLoaded(this.#loader, name, (_handle, _base, name, dynamic) => {
      if (this.#mappings === undefined) {
        return adapter.cstring(adapter.toAddress(name));
      }
      return this.#fileAt(dynamic) ?? "no file";
    });
  }

  #fileAt(address: number): string | undefined {
    const look = () =>
      this.#mappings?.find(([from, to]) => from <= address && address < to);
    let mapping = look();
    if (mapping === undefined) {
      // A Worker may have loaded it since.
      this.#mappings = mappingsNow();
      mapping = look();
    }
    return mapping?.[2];
  }

  /** Whether it is the system's, or came with the executable. */
  isVouched(image: string): boolean {
    if (SYSTEM.test(image)) return !image.includes("/../");
    this.#own ??= this.#mappings === undefined ? new Set() : ownLibraries();
    return this.#own.has(image);
  }
}

/** The executable, and what it needs. */
function ownLibraries(): Set<string> {
  const executable = system.realPath("/proc/self/exe");
  return new Set(
    [...withNeeds(executable)].map(({ path }) => realOf(path)),
  );
}

/** A path, links followed; the same where there is nothing any more. */
function realOf(path: string): string {
  try {
    return system.realPath(path);
  } catch {
    return path;
  }
}
