/**
 * The documents as a static site in `build/site`, made by VitePress: every
 * Markdown file of the checkout at its own path, the files that they lead to,
 * the command's help, and below `api` the API reference, made by TypeDoc.
 *
 * Arguments: `--base=/path/` where the site does not lie at a server's root, and
 * the directory to write.
 *
 * @module
 */

import { globSync } from "node:fs";
import { basename, dirname, extname, join, relative } from "@std/path";
import { commandNamed, COMMANDS, HELP } from "../emit/commands/commands.ts";
import { bring, capture, ROOT } from "./runtimes.ts";
import { forSite } from "./site/markdown.ts";
import { summaryOf } from "./site/page_summary.ts";

const TITLE = "@native/plugin";

/** What stands beside each page: where it leads, and under which name. */
const MENU = {
  Begin: {
    "docs/tutorial.md": "Ten minutes",
    "docs/import.md": "Importing a plugin",
    "docs/host.md": "Using a plugin",
    "docs/bundlers.md": "Bundlers and test runners",
    "docs/ship.md": "Shipping a plugin",
    "docs/coming.md": "Coming from another FFI",
  },
  Guides: {
    "docs/c.md": "C",
    "docs/cpp.md": "C++",
    "docs/rust.md": "Rust",
    "docs/zig.md": "Zig",
    "docs/go.md": "Go",
    "docs/headers.md": "A library, by its headers",
  },
  Reference: {
    "docs/types.md": "What becomes what",
    "docs/safety.md": "What is checked",
    "docs/isolation.md": "Isolated",
    "docs/errors.md": "Errors",
    "docs/manifest.md": "The manifest",
    "docs/cli.md": "The command",
    "api/index.md": "API",
  },
  More: {
    "bench/README.md": "How fast",
    "examples/README.md": "Examples",
    "docs/comparison.md": "Beside others",
    "CHANGELOG.md": "Changes",
  },
} as const;

/** The packages that make it. */
const PACKAGES = {
  vitepress: "1.6.4",
  typedoc: "0.28.20",
  "typedoc-plugin-markdown": "4.14.1",
  "typedoc-vitepress-theme": "1.1.4",
  typescript: "6.0.3",
  vue: "3.5.45",
};

/** The theme of VitePress, with our style; `home.mjs` stands in place of its home page. */
const THEME = `import DefaultTheme from "vitepress/theme";
import "./style.css";

export default DefaultTheme;
`;

if (import.meta.main) {
  const base = Deno.args.find((word) => word.startsWith("--base="))?.slice(7);
  const output = Deno.args.find((word) => !word.startsWith("--"));
  await site(output ?? `${ROOT}build/site`, base);
}

/**
 * Writes the site.
 *
 * @param output The directory; what is there already is replaced.
 * @param base Where the site will lie on its server.
 */
export async function site(output: string, base = "/"): Promise<void> {
  const tools = await bring("site-tools", PACKAGES);
  // Below the packages, so that they are found.
  const source = await Deno.makeTempDir({ dir: tools, prefix: "pages-" });
  try {
    const pages = await writePages(source);
    const names = await writeReference(tools, source);
    await linkBack(source, pages, names);
    const told = `${source}/.vitepress`;
    await write(told, "theme/index.mjs", THEME);
    await write(
      told,
      "theme/style.css",
      await readText("tools/site/style.css"),
    );
    for (const file of ["config.mjs", "home.mjs"]) {
      await write(told, file, await readText(`tools/site/${file}`));
    }
    await Deno.writeTextFile(
      `${source}/.vitepress/site.json`,
      JSON.stringify({
        title: TITLE,
        base,
        menu: menu(),
        api: await sidebarOfReference(source),
        summaries: await summaries(source),
        names: Object.fromEntries(
          [...names].map(([name, page]) => [name, pageOf(page)]),
        ),
      }),
    );
    await must("VitePress", [
      `${tools}/node_modules/vitepress/bin/vitepress.js`,
      "build",
      source,
      `--outDir=${output}`,
    ], tools);
    console.log(`${pages.size} pages and the API: ${output}/index.html`);
  } finally {
    await Deno.remove(source, { recursive: true });
  }
}

/** What each page is about, by its path. */
async function summaries(source: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of globSync("**/*.md", { cwd: source })) {
    const about = summaryOf(await Deno.readTextFile(join(source, path)));
    if (about !== undefined) found[path] = about;
  }
  return found;
}

