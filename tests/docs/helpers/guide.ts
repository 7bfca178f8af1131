/**
 * Follows a guide: what its fenced blocks say is done, in their order.
 *
 * The first word after the fence is the language. Then:
 *
 * - `file=NAME`: the block is that file's text from now on.
 * - `sh`: a shell runs the block; with `deno`, `bun` or `node` only on that runtime.
 *   The next block starts in the directory where this one ended.
 * - `output`, which may name a runtime too: what the `sh` before printed last to standard output; `…` stands
 *   for anything.
 *
 * Any other block is a mistake of the guide.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import { assertEquals, assertMatch } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import { RUNTIME } from "../../helpers/need.ts";
import { typeCheck } from "../../helpers/type_check.ts";
import { succeed } from "../../helpers/succeed.ts";

/** A fenced block of a Markdown text. */
export interface Block {
  /** The words after the fence. */
  readonly words: readonly string[];
  readonly text: string;
  /** Line of the text in the file, from 1. */
  readonly line: number;
}

/** The fenced blocks of a Markdown text. */
export function blocksOf(markdown: string): Block[] {
  const fenced = /^(`{3,})([^`\n]*)\n([\s\S]*?)^\1$/gm;
  return [...markdown.matchAll(fenced)].map((match) => ({
    words: match[2]!.trim().split(/\s+/).filter((word) => word !== ""),
    text: match[3]!,
    line: markdown.slice(0, match.index).split("\n").length,
  }));
}

const WORD = RUNTIME.toLowerCase();

/**
 * Does what a guide says.
 *
 * @param path The guide.
 * @param start The directory that its first command is given in.
 * @returns The directory where its last command ended.
 */
export async function follow(path: string, start: string): Promise<string> {
  let directory = start;
  let printed = "";
  const scripts = new Set<string>();
  for (const { words, text, line } of blocksOf(readFileSync(path, "utf8"))) {
    const at = `${path}:${line}`;
    const [language, ...rest] = words;
    const file = rest.find((word) => word.startsWith("file="))?.slice(5);
    if (file !== undefined) {
      const target = join(directory, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
      if (language === "ts") scripts.add(target);
    } else if (language === "sh") {
      if (isElsewhere(rest)) continue;
      ({ directory, printed } = await shell(text, directory, at));
    } else if (rest.includes("output")) {
      if (isElsewhere(rest)) continue;
      assertMatch(printed, pattern(text), at);
    } else {
      throw new Error(`${at}: nobody knows what to do with "${words}"`);
    }
  }
  if (RUNTIME === "Deno" && scripts.size > 0) {
    await succeed(typeCheck(scripts, {
      cwd: directory,
      checkout: start,
    }));
  }
  return directory;
}

/** Whether a block is for other runtimes only. */
function isElsewhere(words: readonly string[]): boolean {
  const runtimes = words.filter((word) => word !== "output");
  return runtimes.length > 0 && !runtimes.includes(WORD);
}

async function shell(
  text: string,
  cwd: string,
  at: string,
): Promise<{ directory: string; printed: string }> {
  const end = "where the guide goes on: ";
  // Node's own tests run none from within a test.
  const script =
    `set -e\nunset NODE_TEST_CONTEXT\n${text}\nprintf '${end}%s' "$PWD"\n`;
  const ran = await run("sh", ["-c", script], {
    cwd,
    env: {
      NO_COLOR: "1",
      // What Bun links is for one guide, and not for this machine.
      BUN_INSTALL_GLOBAL_DIR: join(dirname(cwd), "bun"),
      BUN_INSTALL_BIN: join(dirname(cwd), "bun"),
      NODE_OPTIONS: "", // the import map of the tests is not the reader's
      // "deno", "bun" and "node" are the ones that run this.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    },
  });
  assertEquals(ran.status, 0, `${at}\n${ran.stdout}${ran.stderr}`);
  const [printed, directory] = ran.stdout.split(end);
  return { printed: printed!, directory: directory! };
}

/** A pattern for what ends with this text, in which `…` stands for anything. */
export function pattern(text: string): RegExp {
  const parts = text.trim().split("…").map((part) =>
    part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  );
  return new RegExp(`(?:^|\\n)${parts.join("[\\s\\S]*?")}\\s*$`);
}
