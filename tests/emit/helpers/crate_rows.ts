/**
 * Tests of a crate of the fixtures: each is a row, which uses what the crate gives.
 *
 * @module
 */

import process from "node:process";
import { open } from "../../../mod.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { buildCrate } from "./native.ts";

/** What a test calls: the types are another test's. */
// deno-lint-ignore no-explicit-any
export type Loose = any;

/** rustdoc's JSON, and edition 2024 for the wrapper. */
const WITH_RUST = { ...need("rust>=1.88", "cc"), timeout: 900_000 };

/**
 * What declares the tests of a crate, which is built by the first of them.
 *
 * @param crate Its directory.
 * @param about What their names begin with.
 */
export function crateRows(
  crate: string,
  about = "Rust",
): (
  name: string,
  body: (rust: Loose, manifest: Loose, path: string) => unknown,
) => void {
  // Compiled four times as fast; nothing here is about speed.
  process.env.CARGO_PROFILE_RELEASE_OPT_LEVEL = "0";
  let built: ReturnType<typeof buildCrate> | undefined;
  return (name, body) => {
    test(`${about}: ${name}`, WITH_RUST, async () => {
      const { path, manifest } = await (built ??= buildCrate(crate));
      await body(open(path).symbols, manifest, path);
    });
  };
}