/** Runs a program of the packages. */
async function must(
  what: string,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  const { success, output } = await capture(
    Deno.execPath(),
    ["run", "-A", "--no-check", ...args],
    { cwd, what },
  );
  if (!success) throw new Error(output);
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

/** Where a file of the checkout lies among the pages. */
function target(file: string): string {
  if (file === "README.md") return "index.md";
  if (file.endsWith("README.md")) return file.replace("README.md", "index.md");
  return file;
}

/** What a page is called on the server. */
function pageOf(page: string): string {
  return page.replace(/(^|\/)index\.md$/, "$1").replace(/\.md$/, ".html");
}

/**
 * Writes what the checkout has.
 *
 * @returns The text of each page that a person has written, by its file.
 */
async function writePages(source: string): Promise<Map<string, string>> {
  const files = await tracked();
  const pages = new Map<string, string>();
  const linked = new Set<string>();
  for (const file of files) {
    if (!file.endsWith(".md") || file.startsWith("tests/")) continue;
    const text = await Deno.readTextFile(ROOT + file);
    pages.set(file, text);
    const resolve = (href: string): string => {
      if (/^[a-z]+:/.test(href) || href.startsWith("#")) return href;
      const [path = "", anchor] = href.split("#");
      const whole = join(dirname(file), path);
      const there = placeOf(whole, files, linked);
      if (there === undefined) throw new Error(`${file}: no "${href}"`);
      const to = relative(dirname(target(file)), there);
      const short = to.startsWith(".") ? to : `./${to}`;
      return anchor === undefined ? short : `${short}#${anchor}`;
    };
    const page = forSite(text, resolve);
    await write(source, target(file), file === "README.md" ? home(page) : page);
  }
  for (const file of linked) {
    if (!files.includes(file)) {
      await write(source, `${file}/index.md`, contents(file, files));
    } else if (isImage(file)) {
      // Shown in a page, and led to as a file of its own.
      for (const place of [source, join(source, "public")]) {
        await Deno.mkdir(dirname(join(place, file)), { recursive: true });
        await Deno.copyFile(ROOT + file, join(place, file));
      }
    } else {
      await write(source, `${file}.md`, listing(file, await readText(file)));
    }
  }
  await write(source, "docs/cli.md", await help());
  return pages;
}

/**
 * Where what a link leads to lies among the pages.
 *
 * @param linked Takes what becomes a page because something leads there.
 * @returns Undefined where the checkout has no such thing.
 */
function placeOf(
  path: string,
  files: readonly string[],
  linked: Set<string>,
): string | undefined {
  const readme = `${path}/README.md`;
  if (files.includes(readme)) return target(readme);
  if (path.endsWith(".md")) {
    return files.includes(path) ? target(path) : undefined;
  }
  const isDirectory = files.some((file) => file.startsWith(`${path}/`));
  if (!isDirectory && !files.includes(path)) return undefined;
  linked.add(path);
  if (isDirectory) {
    for (const file of inside(path, files)) linked.add(file);
    return `${path}/index.md`;
  }
  return isImage(path) ? path : `${path}.md`;
}

function inside(directory: string, files: readonly string[]): string[] {
  return files.filter((file) => file.startsWith(`${directory}/`));
}

/** A directory as a page. */
function contents(directory: string, files: readonly string[]): string {
  const list = inside(directory, files).map((file) => {
    const name = relative(directory, file);
    return `- [${name}](./${name}.md)`;
  });
  return `# ${directory}\n\n${list.join("\n")}\n`;
}

async function write(
  source: string,
  path: string,
  text: string,
): Promise<void> {
  const whole = join(source, path);
  await Deno.mkdir(dirname(whole), { recursive: true });
  await Deno.writeTextFile(whole, text);
}

function readText(file: string): Promise<string> {
  return Deno.readTextFile(ROOT + file);
}

function isImage(file: string): boolean {
  return /\.(?:svg|png|jpg)$/.test(file);
}

/** A file of source as a page. */
function listing(file: string, text: string): string {
  const language = extname(file).slice(1) || "text";
  return `---\noutline: false\n---\n\n# ${file}\n\n\`\`\`\`${language}\n${text}\n\`\`\`\`\n`;
}

/** The first page: what it is, where it leads, and what the README says. */
function home(page: string): string {
  // The picture stands beside the title.
  const body = page.replace(/^# .*\n/, "").replace(
    /^!\[.*\(.*hello\.svg\)\n/m,
    "",
  );
  return `---
layout: home
hero:
  name: "@native/plugin"
  text: Native plugins for Deno, Bun and Node
  tagline: Go's plugin package, for TypeScript. Nobody writes a signature by hand.
  image: { src: /docs/hello.svg, alt: "deno task hello: one plugin, built from C and from Go, called from each runtime" }
  actions:
    - { theme: brand, text: Ten minutes, link: /docs/tutorial.html }
    - { theme: alt, text: API, link: /api/ }
    - { theme: alt, text: How fast, link: /bench/ }
features:
  - title: No signatures by hand
    details: They are read out of the compiled library, so that they cannot disagree with it.
    link: /docs/types.html
  - title: Checked on every call
    details: What the function cannot take is an error that says which argument, and what was wanted.
    link: /docs/safety.html
  - title: C, C++, Rust, Zig, Go
    details: Ordinary source, packages and crates as they are, and libraries by their headers.
    link: /docs/c.html
  - title: A crash is an error
    details: "Isolated, a plugin lives in a process of its own, and does what it is permitted."
    link: /docs/isolation.html
---

${body}`;
}

/** The help of all commands as a page. */
async function help(): Promise<string> {
  const parts = ["# The command", "", fenced(HELP)];
  for (const name of COMMANDS) {
    const { help } = await commandNamed(name);
    parts.push(`## plugin ${name}`, "", fenced(help));
  }
  return parts.join("\n");
}

function fenced(text: string): string {
  return `\`\`\`\`text\n${text.trimEnd()}\n\`\`\`\`\n`;
}

/** The menu as VitePress has it. */
function menu(): object[] {
  return Object.entries(MENU).map(([text, pages]) => ({
    text,
    items: Object.entries(pages).map(([file, text]) => ({
      text,
      link: `/${pageOf(target(file))}`,
    })),
  }));
}

/** The modules that are imported by name: what TypeDoc is given. What the command has is its help. */
async function entryPoints(): Promise<string[]> {
  const { exports } = JSON.parse(await readText("package.json"));
  return Object.entries(exports as Record<string, string>)
    .filter(([name]) => name !== "./cli")
    .map(([, file]) => join(ROOT, file));
}

/**
 * Writes the API reference.
 *
 * @returns The page of each name; functions of the lesser modules, which have
 * names of programs (`vite()`), with their brackets.
 */
async function writeReference(
  tools: string,
  source: string,
): Promise<Map<string, string>> {
  await must("TypeDoc", [
    `${tools}/node_modules/typedoc/bin/typedoc`,
    ...["--plugin", "typedoc-plugin-markdown"],
    ...["--plugin", "typedoc-vitepress-theme"],
    // Below TypeDoc, so that it is found.
    ...["--plugin", await copied("tools/site/module_names.mjs", tools)],
    ...["--tsconfig", `${ROOT}tsconfig.json`],
    ...(await entryPoints()).flatMap((file) => ["--entryPoints", file]),
    ...["--out", `${source}/api`, "--docsRoot", source],
    ...["--options", `${ROOT}tools/site/typedoc.json`],
  ], tools);
  const names = new Map<string, string>();
  const pattern = "api/**/{functions,classes,interfaces,type-aliases}/*.md";
  for (const page of globSync(pattern, { cwd: source })) {
    const [, within, kind, name] = /^api\/plugin\/(\w+\/)?(.*)\/(.*)\.md$/
      .exec(page)!;
    const isLesser = within !== undefined && kind === "functions";
    names.set(isLesser ? `${name}()` : name!, page);
  }
  return names;
}

/** Copies a file of the checkout into a directory. */
async function copied(file: string, directory: string): Promise<string> {
  const copy = join(directory, basename(file));
  await Deno.copyFile(ROOT + file, copy);
  return copy;
}

/** What the menu shows, as TypeDoc and VitePress have it. */
interface Entry {
  readonly text: string;
  readonly link?: string;
  readonly items?: readonly Entry[];
}

/**
 * The menu of the reference: the kinds of what `@native/plugin` exports, and
 * then a list for each other module. All are open: what opens and closes has
 * a link within a button.
 */
async function sidebarOfReference(source: string): Promise<Entry[]> {
  const path = `${source}/api/typedoc-sidebar.json`;
  const modules: Entry[] = JSON.parse(await Deno.readTextFile(path));
  const leaves = ({ items, ...leaf }: Entry): Entry[] =>
    items === undefined ? [leaf] : items.flatMap(leaves);
  return modules.flatMap(({ text, link, items = [] }) =>
    text === TITLE
      ? items.map(({ text, items = [] }) => ({ text, items }))
      : { text, ...(link && { link }), items: items.flatMap(leaves) }
  );
}

/** Says in the reference which pages tell more of a name; what is an element of HTML goes, no page has any. */
async function linkBack(
  source: string,
  pages: ReadonlyMap<string, string>,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name, page] of names) {
    const mention = name.endsWith("()")
      ? new RegExp(`\`${RegExp.escape(name)}\``)
      : new RegExp(`\`(?:plugin\\.)?${name}(?:\\(.*?\\))?\``);
    const path = join(source, page);
    const reference = (await Deno.readTextFile(path))
      .replaceAll(/<a id="[^"]*"><\/a> ?/g, "");
    const told = [...pages].filter(([file, text]) =>
      /^(?:docs|examples)\//.test(file) && mention.test(text)
    );
    const list = told.map(([file, text]) => {
      const [, title = file] = /^# (.*)$/m.exec(text) ?? [];
      const to = relative(dirname(page), target(file));
      return `- [${title}](${to})`;
    });
    const more = list.length === 0
      ? ""
      : `\n## In the documents\n\n${list.join("\n")}\n`;
    await Deno.writeTextFile(path, `${reference}${more}`);
  }
}
