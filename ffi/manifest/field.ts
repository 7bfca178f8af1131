/**
 * Reading untrusted JSON: each function takes a value and gives it back as what
 * it must be. `at` names the field; the first that does not fit ends the
 * reading with a {@linkcode Wrong}.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { MAX_ENTRIES, MAX_NAME_LENGTH } from "./format.ts";

/** A field that is not what the format says; becomes a `bad_manifest`. */
export class Wrong extends Error {
  constructor(at: readonly string[], found: string, wanted: string) {
    super(`${at.join("") || "it"} is ${found}, wanted ${wanted}`);
  }
}

/** Reads a part of the manifest at `path`; a field that is wrong is the manifest's error. */
export function explained<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Wrong) throw bad(path, error.message);
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
    `Cannot read the manifest ${JSON.stringify(path)}: ${detail}`,
    { path, cause },
  );
}

export type At = readonly string[];
export type Read<T> = (value: unknown, at: At) => T;

export function object(value: unknown, at: At): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Wrong(at, show(value), "an object");
  }
  return value as Record<string, unknown>;
}

export function field<T>(
  from: Record<string, unknown>,
  name: string,
  at: At,
  read: Read<T>,
): T {
  const value = Object.hasOwn(from, name) ? from[name] : undefined;
  return read(value, [...at, at.length === 0 ? name : `.${name}`]);
}

export function optional<T>(
  from: Record<string, unknown>,
  name: string,
  at: At,
  read: Read<T>,
): T | undefined {
  return Object.hasOwn(from, name) ? field(from, name, at, read) : undefined;
}

export const string: Read<string> = (value, at) => {
  if (typeof value !== "string") throw new Wrong(at, show(value), "a string");
  return value;
};

export const boolean: Read<boolean> = (value, at) => {
  if (typeof value !== "boolean") {
    throw new Wrong(at, show(value), "true or false");
  }
  return value;
};

export const name: Read<string> = (value, at) => {
  const text = string(value, at);
  if (text === "" || text.length > MAX_NAME_LENGTH || text.includes("\0")) {
    throw new Wrong(
      at,
      show(text),
      `a name of 1 to ${MAX_NAME_LENGTH} characters without NUL`,
    );
  }
  return text;
};

/** A name that cannot lead out of the manifest's own directory. */
export const fileName: Read<string> = (value, at) => {
  const text = name(value, at);
  if (/[/\\]/.test(text) || text === "." || text === "..") {
    throw new Wrong(at, show(text), "a file name without a directory");
  }
  return text;
};

export const hexadecimal: Read<string> = (value, at) => {
  const text = string(value, at);
  if (!/^(?:[0-9a-f]{2}){1,64}$/.test(text)) {
    throw new Wrong(at, show(text), "lower-case hexadecimal");
  }
  return text;
};

export const base64: Read<string> = (value, at) => {
  const text = string(value, at);
  if (
    text.length > 256 ||
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(
      text,
    )
  ) {
    throw new Wrong(at, show(text), "at most 256 characters of base64");
  }
  return text;
};

export const integer =
  (from: number, to: number): Read<number> => (value, at) => {
    if (
      !Number.isSafeInteger(value) || Number(value) < from || Number(value) > to
    ) {
      throw new Wrong(at, show(value), `a whole number from ${from} to ${to}`);
    }
    return value as number;
  };

export function oneOf<const T extends string | number>(
  values: readonly T[],
): Read<T> {
  return (value, at) => {
    if (!values.includes(value as T)) {
      throw new Wrong(at, show(value), values.map(show).join(" or "));
    }
    return value as T;
  };
}

export const list =
  <T>(read: Read<T>, length?: number): Read<T[]> => (value, at) => {
    if (!Array.isArray(value)) throw new Wrong(at, show(value), "a list");
    if (length !== undefined && value.length !== length) {
      throw new Wrong(at, `a list of ${value.length}`, `a list of ${length}`);
    }
    if (value.length > MAX_ENTRIES) {
      throw new Wrong(
        at,
        `a list of ${value.length}`,
        `at most ${MAX_ENTRIES}`,
      );
    }
    return value.map((element, index) => read(element, [...at, `[${index}]`]));
  };

/** A record whose values nobody has looked at. */
export const entries: Read<Record<string, unknown>> = (value, at) => {
  const from = object(value, at);
  const { length } = Object.keys(from);
  if (length > MAX_ENTRIES) {
    throw new Wrong(at, `a record of ${length}`, `at most ${MAX_ENTRIES}`);
  }
  return from;
};

export const record =
  <T>(read: Read<T>): Read<Record<string, T>> => (value, at) => {
    const result: Record<string, T> = Object.create(null);
    for (const [entry, of] of Object.entries(entries(value, at))) {
      const where = [...at, key(entry)];
      result[name(entry, where)] = read(of, where);
    }
    return result;
  };

export function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${show(name)}]`;
}

/** A value as an error shows it: whole when it is short, by its kind when it is not. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

/** Leaves out the fields that are `undefined`, so that a field is either there or absent. */
export function omitMissing<const T extends object>(value: T): Complete<T> {
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (fields[key] === undefined) delete fields[key];
  }
  return value as Complete<T>;
}

export type Complete<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<
      T[K],
      undefined
    >;
  };
