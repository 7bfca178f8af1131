/**
 * Where the system's loader finds libraries by their names.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync, writeFileSync } from "node:fs";
import process from "node:process";
import { basename, dirname, join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import {
  directoriesIn,
  systemDirectories,
  systemLibrary,
  systemPlaces,
} from "../../../ffi/system/libraries.ts";
import {
  cached,
  LOADER_CACHE,
  searchCache,
} from "../../../ffi/system/loader_cache.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { noMounts } from "../../helpers/mount.ts";
import { skip } from "../../helpers/need.ts";
import { commandLine } from "../../helpers/program.ts";

const ldconfig = ["/sbin/ldconfig", "/usr/sbin/ldconfig"]
  .find((path) => existsSync(path));
const CACHE: { skip?: string } =
  ldconfig === undefined || !existsSync(LOADER_CACHE)
    ? skip("needs glibc's ldconfig")
    : {};

/** What the loader's own tool lists of this machine's architecture, in its order. */
function listed(): Map<string, string[]> {
  const { stdout } = spawnSync(ldconfig!, ["-p"], { encoding: "utf8" });
  const listed = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const [, name, path] =
      /^\s*(\S+) \(libc6,(?:x86-64|AArch64)\b[^)]*\) => (.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    listed.set(name, [...listed.get(name) ?? [], path!]);
  }
  return listed;
}

test("cached() finds what ldconfig -p lists", CACHE, () => {
  const libraries = listed();
  assert(libraries.size > 10);
  for (const [name, paths] of libraries) assertEquals(cached(name), paths);
  assertEquals(cached("no-such-library.so"), []);
});

test("a library is found where the loader would take it", CACHE, () => {
  for (const [name, [first]] of listed()) {
    if (!existsSync(first!)) continue;
    assertEquals(systemLibrary(name), first, name);
  }
  assertEquals(systemPlaces().includes(LOADER_CACHE), true);
});

/** A library of this machine that lies in no standard directory. */
function elsewhere(): [string, string[]] | undefined {
  const standard = new Set(
    systemDirectories().filter((path) => existsSync(path))
      .map((path) => realpathSync(path)),
  );
  return [...listed()].find(([, paths]) =>
    paths.every((path) =>
      existsSync(path) && !standard.has(realpathSync(dirname(path)))
    )
  );
}

const only = CACHE.skip !== undefined ? undefined : elsewhere();
const ONLY: { skip?: string } = only === undefined
  ? skip("needs a library that only the loader's cache knows")
  : {};

test("what only the cache knows is found too", ONLY, () => {
  const [name, [path]] = only!;
  assertEquals(systemLibrary(name), path);
});

test("searchCache() finds nothing in bytes that are no cache, or half of one", () => {
  assertEquals(searchCache(new Uint8Array(), "libc.so.6"), []);
  assertEquals(searchCache(new Uint8Array(4096), "libc.so.6"), []);
  const half = new TextEncoder().encode(
    "glibc-ld.so.cache1.1" + "\xff".repeat(28),
  );
  assertEquals(searchCache(half, "libc.so.6"), []);
});

test("a directory is no library, and a name that nobody has is not found", () => {
  const [directory] = systemDirectories().filter((path) => existsSync(path));
  assertEquals(systemLibrary(join("..", basename(directory!))), undefined);
  assertEquals(systemLibrary("no-such-library.so.9"), undefined);
});

test("musl's directories are those of its file, by lines or with colons", () => {
  assertEquals(directoriesIn("/lib:/usr/local/lib\n/opt/lib\n\n"), [
    "/lib",
    "/usr/local/lib",
    "/opt/lib",
  ]);
  assertEquals(directoriesIn(""), []);
});

const MUSL = process.platform === "linux" && process.getuid?.() === 0
  ? { skip: noMounts() }
  : skip("needs Linux, and root");

test(
  "a system without glibc's cache has the directories of musl's file",
  MUSL,
  () => {
    const arch = process.arch === "arm64" ? "aarch64" : "x86_64";
    const module = new URL("../../../ffi/system/libraries.ts", import.meta.url);
    const script = join(emptyDirectory(), "places.ts");
    writeFileSync(
      script,
      `import { systemDirectories } from ${JSON.stringify(module.href)};
console.log(systemDirectories().join());`,
    );
    const inside =
      `/bin/mount -t tmpfs none /etc && printf '/a/lib:/b/lib\\n/c/lib\\n' > /etc/ld-musl-${arch}.path && exec "$@"`;
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["--mount", "sh", "-c", inside, "sh", ...commandLine(script)],
      { encoding: "utf8", env: { ...process.env, LD_LIBRARY_PATH: "/named" } },
    );
    assertEquals([stdout.trim(), stderr], ["/named,/a/lib,/b/lib,/c/lib", ""]);
  },
);
