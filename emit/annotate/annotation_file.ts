/**
 * Reads an annotation file: what no binary says, written by a person.
 *
 * ```json
 * {
 *   "strdup": { "free": "free", "nonnull": ["s"] },
 *   "fread": { "lengths": { "ptr": "size * nmemb" } },
 *   "file_*": { "errno": true, "nonblocking": true },
 *   "watch": { "threads": ["on_change"] }
 * }
 * ```
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import type { Annotations } from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";
import { didYouMean } from "../../ffi/nearest.ts";

/** Annotations by the name of a function, or a glob of names. */
export interface AnnotationFile {
  /** Where it was read, as it was named. */
  readonly path: string;
  /** What it says, in its order. */
  readonly entries: readonly (readonly [string, Annotations])[];
}

/** What each field holds. */
const FIELDS: { readonly [field in keyof Required<Annotations>]: Kind } = {
  free: "name",
  errno: "flag",
  nonblocking: "flag",
  threads: "names",
  nonnull: "names",
  lengths: "record",
};

/** The annotations, in the order in which a manifest has them. */
export const ANNOTATIONS = Object.keys(FIELDS) as (keyof Annotations)[];

type Kind = "name" | "flag" | "names" | "record";

const WANTED: Readonly<Record<Kind, string>> = {
  name: "the name of a function",
  flag: "true or false",
  names: "a list of parameters",
  record: "an object from parameters to parameters",
};

/**
 * Reads an annotation file.
 *
 * @param path Where it is.
 * @returns What it says; whether that goes with a library is not known yet.
 * @throws {EmitError} `not_found`, `bad_annotations`.
 */
export function readAnnotations(path: string): AnnotationFile {
  let text: string;
  try {
    text = system.readText(path);
  } catch (cause) {
    throw new EmitError(
      "not_found",
      `Cannot read the annotations "${path}": ${(cause as Error).message}`,
      { path, cause },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badAnnotations(path, "it is not JSON", cause);
  }
  if (!isObject(json)) {
    throw badAnnotations(path, "wanted an object from names to annotations");
  }
  const entries = Object.entries(json).map(([name, value]) => {
    if (!isObject(value)) {
      throw badAnnotations(path, `"${name}" is no object of annotations`);
    }
    for (const [field, given] of Object.entries(value)) {
      checkField(path, name, field, given);
    }
    return [name, value as Annotations] as const;
  });
  return { path, entries };
}

function checkField(
  path: string,
  name: string,
  field: string,
  given: unknown,
): void {
  if (!Object.hasOwn(FIELDS, field)) {
    throw badAnnotations(
      path,
      `"${name}" has "${field}", which is no annotation` +
        didYouMean(field, ANNOTATIONS),
    );
  }
  const kind = FIELDS[field as keyof Annotations];
  if (isOf(kind, given)) return;
  throw badAnnotations(
    path,
    `"${field}" of "${name}" is ${JSON.stringify(given)}, wanted ${
      WANTED[kind]
    }`,
  );
}

function isOf(kind: Kind, given: unknown): boolean {
  switch (kind) {
    case "name":
      return isName(given);
    case "flag":
      return typeof given === "boolean";
    case "names":
      return Array.isArray(given) && given.every(isName);
    case "record":
      return isObject(given) && Object.values(given).every(isName);
  }
}

function isName(given: unknown): boolean {
  return typeof given === "string" && given !== "";
}

function isObject(given: unknown): given is Record<string, unknown> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

/** The error of an annotation file that says what cannot be. */
export function badAnnotations(
  path: string,
  detail: string,
  cause?: unknown,
): EmitError {
  return new EmitError(
    "bad_annotations",
    `Cannot use the annotations "${path}": ${detail}`,
    { path, cause },
  );
}
