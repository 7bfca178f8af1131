/**
 * The comments above declarations.
 *
 * @module
 */

import type { DeclarationSite, Description } from "../describe/description.ts";
import { mapFields } from "../describe/map_description.ts";
import { declared, memberHeads } from "./declarators.ts";
import type { Head, Token } from "./tokens.ts";

/**
 * Collects the comments above the declarations of a C file.
 *
 * @param declarations What the file declares.
 * @returns Comments by the name that is declared, without their stars.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { declarationsIn, docsOf } from "./doc.ts";
 * import { heads } from "./tokens.ts";
 *
 * const source = "// Adds two numbers.\nint add(int a, int b) {}\n";
 * const docs = docsOf(declarationsIn(heads(source)));
 * assertEquals(docs.get("add"), "Adds two numbers.");
 * ```
 */
export function docsOf(
  declarations: readonly Declaration[],
): Map<string, string> {
  const docs = new Map<string, string>();
  for (const { name, doc } of declarations) {
    if (doc !== "" && !docs.has(name)) docs.set(name, doc);
  }
  return docs;
}

/** What a C file declares outside of functions: the members of its types as `Type.member`. */
export interface Declaration {
  readonly name: string;
  /** The comment above it; `""` where there is none. */
  readonly doc: string;
  /** Line of its name, from 1. */
  readonly line: number;
  /** The file that it is in, where a preprocessor says so. */
  readonly file: string | undefined;
  /** Whether a body follows. */
  readonly isDefined: boolean;
}

/**
 * Lists what a C file declares.
 *
 * @param source The heads of its declarations.
 * @returns In the order of the file; members behind all others.
 */
export function declarationsIn(
  source: Iterable<Head>,
): Declaration[] {
  const found: Declaration[] = [];
  const bodies: [owner: string, head: Head][] = [];
  for (const head of source) {
    const doc = plain(head.comments);
    const { file, stop, body } = head;
    for (const { text: name, line } of declared(head)) {
      found.push({ name, doc, line, file, isDefined: stop === "{" });
      if (body !== undefined) bodies.push([name, head]);
    }
  }
  for (const [owner, { body, file }] of bodies) {
    for (const { name, ...member } of membersIn(body!)) {
      found.push({ ...member, name: `${owner}.${name}`, file });
    }
  }
  return found;
}

/** The members of a type. */
function membersIn(body: readonly Token[]): Omit<Declaration, "file">[] {
  return [...memberHeads(body)].flatMap((head) => {
    const doc = plain(head.comments);
    return declared(head)
      .map(({ text: name, line }) => ({ name, doc, line, isDefined: false }));
  });
}

/**
 * Where the declarations of a C file are: of a function where its body is.
 *
 * @param declarations As {@linkcode docsOf}.
 * @param path The file that it is, where no preprocessor says another one.
 */
export function placesOf(
  declarations: readonly Declaration[],
  path?: string,
): Map<string, DeclarationSite> {
  const places = new Map<string, DeclarationSite>();
  const defined = new Set<string>();
  for (const { name, line, file = path, isDefined } of declarations) {
    if (file === undefined || places.has(name) && !isDefined) continue;
    if (defined.has(name)) continue;
    if (isDefined) defined.add(name);
    places.set(name, { path: file, line });
  }
  return places;
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
        const doc = docs.get(asDeclared(name)) ?? docs.get(plainName(name));
        return [name, doc === undefined ? definition : { ...definition, doc }];
      }),
    );
  const { types, symbols, defined } = description;
  return mapFields(
    {
      ...description,
      types: add(types),
      symbols: add(symbols),
      ...defined && { defined: { ...defined, types: add(defined.types) } },
    },
    (owner, field) => {
      const doc = docs.get(`${plainName(owner)}.${field.name}`);
      return doc === undefined ? field : { ...field, doc };
    },
  );
}

/**
 * A name as C++ declares it: without its namespace. Which of several overloads a
 * comment is about is not known.
 */
export function plainName(name: string): string {
  return name.replace(/<.*/s, "").replace(/^.*::/, "");
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
