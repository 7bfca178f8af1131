/**
 * What describing all of a library's headers costs beside another checkout of
 * this repository, as one from before it read their constants: `plugin emit` in
 * turns, whole processes; and the part of the manifest that `open` reads, its
 * size and how long reading it takes.
 *
 * `deno run -A bench/emit_headers.ts <checkout> [package…]`, packages as
 * pkg-config names them. It prints a line for each, and the largest ratios.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join, resolve } from "@std/path";
import { Arguments } from "../emit/arguments/arguments.ts";
import { withPackage } from "../emit/commands/pkg_config_library.ts";
import { subjectOf } from "../emit/commands/described_library.ts";
import { withWorkspace } from "../emit/toolchain/workspace.ts";
import { readManifest } from "../ffi/manifest/manifest.ts";

/** Turns, of which the fastest of each side counts: what is slower met other work. */
const ROUNDS = 5;
/** How often a manifest is read in a turn. */
const READS = 20;

const PACKAGES = [
  ...["zlib", "sqlite3", "libcurl", "libgit2", "libarchive", "libxml-2.0"],
  ...["sdl2", "glib-2.0", "gio-2.0"],
];

const OWN = fileURLToPath(new URL("..", import.meta.url));
const [other, ...named] = process.argv.slice(2);
if (other === undefined) throw new Error("name a checkout to compare with");
const sides = [resolve(other), OWN] as const;
const work = mkdtempSync(join(tmpdir(), "plugin-bench-"));
process.on("exit", () => rmSync(work, { recursive: true }));

/** The arguments of "plugin emit" that both sides know. */
async function argumentsFor(name: string): Promise<string[]> {
  const asked = subjectOf(
    new Arguments("emit", new Map([["pkg-config", [name]]]), [], []),
  );
  const { library, headers, flags } = await withWorkspace((work) =>
    withPackage(asked, work)
  );
  const named = headers.flatMap((header) => ["--header", header]);
  return [library, ...named, "-o", join(work, "out.json"), "--", ...flags];
}

/** Milliseconds that a side takes. */
function emit(side: string, args: readonly string[]): number {
  const start = performance.now();
  const main = join(side, "emit/main.ts");
  const config = join(side, "deno.json");
  const { status, stderr } = spawnSync(
    process.execPath,
    ["run", "-A", "--no-check", "--config", config, main, "emit", ...args],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  return performance.now() - start;
}

/** Milliseconds that reading a manifest takes, with nothing that lies beside it. */
function read(text: string): number {
  const start = performance.now();
  for (let i = 0; i < READS; i++) readManifest(text, "out.json");
  return (performance.now() - start) / READS;
}

const most = { emit: 0, size: 0, read: 0 };
console.log(
  "package, emit (ms), size (bytes), reading (ms): there, here, ratio",
);
for (const name of named.length > 0 ? named : PACKAGES) {
  const args = await argumentsFor(name);
  const times: [number, number] = [Infinity, Infinity];
  const texts: [string, string] = ["", ""];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, side] of sides.entries()) {
      times[at] = Math.min(times[at]!, emit(side, args));
      texts[at] = readFileSync(join(work, "out.json"), "utf8");
    }
  }
  const reads: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < 4 * ROUNDS; round++) {
    for (const at of [0, 1]) reads[at] = Math.min(reads[at]!, read(texts[at]!));
  }
  const sizes = [texts[0].length, texts[1].length] as const;
  const row = [times, sizes, reads].map(([there, here], kind) => {
    const ratio = here! / there!;
    const key = (["emit", "size", "read"] as const)[kind]!;
    most[key] = Math.max(most[key], ratio);
    const digits = kind === 2 ? 2 : 0;
    return `${there!.toFixed(digits)} ${here!.toFixed(digits)} ${
      ratio.toFixed(2)
    }`;
  });
  console.log(`${name.padEnd(12)}  ${row.join("   ")}`);
}
console.log(
  `the most: emit ${most.emit.toFixed(2)}, size ${
    most.size.toFixed(2)
  }, reading ${most.read.toFixed(2)}`,
);
