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

/** Doxygen's marks, by what editors call the same. */
const MARKS: Readonly<Record<string, string>> = {
  deprecated: "deprecated",
  param: "param",
  return: "returns",
  returns: "returns",
  see: "see",
  sa: "see",
  since: "since",
  throws: "throws",
};

/** Doxygen's headings, which editors have no tag for. */
const HEADINGS: Readonly<Record<string, string>> = {
  attention: "Attention",
  note: "Note",
  remark: "Remark",
  remarks: "Remark",
  warning: "Warning",
};

/** A comment with Doxygen's marks as editors know them, which show Markdown; what is brief or in full is told by its place. */
function asJsDoc(text: string): string {
  return text
    .replace(
      /^([ \t]*)[\\@]code(?:\{\.?(\w+)\})?[ \t]*$/gm,
      (_, space: string, language = "c") => `${space}\`\`\`${language}`,
    )
    .replace(/^([ \t]*)[\\@]endcode[ \t]*$/gm, "$1```")
    .replace(/(^|[\s(])[\\@][cp] ([\w:.>*&-]*[\w*](?:\(\))?)/gm, "$1`$2`")
    .replace(
      /^([ \t]*)[\\@](attention|note|remarks?|warning)[ \t]+/gm,
      (_, space: string, mark: string) => `${space}**${HEADINGS[mark]}:** `,
    )
    .replace(/^([ \t]*)[\\@](?:brief|details)[ \t]+/gm, "$1")
    .replace(
      /^([ \t]*)[\\@]([a-z]+)(?:\[(?:in|out|,)*\])?(?=\s|$)/gm,
      (whole, space: string, mark: string) =>
        Object.hasOwn(MARKS, mark) ? `${space}@${MARKS[mark]}` : whole,
    );
}
