/**
 * The documents as a static site in `build/site`: every Markdown file of the
 * checkout at its own path, and the API reference below `api`.
 *
 * @module
 */

import { basename, dirname, join, relative } from "@std/path";
import { Marked, type Tokens } from "marked";
import { capture, ROOT } from "./runtimes.ts";

const NAME = "@native/plugin";

/** What stands beside each page: where it leads, and under which name. */
const MENU: readonly (readonly [path: string, name: string])[] = [
  ["README.md", NAME],
  ["docs/c.md", "C"],
  ["docs/cpp.md", "C++"],
  ["docs/rust.md", "Rust"],
  ["docs/zig.md", "Zig"],
  ["docs/go.md", "Go"],
  ["docs/headers.md", "By headers"],
  ["docs/host.md", "Using a plugin"],
  ["docs/types.md", "Types"],
  ["docs/safety.md", "Safety"],
  ["docs/isolation.md", "Isolated"],
  ["docs/errors.md", "Errors"],
  ["docs/manifest.md", "Manifest"],
  ["docs/comparison.md", "Beside others"],
  ["bench/README.md", "How fast"],
  ["CHANGELOG.md", "Changes"],
  ["api/index.html", "API"],
];

const STYLE = `
:root { color-scheme: light dark; --line: #8884; }
body { margin: 0 auto; max-width: 76rem; font: 1rem/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 11rem minmax(0, 1fr); }
nav { padding: 1.5rem 1rem; border-right: 1px solid var(--line); }
nav ul { list-style: none; margin: 0; padding: 0; position: sticky; top: 1.5rem; }
nav a { display: block; padding: .15rem 0; text-decoration: none; }
nav a[aria-current] { font-weight: 600; }
main { padding: 1rem 2rem 4rem; }
pre { overflow-x: auto; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .4rem; }
code { font: .88em/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
img { max-width: 100%; }
@media (max-width: 48rem) { body { display: block; } nav { border: 0; } nav ul { position: static; columns: 2; } }
`;

if (import.meta.main) {
  await site(Deno.args[0] ?? `${ROOT}build/site`);
}

/**
 * Writes the site.
 *
 * @param output The directory; what is there already is replaced.
 */
export async function site(output: string): Promise<void> {
  await Deno.remove(output, { recursive: true }).catch(() => {});
  await Deno.mkdir(output, { recursive: true });
  const files = await tracked();
  const pages = files.filter((file) =>
    file.endsWith(".md") && !file.startsWith("tests/")
  );
  const linked = new Set<string>();
  for (const page of pages) {
    const to = join(output, target(page));
    await Deno.mkdir(dirname(to), { recursive: true });
    const text = await Deno.readTextFile(ROOT + page);
    await Deno.writeTextFile(to, render(text, page, files, linked));
  }
  for (const file of linked) {
    const to = join(output, file);
    await Deno.mkdir(dirname(to), { recursive: true });
    await Deno.copyFile(ROOT + file, to);
  }
  await reference(join(output, "api"));
  console.log(`${pages.length} pages and the API: ${output}/index.html`);
}

/** The files of the checkout, those that are new as well. */
async function tracked(): Promise<string[]> {
  const { output } = await capture("git", [
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
  ]);
  return output.trim().split("\n");
}

/** The page that a Markdown file becomes. */
function target(file: string): string {
  if (file === "README.md") return "index.html";
  return file.replace(/README\.md$/, "index.html").replace(/\.md$/, ".html");
}

/**
 * Renders a page.
 *
 * @param file Its path in the checkout, from which its links are.
 * @param files All files of the checkout.
 * @param linked Takes the files that are neither pages nor left out.
 */
function render(
  text: string,
  file: string,
  files: readonly string[],
  linked: Set<string>,
): string {
  const resolve = (href: string): string => {
    if (/^[a-z]+:/.test(href) || href.startsWith("#")) return href;
    const [path = "", anchor] = href.split("#");
    const whole = join(dirname(file), path);
    const readme = `${whole}/README.md`;
    const found = files.includes(readme) ? readme : whole;
    if (!files.includes(found)) throw new Error(`${file}: no "${href}"`);
    if (!found.endsWith(".md")) linked.add(found);
    const to = relative(dirname(target(file)), target(found));
    return anchor === undefined ? to : `${to}#${anchor}`;
  };
  const marked = new Marked({
    walkTokens(token) {
      if (token.type === "link" || token.type === "image") {
        token.href = resolve(token.href);
      }
    },
    renderer: {
      heading({ tokens, depth, text }: Tokens.Heading): string {
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${anchorOf(text)}">${inner}</h${depth}>\n`;
      },
    },
  });
  const title = /^# (.*)$/m.exec(text)?.[1] ?? basename(file);
  return page(title, menu(file), marked.parse(text, { async: false }));
}

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function menu(file: string): string {
  const items = MENU.map(([path, name]) => {
    const href = relative(dirname(target(file)), target(path));
    const current = path === file ? ` aria-current="page"` : "";
    return `<li><a href="${href}"${current}>${name}</a></li>`;
  });
  return `<ul>\n${items.join("\n")}\n</ul>`;
}

function page(title: string, menu: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
<nav>${menu}</nav>
<main>
${body}</main>
</html>
`;
}

/** Writes the API reference, from the documentation comments. */
async function reference(directory: string): Promise<void> {
  const { success, output } = await capture(Deno.execPath(), [
    "doc",
    "--html",
    `--name=${NAME}`,
    `--output=${directory}`,
    "mod.ts",
  ]);
  if (!success) throw new Error(output);
  await mendSearch(`${directory}/search.js`);
}

/**
 * Where there is one module, "deno doc" calls it "." and takes that for a
 * directory: what a search finds leads out of the reference.
 */
async function mendSearch(path: string): Promise<void> {
  const script = await Deno.readTextFile(path);
  const wrong = /const pathToRoot = [^;]*;/;
  if (!wrong.test(script)) throw new Error(`${path} is not as it was`);
  const right =
    `const pathToRoot = new URL(".", document.currentScript.src).href;`;
  await Deno.writeTextFile(path, script.replace(wrong, right));
}
