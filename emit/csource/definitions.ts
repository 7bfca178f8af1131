/**
 * The types that headers define, rather than only use.
 *
 * @module
 */

import { fileOf, type Token } from "./tokens.ts";

/** Names of what is defined. */
export interface Definitions {
  /** Tags of structs, unions and enums, and typedefs of those without one. */
  readonly types: ReadonlySet<string>;
  /** What the enums count up. */
  readonly enumerators: ReadonlySet<string>;
}

/** A body that the tokens are in. */
interface Body {
  /** Whether it is an enum's, and its next word an enumerator's name. */
  expectsName: boolean;
  readonly isEnum: boolean;
  /** Whether what follows its end is a name of the type. */
  readonly isNamedBehind: boolean;
}

/**
 * Finds the names of the structs, unions and enums with a body.
 *
 * @param source What the preprocessor made of a C file.
 * @param isOwn Whether definitions in the file of that name count.
 * @returns The names; what a macro or an attribute hides may be missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { definitionsIn } from "./definitions.ts";
 * import { tokens } from "./tokens.ts";
 *
 * const source = "enum { A, B = 4 };\ntypedef struct { int x; } point;\n";
 * const { types, enumerators } = definitionsIn(tokens(source), () => true);
 * assertEquals([...types], ["point"]);
 * assertEquals([...enumerators], ["A", "B"]);
 * ```
 */
export function definitionsIn(
  source: Iterable<Token>,
  isOwn: (file: string) => boolean,
): Definitions {
  const types = new Set<string>();
  const enumerators = new Set<string>();
  const bodies: Body[] = [];
  let own = isOwn("");
  /** A tag that may be followed by a body; `""` before its name. */
  let tag:
    | { readonly word: string; name: string; isNamed: boolean }
    | undefined;
  let isTypedef = false;
  /** Whether a body has just ended that the next names are those of. */
  let isBehind = false;
  let parentheses = 0;
  for (const { kind, text } of source) {
    if (kind === "comment") continue;
    if (kind === "directive") {
      const file = fileOf(text);
      if (file !== undefined) own = isOwn(file);
      continue;
    }
    const body = bodies.at(-1);
    if (text === "(") parentheses++;
    else if (text === ")") parentheses--;
    else if (text === "{") {
      if (own && tag !== undefined && tag.name !== "") types.add(tag.name);
      const isEnum = tag?.word === "enum";
      bodies.push({
        isEnum,
        expectsName: isEnum,
        isNamedBehind: tag !== undefined && isTypedef && bodies.length === 0,
      });
      tag = undefined;
    } else if (text === "}") {
      isBehind = bodies.pop()?.isNamedBehind ?? false;
    } else if (text === ";") {
      tag = undefined;
      if (bodies.length === 0) isTypedef = isBehind = false;
    } else if (body?.isEnum) {
      if (text === ",") body.expectsName = parentheses === 0;
      else if (kind === "name" && body.expectsName && parentheses === 0) {
        if (own) enumerators.add(text);
        body.expectsName = false;
      }
    } else if (kind === "name" && parentheses === 0) {
      if (text === "typedef" && bodies.length === 0) isTypedef = true;
      else if (TAGS.has(text)) {
        tag = { word: text, name: "", isNamed: false };
      } else if (isBehind) {
        if (own) types.add(text);
      } else if (tag !== undefined && !tag.isNamed) tag.name = text;
    } else if (kind === "mark" && text === "*") tag = undefined;
    // The type below C23's "enum color : unsigned char {" is none of its names.
    else if (text === ":" && tag !== undefined) tag.isNamed = true;
  }
  return { types, enumerators };
}

const TAGS: ReadonlySet<string> = new Set(["struct", "union", "enum"]);
