/**
 * The site, as a browser shows it.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { contrast, withPage } from "../docs/helpers/browser.ts";
import { fileOf, pagesOf, site, withServer } from "../docs/helpers/site.ts";
import { need, skip } from "../helpers/need.ts";
import { test } from "../helpers/test.ts";

/** The tool that makes the site is one of Deno's. */
const IS_DENO = "Deno" in globalThis;
const ELSEWHERE = "a task of Deno's makes the site";
const DENO = {
  ...(IS_DENO ? need("git") : skip(ELSEWHERE)),
  timeout: 900_000,
};
const BROWSER = {
  ...(IS_DENO ? need("chromium", "git") : skip(ELSEWHERE)),
  timeout: 900_000,
};

test(
  "every link of the site leads to a page, and to every page a link",
  DENO,
  async () => {
    const directory = await site();
    const pages = pagesOf(directory);
    assert(pages.length > 60, `${pages.length}`);
    const dead: string[] = [];
    const linked = new Set<string>();
    for (const page of pages) {
      const html = readFileSync(join(directory, page), "utf8");
      for (const [, link] of html.matchAll(/<a [^>]*href="([^"]+)"/g)) {
        if (/^[a-z]+:/.test(link!)) continue;
        const [path = "", anchor] = decodeURI(link!).split("#");
        const to = fileOf(directory, page, path);
        linked.add(to);
        const isDead = !existsSync(to) ||
          anchor !== undefined && anchor !== "" &&
            !readFileSync(to, "utf8").includes(`id="${anchor}"`);
        if (isDead) dead.push(`${page}: ${link}`);
      }
    }
    const unlinked = pages.filter((page) =>
      page !== "404.html" && !linked.has(join(directory, page))
    );
    assertEquals({ dead, unlinked }, { dead: [], unlinked: [] });
  },
);

test("every page says what it is about", DENO, async () => {
  const directory = await site();
  const said = new Map<string, string>();
  for (const page of pagesOf(directory)) {
    if (page === "404.html") continue;
    const html = readFileSync(join(directory, page), "utf8");
    const [, about = ""] = /<meta name="description" content="([^"]*)">/
      .exec(html) ?? [];
    assert(about.length > 10, page);
    assertStringIncludes(
      html,
      `<meta property="og:description" content="${about}">`,
    );
    said.set(page, about);
  }
  assert(new Set(said.values()).size > said.size / 3);
});

test(
  "a browser shows it, searches, and changes tabs and colours",
  BROWSER,
  async () => {
    const directory = await site();
    await withServer(directory, async (address) => {
      await withPage(async (page) => {
        const problems: string[] = [];
        page.on("console", (message) => {
          if (["error", "warning"].includes(message.type())) {
            problems.push(message.text());
          }
        });
        page.on("pageerror", (error) => problems.push(String(error)));
        await page.goto(`${address}/docs/host.html`);

        // One tab for each runtime.
        const group = page.locator(".vp-code-group").first();
        assertEquals(
          await group.locator("label").allTextContents(),
          ["Deno", "Bun", "Node"],
        );
        await group.locator("label", { hasText: "Node" }).click();
        assertStringIncludes(
          await group.locator("div.active").innerText(),
          "npx -y deno task npm",
        );

        // What is code has colours, and each is far enough from its ground.
        const before = await colours(page);
        await page.locator(".VPSwitchAppearance").first().click();
        await page.waitForFunction(() =>
          // deno-lint-ignore no-explicit-any -- this runs in the browser
          (globalThis as any).document.documentElement.className.includes(
            "dark",
          )
        );
        const after = await colours(page);
        for (const seen of [before, after]) {
          assert(seen.inks.length > 3, `${seen.inks}`);
          assertEquals(
            seen.inks.filter((ink) => contrast(ink, seen.ground) < 4.5),
            [],
          );
        }
        assert(before.ground !== after.ground);

        // So is the button of the first page, dark and light.
        await page.goto(`${address}/`);
        for (const _ of ["dark", "light"]) {
          const { ink, ground } = await page.locator(".VPButton.brand")
            .evaluate((button: unknown) => {
              // deno-lint-ignore no-explicit-any -- this runs in the browser
              const style = (globalThis as any).getComputedStyle(button);
              return { ink: style.color, ground: style.backgroundColor };
            });
          assert(contrast(ink, ground) >= 4.5, `${ink} on ${ground}`);
          await page.locator(".VPSwitchAppearance").first().click();
        }

        // From a name in a document to the API, and from there back.
        await page.goto(`${address}/docs/errors.html`);
        await page.locator('main a[href*="/classes/PluginError"]').first()
          .click();
        await page.waitForURL(/\/api\/plugin\/classes\/PluginError/);
        await page.locator("main", { hasText: "In the documents" }).waitFor();
        await page.locator('main a[href*="/docs/errors"]').first().click();
        await page.waitForURL(/\/docs\/errors/);
        await page.locator("main h1", { hasText: "Errors" }).waitFor();

        await page.locator(".DocSearch-Button, .VPNavBarSearch button").first()
          .click();
        await page.fill(".search-input", "lastError");
        const found = page.locator(".result", { hasText: "lastError" }).first();
        await found.click();
        await page.waitForURL(/lastError|#/);

        await page.setViewportSize({ width: 400, height: 800 });
        await page.goto(`${address}/examples/`);
        assertEquals(await page.locator(".vp-doc table img").count(), 4);
        assertEquals(problems, []);
      });
    });
  },
);

interface Colours {
  readonly ground: string;
  readonly inks: readonly string[];
}

/** The colours of code on a page. */
// deno-lint-ignore no-explicit-any -- a page of the browser's
function colours(page: any): Promise<Colours> {
  return page.evaluate(() => {
    // deno-lint-ignore no-explicit-any -- this runs in the browser
    const { document, getComputedStyle } = globalThis as any;
    const block = document.querySelector("div[class*=language-]");
    // deno-lint-ignore no-explicit-any -- an element of the browser's
    const inks = [...document.querySelectorAll(".line span")].map((span: any) =>
      getComputedStyle(span).color
    );
    return {
      ground: getComputedStyle(block).backgroundColor,
      inks: [...new Set(inks)],
    };
  });
}
