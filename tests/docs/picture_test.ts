/**
 * The picture of the README shows what `deno task hello` prints.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need, skip } from "../helpers/need.ts";
import { succeed } from "../helpers/succeed.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

test("docs/hello.svg shows what deno task hello prints", {
  ...("Deno" in globalThis ? need("cc", "go") : skip("a task of Deno's")),
  timeout: 600_000,
}, async () => {
  const drawn = join(emptyDirectory(), "hello.svg");
  const task = ["run", "--quiet", "-A", join(ROOT, "tools/picture.ts"), drawn];
  await succeed(run(process.execPath, task, { cwd: ROOT }));
  const shown = readFileSync(join(ROOT, "docs/hello.svg"), "utf8");
  assertEquals(textsOf(readFileSync(drawn, "utf8")), textsOf(shown));
});

test("the pictures of examples show what their tests expect", {
  ...("Deno" in globalThis ? need() : skip("a tool of Deno's")),
}, async () => {
  const { drawExample, EXAMPLES } = await import("../../tools/picture.ts");
  for (const example of EXAMPLES) {
    const shown = readFileSync(join(ROOT, example.path), "utf8");
    assertEquals(textsOf(shown), textsOf(drawExample(example)));
  }
});

/** The lines of a picture, without what is another on another machine: sizes, versions, targets. */
function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>(.*)<\/text>/g)].map(([, line]) =>
    line!.replace(/\(.* bytes\)/, "").replace(/^(\w+) [\d.]+:/, "$1:")
  );
}
