/**
 * Puts a manifest together: what the file is, and what it exports.
 *
 * @module
 */

import {
  checkManifest,
  type HeadersFile,
  type LibraryInfo,
  type Manifest,
  MANIFEST_VERSION,
  type ThunkLibrary,
} from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Image } from "../image/image.ts";
import type { Description } from "../describe/description.ts";
import { sayThrown } from "./thrown_class.ts";

/**
 * Puts a manifest together, in an order that depends on nothing but the names.
 *
 * @param image The library, as it was read.
 * @param print What tells its bytes from others.
 * @param file The name that it will have.
 * @param description What it exports.
 * @param thunks The library of its thunks, where they lie in one of their own.
 * @param headers The file of what its headers define besides.
 * @returns A manifest that the load side accepts.
 * @throws {EmitError} `nothing_exported` when not one symbol is left to call.
 */
export function assemble(
  image: Image,
  print: Fingerprint,
  file: string,
  description: Description,
  thunks?: ThunkLibrary,
  headers?: HeadersFile,
): Manifest {
  if (Object.keys(description.symbols).length === 0) {
    throw nothing(image.path, Object.entries(description.skipped));
  }
  const manifest = {
    manifest: MANIFEST_VERSION,
    library: identify(image, print, file, description),
    ...(thunks && { thunks }),
    ...(headers && { headers }),
    types: sortKeys(sayThrown(description.types, description.symbols)),
    ...(description.constants &&
      { constants: sortKeys(description.constants) }),
    symbols: sortKeys(description.symbols),
    ...(description.pointers && { pointers: sortKeys(description.pointers) }),
    skipped: sortKeys(description.skipped),
  };
  // The proof that `open` will take it; drops what the format does not know.
  return checkManifest(manifest, `${file}.json`);
}

/**
 * What a library of thunks is, as a manifest says it.
 *
 * @param image The library, as it was read.
 * @param print What tells its bytes from others.
 * @param file The name that it will have.
 * @param links The functions whose addresses it is given.
 */
export function identifyThunks(
  { buildId }: Image,
  print: Fingerprint,
  file: string,
  links: readonly string[],
): ThunkLibrary {
  return {
    file,
    ...(buildId && { buildId }),
    ...print,
    ...(links.length > 0 && { links }),
  };
}

function identify(
  image: Image,
  print: Fingerprint,
  file: string,
  { language, compiler }: Description,
): LibraryInfo {
  const made = compiler ?? compilerOf(image);
  const { libc } = image;
  if (libc === "bionic") {
    throw new EmitError(
      "bad_image",
      `Cannot describe "${image.path}": it is for Android, whose C library no runtime here has; build it for GNU/Linux or musl`,
      { path: image.path },
    );
  }
  return {
    file,
    os: image.os,
    arch: image.arch,
    ...(libc && { libc }),
    ...(image.buildId && { buildId: image.buildId }),
    ...print,
    needs: image.needs,
    ...(language && { language }),
    ...(made && { compiler: made }),
  };
}

/** The compiler's signature in `.comment`, which outlives `strip`. */
function compilerOf(image: Image): string | undefined {
  const comment = image.section(".comment");
  if (comment === undefined) return undefined;
  const [first] = new TextDecoder().decode(comment.subarray(0, 1024))
    .split("\0").filter((text) => text !== "");
  return first;
}

/** The same record with its keys in the order of their code units. */
export function sortKeys<T>(
  record: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(
    Object.keys(record).sort().map((key) => [key, record[key]!]),
  );
}

function nothing(
  path: string,
  skipped: readonly (readonly [string, string])[],
): EmitError {
  const some = skipped.slice(0, 5).map(([name, why]) => `"${name}" (${why})`);
  const rest = skipped.length > some.length
    ? ` and ${skipped.length - some.length} more`
    : "";
  return new EmitError(
    "nothing_exported",
    `Cannot describe "${path}": ` +
      (skipped.length === 0
        ? "it exports no function and no variable"
        : `nothing of what it exports can cross: ${some.join(", ")}${rest}`),
    { path },
  );
}
