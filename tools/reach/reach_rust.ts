/**
 * How much of Rust crosses: calls all that some crates show with arguments made
 * for it, and writes the table of docs/rust.md.
 *
 * @module
 */

import type { Manifest } from "../../ffi/manifest/manifest.ts";
import {
  RUST_CRATES,
  rustLibrary,
} from "../../tests/reach/helpers/rust/crates.ts";
import { reachAll, type Row, rowOf } from "./calls.ts";

/** Least share that has to cross. */
const WANTED = 0.85;

/**
 * Calls what the crates show.
 *
 * @param only Names of crates, or parts of them; all where there are none.
 * @returns Whether enough crosses.
 */
export async function reachRust(
  only: readonly string[] = [],
): Promise<boolean> {
  const name = (one: string) => one;
  return await reachAll(RUST_CRATES, name, reach, "docs/rust.md", only) >=
    WANTED;
}

async function reach(one: string): Promise<Row> {
  const [name = "", version] = one.split(/[@+]/);
  const library = await rustLibrary(one);
  const { types, symbols, skipped }: Manifest = JSON.parse(
    await Deno.readTextFile(`${library}.json`),
  );
  const constants = new Set(
    Object.values(types).flatMap((type) =>
      type.kind === "class" ? Object.values(type.constants ?? {}) : []
    ),
  );
  // The class of errors is ours, and what a field or a constant becomes is no function.
  const functions = Object.entries(symbols).flatMap(([name, symbol]) =>
    symbol.kind === "function" ? [name] : []
  );
  const names = [...functions, ...Object.keys(skipped)]
    .filter((name) =>
      !name.startsWith("error.") && !name.endsWith("=") && !constants.has(name)
    );
  return await rowOf(
    { path: name, version, generic: 0 },
    library,
    names,
    skipped,
  );
}

if (import.meta.main) Deno.exit(await reachRust(Deno.args) ? 0 : 1);
