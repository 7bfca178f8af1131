/**
 * Plugins in C++, Rust and Zig for tests: sources that lie where cargo may
 * write beside them, built by the real command.
 *
 * @module
 */

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { open } from "../../../mod.ts";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";
import { builtOnce } from "../../helpers/built_once.ts";
import {
  emptyDirectory,
  fixture,
  toolsFor,
  useOwnCargoDirectory,
} from "../../helpers/fixture.ts";
import { plugin, readManifest } from "./cli.ts";
import { summarize } from "./summary.ts";
import { succeed } from "../../helpers/succeed.ts";

useOwnCargoDirectory();

/** A plugin that was built. */
export interface BuiltPlugin {
  /** The library. */
  readonly path: string;
  readonly manifest: Manifest;
  /** What the command printed for people. */
  readonly stdout: string;
}

/** Copies a fixture to a directory of its own, as building a crate writes beside it. */
export function copyOf(name: string): string {
  const copy = join(emptyDirectory(), name);
  cpSync(fixture(name), copy, { recursive: true });
  return copy;
}

/**
 * Builds a source; one of the checkout once a run.
 *
 * @param source Its path.
 * @param args Further arguments of `plugin build`.
 */
export async function buildNative(
  source: string,
  ...args: string[]
): Promise<BuiltPlugin> {
  return await buildOnce(source, () => source, ...args);
}

async function buildOnce(
  name: string,
  source: () => string,
  ...args: string[]
): Promise<BuiltPlugin> {
  const build = async (directory: string) => {
    const path = join(directory, "plugin.so");
    const ran = await succeed(plugin("build", source(), "-o", path, ...args));
    writeFileSync(join(directory, "stdout"), ran.stdout);
  };
  const directory = await builtOnce(
    toolsFor(name),
    ["plugin build", name, process.env.CXX ?? "", ...args],
    build,
  );
  const path = join(directory, "plugin.so");
  return {
    path,
    manifest: readManifest(`${path}.json`),
    stdout: readFileSync(join(directory, "stdout"), "utf8"),
  };
}

/**
 * Builds a crate of the workspace in the fixtures, once a run. Cargo writes beside
 * it, so it is built from a copy.
 *
 * @param name The crate's directory.
 */
export async function buildCrate(name: string): Promise<BuiltPlugin> {
  return await buildOnce(name, () => join(copyOf("rust"), name));
}

/** What a golden file of `tests/fixtures` says. */
export function golden(name: string): string {
  return readFileSync(fixture(`${name}.golden.txt`), "utf8").trimEnd();
}

/** A manifest as the golden files have it: what it describes, in its own order. */
export function described({ types, symbols, skipped }: Manifest): string {
  return summarize({ types, symbols, skipped }).trimEnd();
}

/**
 * Uses the plugin that `same.c`, `same.cpp`, `rust/same` and `same.zig` all are.
 *
 * @param path The library.
 */
export function assertSame(path: string): void {
  const same = open(path);
  const scalars = same.lookup(
    "scalars",
    "(i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, bool, usize, isize) => f64",
  );
  assertEquals(
    scalars(-1, 2, -3, 4, -5, 6, -7n, 8n, 0.5, 0.25, true, 9, -10),
    4.75,
  );
  const echo = same.lookup("echo", "(cstring) => cstring");
  assertEquals([echo("Grüße"), echo(""), echo(null)], ["Grüße", "", null]);
  const checksum = same.lookup("checksum", "(buffer, usize) => u32");
  assertEquals(checksum(new Uint8Array([1, 2, 3]), 3), 1026);
  const values = new Int32Array(4);
  const fill = same.lookup("fill", "(buffer, usize, i32) => void");
  fill(values, 3, -7);
  assertEquals([...values], [-7, -7, -7, 0]);
  assertEquals(same.lookup("paint", "(u32) => u32")(5), 5);
  assertEquals(same.lookup("unused", "(i32, bool) => bool")(1, true), true);
  const opaque = same.lookup("opaque", "(pointer) => pointer");
  assertEquals(opaque(null), null);
  assertEquals(same.lookup("nothing", "() => void")(), undefined);
  const counter = same.lookup("counter", "i64");
  assertEquals(counter.value, 7n);
  counter.value = -8n;
  assertEquals(counter.value, -8n);
  assertEquals(same.lookup("version", "u32").value, 3);
  assertEquals(same.lookup("title", "cstring").value, "same");
  assert(same.manifest !== undefined);
}
