/**
 * A crate of crates.io is compiled once: rustdoc reads it by what was written down
 * then, whatever else stands between cargo and rustc.
 *
 * @module
 */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { needReach } from "../../../helpers/need.ts";
import { succeedSilently } from "../../../helpers/succeed.ts";
import { test } from "../../../helpers/test.ts";
import { readManifest, spawnPlugin } from "../../helpers/cli.ts";

const NEEDS = { ...needReach("rust>=1.88", "cc"), timeout: 600_000 };

/** A crate without dependencies, whose build script sets what its code asks for. */
const CRATE = "crate:semver@1.0.26";

/** Deno's own cache stays where it is. */
const DENO_DIR = {
  DENO_DIR: process.env.DENO_DIR ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "deno"),
};

/** Builds it in a cache of its own, and gives what it exports. */
async function built(
  directory: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  await succeedSilently(
    spawnPlugin(["build", CRATE, "-o", "semver.so"], {
      cwd: directory,
      env: { XDG_CACHE_HOME: join(directory, "cache"), ...DENO_DIR, ...env },
    }),
  );
  return Object.keys(readManifest(join(directory, "semver.so.json")).symbols);
}

/** What lies beside what cargo has compiled. */
function compiled(directory: string): { deps: string; names: string[] } {
  const deps = join(
    directory,
    "cache/native-plugin/crates/semver-1.0.26/target/release/deps",
  );
  return { deps, names: readdirSync(deps) };
}

test("rustdoc reads a crate as cargo compiled it", NEEDS, async () => {
  const directory = emptyDirectory();
  const log = join(directory, "log");
  const other = join(directory, "other");
  writeFileSync(other, `#!/bin/sh\necho "$3" >>${log}\nexec "$@"\n`, {
    mode: 0o755,
  });
  const symbols = await built(directory, { RUSTC_WRAPPER: other });
  assert(symbols.includes("Version.parse"), symbols.join());
  assert(/^semver$/m.test(readFileSync(log, "utf8")), "the user's own wrapper");
  const { deps, names } = compiled(directory);
  const doc = names.find((name) => /^libsemver-.*\.json$/.test(name)) ?? "";
  assert(doc !== "", names.join());
  assertEquals(
    names.filter((name) => /^libsemver-.*\.rmeta$/.test(name)).length,
    1,
  );
  const env = names.find((name) => /^libsemver-.*\.env$/.test(name))!;
  const variables = readFileSync(join(deps, env), "utf8").split("\0");
  assert(variables.includes("CARGO_PKG_NAME=semver"), variables.join("\n"));
  assertEquals(variables.filter((one) => /^(?:HOME|PATH)=/.test(one)), []);

  // What was read stays; where it is lost, and what was written down is too, cargo asks rustdoc.
  assertEquals(await built(directory), symbols);
  rmSync(join(deps, doc));
  assertEquals(await built(directory), symbols);
  assert(existsSync(join(deps, doc)));
  rmSync(join(deps, doc));
  rmSync(join(deps, doc.replace(/json$/, "args")));
  assertEquals(await built(directory), symbols);
  assert(!existsSync(join(deps, doc)));

  // A wrapper that cargo is configured with stays the only one.
  const home = join(directory, "home");
  mkdirSync(home);
  writeFileSync(
    join(home, "config.toml"),
    `[build]\nrustc-wrapper = ${JSON.stringify(other)}\n`,
  );
  rmSync(join(directory, "cache"), { recursive: true });
  rmSync(log);
  assertEquals(await built(directory, { CARGO_HOME: home }), symbols);
  assert(/^semver$/m.test(readFileSync(log, "utf8")));
  assert(!compiled(directory).names.some((name) => name.endsWith(".args")));
});
