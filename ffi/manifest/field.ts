/**
 * Reading untrusted JSON: each function takes a value and gives it back as what
 * it must be. The first that does not fit ends the reading with a
 * {@linkcode ValidationError}, which learns on its way out where in the whole it was.
 *
 * @module
 */

import {
  escapeControls,
  isPrintable,
  PluginError,
  quote,
  showKind,
} from "../error.ts";
import { MAX_ENTRIES, MAX_NAME_LENGTH } from "./format.ts";

/** A field that is not what the format says; becomes a `bad_manifest`. */
export class ValidationError extends Error {
  readonly #is: string;
  #at = "";

  constructor(found: string, wanted: string) {
    super();
    this.#is = `is ${found}, wanted ${wanted}`;
  }

  /** The same, as it is seen from what has it as its part `.name` or `[1]`. */
  withPath(part: string): this {
    this.#at = part + this.#at;
    return this;
  }

  /** What is wrong, and where. */
  get sentence(): string {
    return `${this.#at.replace(/^\./, "") || "it"} ${this.#is}`;
  }
}

/** What was thrown while a part was read, as it is thrown out of the whole. */
export function withPath(part: string, error: unknown): unknown {
  return error instanceof ValidationError ? error.withPath(part) : error;
}

/** Reads a part of the manifest at `path`; a field that is wrong is the manifest's error. */
export function wrapValidationErrors<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValidationError) throw bad(path, error.sentence);
    throw error;
  }
}

/** The error of a manifest. */
export function bad(
  path: string,
  detail: string,
  cause?: unknown,
): PluginError {
  return new PluginError(
    "bad_manifest",
    `Cannot read the manifest ${quote(path)}: ${detail}`,
    { path, cause },
  );
}

/** Says what the engine found in a text that is not JSON, and where. */
export function notJson(cause: unknown): string {
  const [words] = (cause as Error).message.split("\n");
  return `it is not JSON: ${words}`;
}

export type Read<T> = (value: unknown) => T;

export function object(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ValidationError(show(value), "an object");
  }
  return value as Record<string, unknown>;
}

export function field<T>(
  from: Record<string, unknown>,
  name: string,
  read: Read<T>,
): T {
  try {
    return read(Object.hasOwn(from, name) ? from[name] : undefined);
  } catch (error) {
    throw withPath(`.${name}`, error);
  }
}

export function optional<T>(
  from: Record<string, unknown>,
  name: string,
  read: Read<T>,
): T | undefined {
  // What was read already has its missing members as undefined.
  return Object.hasOwn(from, name) && from[name] !== undefined
    ? field(from, name, read)
    : undefined;
}

export const string: Read<string> = (value) => {
  if (typeof value !== "string") {
    throw new ValidationError(show(value), "a string");
  }
  return value;
};

export const boolean: Read<boolean> = (value) => {
  if (typeof value !== "boolean") {
    throw new ValidationError(show(value), "true or false");
  }
  return value;
};

export const name: Read<string> = (value) => {
  const text = string(value);
  if (text === "" || text.length > MAX_NAME_LENGTH || text.includes("\0")) {
    throw new ValidationError(
      show(text),
      `a name of 1 to ${MAX_NAME_LENGTH} characters without NUL`,
    );
  }
  return text;
};

/** A name, or none. */
export const nameOrNone: Read<string> = (value) =>
  value === "" ? value : name(value);

/** A name that cannot lead out of the manifest's own directory. */
export const fileName: Read<string> = (value) => {
  const text = name(value);
  if (/[/\\]/.test(text) || text === "." || text === "..") {
    throw new ValidationError(show(text), "a file name without a directory");
  }
  return printable(text);
};

/** A text that says where it ends: no control character, and nothing that ends a line or turns it round. */
export const printable: Read<string> = (value) => {
  const text = string(value);
  if (isPrintable(text)) return text;
  throw new ValidationError(show(text), "a text without control characters");
};

export const hexadecimal: Read<string> = (value) => {
  const text = string(value);
  if (!/^(?:[0-9a-f]{2}){1,64}$/.test(text)) {
    throw new ValidationError(show(text), "lower-case hexadecimal");
  }
  return text;
};

export const base64: Read<string> = (value) => {
  const text = string(value);
  if (
    text.length > 256 ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
      text,
    )
  ) {
    throw new ValidationError(show(text), "at most 256 characters of base64");
  }
  return text;
};

export const integer = (from: number, to: number): Read<number> => (value) => {
  if (
    !Number.isSafeInteger(value) || Number(value) < from || Number(value) > to
  ) {
    throw new ValidationError(
      show(value),
      `a whole number from ${from} to ${to}`,
    );
  }
  return value as number;
};

/** Reads the version of a format of ours: a later one is what a later release of ours writes. */
export function formatVersion<Version extends number>(
  known: Version,
): Read<Version> {
  return (value) => {
    if (value === known) return known;
    const isLater = typeof value === "number" && value > known;
    const remedy =
      ": a later release of @native/plugin wrote it, update this one";
    throw new ValidationError(show(value), `${known}${isLater ? remedy : ""}`);
  };
}

export function oneOf<const T extends string | number>(
  values: readonly T[],
): Read<T> {
  return (value) => {
    if (!values.includes(value as T)) {
      throw new ValidationError(show(value), values.map(show).join(" or "));
    }
    return value as T;
  };
}

export const list =
  <T>(read: Read<T>, length?: number): Read<T[]> => (value) => {
    if (!Array.isArray(value)) throw new ValidationError(show(value), "a list");
    if (length !== undefined && value.length !== length) {
      throw new ValidationError(
        `a list of ${value.length}`,
        `a list of ${length}`,
      );
    }
    if (value.length > MAX_ENTRIES) {
      throw new ValidationError(
        `a list of ${value.length}`,
        `at most ${MAX_ENTRIES}`,
      );
    }
    return value.map((element, index) => {
      try {
        return read(element);
      } catch (error) {
        throw withPath(`[${index}]`, error);
      }
    });
  };

/** A record whose values nobody has looked at. */
export const entries: Read<Record<string, unknown>> = (value) => {
  const from = object(value);
  const { length } = Object.keys(from);
  if (length > MAX_ENTRIES) {
    throw new ValidationError(
      `a record of ${length}`,
      `at most ${MAX_ENTRIES}`,
    );
  }
  return from;
};

export const record =
  <T>(read: Read<T>): Read<Record<string, T>> => (value) => {
    const result: Record<string, T> = Object.create(null);
    const from = entries(value);
    for (const entry of Object.keys(from)) {
      try {
        result[name(entry)] = read(from[entry]);
      } catch (error) {
        throw withPath(key(entry), error);
      }
    }
    return result;
  };

/** A member as an error's way to it has it: whole when its name is short. */
export function key(name: string): string {
  return /^[A-Za-z_$][\w$]{0,79}$/.test(name) ? `.${name}` : `[${show(name)}]`;
}

/** A value as an error shows it: whole when it is short, by its kind when it is not. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "bigint"
    ? `${value}n`.slice(0, 80)
    : escapeControls(JSON.stringify(value) ?? showKind(value));
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** Hides the fields that are `undefined`: `Object.prototype` has none for them. */
export function omitMissing<const T extends object>(value: T): Complete<T> {
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (fields[key] === undefined) Object.defineProperty(fields, key, MISSING);
  }
  return value as Complete<T>;
}

const MISSING = { __proto__: null, enumerable: false } as PropertyDescriptor;

export type Complete<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<
      T[K],
      undefined
    >;
  };
