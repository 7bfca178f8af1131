/**
 * Libraries that are in the process already: asked for the name of one of them,
 * the loader gives that one, wherever another lies.
 *
 * @module
 */

import { basename } from "../system/path.ts";
import { quote } from "../error.ts";
import { nameAt, readElf } from "../identity/elf.ts";
import type { CopySet } from "../identity/identity.ts";
import { withFile } from "../identity/library_bytes.ts";
import type { BundledLibrary } from "../manifest/manifest.ts";
import { isPermitted } from "../system/process_secret.ts";
import { system } from "../system/system.ts";
import { nameOf, rootOfCopies } from "./private_copy.ts";

/** Every mapping of this process; a file's path is its sixth word, and all that follows. */
const MAPS = "/proc/self/maps";
const PATH = /^(?:\S+\s+){5}(\/.*?)(?: \(deleted\))?$/gm;
/** Where only the system's administrator puts libraries. */
const SYSTEM = /^\/(?:usr\/)?lib(?:32|64)?\//;

/**
 * Says which library the loader would give in the place of one that was signed.
 *
 * Those of the system's own directories may be: the runtimes have some of them
 * loaded.
 *
 * @param set What is to be loaded.
 * @param signed The libraries in it that were signed with the first.
 * @param tagOf What a copy of one has in its name.
 * @returns Undefined where there is none, or it may not be asked for.
 */
export function loadedInstead(
  set: CopySet,
  signed: readonly BundledLibrary[],
  tagOf: (library: BundledLibrary) => string,
): string | undefined {
  if (signed.length === 0 || !isPermitted()) return undefined;
  const wanted = new Map(signed.map((each) => [basename(each.file), each]));
  const root = basename(rootOfCopies());
  for (const path of mapped()) {
    if (SYSTEM.test(path)) continue;
    const name = [basename(path), sonameOf(path)]
      .find((name) => name !== undefined && wanted.has(name));
    if (name === undefined) continue;
    // Wherever the directory of temporary files was then.
    const [, rest = ""] = path.split(`/${root}/`);
    const copy = rest.split("/")[0]!;
    const [, ...tags] = copy.split("-");
    const isSame = copy === nameOf(set) ||
      tags.includes(tagOf(wanted.get(name)!));
    if (isSame) continue;
    return `${quote(path)} is in this process already, by the name ${
      quote(name)
    } of one that was signed with it, and the loader would give it again`;
  }
  return undefined;
}

function mapped(): Set<string> {
  try {
    const text = system.readText(MAPS);
    return new Set(Array.from(text.matchAll(PATH), ([, path]) => path!));
  } catch {
    return new Set();
  }
}

/** The name that the loader knows a library by, where its file is still there. */
function sonameOf(path: string): string | undefined {
  try {
    return withFile(path, (source) => {
      const { dynamic } = readElf(source);
      return dynamic?.soname === undefined
        ? undefined
        : nameAt(source, dynamic.soname);
    });
  } catch {
    return undefined; // no library, or gone
  }
}
