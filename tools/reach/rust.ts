/**
 * How much of Rust crosses: calls all that some crates show with arguments made
 * for it, and writes the table of docs/rust.md.
 *
 * @module
 */

import { join } from "@std/path";
import { ROOT } from "../runtimes.ts";
import { reachAll, type Row, rowOf } from "./calls.ts";

/** The crates of the table, in its order. */
const CRATES =
  "regex@1 url@2 uuid@1+v4 semver@1 base64@0.22 serde_json@1 csv@1 pulldown-cmark@0.13"
    .split(" ");

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
  return await reachAll(CRATES, name, reach, "docs/rust.md", only) >= WANTED;
}

async function reach(one: string): Promise<Row> {
  const [name = "", version] = one.split(/[@+]/);
  const directory = join(ROOT, "build/reach/rust", name);
  await Deno.mkdir(directory, { recursive: true });
  const library = join(directory, "plugin.so");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", join(ROOT, "emit/main.ts")],
      ...["build", `crate:${one}`, "-o", library],
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
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
