/**
 * Draws the pictures of the documents: what commands print, as a terminal shows
 * it, and what examples draw. The same output gives the same picture.
 *
 * Without an argument all of them; with one only that of `deno task hello`, to
 * be written there.
 *
 * @module
 */

import { png } from "./pictures/png.ts";
import { capture, ROOT } from "./runtimes.ts";

/** A picture of what a command prints. */
interface Shown {
  readonly path: string;
  /** What is typed. */
  readonly command: string;
  /** What the picture shows, for those who do not see it. */
  readonly label: string;
}

const HELLO: Shown = {
  path: "docs/hello.svg",
  command: "npx -y deno task hello",
  label:
    "deno task hello: one plugin, built from C and from Go, called from each runtime",
};

/** Examples whose output, which their tests hold to `expected.txt`, is a picture. */
export const EXAMPLES: readonly Shown[] = [
  {
    path: "examples/thumbnails/thumbnails.svg",
    command: "deno run -A host.ts",
    label: "Three thumbnails in letters, and between them the error of a crash",
  },
  {
    path: "examples/gallery/gallery.svg",
    command: "deno run -A host.ts",
    label: "Two pictures in letters, and six uploads that were refused",
  },
];

/** Size of a character, and the room around the text, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 20;
const MARGIN = 20;
/** Height of the bar on top. */
const BAR = 34;

/** What a line is: the first that fits. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["prompt", /^\$ /],
  ["title", /^\w+: plugin build|^\w+\.(?:tga|pic)$/],
  ["greeting", /Hello, number 7/],
  ["wrong", /^(?:crashed|timed_out|not drawn)/],
  ["rest", /^/],
];

if (import.meta.main) {
  const [path] = Deno.args;
  const { success, stdout, output } = await capture(Deno.execPath(), [
    "run",
    "-A",
    "tools/hello.ts",
  ]);
  if (!success) throw new Error(output);
  await Deno.writeTextFile(path ?? ROOT + HELLO.path, draw(HELLO, stdout));
  if (path === undefined) {
    for (const example of EXAMPLES) {
      await Deno.writeTextFile(ROOT + example.path, drawExample(example));
    }
    await drawMandelbrot();
    await drawThumbnail();
  }
}

/**
 * Draws what an example prints.
 *
 * @param example Which.
 * @returns An SVG.
 */
export function drawExample(example: Shown): string {
  const expected = new URL(
    `../${example.path}/../expected.txt`,
    import.meta.url,
  );
  return draw(example, Deno.readTextFileSync(expected));
}

/** Runs a command of ours in an example's directory. */
async function must(example: string, ...args: string[]): Promise<void> {
  const { success, output } = await capture(
    Deno.execPath(),
    ["run", "-A", ...args],
    { cwd: `${ROOT}examples/${example}`, what: args.join(" ") },
  );
  if (!success) throw new Error(output);
}

/** Every second point of what the example writes, in colours. */
async function drawMandelbrot(): Promise<void> {
  const file = await Deno.makeTempFile();
  await must("mandelbrot", "../../emit/main.ts", "build", "mandelbrot.c");
  await must("mandelbrot", "host.ts", file);
  const [width, height] = [960, 768];
  const points = (await Deno.readFile(file)).slice(-width * height);
  await Deno.remove(file);
  const steps = points.filter((_, at) =>
    at % 2 === 0 && Math.floor(at / width) % 2 === 0
  ).map((shade) => 255 - shade);
  await Deno.writeFile(
    `${ROOT}examples/mandelbrot/mandelbrot.png`,
    png(steps, width / 2, colourOf),
  );
}

/** Dark blue where a point leaves at once, light where it hesitates, black where it stays. */
function colourOf(steps: number): [number, number, number] {
  if (steps === 255) return [8, 8, 20];
  const t = Math.log2(steps + 1) / 8;
  return [
    255 * Math.min(1, t ** 2 * 1.6),
    255 * Math.min(1, t * 1.1),
    70 + 185 * Math.min(1, t * 1.3),
  ];
}

/** A thumbnail by the crate of the example, of a picture by it. */
async function drawThumbnail(): Promise<void> {
  await must("image", "../../emit/main.ts", "build", ".", "-o", "image.so");
  const { open } = await import("@native/plugin");
  const { sample, thumbnail } = open(`${ROOT}examples/image/image.so`, {
    symbols: {
      sample: "(u32, u32) => bytes",
      thumbnail: "(bytes, u32) => bytes",
    },
  }).symbols;
  await Deno.writeFile(
    `${ROOT}examples/image/thumbnail.png`,
    thumbnail(sample(640, 480), 240),
  );
}

/**
 * Draws a terminal.
 *
 * @param shown The command, and what the picture shows.
 * @param output What the command printed.
 * @returns An SVG. Nothing in it moves: what shows only its first moment shows
 * all of it.
 */
export function draw(
  { command, label }: Omit<Shown, "path">,
  output: string,
): string {
  const lines = [`$ ${command}`, ...output.trimEnd().split("\n")];
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(2 * MARGIN + columns * WIDTH);
  const height = BAR + lines.length * HEIGHT + 1.5 * MARGIN;
  const texts = lines.map(text);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
.prompt { fill: #e6edf3; font-weight: bold; }
.title { fill: #79c0ff; }
.greeting { fill: #7ee787; }
.wrong { fill: #ff7b72; }
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
