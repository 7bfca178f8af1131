/**
 * The crates by which it is told how much of Rust crosses, and the plugins that
 * are built of them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { buildLibrary } from "../../../../emit/commands/build_library.ts";
import { ROOT } from "../../../helpers/program.ts";
import { find } from "../../../helpers/tools.ts";

/** The crates of the table, in its order: as `plugin build` is told of them. */
export const RUST_CRATES: readonly string[] =
  "regex@1 url@2 uuid@1+v4 semver@1 chrono@0.4 sha2@0.11 base64@0.22 serde_json@1 toml@1 csv@1 pulldown-cmark@0.13 syntect@5 image@0.25 tantivy@0.27 rusqlite@0.43+bundled zip@9 flate2@1 unicode-segmentation@1 geo@0.33 rand@0.10"
    .split(" ");

const REACH = fileURLToPath(
  new URL("../../../../build/reach/rust", import.meta.url),
);

/** The name of a crate, without its version and features. */
export function crateName(crate: string): string {
  return crate.split(/[@+]/)[0]!;
}

let builder: string | undefined;

/** What every plugin hangs on that is built of a crate: what builds it. */
function digestOfBuilder(): string {
  const hash = createHash("sha256").update(find("rust")?.version ?? "");
  for (const file of globSync(`${ROOT}{emit,ffi}/**/*.{ts,rs}`).sort()) {
    hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

/**
 * Builds the plugin of a crate; cargo keeps what it has compiled, for all of them
 * in one place. A plugin that has been built as it would be now is taken: of
 * tantivy the wrapper alone is compiled for minutes.
 */
export async function rustLibrary(crate: string): Promise<string> {
  process.env.CARGO_TARGET_DIR = join(REACH, "target");
  const directory = join(REACH, crateName(crate));
  mkdirSync(directory, { recursive: true });
  const library = join(directory, "plugin.so");
  const stamp = join(directory, "built");
  const wanted = `${crate} ${builder ??= digestOfBuilder()}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return library;
  }
  rmSync(stamp, { force: true });
  await buildLibrary({
    inputs: [`crate:${crate}`],
    output: library,
    flags: [],
    json: false,
    verbose: false,
  });
  writeFileSync(stamp, wanted);
  return library;
}
