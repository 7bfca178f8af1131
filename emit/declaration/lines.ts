/**
 * The lines of a declaration file: their text, and where in it what is declared
 * that a source has declared.
 *
 * @module
 */

import { escapeText } from "../../ffi/error.ts";

/** A line; one that declares something has its name by itself. */
export type Line = string | DeclaringLine;

/** A line that declares something, and may go on below. */
export interface DeclaringLine {
  readonly before: string;
  /** The name, as it is written. */
  readonly name: string;
  readonly after: string;
  /** The symbol, the type, or the member `Type.member` that it is of. */
  readonly of: string;
}

/** A name in a declaration file. */
export interface DeclaredName {
  /** The symbol, the type, or the member `Type.member` that it is of. */
  readonly of: string;
  /** Where it stands, both from 0. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** A declaration file. */
export interface Printed {
  readonly text: string;
  /** What it declares, from top to bottom. */
  readonly declared: readonly DeclaredName[];
}

/**
 * Prints lines.
 *
 * @param lines The lines, without what ends them.
 * @returns Their text, in which nothing controls a terminal.
 */
export function printLines(lines: readonly Line[]): Printed {
  const declared: DeclaredName[] = [];
  let line = 0;
  const text = lines.map((one) => {
    const own = escapeText(textOf(one));
    if (typeof one !== "string") {
      const { length: column } = escapeText(one.before);
      const { length } = escapeText(one.name);
      declared.push({ of: one.of, line, column, length });
    }
    line += own.split("\n").length;
    return own;
  }).join("\n");
  return { text, declared };
}

function textOf(line: Line): string {
  return typeof line === "string"
    ? line
    : `${line.before}${line.name}${line.after}`;
}
