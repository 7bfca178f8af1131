/**
 * What charts show, and how, with Observable Plot: for each question one row, for
 * each runtime one column, and in each its bars, on a scale in which every bar can
 * be seen. And an overview: which of all results stand in it.
 *
 * A picture brings its own ground, light or dark as the reader's system is.
 *
 * @module
 */

import type { Question, Results } from "./measure.ts";

// deno-lint-ignore no-explicit-any -- its types are not in reach of a checkout that draws no charts
type Library = any;

/** What draws. */
export interface Drawing {
  /** Observable Plot. */
  readonly Plot: Library;
  /** A document that it makes elements in. */
  readonly document: Library;
}

/** Width that a telephone of 400 pixels shows without making it much smaller. */
const WIDTH = 480;
const LEFT = 74;
const PAD = 12;
const BAR = 15;
/** Above the bars: the runtime, and what is worth a word. */
const TOP = 34;

const STYLE = `
svg { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; --ground: #ffffff; --ink: #1f2328; --soft: #59636e; --ours: #0969da; --theirs: #b4bcc4; --good: #1a7f37; --line: #d1d9e0; }
@media (prefers-color-scheme: dark) { svg { --ground: #0d1117; --ink: #f0f6fc; --soft: #9198a1; --ours: #4493f8; --theirs: #4b535d; --good: #3fb950; --line: #3d444d; } }
.ground { fill: var(--ground); }
.ink { fill: var(--ink); }
.soft { fill: var(--soft); }
`.trim();

/** What ours is called, and the peers in the order in which one of them is named. */
const OURS = "plugin";
const PEERS = ["koffi", "raw", "node:sqlite", "bun:sqlite", "Go's plugin"];

/** From here on it is worth a word. */
const MUCH = 1.25;

/**
 * How many times faster ours is.
 *
 * @param question Its sides, of which ours is one.
 * @returns The peer that it stands beside, and the factor; undefined where
 * there is no peer.
 */
export function factorOf(
  { sides }: Question,
): { readonly peer: string; readonly factor: number } | undefined {
  const others = Object.keys(sides).filter((side) => side !== OURS);
  const peer = PEERS.find((peer) => others.includes(peer)) ?? others[0];
  return peer === undefined
    ? undefined
    : { peer, factor: sides[peer]! / sides[OURS]! };
}

/** A factor in words: `"12 times faster"`. */
function inWords(question: Question): string {
  const found = factorOf(question);
  if (found === undefined || found.factor < MUCH) return "";
  return `${times(found.factor)} faster`;
}

function times(factor: number): string {
  return `${
    factor < 9.5 ? Number(factor.toFixed(1)) : Math.round(factor)
  } times`;
}

/** Names that stand beside bars. */
const SHORT: Readonly<Record<string, string>> = {
  plugin: "ours",
  "dlopen of all symbols": "dlopen all",
  "dlopen and JSON.parse": "dlopen, JSON",
  "Deno.dlopen": "its own",
  "bun:ffi": "its own",
  "node:ffi": "its own",
  "Deno's own": "its own",
  "the engine alone": "the engine",
  "the runtime's own": "its own",
  "go-plugin (gRPC)": "go-plugin",
  "plugin, a reader": "a reader",
  "bun:sqlite": "its own",
  "node:sqlite": "its own",
};

function shortOf(side: string): string {
  return SHORT[side] ?? side;
}

function shown(time: number): string {
  if (time >= 1e6) return `${digits(time / 1e6)} ms`;
  if (time >= 1e3) return `${digits(time / 1e3)} µs`;
  return `${digits(time)} ns`;
}

function digits(number: number): string {
  return number >= 100 ? number.toFixed(0) : number.toFixed(1);
}

/**
 * Draws one file of questions.
 *
 * @param runs The same questions on several runtimes.
 * @param drawing What draws.
 * @returns The text of an SVG file.
 */
