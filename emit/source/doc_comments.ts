/**
 * The declarations of Rust and Zig files, and the comments above them.
 *
 * Read line by line, with no parser: what is found is only ever joined by name
 * to what the compiler said, so a wrong guess costs a comment.
 *
 * @module
 */

/** A declaration outside of a function. */
export interface Item {
  /** The name that it is exported by, or its own. */
  readonly name: string;
  /** The comment above it, without its marks; `""` where there is none. */
  readonly doc: string;
  /** Whether it is a function that is exported and called as only Rust calls. */
  readonly isRustCall: boolean;
}

const RUST_ITEM =
  /^(?:pub(?:\s*\([^)]*\))?\s+)?(?:const\s+(?=\w+\s+fn\b))?(?:unsafe\s+|safe\s+)?(?<abi>extern\b\s*(?:"[^"]*")?\s*)?(?<kind>fn|static|struct|union|enum)\s+(?:mut\s+)?(?:r#)?(?<name>[\p{ID_Start}_][\p{ID_Continue}]*)/u;
const ZIG_ITEM =
  /^(?:pub\s+)?(?:export\s+)?(?:threadlocal\s+)?(?<kind>fn|var|const)\s+(?:@"(?<quoted>[^"]+)"|(?<name>\w+))/;

/**
 * Lists the declarations of a Rust file.
 *
 * @param source The file's text.
 * @returns Functions, statics and types, in their order.
 */
export function rustItems(source: string): Item[] {
  const items: Item[] = [];
  let doc: string[] = [];
  let attributes = "";
  /** Lines of a comment between marks that goes on. */
  let block: string[] | undefined;
  for (const line of source.split("\n")) {
    let text = line.trim();
    if (depth(attributes) > 0) { // one that goes on over several lines
      attributes += text;
      continue;
    }
    if (block === undefined && /^\/\/\/(?!\/)/.test(text)) {
      doc.push(text.slice(3));
      continue;
    }
    if (block === undefined && text.startsWith("//")) continue;
    if (block === undefined && text.startsWith("/*")) {
      const isDoc = /^\/\*\*(?![*/])/.test(text);
      block = isDoc ? doc : [];
      text = text.slice(isDoc ? 3 : 2);
    }
    if (block !== undefined) {
      const end = text.indexOf("*/");
      const said = end < 0 ? text : text.slice(0, end);
      block.push(` ${said.replace(/^\s*\*? ?/, "")}`);
      if (end < 0) continue;
      block = undefined;
      text = text.slice(end + 2).trim();
      if (text === "") continue;
    }
    for (let end; text.startsWith("#[") && (end = closing(text)) > 0;) {
      attributes += text.slice(0, end);
      text = text.slice(end).trim();
    }
    if (text.startsWith("#[")) {
      attributes += text;
      continue;
    }
    if (text === "" && attributes !== "") continue;
    const found = RUST_ITEM.exec(text)?.groups;
    if (found !== undefined) {
      const exported = /\bexport_name\s*=\s*"([^"]+)"/.exec(attributes)?.[1];
      items.push({
        name: exported ?? found.name!,
        doc: joined(doc),
        isRustCall: found.kind === "fn" && found.abi === undefined &&
          (exported !== undefined || /\bno_mangle\b/.test(attributes)),
      });
    }
    doc = [];
    attributes = "";
  }
  return items;
}

/**
 * Lists the declarations of a Zig file.
 *
 * @param source The file's text.
 * @returns Functions, variables and types, in their order.
 */
export function zigItems(source: string): Item[] {
  const items: Item[] = [];
  let doc: string[] = [];
  for (const line of source.split("\n")) {
    const text = line.trim();
    if (/^\/\/\/(?!\/)/.test(text)) {
      doc.push(text.slice(3));
      continue;
    }
    const found = ZIG_ITEM.exec(text)?.groups;
    const name = found?.quoted ?? found?.name;
    if (name !== undefined) {
      items.push({ name, doc: joined(doc), isRustCall: false });
    }
    doc = [];
  }
  return items;
}

/**
 * The comments of declarations, by name.
 *
 * @param items Of several that share a name, the first one with a comment counts.
 */
export function docsOfItems(items: readonly Item[]): Map<string, string> {
  const docs = new Map<string, string>();
  for (const { name, doc } of items) {
    if (doc !== "" && !docs.has(name)) docs.set(name, doc);
  }
  return docs;
}

/** Lines of a comment without the space that all of them begin with. */
function joined(lines: readonly string[]): string {
  const indented = lines.every((line) => line === "" || line.startsWith(" "));
  return lines.map((line) => (indented ? line.slice(1) : line).trimEnd())
    .join("\n").trim();
}

/** How many brackets of an attribute are still open; those in strings too, which is near enough. */
function depth(text: string): number {
  let open = 0;
  for (const character of text) {
    if (character === "[") open++;
    if (character === "]") open--;
  }
  return open;
}

/** Where the attribute that a text begins with ends; 0 where it goes on. */
function closing(text: string): number {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "[") open++;
    if (text[at] === "]" && --open === 0) return at + 1;
  }
  return 0;
}
