/**
 * Reads what `plugin sign` adds to a manifest: a signature, and the libraries
 * that are signed with it.
 *
 * @module
 */

import {
  base64,
  field,
  fileName,
  hexadecimal,
  integer,
  list,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  show,
  string,
  ValidationError,
} from "./field.ts";
import {
  type BundledLibrary,
  type ManifestSignature,
  MAX_BUNDLED,
  MAX_SUCCEEDED,
  SIGNATURE_ALGORITHMS,
  type SucceededKey,
} from "./format.ts";

/** Most directories that a bundled library's path leads out of. */
const MAX_CLIMB = 16;

/** Reads a signature. */
export const signature: Read<ManifestSignature> = (value) => {
  const from = object(value);
  return omitMissing({
    algorithm: field(from, "algorithm", oneOf(SIGNATURE_ALGORITHMS)),
    key: field(from, "key", base64),
    value: field(from, "value", base64),
    succeeds: optional(from, "succeeds", succeededKeys),
  });
};

const succeeded: Read<SucceededKey> = (value) => {
  const from = object(value);
  return {
    key: field(from, "key", base64),
    value: field(from, "value", base64),
  };
};

const bundledLibrary: Read<BundledLibrary> = (value) => {
  const from = object(value);
  return {
    file: field(from, "file", bundledPath),
    sha256: field(from, "sha256", hexadecimal),
    size: field(from, "size", integer(0, Number.MAX_SAFE_INTEGER)),
  };
};

/** Reads the keys whose place another has taken. */
export const succeededKeys: Read<SucceededKey[]> = (value) =>
  atMost(MAX_SUCCEEDED, succeeded)(value);

/** Reads the libraries that a plugin brings along. */
export const bundledLibraries: Read<readonly BundledLibrary[]> = (value) => {
  const libraries = atMost(MAX_BUNDLED, bundledLibrary)(value);
  const files = new Set(libraries.map(({ file }) => file));
  if (files.size === libraries.length) return libraries;
  throw new ValidationError("a list that names a file twice", "each once");
};

/** A path from the plugin's directory, in the one way that it can be written. */
const bundledPath: Read<string> = (value) => {
  const text = string(value);
  const parts = text.split("/");
  const climb = parts.findIndex((part) => part !== "..");
  if (climb < 0 || climb > MAX_CLIMB) {
    throw new ValidationError(
      show(text),
      `the path of a library, at most ${MAX_CLIMB} directories up`,
    );
  }
  for (const part of parts.slice(climb)) fileName(part);
  return text;
};

function atMost<T>(most: number, read: Read<T>): Read<T[]> {
  return (value) => {
    const elements = list(read)(value);
    if (elements.length <= most) return elements;
    throw new ValidationError(
      `a list of ${elements.length}`,
      `at most ${most}`,
    );
  };
}
