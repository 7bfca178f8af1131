/**
 * A crate for a file that belongs to none.
 *
 * @module
 */

import { system } from "../../../ffi/system/system.ts";
import { basename, join } from "../../../ffi/system/path.ts";

/**
 * Makes a crate of one file, which has no other one and no dependencies.
 *
 * @param file Absolute path of the file.
 * @param work A directory.
 * @returns The directory of the crate, in `work`. The file has its own name in
 * it, so that rustc's errors say that.
 */
export function singleFileCrate(file: string, work: string): string {
  const directory = join(work, "crate");
  const name = basename(file);
  const crate = name.replace(/\.rs$/, "").replaceAll(/[^A-Za-z0-9]+/g, "_");
  system.makeDirectory(directory);
  system.write(join(directory, name), system.read(file), 0o644);
  system.write(
    join(directory, "Cargo.toml"),
    `[package]
name = ${JSON.stringify(/^[A-Za-z]/.test(crate) ? crate : `plugin_${crate}`)}
version = "0.0.0"
edition = "2021"

[lib]
path = ${JSON.stringify(name)}

[workspace]
`,
    0o644,
  );
  return directory;
}
