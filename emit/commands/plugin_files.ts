/**
 * Which files are a plugin: all that has to be there where it is opened.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { readFile, system } from "../../ffi/system/system.ts";
import { librariesBeside } from "../../ffi/identity/bundled_libraries.ts";
import type { FoundManifest } from "./resolve_input.ts";

/** A file of a plugin. */
export type PluginFile =
  /** The library, which the system may keep; its manifest; what that names beside itself. */
  | {
    readonly role: "library" | "manifest" | "thunks" | "headers";
    /** Absolute path. */
    readonly path: string;
    /** The name that the plugin knows it by. */
    readonly file: string;
  }
  /** A library that it brings along: the loader finds it from where the plugin lies. */
  | {
    readonly role: "bundled";
    readonly path: string;
    /** Its path from the plugin's directory. */
    readonly file: string;
    readonly bytes: Uint8Array;
  };

/**
 * Names the files that a manifest says lie beside it.
 *
 * @param found The manifest.
 * @returns The library of its thunks and the file of what its headers define,
 * as far as it has them; they need not be there.
 */
export function namedBeside({ path, manifest }: FoundManifest): PluginFile[] {
  return (["thunks", "headers"] as const).flatMap((role) => {
    const described = manifest[role];
    return described === undefined ? [] : [{
      role,
      path: join(dirname(path), described.file),
      file: described.file,
    }];
  });
}

/**
 * Names all files of a plugin.
 *
 * @param library Path of the library.
 * @param found Its manifest.
 * @returns The library first, the manifest last.
 * @throws {PluginError} Where the library is none.
 */
export function pluginFiles(
  library: string,
  found: FoundManifest,
): PluginFile[] {
  const real = system.realPath(library);
  return [
    { role: "library", path: library, file: found.manifest.library.file },
    ...librariesBeside(real, readFile(real)).map((
      { file, bytes },
    ): PluginFile => ({
      role: "bundled",
      path: join(dirname(real), file),
      file,
      bytes,
    })),
    ...namedBeside(found),
    { role: "manifest", path: found.path, file: basename(found.path) },
  ];
}
