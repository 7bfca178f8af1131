/**
 * Which files a build is made of because flags name them: archives, objects,
 * scripts of the linker.
 *
 * @module
 */

import { isFile } from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { join } from "../../ffi/system/path.ts";

/** How the files are called that `-lname` finds. */
const LIBRARY_NAMES = (name: string) =>
  name.startsWith(":")
    ? [name.slice(1)]
    : ["so", "dylib", "a"].map((ending) => `lib${name}.${ending}`);

/**
 * Finds the files that flags name: as they are, behind `=` or `,`, and in the
 * directories that they name, as `-L` does. Those of the system are none.
 *
 * @param flags Flags of a compiler or of a linker.
 * @returns Absolute paths of files that are there.
 */
export function filesInFlags(flags: readonly string[]): string[] {
  const named = flags.flatMap((flag) => [flag, ...flag.split(/[,=]/).slice(1)]);
  const directories = valuesOf("-L", flags);
  const libraries = valuesOf("-l", flags).flatMap((name) =>
    directories.flatMap((directory) =>
      LIBRARY_NAMES(name).map((file) => join(directory, file))
    )
  );
  return [...new Set([...named, ...libraries].map(absolutePath))]
    .filter(isFile);
}

/** What follows an option of one letter, in the same word or in the next. */
function valuesOf(option: string, flags: readonly string[]): string[] {
  return flags.flatMap((flag, index) =>
    flag === option
      ? flags.slice(index + 1, index + 2)
      : flag.startsWith(option)
      ? [flag.slice(option.length)]
      : []
  );
}
