/**
 * What docs/comparison.md lays beside each other: examples of libraries, and
 * the same by koffi and by `bun:ffi` alone.
 *
 * @module
 */

import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { emptyDirectory } from "../helpers/directory.ts";
import { need, needOnce, RUNTIME, skip } from "../helpers/need.ts";
import { isThere, LIBRARY_EXAMPLES } from "./helpers/libraries.ts";
import { LOG, repository } from "./helpers/repository.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PEERS = join(ROOT, "bench/libraries");

/** What is laid beside an example. */
interface Beside {
  readonly name: string;
  /** A header: where it is, its library is there too. */
  readonly header: string;
  readonly example: string;
  /** Most lines of that. */
  readonly most: number;
  readonly prints: string;
  readonly args?: (directory: string) => string[] | Promise<string[]>;
  /** What they are started with. */
  readonly tools?: readonly string[];
  /** Why koffi does not do it on Node. */
  readonly notOnNode?: string;
}

/** Here the library's own are called: see tests/ffi/load. */
const ON_NODE =
  "Node's own functions take the place of those that the library calls";

const ALL: readonly Beside[] = [
  ...LIBRARY_EXAMPLES.map((each) => ({
    ...each,
    example: `examples/libraries/${each.name}.ts`,
    most: 25,
    ...each.name === "openssl" && { notOnNode: ON_NODE },
  })),
  {
    name: "libgit2",
    header: "git2.h",
    example: "examples/git/host.ts",
    most: 25,
    prints: LOG,
    args: async () => [await repository()],
    tools: ["git"],
    notOnNode: ON_NODE,
  },
  {
    name: "sqlite3",
    header: "sqlite3.h",
    example: "examples/sqlite/host.ts",
    most: 60,
    prints: readFileSync(join(ROOT, "examples/sqlite/expected.txt"), "utf8"),
  },
];

const koffi = process.env.PLUGIN_KOFFI !== undefined ||
  existsSync(join(ROOT, "build/peers/node_modules/koffi"));

for (const each of ALL) {
  const { name, header, tools = [], notOnNode } = each;
  const hasLibrary = isThere(header);

  test(
    `${name}: bun:ffi does what the example does`,
    hasLibrary && RUNTIME === "Bun"
      ? need(...tools)
      : skip("needs Bun, and the libraries that annotations/ has packs for"),
    () => doesTheSame(`${name}.bun.ts`, each),
  );

  test(
    `${name}: koffi does what the example does`,
    !hasLibrary || !koffi
      ? skip("needs koffi, which deno task bench brings")
      : RUNTIME === "Node" && notOnNode !== undefined
      ? skip(notOnNode)
      : need(...tools),
    () => doesTheSame(`${name}.koffi.ts`, each),
  );
}

async function doesTheSame(
  file: string,
  { prints, args = () => [] }: Beside,
): Promise<void> {
  const ran = await runHost(file, PEERS, ...await args(emptyDirectory()));
  assertEquals(
    [ran.status, ran.stderr, ran.stdout.replaceAll(/^[0-9a-f]{7} /gm, "")],
    [0, "", prints],
  );
}

test("docs/comparison.md counts their lines", needOnce(), () => {
  const page = readFileSync(join(ROOT, "docs/comparison.md"), "utf8");
  for (const { name, example, most } of ALL) {
    const lines = [
      example,
      `bench/libraries/${name}.koffi.ts`,
      `bench/libraries/${name}.bun.ts`,
    ].map((file) =>
      readFileSync(join(ROOT, file), "utf8").split("\n").slice(1)
        .filter((line) => line !== "").length
    );
    const row = page.split("\n").find((line) =>
      line.startsWith(`| ${name} `)
    )?.split("|").map((cell) => cell.trim()) ?? [];
    assertEquals(row.slice(2, 5), lines.map(String), name);
    assert(lines[0]! <= most);
  }
});
