/**
 * Draws the picture of the README: what `deno task hello` prints, as a terminal
 * shows it. The same output gives the same picture.
 *
 * @module
 */

import { capture, ROOT } from "./runtimes.ts";

/** The command, as the README gives it. */
const COMMAND = "npx -y deno task hello";

/** Size of a character, and the room around the text, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 20;
const MARGIN = 20;
/** Height of the bar on top. */
const BAR = 34;

/** What a line is: the first that fits. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["prompt", /^\$ /],
  ["title", /^\w+: plugin build/],
  ["greeting", /Hello, number 7/],
  ["rest", /^/],
];

if (import.meta.main) {
  const { success, stdout, output } = await capture(Deno.execPath(), [
    "run",
    "-A",
    "tools/hello.ts",
  ]);
  if (!success) throw new Error(output);
  const path = Deno.args[0] ?? `${ROOT}docs/hello.svg`;
  await Deno.writeTextFile(path, draw(stdout));
}

/**
 * Draws a terminal.
 *
 * @param output What the command printed.
 * @returns An SVG. Nothing in it moves: what shows only its first moment shows
 * all of it.
 */
export function draw(output: string): string {
  const lines = [`$ ${COMMAND}`, ...output.trimEnd().split("\n")];
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(2 * MARGIN + columns * WIDTH);
  const height = BAR + lines.length * HEIGHT + 1.5 * MARGIN;
  const texts = lines.map(text);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="deno task hello: one plugin, built from C and from Go, called from each runtime">
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
.prompt { fill: #e6edf3; font-weight: bold; }
.title { fill: #79c0ff; }
.greeting { fill: #7ee787; }
.rest { fill: #8b949e; }
</style>
<rect width="${width}" height="${height}" rx="10" fill="#0d1117"/>
<circle cx="22" cy="18" r="6" fill="#ff5f57"/>
<circle cx="42" cy="18" r="6" fill="#febc2e"/>
<circle cx="62" cy="18" r="6" fill="#28c840"/>
${texts.filter((text) => text !== "").join("\n")}
</svg>
`;
}

function text(line: string, index: number): string {
  if (line === "") return "";
  const [kind] = KINDS.find(([, pattern]) => pattern.test(line))!;
  const indent = line.length - line.trimStart().length;
  const x = MARGIN + indent * WIDTH;
  const y = BAR + (index + 1) * HEIGHT;
  return `<text xml:space="preserve" class="${kind}" x="${x}" y="${y}">${
    escape(line.trimStart())
  }</text>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
