/**
 * Crates that are named and not pointed at: `crate:regex@1`.
 *
 * @module
 */

import { exists, system } from "../../../ffi/system/system.ts";
import { supportCache } from "../../../ffi/support/support_version.ts";
import { join } from "../../../ffi/system/path.ts";
import { EmitError } from "../../error.ts";

/** How a crate of crates.io is named. */
export const CRATE = "crate:";

/** A crate of crates.io, and the directory from which cargo builds it. */
export interface NamedCrate {
  /** Its name at crates.io. */
  readonly name: string;
  /** A directory with a `Cargo.toml` that depends on it. */
  readonly directory: string;
}

/**
 * Makes the directory from which a crate is built. It stays, so that the next
 * build finds what was compiled, and the versions that were chosen.
 *
 * @param input `crate:NAME`, `crate:NAME@VERSION`, each with `+FEATURE` behind.
 * @throws {EmitError} `usage` for anything else.
 */
export function namedCrate(input: string): NamedCrate {
  const found =
    /^crate:(?<name>[A-Za-z][\w-]*)(?:@(?<version>[\w.^~=*-]+))?(?<features>(?:\+[\w-]+)*)$/
      .exec(input)?.groups;
  if (found === undefined) {
    throw new EmitError(
      "usage",
      `Cannot build "${input}": wanted the name of a crate, such as crate:regex, crate:regex@1 or crate:uuid@1+v4`,
    );
  }
  const { name = "", version = "*", features = "" } = found;
  const cache = supportCache(system.os, (name) => system.env(name));
  if (cache === undefined) {
    throw new EmitError(
      "usage",
      `Cannot build "${input}": neither XDG_CACHE_HOME nor HOME is set, where it would be compiled`,
    );
  }
  const directory = join(
    cache,
    "crates",
    `${name}-${version.replace(/[^\w.]/g, "_")}${
      features.replaceAll("+", "-")
    }`,
  );
  const list = features.split("+").filter((one) => one !== "");
  const files = {
    "Cargo.toml": `[package]
name = "plugin-of-${name}"
version = "0.0.0"
edition = "2021"

[lib]
path = "lib.rs"

[dependencies]
${name} = { version = "${version}", features = ${JSON.stringify(list)} }

[workspace]
`,
    "lib.rs": "",
  };
  system.makeDirectories(directory);
  for (const [file, text] of Object.entries(files)) {
    const path = join(directory, file);
    if (!exists(path) || system.readText(path) !== text) {
      system.overwrite(path, text);
    }
  }
  return { name, directory };
}
