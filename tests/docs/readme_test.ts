/**
 * What the README shows is so: its example is the one that is run, what it says
 * of a package of Go and of a crate comes out, its commands are commands.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { commandNamed } from "../../emit/commands/commands.ts";
import { readArguments } from "../../emit/arguments/arguments.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { buildNative } from "../emit/helpers/native.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import {
  need,
  needBreadth,
  needReach,
  type Needs,
  RUNTIME,
} from "../helpers/need.ts";
import { FACE, ROOT, runHost } from "../helpers/program.ts";
import { succeedSilently } from "../helpers/succeed.ts";
import { test } from "../helpers/test.ts";
import { typeCheck } from "../helpers/type_check.ts";
import { type Block, blocksOf } from "./helpers/guide.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const README = blocksOf(read("README.md"));

/** The block that has these words. */
function blockOf(words: string, blocks: readonly Block[] = README): string {
  const found = blocks.filter(({ text }) => text.includes(words));
  assertEquals(found.length, 1, words);
  return found[0]!.text;
}

test("the README shows examples/hello as it is", need("cc"), async () => {
  for (const [file, words] of [["go", "package main"], ["ts", "argv[2]"]]) {
    const name = file === "ts" ? "host.ts" : "hello.go";
    assertEquals(read(`examples/hello/${name}`), blockOf(words!));
  }
  const [, names] = /import \{ (.+) \} from/.exec(blockOf('"./hello.c"'))!;
  const { path } = await buildNative(join(ROOT, "examples/hello/hello.c"));
  assertEquals(Object.keys(open(path).symbols), names!.split(", "));
});

/** What the README builds without a line of one's own. */
const AS_THEY_ARE: readonly [source: string, needs: Needs][] = [
  ["go:regexp", needBreadth("go", "cc")],
  ["crate:regex@1", needReach("rust>=1.88", "cc")],
];

for (const [source, needs] of AS_THEY_ARE) {
  const options = { ...needs, timeout: 600_000 };
  test(`what the README says of ${source} is so`, options, async () => {
    const directory = emptyDirectory();
    await succeedSilently(spawnPlugin(["build", source], { cwd: directory }));
    const library = /\w+/.exec(source.replace(/^\w+:/, ""))![0];
    const block = blockOf(`./${library}.so.d.ts`);
    // The last line says what it gives.
    const [, expression, value] = /\n([^\n]+); \/\/ (.+)\n$/.exec(block)!;
    const program = join(directory, "program.ts");
    writeFileSync(
      program,
      `import { open } from ${FACE};\n${block}console.log(JSON.stringify(${expression}));\n`,
    );
    const ran = await succeedSilently(runHost(program, directory));
    assertEquals(JSON.parse(ran.stdout), JSON.parse(value!));
    if (RUNTIME === "Deno") {
      const config = join(ROOT, "deno.json");
      await succeedSilently(typeCheck([program], { config }));
    }
  });
}

test("the README's commands are commands", async () => {
  const lines = blockOf("plugin new rust hello").trim().split("\n");
  assert(lines.length > 10);
  for (const line of lines) {
    const [, name, rest] = /^plugin (\w+)(.*?)(?: +#.*)?$/.exec(line)!;
    const command = await commandNamed(name!);
    const words = rest!.trim().split(/ +/).filter((word) => word !== "");
    command.parse(readArguments(command, words));
  }
});

test("docs/errors.md shows how an error is told apart", need(), async () => {
  const directory = emptyDirectory();
  const block = blockOf("no_manifest", blocksOf(read("docs/errors.md")));
  const program = join(directory, "program.ts");
  writeFileSync(program, block.replace('"@native/plugin"', FACE));
  writeFileSync(join(directory, "hello.so"), "");
  const ran = await runHost(program, directory);
  assertEquals([ran.status, ran.stderr], [0, "run the build first\n"]);
});
