/**
 * Plugins, and the support library, for other machines.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { support } from "../../../emit/commands/support.ts";
import { readImage } from "../../../emit/image/image.ts";
import {
  type Manifest,
  type Target,
  targetOf,
} from "../../../ffi/manifest/manifest.ts";
import { SUPPORT_VERSION } from "../../../ffi/support/support_version.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { plugin, readManifest } from "./cli.ts";
import { buildNative } from "./native.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

/** Builds a source for a machine; gives the library and its manifest. */
export async function buildFor(target: Target, source: string) {
  const path = join(emptyDirectory(), "plugin.so");
  const { stdout } = await succeedSilently(
    plugin("build", source, "--target", target, "-o", path),
  );
  return { path, manifest: readManifest(`${path}.json`), said: stdout };
}

/**
 * Builds a fixture for a machine, and holds it against this machine's.
 *
 * @param target The machine.
 * @param source A source in `tests/fixtures`.
 */
export async function assertSameFor(
  target: Target,
  source: string,
): Promise<void> {
  const { path, manifest, said } = await buildFor(target, fixture(source));
  // What a linker adds is nobody's.
  assertStringIncludes(said, ", 0 skipped");
  // What needs no C library is for the machine of any.
  const { libc } = manifest.library;
  const machine = libc === undefined ? target.replace("-musl", "") : target;
  assertEquals(targetOf(manifest.library), machine);
  const { exports } = readImage(readFileSync(path), path);
  assertEquals(exports.some(({ name }) => name === "checksum"), true);
  const { manifest: own } = await buildNative(fixture(source));
  assertEquals(typesOf(manifest), typesOf(own));
  assertEquals(manifest.types, own.types);
}

function typesOf({ symbols }: Manifest): (readonly [string, string])[] {
  return Object.entries(symbols).map(([name, { type }]) => [name, type]);
}

/** Compiles the support library for a machine. */
export async function assertSupport(target: Target): Promise<void> {
  const output = join(emptyDirectory(), "support");
  await support({ output, target, json: false, verbose: false });
  const bytes = readFileSync(output);
  const { os, arch } = readImage(bytes, output);
  assert(target.startsWith(`${os}-${arch}`), `${os}-${arch}`);
  assert(bytes.includes(SUPPORT_VERSION));
}
