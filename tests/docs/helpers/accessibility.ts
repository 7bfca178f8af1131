/**
 * What is wrong with a page for those who read it by ear, by keyboard or with
 * weak eyes, as axe finds it.
 *
 * @module
 */

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import type { AxeResults, ElementContext, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

/** Pixels that a window on a desk and a telephone are wide, and what colours it has: each once. */
const LOOKS = [
  { width: 1280, isDark: false },
  { width: 400, isDark: true },
] as const;

/** The rules that hang on colours. */
export const COLOURS: RunOptions = { runOnly: ["color-contrast"] };

/** Has axe in every page that is opened from now on. */
export async function bringAxe(page: Page): Promise<void> {
  const path = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.addInitScript(readFileSync(path, "utf8"));
}

/**
 * Looks at a page: at all of it wide and light, and then narrow and dark.
 *
 * @param page The page; its code loses spans on the way.
 * @param exclude What is not looked at.
 * @returns A line for each fault.
 */
export async function faultsOf(
  page: Page,
  exclude: readonly string[] = [],
): Promise<string[]> {
  const found: string[] = [];
  await thinCode(page);
  for (const { width, isDark } of LOOKS) {
    await page.setViewportSize({ width, height: 800 });
    await dye(page, isDark);
    found.push(...await faultsIn(page, { exclude: [...exclude] }, {}));
  }
  return found;
}

/**
 * Looks at a part of a page as it stands, in both colours.
 *
 * @param include The part.
 * @param options Which rules there are.
 */
export async function faultsNow(
  page: Page,
  include: readonly string[],
  options: RunOptions = {},
): Promise<string[]> {
  const found: string[] = [];
  for (const isDark of [false, true]) {
    await dye(page, isDark);
    found.push(...await faultsIn(page, { include: [...include] }, options));
  }
  return found;
}

async function faultsIn(
  page: Page,
  context: ElementContext,
  options: RunOptions,
): Promise<string[]> {
  const [violations, where] = await page.evaluate(
    async ([context, options]) => {
      // deno-lint-ignore no-explicit-any -- this runs in the browser
      const { axe, document, innerWidth } = globalThis as any;
      const found: AxeResults = await axe.run(context, {
        ...options,
        resultTypes: ["violations"],
        preload: false, // styles, for what hangs on how a telephone is held
      });
      const { className } = document.documentElement;
      const where = `${innerWidth} pixels, ${
        className.includes("dark") ? "dark" : "light"
      }`;
      return [found.violations, where] as const;
    },
    [context as object, options] as const,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) =>
      `${page.url()} (${where}): ${id}: ${help}: ${html.slice(0, 200)}`
    )
  );
}

/** Gives a page its dark colours, or its light ones, at once. */
function dye(page: Page, isDark: boolean): Promise<void> {
  return page.evaluate((isDark) => {
    // deno-lint-ignore no-explicit-any -- this runs in the browser
    const { document } = globalThis as any;
    // What fades from one colour to the other has neither meanwhile.
    document.head.insertAdjacentHTML(
      "beforeend",
      "<style>*, ::before, ::after { transition: none !important }</style>",
    );
    document.documentElement.classList.toggle("dark", isDark);
  }, isDark);
}

/**
 * Leaves of the words in code that have the same colours one: axe takes as long
 * for each word as for a paragraph.
 */
function thinCode(page: Page): Promise<void> {
  return page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- this runs in the browser
    const { document } = globalThis as any;
    const seen = new Set();
    for (const span of document.querySelectorAll(".line span")) {
      const style = span.getAttribute("style");
      if (!seen.has(style) && span.checkVisibility()) seen.add(style);
      else span.replaceWith(span.textContent);
    }
  });
}
