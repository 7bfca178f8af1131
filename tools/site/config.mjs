// What VitePress is told; tools/site.ts puts it beside the pages.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The pages, as tools/site.ts has found them. */
const { title, menu, api, names, summaries, base } = JSON.parse(
  readFileSync(new URL("./site.json", import.meta.url), "utf8"),
);

/** The anchor of a heading, as GitHub makes it. */
function anchorOf(heading) {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** Leads from the name of something of the API, where it stands as code, to its page. */
function linkNames(markdown) {
  const code = markdown.renderer.rules.code_inline;
  markdown.renderer.rules.code_inline = (tokens, index, options, env, self) => {
    const html = code(tokens, index, options, env, self);
    const { content } = tokens[index];
    const name = [content, content.replace(/\(.*\)$/, "")]
      .find((name) => Object.hasOwn(names, name));
    const page = names[name];
    const isLink = tokens.slice(0, index).reduce(
      (depth, { type }) =>
        depth + (type === "link_open") - (type === "link_close"),
      0,
    ) > 0;
    const isOwn = env.relativePath?.startsWith("api/");
    return page === undefined || isLink || isOwn
      ? html
      : `<a href="${base}${page}">${html}</a>`;
  };
}

/** Columns from which on a table is wide, and letters of a row from which on it is long. */
const WIDE = 4;
const LONG = 80;

/** Says to the style which tables have many columns or long rows, and of each cell what its column is called. */
function markTables(markdown) {
  // VitePress's own leaves attributes out.
  markdown.renderer.rules.table_open = (tokens, index, options, _env, self) => {
    tokens[index].attrSet("tabindex", "0");
    return self.renderToken(tokens, index, options);
  };
  markdown.core.ruler.push("mark_tables", ({ tokens, env }) => {
    let table, names, column, letters, rows;
    for (const [at, token] of tokens.entries()) {
      const text = tokens[at + 1]?.content?.replaceAll(
        /[`*]|\]\([^)]*\)|\[/g,
        "",
      );
      switch (token.type) {
        case "table_open":
          [table, names, letters, rows] = [token, [], 0, 0];
          break;
        case "th_open":
          names.push(text);
          break;
        case "tr_open":
          column = 0;
          rows++;
          break;
        case "th_close":
          // A corner without a word names no column.
          if (names.at(-1) === "") {
            token.tag = tokens[at - 2].tag = "td";
          }
          break;
        case "td_open":
          if (names[column]) token.attrSet("data-label", names[column]);
          column++;
          letters += text.length;
          break;
        case "table_close":
          if (names.length >= WIDE) {
            env.frontmatter.pageClass = "wide";
          }
          if (
            names.length >= WIDE || names.length > 2 && letters / rows >= LONG
          ) {
            table.attrJoin("class", "long");
          }
      }
    }
  });
}

export default {
  title,
  description: "Go's plugin package, for Deno, Bun and Node",
  base,
  lang: "en",
  // Nothing is asked of another server.
  head: [["link", { rel: "icon", href: "data:," }]],
  transformPageData(page) {
    const about = summaries[page.relativePath];
    if (about !== undefined && !page.frontmatter.hero) page.description = about;
  },
  // What is shown of a link that somebody sends.
  transformHead: ({ title, description }) => [
    ["meta", { property: "og:type", content: "website" }],
    ["meta", { property: "og:title", content: title }],
    ["meta", { property: "og:description", content: description }],
  ],
  vite: {
    build: { chunkSizeWarningLimit: 4096 },
    logLevel: "warn",
    resolve: {
      alias: [{
        find: /^\.\/VPHome\.vue$/,
        replacement: fileURLToPath(new URL("./home.mjs", import.meta.url)),
      }],
    },
  },
  markdown: {
    // What stands in angle brackets is a type, and no element.
    html: false,
    anchor: { slugify: anchorOf },
    toc: { slugify: anchorOf },
    headers: { slugify: anchorOf },
    theme: {
      light: "github-light-high-contrast",
      dark: "github-dark-high-contrast",
    },
    config(markdown) {
      linkNames(markdown);
      markTables(markdown);
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: "local" },
    nav: [
      { text: "Begin", link: "/docs/tutorial" },
      { text: "API", link: "/api/" },
      { text: "How fast", link: "/bench/" },
      { text: "Examples", link: "/examples/" },
    ],
    sidebar: { "/api/": api, "/": menu },
  },
};
