/**
 * What the documents say is so.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { existsSync, globSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { PluginErrorCode } from "@native/plugin";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need, type Needs, skip } from "../helpers/need.ts";
import { type Mistake, MISTAKES, prepare } from "./helpers/errors.ts";
import { pattern } from "./helpers/guide.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

// ------------------------------------------------------------------- errors.md

const CODES = "ffi/error.ts";

/** The codes that there are. */
const [, union] = /Code =((?:\s*\| "\w+")+);/.exec(read(CODES))!;
const codes = [...union!.matchAll(/"(\w+)"/g)].map(([, code]) => code!);

/** The example in the row of each code. */
const examples = new Map(
  [...read("docs/errors.md").matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)]
    .map(([, code, cells]) => {
      const [, example] = cells!.split(" | ");
      return [code!, /^ *(`+) ?(.*?) ?\1 *$/.exec(example!)?.[2]];
    }),
);

test(`docs/errors.md has a row for every code of ${CODES}`, () => {
  assert(codes.length > 20, `${codes}`);
  const missing = codes.filter((code) => !examples.has(code));
  const surplus = [...examples.keys()].filter((code) => !codes.includes(code));
  assertEquals({ missing, surplus }, { missing: [], surplus: [] });
});

test(`${CODES} says when each code is used, and every one can be made`, () => {
  const documented = [...read(CODES).matchAll(/^ \* \| `(\w+)` \|/gm)];
  assertEquals(documented.map(([, code]) => code), codes);
  assertEquals(Object.keys(MISTAKES), codes);
});

for (const [code, mistake] of Object.entries(MISTAKES)) {
  const options = { ...skipOf(mistake), timeout: 300_000 };
  test(`docs/errors.md shows how "${code}" is told`, options, async () => {
    const example = examples.get(code);
    if (example === undefined) throw new Error(`there is no row "${code}"`);
    const directory = emptyDirectory();
    await prepare(mistake, directory);
    const error = await thrown(() => mistake.make(directory));
    assertEquals(error.code, code as PluginErrorCode, error.message);
    const message = error.message.replaceAll(directory, "/home/me")
      .replaceAll(/\n\s*/g, " ");
    assertMatch(message, new RegExp(`^${pattern(example).source}`));
  });
}

function skipOf({ needs = [], only }: Mistake): Needs {
  if (only === "Deno" && !("Deno" in globalThis)) {
    return skip("only Deno has these permissions");
  }
  if (only === "linux" && process.platform !== "linux") {
    return skip("the loader of Linux says it");
  }
  return need("cc", ...needs);
}

async function thrown(
  f: () => unknown,
): Promise<Error & { code?: PluginErrorCode }> {
  try {
    await f();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

// -------------------------------------------------------------------- examples

/** Words of a command that name a source, a module or a directory. */
const SOURCE = /^\.?[\w./-]+\.(?:c|go|rs|ts)$|^\.$/;

for (const document of globSync("examples/*/README.md", { cwd: ROOT }).sort()) {
  test(`the commands of ${document} find what they name`, () => {
    const missing: string[] = [];
    let directory = ROOT;
    for (const [, block] of read(document).matchAll(/^```sh\n(.*?)^```$/gms)) {
      for (const line of block!.replaceAll("\\\n", "").split("\n")) {
        const [, to] = /^cd (\S+)/.exec(line) ?? [];
        if (to !== undefined) directory = join(directory, to);
        // A task runs in the clone's directory, wherever it is called.
        const from = line.includes("deno task") ? ROOT : directory;
        const words = line.replace(/#.*/, "").split(" ");
        for (const word of words.filter((word) => SOURCE.test(word))) {
          if (!existsSync(join(from, word))) missing.push(line);
        }
      }
    }
    assertEquals(missing, []);
  });
}

// ----------------------------------------------------------------------- links

/** Every page that readers find; fixtures are none. */
const DOCUMENTS = globSync("**/*.md", {
  cwd: ROOT,
  exclude: (name: string) =>
    /^(?:node_modules|build|tests|target)\b/.test(name),
}).sort();

test("the documents were found", () => {
  for (const page of ["README.md", "docs/c.md", "examples/hello/README.md"]) {
    assert(DOCUMENTS.includes(page), page);
  }
});

for (const document of DOCUMENTS) {
  test(`every link of ${document} leads somewhere`, () => {
    const dead: string[] = [];
    // Code has brackets of its own; names of links may be code.
    const text = read(document).replaceAll(/^```[\s\S]*?^```$/gm, "")
      .replaceAll(/`[^`\n]*\]\([^`\n]*`/g, "");
    for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      const [file, anchor] = link!.split("#");
      const path = file === "" ? document : join(dirname(document), file!);
      if (!existsSync(join(ROOT, path))) dead.push(link!);
      else if (anchor !== undefined && !anchorsOf(path).includes(anchor)) {
        dead.push(link!);
      }
    }
    assertEquals(dead, []);
  });
}

/** The anchors that a page's headings get. */
function anchorsOf(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-")
  );
}