export function chart(runs: readonly Results[], drawing: Drawing): string {
  const names = [
    ...new Set(runs.flatMap(({ questions }) => questions.map((q) => q.name))),
  ];
  const parts: string[] = [];
  let y = 64;
  for (const name of names) {
    const { svg, height } = row(name, runs, drawing);
    parts.push(
      text(PAD, y + 12, name, "ink", 'font-size="12.5" font-weight="600"'),
      svg.replace("<svg", `<svg y="${y + 16}"`),
    );
    y += height + 34;
  }
  return picture(
    runs[0]!.title,
    "Less is better; logarithmic. In green: beside koffi, or else the next below ours.",
    parts,
    y,
  );
}

interface Bar {
  readonly runtime: string;
  readonly side: string;
  readonly time: number;
}

/** One question, a column for each runtime. */
function row(
  name: string,
  runs: readonly Results[],
  { Plot, document }: Drawing,
): { svg: string; height: number } {
  const found = runs.flatMap((run) =>
    run.questions.filter((question) => question.name === name)
      .map((question) => ({ runtime: nameOf(run), question }))
  );
  const bars: Bar[] = found.flatMap(({ runtime, question }) =>
    Object.entries(question.sides).map(([side, time]) => ({
      runtime,
      side: shortOf(side),
      time,
    }))
  );
  const sides = [...new Set(bars.map(({ side }) => side))];
  const captions = found.map(({ runtime, question }) => ({
    runtime,
    text: inWords(question),
  }));
  const all = bars.map(({ time }) => time);
  // The shortest bar has a third of the decade before it: none is nothing.
  const low = Math.min(...all) / 2;
  // Behind the longest is room for its time.
  const high = low * (Math.max(...all) / low) ** 1.75;
  const height = TOP + sides.length * BAR;
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height,
    marginLeft: LEFT,
    marginRight: 2,
    marginTop: TOP,
    marginBottom: 0,
    style: { overflow: "visible", background: "none" },
    x: { type: "log", domain: [low, high], axis: null },
    y: {
      domain: sides,
      padding: 0.18,
      tickSize: 0,
      tickPadding: 4,
      label: null,
    },
    fx: {
      domain: runs.map(nameOf),
      axis: null,
      padding: 0.04,
    },
    marks: [
      Plot.axisFx({
        anchor: "top",
        label: null,
        fontSize: 11,
        fill: "var(--soft)",
        dy: -14,
      }),
      Plot.axisY({
        label: null,
        tickSize: 0,
        fontSize: 11,
        fill: "var(--ink)",
      }),
      Plot.barX(bars, {
        fx: "runtime",
        y: "side",
        x1: low,
        x2: "time",
        rx: 2,
        fill: ({ side }: Bar) =>
          side === shortOf(OURS) ? "var(--ours)" : "var(--theirs)",
      }),
      Plot.text(bars, {
        fx: "runtime",
        y: "side",
        x: "time",
        text: ({ time }: Bar) => shown(time),
        textAnchor: "start",
        dx: 4,
        fontSize: 11,
        fill: "var(--ink)",
      }),
      Plot.text(captions, {
        fx: "runtime",
        text: "text",
        frameAnchor: "top-left",
        dy: -13,
        fontSize: 10.5,
        fontWeight: 600,
        fill: "var(--good)",
      }),
    ],
  });
  return { svg: plot.outerHTML, height };
}

/** What the questions of each file are about, in the overview. */
const ABOUT: readonly (readonly [bench: string, name: string])[] = [
  ["call", "a call"],
  ["struct", "a struct by value"],
  ["arrays", "an array of structs"],
  ["text", "text"],
  ["callback", "a callback"],
  ["async", "a call on a thread"],
  ["threads", "addresses, threads"],
  ["objects", "objects, lists of C"],
  ["sqlite", "a row of SQLite"],
  ["open", "opening"],
  ["start", "a whole program"],
];

/**
 * Draws all questions in one picture: a point for each, by how many times
 * faster ours is.
 *
 * @param all The results, by file.
 * @param drawing What draws.
 * @returns The text of an SVG file.
 */
