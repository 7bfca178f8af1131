/**
 * How much of Rust crosses: calls all that some crates show with arguments made
 * for it, and writes the table of docs/rust.md.
 *
 * @module
 */

import { RUST_CRATES, rustLibrary } from "../../tests/reach/rust/crates.ts";
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
  const { symbols, skipped } = JSON.parse(
    await Deno.readTextFile(`${library}.json`),
  );
  // The class of errors is ours, and what a field becomes is no function.
  const functions = Object.entries(symbols).flatMap(([name, symbol]) =>
    (symbol as { kind: string }).kind === "function" ? [name] : []
  );
  const names = [...functions, ...Object.keys(skipped)]
    .filter((name) => !name.startsWith("error.") && !name.endsWith("="));
  return await rowOf(
    { path: name, version, generic: 0 },
    library,
    names,
    skipped,
  );
}

if (import.meta.main) Deno.exit(await reachRust(Deno.args) ? 0 : 1);
