/**
 * What a declaration declares, and what lies in the body of a type.
 *
 * @module
 */

import type { Head, Token } from "./tokens.ts";

/** The names that a head declares: a function, variables, a tag, a typedef. */
export function declared({ tokens, stop }: Head): Token[] {
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

function nameAt(tokens: readonly Token[], index: number): Token[] {
  const token = tokens[index];
  return token?.kind === "name" ? [token] : [];
}

/**
 * The members of a type, each as a declaration of its own; what lies in braces of its
 * own is left out.
 *
 * @param body What is in the braces of the type.
 * @returns Each with the comment behind it, or else those above it.
 */
export function* memberHeads(body: readonly Token[]): Generator<Head> {
  let tokens: Token[] = [];
  let comments: Token[] = [];
  let depth = 0;
  for (const [index, token] of body.entries()) {
    if (token.text === "{") depth++;
    else if (token.text === "}") depth--;
    if (depth > 0) continue;
    if (token.kind === "comment") {
      const isBehind = index > 0 && body[index - 1]!.end === token.line;
      if (tokens.length === 0 && !isBehind) comments.push(token);
    } else if (token.text !== ";") tokens.push(token);
    else {
      const next = body[index + 1];
      const isBehind = next?.kind === "comment" && next.line === token.end;
      yield {
        tokens,
        stop: ";",
        comments: isBehind ? [next] : comments,
        file: undefined,
        body: undefined,
      };
      tokens = [];
      comments = [];
    }
  }
}