export function overview(
  all: ReadonlyMap<string, readonly Results[]>,
  { Plot, document }: Drawing,
): string {
  const points = ABOUT.flatMap(([bench, about]) =>
    (all.get(bench) ?? []).flatMap((run) =>
      run.questions.flatMap((question) => {
        const found = factorOf(question);
        return found === undefined
          ? []
          : [{ about, runtime: nameOf(run), factor: found.factor }];
      })
    )
  );
  const runs = [...all.values()][0]!;
  const medians = ABOUT.flatMap(([, about]) =>
    runs.map(nameOf).flatMap((runtime) => {
      const own = points.filter((point) =>
        point.about === about && point.runtime === runtime
      ).map(({ factor }) => factor).sort((a, b) => a - b);
      const factor = own[own.length >> 1];
      return factor === undefined ? [] : [{ about, runtime, factor }];
    })
  );
  const abouts = ABOUT.map(([, about]) => about)
    .filter((about) => points.some((point) => point.about === about));
  const height = 34 + abouts.length * 26 + 22;
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height,
    marginLeft: 124,
    marginRight: 6,
    marginTop: 30,
    marginBottom: 22,
    style: { overflow: "visible", background: "none" },
    // What is further off stands at the edge, not in the next column.
    x: { type: "log", domain: [0.15, 150], clamp: true, axis: null },
    y: { domain: abouts, padding: 0.2 },
    fx: { domain: runs.map(nameOf), axis: null, padding: 0.08 },
    marks: [
      Plot.ruleX([1], { stroke: "var(--soft)", strokeDasharray: "2 2" }),
      Plot.ruleY(abouts, { y: (y: string) => y, stroke: "var(--line)" }),
      Plot.axisFx({
        anchor: "top",
        label: null,
        fontSize: 12,
        fontWeight: 600,
        fill: "var(--ink)",
        dy: -6,
      }),
      Plot.axisY({
        label: null,
        tickSize: 0,
        fontSize: 11.5,
        fill: "var(--ink)",
      }),
      Plot.axisX([1, 10, 100], {
        anchor: "bottom",
        label: null,
        tickSize: 3,
        fontSize: 10.5,
        tickFormat: (x: number) => x === 1 ? "same" : `${x}×`,
        fill: "var(--soft)",
        stroke: "var(--soft)",
      }),
      Plot.dot(points, {
        fx: "runtime",
        y: "about",
        x: "factor",
        r: 3.2,
        fill: ({ factor }: { factor: number }) =>
          factor >= MUCH
            ? "var(--good)"
            : factor > 1 / MUCH
            ? "var(--ours)"
            : "var(--soft)",
      }),
      Plot.text(medians.filter(({ factor }) => factor >= 2), {
        fx: "runtime",
        y: "about",
        x: "factor",
        text: ({ factor }: { factor: number }) => times(factor),
        dy: -9,
        fontSize: 10.5,
        fontWeight: 600,
        fill: "var(--good)",
      }),
    ],
  });
  return picture(
    "How many times faster, question by question",
    "Beside koffi, or what the runtime itself has. Right of the line we are faster.",
    [plot.outerHTML.replace("<svg", `<svg y="50"`)],
    height + 56,
  );
}

function picture(
  title: string,
  subtitle: string,
  parts: readonly string[],
  height: number,
): string {
  const width = WIDTH + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${
    escape(title)
  }">
<style>${STYLE}</style>
<rect class="ground" width="${width}" height="${height}" rx="8"/>
${text(PAD, 24, title, "ink", 'font-size="15" font-weight="600"')}
${text(PAD, 42, subtitle, "soft", 'font-size="11"')}
${
    parts.map((part) =>
      part.replaceAll(/ class="plot-[\w]+"|<style>[^]*?<\/style>/g, "")
    ).join("\n")
  }
</svg>
`;
}

function nameOf({ runtime }: Results): string {
  return runtime.split(" ")[0]!;
}

function text(
  x: number,
  y: number,
  content: string,
  style: string,
  more = 'font-size="12"',
): string {
  return `<text x="${x}" y="${y}" class="${style}" ${more}>${
    escape(content)
  }</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}
