/**
 * Where the system's loader finds libraries by their names.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
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
import { levelsIn } from "../../../ffi/system/processor.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { noMounts } from "../../helpers/mount.ts";
import { need, skip } from "../../helpers/need.ts";
import { commandLine } from "../../helpers/program.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

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

const LDCONFIG = ldconfig === undefined
  ? skip("needs glibc's ldconfig")
  : need("gcc");
const LEVELS = ["x86-64-v2", "x86-64-v3", "x86-64-v4"];

test(
  "what is made for a better processor than this is not taken",
  process.arch === "x64" ? LDCONFIG : skip("needs a processor with levels"),
  () => {
    const directory = emptyDirectory();
    const [library, cache, list] = ["libfor.so.1", "cache", "list"].map(
      (name) => join(directory, name),
    ) as [string, string, string];
    const source = join(directory, "for.c");
    writeFileSync(source, "int of(void) { return 1; }\n");
    sharedLibrary(library, ["-Wl,-soname,libfor.so.1", source], {
      compiler: "gcc",
    });
    const paths = new Map([["", library]]);
    for (const level of [...LEVELS, "x86-64-v9"]) {
      const path = join(directory, "glibc-hwcaps", level, "libfor.so.1");
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(library, path);
      paths.set(level, path);
    }
    writeFileSync(list, directory);
    execFileSync(ldconfig!, ["-X", "-C", cache, "-f", list]);
    const bytes = new Uint8Array(readFileSync(cache));
    const found = (levels?: readonly string[]) =>
      searchCache(bytes, "libfor.so.1", () => levels);
    for (let most = 0; most <= LEVELS.length; most++) {
      const levels = LEVELS.slice(0, most).reverse();
      assertEquals(found(levels), [...levels, ""].map((l) => paths.get(l)));
    }
    assertEquals(found(undefined).toSorted(), [...paths.values()].toSorted());
    // As the loader itself says.
    const loader = "/lib64/ld-linux-x86-64.so.2";
    const { stdout: help } = spawnSync(loader, ["--help"], {
      encoding: "utf8",
    });
    const said = [
      ...(help ?? "").matchAll(/(x86-64-v\d) \(supported, searched\)/g),
    ];
    if (said.length > 0) {
      assertEquals(
        searchCache(bytes, "libfor.so.1"),
        [...said.map(([, level]) => level!), ""].map((l) => paths.get(l)),
      );
    }
    // A cache that is cut off or says nonsense names nothing that is not there.
    for (let at = 0; at < bytes.length; at += 7) {
      const wrong = bytes.slice();
      wrong.fill(0xff, at, at + 4);
      for (const part of [bytes.slice(0, at), wrong]) {
        searchCache(part, "libfor.so.1", () => LEVELS);
      }
    }
  },
);

test("levelsIn() says what the processor has, and no level without those below it", () => {
  const v2 = "fpu cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3";
  const v4 = "avx512f avx512bw avx512cd avx512dq avx512vl";
  assertEquals(levelsIn(`processor: 0\nflags\t\t: ${v2} avx\n`), ["x86-64-v2"]);
  assertEquals(levelsIn(`flags\t: ${v2} ${v4}\n`), ["x86-64-v2"]);
  assertEquals(levelsIn("Features\t: fp asimd\n"), []);
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
      {
        encoding: "utf8",
        env: { ...process.env, LD_LIBRARY_PATH: "/named;/too:/also" },
      },
    );
    assertEquals([stdout.trim(), stderr], [
      "/named,/too,/also,/a/lib,/b/lib,/c/lib",
      "",
    ]);
  },
);
