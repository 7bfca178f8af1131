/**
 * What goes into a private copy with a library: the libraries that it brings
 * along, in the places where `$ORIGIN` leads to them.
 *
 * @module
 */

import { basename, dirname, join } from "../system/path.ts";
import { librariesBeside } from "../identity/bundled_libraries.ts";
import { layoutOf, wayOutOf } from "../identity/untrusted_places.ts";
import {
  type Checked,
  type CopiedFile,
  type CopySet,
  readBundled,
} from "../identity/identity.ts";
import { ownLibc } from "../identity/executable.ts";
import type { BundledLibrary } from "../manifest/manifest.ts";
import { sha256 } from "../system/node_system.ts";
import { environmentsWay, permittedWay, unsignedNeed } from "./environment.ts";

/**
 * Takes along what lies around the library, as the loader would find it there.
 *
 * @param checked The library.
 * @param copy What of it is copied.
 * @throws {PluginError} As {@linkcode librariesBeside}.
 */
export function withLibrariesBeside(
  checked: Checked,
  copy: CopySet,
): Checked {
  const { path } = checked;
  const bundled = librariesBeside(path, copy.bytes);
  const layout = layoutOf(path, copy.bytes, bundled);
  return { ...checked, copy: { ...copy, bundled, ...layout } };
}

/**
 * Takes along the libraries that were signed with one, and makes sure that the
 * loader takes these and, for all else, none that anybody may have put there.
 * What is in the process already, `loaded_images.ts` looks at.
 *
 * @param checked The library, its bytes compared with what was signed.
 * @param signed The libraries that it brings along.
 * @throws {PluginError} `unsigned_need`, `wrong_library`, `not_found`, `permission_denied`.
 */
export function withSignedLibraries(
  checked: Checked,
  signed: readonly BundledLibrary[] = [],
): Checked {
  const { path } = checked;
  const copy = checked.copy!;
  const bundled = signed.map((each): CopiedFile => ({
    file: each.file,
    bytes: readBundled(join(dirname(path), each.file), each),
    tag: tagOf(each),
  }));
  const set: CopySet = {
    bytes: copy.bytes,
    key: keyOf(copy.key, signed),
    isSigned: true,
    bundled,
    ...layoutOf(path, copy.bytes, bundled),
  };
  const why = permittedWay(
    path,
    () =>
      wayOutOf(path, copy.bytes, bundled, ownLibc() !== "musl") ??
        environmentsWay(bundled),
  );
  if (why !== undefined) throw unsignedNeed(path, why);
  return { ...checked, copy: set };
}

// ----------------------------------------------------------------------- names

/** What tells the bytes and the name of a library from others, in the name of a copy. */
function tagOf({ file, sha256: digest }: BundledLibrary): string {
  return sha256(new TextEncoder().encode(`${basename(file)}\0${digest}`))
    .slice(0, 16);
}

/** What tells the copies of a library with these from others, and from those that nobody has signed. */
function keyOf(key: string, signed: readonly BundledLibrary[]): string {
  const all = signed.map(({ file, sha256 }) => `${file}\0${sha256}\n`).join("");
  return sha256(new TextEncoder().encode(`signed ${key}\n${all}`));
}
