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

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PEERS = join(ROOT, "bench/libraries");

const LIBRARIES = {
  libsodium: {
    header: "sodium.h",
    prints:
      "30 attack at dawn\ncrypto_sign_verify_detached() failed: it gave -1\ncf4ab791c62b8d2b2109c90275287816\n",
  },
  libarchive: { header: "archive.h", prints: "whale.txt 9\n" },
};

for (const [name, { header, prints }] of Object.entries(LIBRARIES)) {
  const isThere = existsSync(`/usr/include/${header}`);

  test(
    `${name}: bun:ffi does what the example does`,
    isThere && RUNTIME === "Bun"
      ? need()
      : skip("needs Bun, and the libraries that annotations/ has packs for"),
    async () => {
      const archive = join(emptyDirectory(), "archive.tar");
      const ran = await runHost(`${name}.bun.ts`, PEERS, archive);
      assertEquals([ran.status, ran.stderr, ran.stdout], [0, "", prints]);
    },
  );

  test(
    `${name}: koffi does what the example does`,
    isThere && (process.env.PLUGIN_KOFFI !== undefined ||
        existsSync(join(ROOT, "build/peers/node_modules/koffi")))
      ? need()
      : skip("needs koffi, which deno task bench brings"),
    async () => {
      const archive = join(emptyDirectory(), "archive.tar");
      const ran = await runHost(`${name}.koffi.ts`, PEERS, archive);
      assertEquals([ran.status, ran.stderr, ran.stdout], [0, "", prints]);
    },
  );
}

test("docs/comparison.md counts their lines", needOnce(), () => {
  const page = readFileSync(join(ROOT, "docs/comparison.md"), "utf8");
  for (const name of Object.keys(LIBRARIES)) {
    const lines = [
      `examples/libraries/${name}.ts`,
      `bench/libraries/${name}.koffi.ts`,
      `bench/libraries/${name}.bun.ts`,
    ].map((file) =>
      readFileSync(join(ROOT, file), "utf8").split("\n").slice(1)
        .filter((line) => line !== "").length
    );
    const row = page.split("\n").find((line) =>
      line.startsWith(`| ${name} `)
    )?.split("|").map((cell) => cell.trim()) ?? [];
    assertEquals(row.slice(2, 5), lines.map(String));
    assert(lines[0]! <= 25);
  }
});
