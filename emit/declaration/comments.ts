/**
 * Comments of a declaration file, as editors show them.
 *
 * @module
 */

import { escapeControls } from "../../ffi/error.ts";

/**
 * A comment for an editor to show.
 *
 * @param text Any text; nothing in it can end the comment.
 * @param indent What stands before each line.
 * @returns The lines; none without a text.
 */
export function docComment(text: string | undefined, indent: string): string[] {
  if (text === undefined || text === "") return [];
  const lines = asJsDoc(text).replaceAll("*/", "*\\/").split(/\r\n|\n/);
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [
    `${indent}/**`,
    ...lines.map((line) => `${indent} * ${line}`.trimEnd()),
    `${indent} */`,
  ];
}

/**
 * A comment of one line.
 *
 * @param text Any text; nothing in it can end the line.
 */
export function lineComment(text: string): string {
  return `// ${escapeControls(text)}`;
}

/** A comment with Doxygen's mark of what is deprecated as editors know it. */
function asJsDoc(text: string): string {
  return text.replace(/^(\s*)[\\@]deprecated\b/gm, "$1@deprecated");
}
