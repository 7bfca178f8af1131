/**
 * Prints a manifest as text that people can read and compare.
 *
 * @module
 */

/** Widest line that {@linkcode printManifest} fills. */
const WIDTH = 100;

/**
 * Prints a manifest: the same text for the same manifest, one line for each
 * thing that a person would want to see change in a diff.
 *
 * The manifest and its parts are always broken into lines; inside them, what
 * fits on a line stays on it.
 *
 * @param manifest Any manifest, or what lies beside one.
 * @returns JSON that ends with a newline; `parseManifest` reads it back.
 */
export function printManifest(manifest: object): string {
  return `${print(manifest, "", 0)}\n`;
}

/** `before` is what the line holds already: its indentation and the key. */
function print(value: unknown, before: string, level: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isEmpty(value)) return Array.isArray(value) ? "[]" : "{}";
  if (level > 1) {
    const line = flat(value, WIDTH - before.length);
    if (line !== undefined) return line;
  }
  const indent = "  ".repeat(level + 1);
  const parts = Array.isArray(value)
    ? value.map((element) => indent + print(element, indent, level + 1))
    : Object.keys(value).map((key) => {
      const start = `${indent}${JSON.stringify(key)}: `;
      const element = (value as Record<string, unknown>)[key];
      return start + print(element, start, level + 1);
    });
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join(",\n")}\n${indent.slice(2)}${close}`;
}

/** One line of fewer than `room` characters, or undefined. */
function flat(value: unknown, room: number): string | undefined {
  if (typeof value !== "object" || value === null) {
    const text = JSON.stringify(value);
    return text.length < room ? text : undefined;
  }
  const isList = Array.isArray(value);
  const keys = Object.keys(value);
  if (keys.length === 0) return isList ? "[]" : "{}";
  let line = isList ? "[" : "{ ";
  for (const key of keys) {
    if (key !== keys[0]) line += ", ";
    if (!isList) line += `${JSON.stringify(key)}: `;
    const element = (value as Record<string, unknown>)[key];
    const part = flat(element, room - line.length);
    if (part === undefined) return undefined;
    line += part;
  }
  line += isList ? "]" : " }";
  return line.length < room ? line : undefined;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
