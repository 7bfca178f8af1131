/**
 * Draws results as bars: an SVG picture, readable on white and on black.
 *
 * @module
 */

import type { Results } from "./report.ts";

const WIDTH = 760;
/** Where the bars begin, and how long the longest of a question is. */
const LEFT = 250;
const LONGEST = 400;
const ROW = 18;
const GAP = 26;
const TOP = 52;

// Each has enough contrast with white and with black.
const INK = "#7d8590";
const OURS = "#2f81f7";
const THEIRS = "#8b949e";

interface Bar {
  readonly label: string;
  readonly time: number;
  readonly isOurs: boolean;
}

/**
 * Draws one picture.
 *
 * @param runs The same questions on several runtimes.
 * @returns The text of an SVG file.
 */
export function chart(runs: readonly Results[]): string {
  const title = runs[0]!.title;
  const subtitle = `Nanoseconds, less is better. ${
    runs.map(({ runtime }) => runtime).join(", ")
  }.`;
  const rows: string[] = [];
  let y = TOP;
  for (const [name, bars] of groups(runs)) {
    rows.push(text(16, y + 13, name, INK, 'font-weight="600"'));
    y += ROW;
    const longest = Math.max(...bars.map(({ time }) => time));
    for (const bar of bars) {
      rows.push(row(bar, y, longest));
      y += ROW;
    }
    y += GAP - ROW;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>${escape(title)}</title>
${text(16, 22, title, INK, 'font-size="15" font-weight="600"')}
${text(16, 40, subtitle, INK)}
${rows.join("\n")}
</svg>
`;
}

function groups(runs: readonly Results[]): Map<string, Bar[]> {
  const groups = new Map<string, Bar[]>();
  for (const { runtime, questions } of runs) {
    const where = runtime.split(" ")[0];
    for (const { name, sides } of questions) {
      const bars = groups.get(name) ?? [];
      groups.set(name, bars);
      for (const [side, time] of Object.entries(sides)) {
        const isOurs = side === "plugin";
        bars.push({ label: `${side} on ${where}`, time, isOurs });
      }
    }
  }
  return groups;
}

function row({ label, time, isOurs }: Bar, y: number, longest: number): string {
  const width = Math.max(1, Math.round(time / longest * LONGEST));
  return [
    text(LEFT - 8, y + 12, label, INK, 'text-anchor="end"'),
    `<rect x="${LEFT}" y="${y + 2}" width="${width}" height="${
      ROW - 5
    }" rx="2" fill="${isOurs ? OURS : THEIRS}"/>`,
    text(LEFT + width + 6, y + 12, shown(time), INK),
  ].join("\n");
}

function shown(time: number): string {
  if (time >= 1e6) return `${(time / 1e6).toFixed(1)} ms`;
  if (time >= 1e4) return `${(time / 1e3).toFixed(1)} µs`;
  return `${time.toFixed(time < 100 ? 1 : 0)} ns`;
}

function text(
  x: number,
  y: number,
  content: string,
  fill: string,
  more = "",
): string {
  return `<text x="${x}" y="${y}" fill="${fill}"${more && " "}${more}>${
    escape(content)
  }</text>`;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
