/**
 * Prints annotations, for people.
 *
 * @module
 */

import type { Annotations } from "../../ffi/manifest/manifest.ts";

/**
 * Prints what is said of a function, one annotation a line.
 *
 * @param annotations What is said of it, if anything is.
 * @returns Indented lines: `    free: "sqlite3_free"`.
 */
export function annotationLines(annotations: Annotations = {}): string[] {
  return Object.entries(annotations).map(([field, value]) =>
    `    ${field}: ${printed(field, value)}`
  );
}

/**
 * Prints what is said of a function on one line.
 *
 * @param annotations What is said of it, if anything is.
 * @returns The line; empty where nothing is said.
 */
export function printAnnotations(annotations: Annotations = {}): string {
  return Object.entries(annotations).map(([field, value]) =>
    `${field}: ${printed(field, value)}`
  ).join("; ");
}

function printed(
  field: string,
  value: Annotations[keyof Annotations],
): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object") return String(value);
  if (field !== "lengths") return JSON.stringify(value);
  return Object.entries(value).map(([name, length]) => `${name}[${length}]`)
    .join(", ");
}
