/**
 * The site, as a browser shows it.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need, skip } from "../helpers/need.ts";
import { withPage } from "./helpers/browser.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The tool that makes the site is one of Deno's. */
const IS_DENO = "Deno" in globalThis;
const ELSEWHERE = "deno doc makes the site";
const DENO = IS_DENO ? need("git") : skip(ELSEWHERE);
const BROWSER = IS_DENO ? need("chromium", "git") : skip(ELSEWHERE);

let made: Promise<string> | undefined;

/** Makes the site, once. */
function site(): Promise<string> {
  return made ??= (async () => {
    const directory = join(emptyDirectory(), "site");
    const task = [
      "run",
      "--quiet",
      "-A",
      join(ROOT, "tools/site.ts"),
      directory,
    ];
    const ran = await run("deno", task, { cwd: ROOT });
    assertEquals(ran.status, 0, ran.stderr);
    return directory;
  })();
}

test(
  "every link of the site leads to a page of it, and to every page a link",
  DENO,
  async () => {
    const directory = await site();
    const pages = readdirSync(directory, { recursive: true })
      .map(String).filter((path) => path.endsWith(".html"));
    const own = pages.filter((path) => !path.startsWith("api/"));
    assert(own.length > 12, `${own}`);
    const dead: string[] = [];
    const linked = new Set<string>();
    for (const page of own) {
      const html = readFileSync(join(directory, page), "utf8");
      for (const [, link] of html.matchAll(/(?:href|src)="([^"]+)"/g)) {
        if (/^[a-z]+:/.test(link!)) continue;
        const [path, anchor] = link!.split("#");
        const to = join(
          directory,
          path === "" ? page : join(dirname(page), path!),
        );
        linked.add(to);
        const isDead = !existsSync(to) || statSync(to).isDirectory() ||
          anchor !== undefined &&
            !readFileSync(to, "utf8").includes(`id="${anchor}"`);
        if (isDead) dead.push(`${page}: ${link}`);
      }
    }
    const unlinked = own.filter((page) => !linked.has(join(directory, page)));
    assertEquals({ dead, unlinked }, { dead: [], unlinked: [] });
  },
);

test("a browser shows the site, finds open() and searches", {
  ...BROWSER,
  timeout: 300_000,
}, async () => {
  const directory = await site();
  await withPage(async (page) => {
    const problems: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        problems.push(message.text());
      }
    });
    page.on("pageerror", (error) => problems.push(String(error)));

    await page.goto(pathToFileURL(join(directory, "index.html")).href);
    assertStringIncludes(await page.textContent("h1") ?? "", "Native plugins");
    await page.click("nav >> text=Safety");
    assertStringIncludes(await page.textContent("h1") ?? "", "What is checked");

    await page.click("nav >> text=API");
    await page.click(".topSymbols a[title='open']");
    assertStringIncludes(page.url(), "/~/open.html");
    assertStringIncludes(
      await page.textContent("body") ?? "",
      "Opens a plugin",
    );

    await page.fill("#searchbar", "lastErr");
    const found = page.locator("#searchResults a", { hasText: "lastError" });
    await found.first().click();
    await page.waitForURL(/lastError/);
    assertEquals(problems, []);
  });
});
