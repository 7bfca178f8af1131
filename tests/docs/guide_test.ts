import { test } from "../helpers/test.ts";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { basename, dirname, join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need, needBreadth, RUNTIME, skip } from "../helpers/need.ts";
import { makeClone } from "./helpers/clone.ts";
import { blocksOf, follow } from "./helpers/guide.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A guide takes a clone, and on Node the npm package that is made of it. */
const CLONE = RUNTIME === "Node" ? ["npm"] : [];

// What the others say of each runtime is what these two say: how it builds, opens,
// imports.
const GUIDES = {
  c: need("cc", ...CLONE),
  import: need("cc", ...CLONE),
  cpp: needBreadth("c++", "cc", ...CLONE),
  rust: needBreadth("rust>=1.88", "cc", ...CLONE),
  zig: needBreadth("zig", "cc", ...CLONE),
  go: needBreadth("go", "cc", ...CLONE),
  safety: process.platform === "linux"
    ? needBreadth("gcc", "cc", "gcov", ...CLONE)
    : skip("AddressSanitizer is preloaded as on Linux"),
  isolation: process.platform === "linux"
    ? needBreadth("cc", ...CLONE)
    : skip("only Linux has it"),
  ship: needBreadth("cc", ...CLONE),
  host: needBreadth("cc", ...CLONE),
  bundlers: needBreadth("cc", ...CLONE),
  coming: needBreadth("cc", "python3", ...CLONE),
  tutorial: process.platform === "linux"
    ? needBreadth("gcc", "cc", ...CLONE)
    : skip("AddressSanitizer is preloaded as on Linux"),
  headers: existsSync("/usr/include/zlib.h")
    ? needBreadth("cc", "pkg-config", ...CLONE)
    : skip("needs Debian's zlib1g-dev"),
};

for (const [name, needs] of Object.entries(GUIDES)) {
  test(
    `docs/${name}.md can be followed to its end`,
    { ...needs, timeout: 600_000 },
    async () => {
      await follow(join(ROOT, `docs/${name}.md`), await clone());
    },
  );
}

let cloned: Promise<string> | undefined;

/**
 * A clone, with nothing beside it. The guides share it: what Deno has checked
 * and npm has packed there once is not new to the next one.
 */
async function clone(): Promise<string> {
  const directory = await (cloned ??= makeClone(ROOT));
  const beside = dirname(directory);
  for (const name of readdirSync(beside)) {
    if (name !== basename(directory)) {
      rmSync(join(beside, name), { recursive: true });
    }
  }
  return directory;
}

test("a guide is followed, and its mistakes are told", async () => {
  const directory = emptyDirectory();
  const guide = async (markdown: string): Promise<string> => {
    const path = join(emptyDirectory(), "guide.md");
    writeFileSync(path, markdown);
    return await follow(path, directory);
  };
  const good =
    "```txt file=a/b.txt\none\ntwo\n```\n\n```sh\ncd a\ncat b.txt\n" +
    "```\n\n```text output\none\n…\n```\n\n```sh nowhere\nfalse\n```\n";
  assertEquals(await guide(good), join(directory, "a"));
  for (
    const bad of [
      "```sh\nfalse\necho done\n```\n",
      "```sh\necho one\n```\n\n```text output\ntwo\n```\n",
      "```ts\nnobody runs this\n```\n",
    ]
  ) {
    await assertRejects(() => guide(bad));
  }
  assertEquals(blocksOf(good).map(({ line }) => line), [1, 6, 11, 16]);
});
