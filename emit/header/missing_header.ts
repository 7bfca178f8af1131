/**
 * Where a header is that the compiler does not find, and what has it.
 *
 * @module
 */

import { basename, join } from "../../ffi/system/path.ts";
import { isFile, statusAt, system } from "../../ffi/system/system.ts";
import { isInstalled, isKnown, packageWith } from "../toolchain/debian.ts";
import { pkgConfig } from "../toolchain/pkg_config.ts";

/** Where systems keep headers, some in directories that the compiler has to be told of. */
const ROOTS = [
  "/usr/include",
  "/usr/local/include",
  "/opt/homebrew/include",
  "/home/linuxbrew/.linuxbrew/include",
  "/opt/local/include", // MacPorts
];

/**
 * Says what to do about a header that is not found.
 *
 * @param header As it was included.
 * @param library Path of the library that is described.
 * @returns A clause that says where it lies, or which package has it; undefined
 * where nothing on this machine knows.
 */
export async function placeOf(
  header: string,
  library: string,
): Promise<string | undefined> {
  const directory = ROOTS.flatMap(directoriesIn)
    .find((directory) => isFile(join(directory, header)));
  if (directory !== undefined) {
    const package_ = await packageNaming(directory);
    return `it lies in ${directory}: ` +
      (package_ === undefined
        ? `name that with -I ${directory}`
        : `--pkg-config ${package_} knows it, and what else it takes`);
  }
  const debian = await packageWith(system.realPath(library));
  if (debian === undefined) return undefined;
  for (const name of developmentNames(debian.replace(/:.*$/, ""))) {
    if (await isKnown(name)) {
      return await isInstalled(name)
        ? undefined
        : `headers of ${basename(library)} are in the package ${name}: ` +
          `apt install ${name}`;
    }
  }
  return undefined;
}

/**
 * What Debian calls the package of the headers of one with a library:
 * `libsqlite3-dev` for `libsqlite3-0`.
 *
 * @param name The package of the library.
 * @returns Names, the likeliest first.
 */
export function developmentNames(name: string): string[] {
  const plain = name.replace(/(?:t64|v5)$/, "");
  const without = plain.replace(/-?\d+(?:\.\d+)*$/, "");
  return [...new Set([plain, without])].map((each) => `${each}-dev`);
}

function directoriesIn(root: string): string[] {
  if (!statusAt(root)?.isDirectory) return [];
  return system.list(root).filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => join(root, name)).sort();
}

/** The package of pkg-config that has a directory among its flags. */
async function packageNaming(directory: string): Promise<string | undefined> {
  const [path = ""] = await pkgConfig("--variable=pc_path", "pkg-config");
  const word = new RegExp(
    `^Cflags:.*/${basename(directory).replace(/\W/g, "\\$&")}(?:\\s|$)`,
    "m",
  );
  const names = path.split(":").filter((place) => statusAt(place)?.isDirectory)
    .flatMap((place) => system.list(place).map(({ name }) => join(place, name)))
    .filter((file) => file.endsWith(".pc") && word.test(system.readText(file)))
    .map((file) => basename(file).slice(0, -".pc".length));
  // Of those that share a directory the one that is called as it is.
  const wanted = basename(directory);
  return names.sort((a, b) => distance(a, wanted) - distance(b, wanted))[0];
}

function distance(name: string, wanted: string): number {
  const [a, b] = [name, wanted].map((each) => each.replace(/[-.]|\.0$/g, ""));
  return a === b ? 0 : b!.startsWith(a!) || a!.startsWith(b!) ? 1 : 2;
}
