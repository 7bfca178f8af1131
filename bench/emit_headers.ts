/**
 * What describing all of a library's headers costs beside another checkout of
 * this repository, as one from before it read their constants: `plugin emit` in
 * turns, whole processes with the compilers that they start, by the time of
 * processors; and the part of the manifest that `open` reads, its size and how
 * long reading it takes.
 *
 * `deno run -A bench/emit_headers.ts <checkout> [package…]`, packages as
 * pkg-config names them; those that are not installed are passed over. It prints
 * a line for each, and what the ratios are in the middle and at most.
 *
 * @module
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join, resolve } from "@std/path";
import { Arguments } from "../emit/arguments/arguments.ts";
import { withPackage } from "../emit/commands/pkg_config_library.ts";
import { libraryOptionsOf } from "../emit/commands/described_library.ts";
import { withWorkspace } from "../emit/toolchain/workspace.ts";
import { output } from "../emit/toolchain/run.ts";
import { readManifest } from "../ffi/manifest/manifest.ts";
import { timed } from "./processor_time.ts";

/** Turns, of which the fastest of each side counts: what is slower met other work. */
const ROUNDS = 5;
/** How often a manifest is read in a turn. */
const READS = 20;

const PACKAGES = [
  ...["zlib", "sqlite3", "libcurl", "libgit2", "libarchive", "libxml-2.0"],
  ...["sdl2", "glib-2.0", "gio-2.0", "gtk4", "libuv", "libsodium", "libpng"],
  ...["libcrypto", "freetype2", "x11", "lua5.4", "gmp", "ncursesw", "icu-uc"],
];

const OWN = fileURLToPath(new URL("..", import.meta.url));
const [other, ...named] = process.argv.slice(2);
if (other === undefined) throw new Error("name a checkout to compare with");
const sides = [resolve(other), OWN] as const;
const work = mkdtempSync(join(tmpdir(), "plugin-bench-"));
process.on("exit", () => rmSync(work, { recursive: true }));

/** The arguments of "plugin emit" that both sides know. */
async function argumentsFor(name: string): Promise<string[]> {
  const asked = libraryOptionsOf(
    new Arguments("emit", new Map([["pkg-config", [name]]]), [], []),
  );
  const { library, headers, flags } = await withWorkspace((work) =>
    withPackage(asked, work)
  );
  const named = headers.flatMap((header) => ["--header", header]);
  return [library, ...named, "-o", join(work, "out.json"), "--", ...flags];
}

/** Milliseconds of processors that a side takes. */
function emit(side: string, args: readonly string[]): number {
  const main = join(side, "emit/main.ts");
  const config = join(side, "deno.json");
  const runs = ["run", "-A", "--no-check", "--config", config, main];
  const took = timed([process.execPath, ...runs, "emit", ...args], {
    cwd: work,
  });
  return took.processor * 1000;
}

/** Milliseconds that reading a manifest takes, with nothing that lies beside it. */
function read(text: string): number {
  const start = performance.now();
  for (let i = 0; i < READS; i++) readManifest(text, "out.json");
  return (performance.now() - start) / READS;
}

const ratios = { emit: [], size: [], read: [] } as Record<string, number[]>;
console.log(
  "package, emit (ms), size (bytes), reading (ms): there, here, ratio",
);
for (const name of named.length > 0 ? named : PACKAGES) {
  if ((await output("pkg-config", "--modversion", name)).length === 0) continue;
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
    ratios[["emit", "size", "read"][kind]!]!.push(ratio);
    const digits = kind === 2 ? 2 : 0;
    return `${there!.toFixed(digits)} ${here!.toFixed(digits)} ${
      ratio.toFixed(2)
    }`;
  });
  console.log(`${name.padEnd(12)}  ${row.join("   ")}`);
}
for (const [what, all] of Object.entries(ratios)) {
  const sorted = all.sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  console.log(
    `${what}: ${middle.toFixed(2)} in the middle, ` +
      `${sorted.at(-1)!.toFixed(2)} at most`,
  );
}
