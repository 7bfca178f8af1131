/**
 * Go plugins: fixtures that are built once a run, and what
 * {@linkcode buildGo} itself makes of sources.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { basename } from "@std/path";
import { buildGo } from "../../../emit/source/go/build_go.ts";
import type { Built } from "../../../emit/source/source.ts";
import { parseManifest } from "../../../ffi/manifest/manifest.ts";
import { open, type Plugin } from "../../../mod.ts";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, needBreadth } from "../../helpers/need.ts";

/**
 * Options of a test that builds a Go plugin: a Go that has not yet done so
 * compiles its runtime first, for half a minute on a slow machine.
 */
export const WITH_GO = { ...need("go", "cc"), timeout: 300_000 };

/**
 * The same where functions of JavaScript are called from Go in earnest: an older
 * Go takes the stack of a thread for smaller than it is.
 */
export const WITH_CALLBACKS = { ...need("go>=1.21", "cc"), timeout: 300_000 };

/** The same where another test shows the mechanism on each runtime. */
export const GO_BREADTH = { ...needBreadth("go", "cc"), timeout: 300_000 };

/** The same with iterators, as `objects` has them. */
export const WITH_ITERATORS = { ...need("go>=1.23", "cc"), timeout: 300_000 };

/** Path of a Go fixture. */
export function goFixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/go/${name}`, import.meta.url));
}

/** Opens a Go fixture. */
export async function openGo(name: string): Promise<Plugin> {
  return open(await library(`go/${name}`));
}

/** Builds Go sources in a directory of their own. */
export function build(...inputs: string[]): Promise<Built> {
  return buildWith([], ...inputs);
}

/** The same, with flags of `go build`. */
export async function buildWith(
  flags: readonly string[],
  ...inputs: string[]
): Promise<Built> {
  return await buildGo({
    inputs,
    work: emptyDirectory(),
    name: "plugin.so",
    flags,
  });
}

/** Writes the manifest of a library beside it, and opens it. */
export function opened({ path: library, description }: Built): Plugin {
  const bytes = readFileSync(library);
  const { types, symbols, skipped } = description;
  const text = JSON.stringify({
    manifest: 1,
    library: {
      file: basename(library),
      os: process.platform,
      arch: process.arch,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      size: bytes.length,
      needs: [],
      language: description.language,
    },
    types,
    symbols,
    skipped,
  });
  parseManifest(text, library);
  writeFileSync(`${library}.json`, text);
  return open(library);
}
