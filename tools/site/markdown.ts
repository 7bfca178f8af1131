/**
 * The documents as the site has them: the blocks of the three runtimes are tabs,
 * files have their names above them, and links lead to pages.
 *
 * @module
 */

const RUNTIMES = ["Deno", "Bun", "Node"] as const;

/** A fenced block, or what stands between two. */
type Part =
  | {
    readonly kind: "block";
    readonly fence: string;
    readonly language: string;
    readonly words: readonly string[];
    readonly body: string;
  }
  | { readonly kind: "prose"; readonly text: string };

/**
 * Rewrites a document.
 *
 * @param text Its Markdown.
 * @param resolve Gives the place of what a link leads to.
 */
export function forSite(
  text: string,
  resolve: (href: string) => string,
): string {
  const parts = partsOf(text);
  const out: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    if (part.kind === "prose") {
      out.push(withLinks(part.text, resolve));
      continue;
    }
    const tabs = [tabOf(part)];
    // "On Bun:" between two blocks is what the tab says.
    while (runtimeOf(part) !== undefined) {
      const [between, next] = parts.slice(at + 1, at + 3);
      if (next?.kind !== "block" || runtimeOf(next) === undefined) break;
      const said = between?.kind === "prose" ? saying(between.text) : undefined;
      if (said === undefined) break;
      tabs.push(tabOf(next, said));
      at += 2;
    }
    if (tabs.length > 1) out.push(withoutRuntime(out.pop() ?? ""));
    out.push(
      tabs.length === 1 && labelOf(part) === undefined
        ? tabs[0]!
        : `::: code-group\n\n${tabs.join("\n\n")}\n\n:::`,
    );
  }
  return out.join("");
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(/^(`{3,})([^`\n]*)\n([\s\S]*?)^\1$/gm)) {
    parts.push({ kind: "prose", text: text.slice(from, match.index) });
    const [language = "text", ...words] = match[2]!.trim().split(/\s+/);
    parts.push({
      kind: "block",
      fence: match[1]!,
      language,
      words,
      body: match[3]!,
    });
    from = match.index + match[0].length;
  }
  parts.push({ kind: "prose", text: text.slice(from) });
  return parts;
}

type Block = Extract<Part, { readonly kind: "block" }>;

function runtimeOf({ words }: Block): string | undefined {
  return RUNTIMES.find((name) => words.includes(name.toLowerCase()));
}

/** What stands above a block. */
function labelOf(block: Block): string | undefined {
  const file = block.words.find((word) => word.startsWith("file="));
  return file?.slice("file=".length) ?? runtimeOf(block);
}

function tabOf(block: Block, said = ""): string {
  const { fence, language, body } = block;
  const label = labelOf(block);
  const comment = said === "" ? "" : `# ${said}\n`;
  return `${fence}${language || "text"}${
    label === undefined ? "" : ` [${label}]`
  }\n${comment}${body}${fence}`;
}

/** What is said between the blocks of two runtimes beside the runtime's name; undefined where it is more than that. */
function saying(prose: string): string | undefined {
  const text = prose.trim().replaceAll("\n", " ");
  if (text === "") return "";
  const [, more] = /^(?:and |or )?on (?:Deno|Bun|Node)(?:, )?([^:]*):$/i.exec(
    text,
  ) ?? [];
  return more;
}

/** The tab says what stands before the block of the first runtime. */
function withoutRuntime(prose: string): string {
  return prose.replace(/,? on (?:Deno|Bun|Node):\s*$/, ":\n\n")
    .replace(/(?<=^|\n)On (?:Deno|Bun|Node):\s*$/, "");
}

function withLinks(
  text: string,
  resolve: (href: string) => string,
): string {
  // What stands as code is no link.
  return text.replaceAll(
    /`[^`]+`|\]\(([^)\s]+)\)/g,
    (whole, href?: string) =>
      href === undefined ? whole : `](${resolve(href)})`,
  );
}
