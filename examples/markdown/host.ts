// Markdown into HTML, by a Go package as it is: its objects, its methods.
import console from "node:console";
import { readFileSync } from "node:fs";
import { open, type Variable } from "@native/plugin";

/** A part of `markdown.so.d.ts`, which is there when it is built. */
interface Goldmark extends Disposable {
  Convert(source: Uint8Array, writer: (some: Uint8Array) => void): void;
}

const plugin = open<{ readonly Markdown: Variable<Goldmark> }>(
  new URL("./markdown.so", import.meta.url),
);
using markdown = plugin.symbols.Markdown.value;

function render(text: string): string {
  const decoder = new TextDecoder();
  let html = "";
  markdown.Convert(new TextEncoder().encode(text), (some) => {
    html += decoder.decode(some, { stream: true });
  });
  return html;
}

const text = readFileSync(new URL("./text.md", import.meta.url), "utf8");
console.log(render(text));

const long = text.repeat(2000);
console.log(`${long.length} characters:`, render(long).match(/<h1/g)?.length);
