/**
 * What a page is about, in a line: for search engines, and for who is sent a
 * link to it.
 *
 * @module
 */

/** Most letters of it: what is longer is cut off where it is shown. */
const MOST = 200;

/** What is no text that runs: front matter, code, and what other pages show as elements. */
const ASIDE = /^---\n[\s\S]*?\n---\n|^(`{3,})[\s\S]*?^\1$|^:::.*$/gm;

/**
 * The beginning of a page's first paragraph.
 *
 * @param markdown The page.
 * @returns Plain text; undefined where the page has no paragraph.
 */
export function summaryOf(markdown: string): string | undefined {
  const paragraphs = markdown.replace(ASIDE, "").split(/\n\s*\n/)
    .map((text) => plain(text.trim()))
    .filter((text) => text !== "" && !/^(?:[#|<>!*-]|\d+\.)/.test(text));
  const [first] = paragraphs;
  if (first === undefined || first.length <= MOST) return first;
  return `${first.slice(0, first.lastIndexOf(" ", MOST))} …`;
}

/** Text without the marks of Markdown. */
function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\\([<>{}_|])/g, "$1")
    .replace(
      /[`*]/g,
      (mark, at: number) => at === 0 && mark === "*" ? mark : "",
    )
    .replace(/\b_|_\b/g, "")
    // VitePress puts it into an attribute as it is.
    .replace(/[<>]/g, "").replaceAll('"', "'").replaceAll("&", "and")
    .replace(/\s+/g, " ");
}
