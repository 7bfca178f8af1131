/**
 * The comments above declarations.
 *
 * @module
 */

import type { Description } from "../describe/description.ts";
import { type Head, heads, type Token } from "./tokens.ts";

/**
 * Collects the comments above the declarations of a C file.
 *
 * @param source Text of the file, or its tokens.
 * @returns Comments by the name that is declared, without their stars.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { docsOf } from "./doc.ts";
 *
 * const docs = docsOf("// Adds two numbers.\nint add(int a, int b) {}\n");
 * assertEquals(docs.get("add"), "Adds two numbers.");
 * ```
 */
export function docsOf(source: string | Iterable<Token>): Map<string, string> {
  const docs = new Map<string, string>();
  for (const head of heads(source)) {
    const text = plain(head.comments);
    if (text === "") continue;
    for (const name of declared(head)) {
      if (!docs.has(name)) docs.set(name, text);
    }
  }
  return docs;
}

/**
 * Gives each symbol and type of a description the comment of its declaration.
 *
 * @param description What a library exports.
 * @param docs Comments by name.
 * @param asDeclared Says what a name is where it is declared.
 * @returns The description, with `doc` where there is a comment.
 */
export function withDocs(
  description: Description,
  docs: ReadonlyMap<string, string>,
  asDeclared: (name: string) => string = (name) => name,
): Description {
  const add = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(record).map(([name, definition]) => {
        // C++ declares a name without its namespace; which of several overloads
        // a comment is about is not known.
        const plain = name.replace(/<.*/s, "").replace(/^.*::/, "");
        const doc = docs.get(asDeclared(name)) ?? docs.get(plain);
        return [name, doc === undefined ? definition : { ...definition, doc }];
      }),
    );
  return {
    ...description,
    types: add(description.types),
    symbols: add(description.symbols),
    ...description.defined && {
      defined: {
        ...description.defined,
        types: add(description.defined.types),
      },
    },
  };
}

/** The names that a head declares: a function, variables, a tag, a typedef. */
function declared({ tokens, stop }: Head): string[] {
  const texts = tokens.map(({ text }) => text);
  const open = texts.indexOf("(");
  const assign = texts.indexOf("=");
  if (open > 0 && (assign < 0 || open < assign)) {
    const pointer = texts[open + 1] === "*"; // int (*f)(void)
    const wrapped = texts[open + 2] === ")" && texts[open + 3] === "("; // int (f)(void)
    return nameAt(
      tokens,
      pointer ? open + 2 : wrapped ? open + 1 : open - 1,
    );
  }
  const tag = texts.findIndex((text) => TAGS.has(text));
  if (stop === "{" && tag >= 0) return nameAt(tokens, tag + 1);
  return tokens.flatMap((_, index) =>
    ENDS.has(texts[index + 1] ?? ";") ? nameAt(tokens, index) : []
  );
}

/** What stands behind the name in the declaration of a variable. */
const ENDS = new Set(["=", ",", "[", ";"]);
const TAGS = new Set(["struct", "union", "enum", "class"]);

function nameAt(tokens: readonly Token[], index: number): string[] {
  const token = tokens[index];
  return token?.kind === "name" ? [token.text] : [];
}

/** What a comment says, without the marks that make it one. */
function plain(comments: readonly Token[]): string {
  const lines = comments.flatMap(({ text }) =>
    text.startsWith("//")
      ? [text.replace(/^\/\/[/!]?<? ?/, "")]
      : text.replace(/^\/\*+!?<?/, "").replace(/\**\*\/$/, "").split("\n")
        .map((line) => line.replace(/^\s*(?:\*(?!\*) ?|\*\*(?: |$))/, ""))
  ).map((line) => line.trimEnd());
  while (lines[0]?.trim() === "") lines.shift();
  while (lines.at(-1) === "") lines.pop();
  return lines.map((line, index) => index === 0 ? line.trim() : line)
    .join("\n");
}
