// Markdown into HTML, by a Go package: text in, text out.
import console from "node:console";
import { readFileSync } from "node:fs";
import { open } from "@native/plugin";

const plugin = open(new URL("./markdown.so", import.meta.url));
const render = plugin.lookup("Render", "(string) => string");

const text = readFileSync(new URL("./text.md", import.meta.url), "utf8");
console.log(render(text));

const long = text.repeat(2000);
console.log(`${long.length} characters:`, render(long).match(/<h1/g)?.length);
