/**
 * The site for everybody: axe looks at every page, light and dark, wide and at
 * the width of a telephone, and at what opens.
 *
 * @module
 */

import type { Page } from "playwright-core";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { dirname } from "@std/path";
import {
  bringAxe,
  COLOURS,
  faultsNow,
  faultsOf,
} from "../docs/helpers/accessibility.ts";
import { withPage } from "../docs/helpers/browser.ts";
import { pagesOf, site, withServer } from "../docs/helpers/site.ts";
import { need, skip } from "../helpers/need.ts";
import { test } from "../helpers/test.ts";

const BROWSER = {
  ...("Deno" in globalThis
    ? need("chromium", "git")
    : skip("a task of Deno's makes the site")),
  timeout: 1_800_000,
};

/** The menus, which are the same beside all pages of a part. */
const MENUS = [".VPNav", ".VPSidebar"];

test("no page has anything that axe finds", BROWSER, async () => {
  const directory = await site();
  const parts = new Set<string>();
  // What is shown where nothing is, is VitePress's own.
  const pages = toLookAt(
    pagesOf(directory).filter((path) => path !== "404.html"),
  ).values();
  const found: string[] = [];
  const problems: string[] = [];
  await withServer(directory, async (address) => {
    const look = async (page: Page) => {
      await bringAxe(page);
      for (const path of pages) {
        await page.goto(`${address}/${path}`);
        const part = path.startsWith("api/") ? "api" : "documents";
        found.push(...await faultsOf(page, parts.has(part) ? MENUS : []));
        parts.add(part);
        const shown = await shownBy(page);
        if (shown.width !== 400 || shown.broken > 0) {
          problems.push(`${path}: ${JSON.stringify(shown)}`);
        }
      }
    };
    // Two at a time, as there are processors.
    await withPage(async (page, open) => {
      await Promise.all([page, await open()].map(look));
    });
  });
  assertEquals({ found, problems }, { found: [], problems: [] });
});

/** Those of one kind of the reference that are looked at by the gate. */
const ALIKE = 3;

/** Every document; of the reference a few of each kind, but for `deno task reach`. */
function toLookAt(pages: readonly string[]): readonly string[] {
  if (process.env.PLUGIN_REACH !== undefined) return pages;
  const seen = new Map<string, number>();
  return pages.filter((path) => {
    if (!path.startsWith("api/")) return true;
    const kind = dirname(path);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return seen.get(kind)! <= ALIKE;
  });
}

/** How wide the page is of a window that is 400 wide, and how many pictures it does not show. */
function shownBy(page: Page): Promise<{ width: number; broken: number }> {
  return page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- this runs in the browser
    const { document } = globalThis as any;
    return {
      width: document.documentElement.scrollWidth,
      broken: [...document.images].filter((image) =>
        image.complete && image.naturalWidth === 0
      ).length,
    };
  });
}

test("nor has what opens on a page", BROWSER, async () => {
  const directory = await site();
  await withServer(directory, async (address) => {
    await withPage(async (page) => {
      await bringAxe(page);
      const found: string[] = [];
      const host = async (width: number) => {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${address}/docs/host.html`);
      };
      await host(1280);
      await page.locator(".VPNavBarSearch button").first().click();
      await page.fill(".search-input", "lastError");
      await page.locator(".result").first().waitFor();
      // VitePress's own: a box that is a button, and options that are links.
      found.push(...await faultsNow(page, [".VPLocalSearchBox"], COLOURS));

      await host(400);
      await page.locator(".VPNavBarHamburger").click();
      await page.locator(".VPNavScreen").waitFor();
      found.push(...await faultsNow(page, [".VPNavScreen"]));

      await host(400);
      await page.locator(".VPLocalNav .menu").click();
      await page.locator(".VPSidebar.open").waitFor();
      found.push(...await faultsNow(page, [".VPSidebar"]));
      assertEquals(found, []);
    });
  });
});
