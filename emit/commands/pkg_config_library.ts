/**
 * A library by the package that it is in: what pkg-config knows is asked of
 * nobody else.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { isFile } from "../../ffi/system/system.ts";
import { systemLibrary } from "../../ffi/system/libraries.ts";
import { EmitError } from "../error.ts";
import { linkedBy, locate } from "../find/find_library.ts";
import { isPlatform } from "../find/platform_library.ts";
import type { Image } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import type { Workspace } from "../toolchain/workspace.ts";
import type { LibraryOptions } from "./described_library.ts";

/**
 * Looks up what `--pkg-config` names.
 *
 * @param options What was asked for.
 * @param work The command's own directory.
 * @returns The same with the library, its headers and the compiler's flags,
 * where nobody has named others.
 * @throws {EmitError} `not_found`, `no_tool`.
 */
export async function withPackage<S extends LibraryOptions>(
  options: S,
  work: Workspace,
): Promise<S> {
  if (options.package === undefined) return options;
  const { readPackage } = await import("../toolchain/pkg_config.ts");
  const found = await readPackage(options.package);
  const [first, ...others] = found.libraries.flatMap((name) =>
    linked(name, found.libraryDirectories) ?? []
  );
  const library = options.library === "" ? first : options.library;
  if (library === undefined) {
    throw new EmitError(
      "not_found",
      `Cannot find the library of the package "${found.name}": ` +
        (found.libraries.length === 0
          ? "it has none of its own"
          : `there is no "lib${found.libraries[0]}.so"`),
    );
  }
  const located = locate(library);
  const { image } = readLibrary(located.path);
  let { headers } = options;
  let { flags } = found;
  if (headers.length === 0) {
    const { headersOf } = await import("../header/find_headers.ts");
    ({ headers, flags } = await headersOf(found, image, work.directory));
    if (headers.length === 0) {
      throw new EmitError(
        "usage",
        `Cannot tell which headers are those of the package "${found.name}": name them with --header`,
      );
    }
  }
  return {
    ...options,
    library: nameOf(located.path, image),
    headers,
    flags: [...flags, ...options.flags],
    with: [
      ...options.with,
      ...[...others, ...located.others ?? []].filter((path) => {
        const soname = sonameOf(path);
        return image.needs.includes(soname) && !isPlatform(soname);
      }),
    ],
  };
}

function sonameOf(path: string): string {
  const located = locate(path);
  return readLibrary(located.path).image.soname ?? basename(located.path);
}

/** What `-lname` is. */
function linked(
  name: string,
  directories: readonly string[],
): string | undefined {
  for (const ending of [".so", ".dylib"]) {
    for (const directory of directories) {
      const path = join(directory, `lib${name}${ending}`);
      if (isFile(path)) return path;
    }
    const path = linkedBy(`lib${name}${ending}`, "/");
    if (path !== undefined) return path;
  }
  return undefined;
}

/**
 * The file by the name that the loader looks for: a package has another one,
 * that only those who compile have.
 */
function nameOf(path: string, { soname }: Image): string {
  if (soname === undefined || basename(soname) !== soname) return path;
  const beside = join(dirname(path), soname);
  return systemLibrary(soname) !== undefined
    ? soname
    : isFile(beside)
    ? beside
    : path;
}
