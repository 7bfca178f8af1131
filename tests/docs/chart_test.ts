/**
 * The charts and the picture of the README can be read: in a real browser, on
 * light and dark, at the width of a telephone.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { factorOf } from "../../bench/chart.ts";
import type { Results } from "../../bench/measure.ts";
import { need, RUNTIME, skip } from "../helpers/need.ts";
import { test } from "../helpers/test.ts";
import { contrast, type Shown, textsOf, withPage } from "./helpers/browser.ts";

const RESULTS = new URL("../../bench/results/", import.meta.url);
const BROWSER = RUNTIME === "Deno"
  ? need("chromium")
  : skip("a browser shows the same, whoever starts it");

const names = readdirSync(RESULTS);
const charts = names.filter((name) => name.endsWith(".svg"));

/** A telephone. */
const NARROW = 400;

/** What cannot be read of a picture. */
function faults(texts: readonly Shown[], height: number): string[] {
  return texts.flatMap((one, index) => {
    const { text, ink, ground, size, left, top, right, bottom } = one;
    if (contrast(ink, ground) < 4.5) return [`${text}: ${ink} on ${ground}`];
    if (size < 8.5) return [`${text}: ${size} pixels`];
    if (left < 0 || top < 0 || bottom > height) return [`${text}: cut off`];
    // What is of another column or line does not reach into it.
    const other = texts.slice(index + 1).find((other) =>
      Math.min(right, other.right) - Math.max(left, other.left) > 1 &&
      Math.min(bottom, other.bottom) - Math.max(top, other.top) > 4
    );
    return other === undefined ? [] : [`${text} lies over ${other.text}`];
  });
}

test("every chart can be read on light and dark, at 400 pixels", {
  ...BROWSER,
  timeout: 600_000,
}, async () => {
  await withPage(async (page) => {
    const wrong: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const name of charts) {
        await page.setContent(readFileSync(new URL(name, RESULTS), "utf8"));
        const texts = await textsOf(page, NARROW);
        assert(texts.length > 5, name);
        const height = Number(
          await page.locator("svg").first().getAttribute("height"),
        );
        wrong.push(
          ...faults(texts, height + 8).map((fault) =>
            `${name}, ${colorScheme}: ${fault}`
          ),
        );
      }
    }
    assertEquals(wrong, []);
  });
});

test("bench/README.md shows every chart", () => {
  const page = readFileSync(new URL("../README.md", RESULTS), "utf8");
  const shown = [...page.matchAll(/^!\[.+\]\(results\/(.+)\)$/gm)];
  assertEquals(shown.map(([, name]) => name).sort(), charts.toSorted());
});

test("every bar can be seen, and ours says where it is faster", () => {
  for (const name of names.filter((name) => name.endsWith(".json"))) {
    const svg = readFileSync(
      new URL(name.replace(".json", ".svg"), RESULTS),
      "utf8",
    );
    const runs: Results[] = JSON.parse(
      readFileSync(new URL(name, RESULTS), "utf8"),
    );
    const sides = runs.flatMap(({ questions }) =>
      questions.flatMap(({ sides }) => Object.keys(sides))
    );
    const widths = [
      ...svg.matchAll(/fill="var\(--(?:ours|theirs)\)"[^>]* width="([\d.]+)"/g),
    ].map(([, width]) => Number(width));
    assertEquals(widths.length, sides.length, name);
    assert(Math.min(...widths) > 4, `${name}: ${widths}`);
    const much = runs.flatMap(({ questions }) =>
      questions.filter((question) => (factorOf(question)?.factor ?? 0) >= 1.25)
    );
    assertEquals(svg.split(" faster<").length - 1, much.length, name);
  }
});

test("docs/hello.svg shows all from its first moment", BROWSER, async () => {
  const path = new URL("../../docs/hello.svg", import.meta.url);
  await withPage(async (page) => {
    await page.setContent(readFileSync(path, "utf8"));
    const texts = await textsOf(page, 603);
    assert(texts.length > 10);
    assertEquals(faults(texts, 500), []);
  });
});
