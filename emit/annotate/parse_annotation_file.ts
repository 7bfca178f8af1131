/**
 * Reads an annotation file: what no binary says, written by a person.
 *
 * ```json
 * {
 *   "strdup": { "free": "free", "nonnull": ["s"] },
 *   "fread": { "lengths": { "ptr": "size * nmemb" } },
 *   "file_*": { "errno": true, "nonblocking": true },
 *   "watch": { "threads": ["on_change"] },
 *   "sqlite3": { "handle": "Database", "free": "sqlite3_close_v2" },
 *   "sqlite3_open": { "method": "new Database", "out": ["ppDb"] }
 * }
 * ```
 *
 * @module
 */

import {
  type Annotations,
  FAILS,
  type Failure,
  type Iteration,
  type Passed,
  type Row,
} from "../../ffi/manifest/manifest.ts";
import { EmitError } from "../error.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { annotationText } from "./shipped.ts";

/** Annotations by the name of a function or a type, or a glob of names of functions. */
export interface AnnotationFile {
  /** Where it was read, as it was named. */
  readonly path: string;
  /** What it says, in its order. */
  readonly entries: readonly (readonly [string, AnnotationEntry])[];
}

/** What stands in a file that was proposed: it is not used until somebody has read it. */
export const UNREAD = "unread";

/** The value of a constant, or its name. */
export type Code = number | string;

/** What is said of a function; values may be constants by name. */
export interface AnnotationEntry
  extends Omit<Annotations, "pass" | "error" | "done"> {
  readonly pass?: Readonly<Record<string, Passed | string>>;
  /** False where a glob says that it has failures. */
  readonly error?: SaidFailure | false;
  readonly done?: readonly Code[];
  /** `"new Database"`, `"Database.prepare"`, `"get Statement.sql"`, `"set …"`; with a glob `"Commit.*"`. */
  readonly method?: string;
  /** Of a function with `...`: functions that call it at one signature each, by the names they have. */
  readonly at?: Readonly<Record<string, string>>;
  /** Of a type: the class of its addresses. */
  readonly handle?: string;
  /** Of a type: members of its struct that are properties of its objects. */
  readonly members?: readonly string[];
  /** Of a type: how what it gives step by step is walked through. */
  readonly iterate?: SaidIteration;
}

/** Which results are failures; codes may be constants by name. */
export interface SaidFailure extends Omit<Failure, "except" | "names"> {
  readonly except?: readonly Code[];
  /** Names of constants. */
  readonly names?: readonly string[];
}

/** How something is walked through; the types of values are constants by name. */
export interface SaidIteration extends Omit<Iteration, "row"> {
  readonly row?: Omit<Row, "read"> & {
    readonly read?: Readonly<Record<string, string | null>>;
  };
}

/** What each field holds. */
const FIELDS: { readonly [field in keyof Required<AnnotationEntry>]: Kind } = {
  free: "name",
  errno: "flag",
  nonblocking: "flag",
  threads: "names",
  nonnull: "names",
  lengths: "lengths",
  room: "lengths",
  out: "names",
  pass: "object",
  as: "types",
  error: "failure",
  done: "codes",
  owner: "name",
  keep: "names",
  release: "names",
  consume: "names",
  method: "name",
  handle: "name",
  iterate: "object",
  at: "types",
  members: "members",
};

/** The annotations of functions, in the order in which a manifest has them. */
export const ANNOTATIONS = Object.keys(FIELDS).filter((field) =>
  !["method", "handle", "iterate", "at", "members"].includes(field)
) as (keyof Annotations)[];

/** What can be said of a type. */
export const OF_TYPES: readonly string[] = [
  "handle",
  "free",
  "owner",
  "iterate",
  "members",
  "as",
];

type Kind =
  | "name"
  | "flag"
  | "names"
  | "members"
  | "lengths"
  | "types"
  | "codes"
  | "failure"
  | "object";

const WANTED: Readonly<Record<Kind, string>> = {
  name: "a name",
  flag: "true or false",
  names: "a list of parameters",
  members: "a list of members of the struct",
  lengths:
    "an object from parameters to numbers, parameters, or sums of products of both",
  types: "an object from names to types",
  codes: "a list of numbers and names of constants",
  failure: "an object with when, of, except, text, code and names, or false",
  object: "an object",
};

/**
 * Reads an annotation file.
 *
 * @param path Where it is, or the name of one that comes along: `"sqlite3"`.
 * @returns What it says; whether that goes with a library is not known yet.
 * @throws {EmitError} `not_found`, `bad_annotations`.
 */
export async function readAnnotationFile(
  path: string,
): Promise<AnnotationFile> {
  const text = await annotationText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badAnnotations(path, "it is not JSON", { cause });
  }
  if (!isObject(json)) {
    throw badAnnotations(path, "wanted an object from names to annotations");
  }
  if (Object.hasOwn(json, UNREAD)) {
    throw badAnnotations(
      path,
      `it was proposed and not read yet: delete "${UNREAD}" when you have`,
    );
  }
  const entries = Object.entries(json).map(([name, value]) => {
    if (!isObject(value)) {
      throw badAnnotations(path, `"${name}" is no object of annotations`);
    }
    for (const [field, given] of Object.entries(value)) {
      checkField(path, name, field, given);
    }
    return [name, value as AnnotationEntry] as const;
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
        didYouMean(field, Object.keys(FIELDS)),
    );
  }
  const kind = FIELDS[field as keyof AnnotationEntry];
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
    case "members":
      return Array.isArray(given) && given.every(isName);
    case "lengths":
      return isObject(given) && Object.values(given).every(isCode);
    case "types":
      return isObject(given) && Object.values(given).every(isName);
    case "codes":
      return Array.isArray(given) && given.every(isCode);
    case "failure":
      return given === false || isFailure(given);
    case "object":
      return isObject(given);
  }
}

function isFailure(given: unknown): boolean {
  if (!isObject(given)) return false;
  const { when, of = "-", except = [], text = "-", code = "-", ...more } =
    given;
  const { names = [], ...others } = more;
  return (FAILS as readonly unknown[]).includes(when) &&
    isName(of) && isOf("codes", except) && isName(text) && isName(code) &&
    isOf("names", names) && Object.keys(others).length === 0;
}

function isCode(given: unknown): given is Code {
  return Number.isSafeInteger(given) || isName(given);
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
  more: { symbol?: string; cause?: unknown } = {},
): EmitError {
  return new EmitError(
    "bad_annotations",
    `Cannot use the annotations "${path}": ${detail}`,
    { path, ...more },
  );
}

/** The same, of what is said of one name. */
export function badEntry(
  path: string,
  name: string,
  detail: string,
): EmitError {
  return badAnnotations(path, `"${name}": ${detail}`, { symbol: name });
}
