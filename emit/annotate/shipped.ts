/**
 * The annotations of libraries that come along with this package.
 *
 * @module
 */

import { EmitError } from "../error.ts";
import { isFile, system } from "../../ffi/system/system.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { readAsset } from "../files/asset.ts";

/** The names of their files in `annotations/`. */
export const SHIPPED = [
  "SDL2",
  "duckdb",
  "libarchive",
  "libcurl",
  "libgit2",
  "libpq",
  "libsodium",
  "libxml2",
  "openssl",
  "sqlite3",
];

/** Where `annotations/` is, seen from here and from the files of the packages. */
const PLACES = ["../../annotations/", "../../../annotations/"];

/**
 * The text of an annotation file.
 *
 * @param named A path, or the name of one that comes along, `"sqlite3"`, which
 * no file of that name changes: that is `"./sqlite3"`.
 * @throws {EmitError} `not_found`.
 */
export async function annotationText(named: string): Promise<string> {
  if (!SHIPPED.includes(named)) {
    if (/[./\\]/.test(named) || isFile(named)) return textAt(named);
    throw new EmitError(
      "not_found",
      `Cannot read the annotations "${named}": there is no such file, and those that come along are ${
        SHIPPED.join(", ")
      }${didYouMean(named, SHIPPED)}`,
      { path: named },
    );
  }
  return await readAsset(
    ...PLACES.map((place) => new URL(`${place}${named}.json`, import.meta.url)),
  );
}

function textAt(path: string): string {
  try {
    return system.readText(path);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot read the annotations "${path}": ${(cause as Error).message}`,
      { path, cause },
    );
  }
}
