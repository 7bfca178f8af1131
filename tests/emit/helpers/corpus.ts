/**
 * Real C libraries: the sources that crates of crates.io carry.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { dirname, join } from "@std/path";
import { needOnce, type Needs, skip } from "../../helpers/need.ts";
import { withToolsNow } from "../../helpers/test.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

/** A library, and how to compile it. */
export interface Recipe {
  readonly name: string;
  readonly crate: string;
  readonly version: string;
  /** Directories of the crate with the sources, or single files. */
  readonly sources: readonly string[];
  /** Files in them that are no part of the library. */
  readonly without?: RegExp;
  /** Arguments for the compiler; `DIR` is the crate's directory. */
  readonly flags?: readonly string[];
  /** The public headers. */
  readonly headers: readonly string[];
}

/** Fourteen libraries: 2600 exported functions and variables. */
export const CORPUS: readonly Recipe[] = [
  {
    name: "brotli",
    crate: "brotli-sys",
    version: "0.3.2",
    sources: ["brotli/common", "brotli/dec", "brotli/enc"],
    flags: ["-IDIR/brotli/include"],
    headers: ["brotli/decode.h", "brotli/encode.h"],
  },
  {
    name: "bzip2",
    crate: "bzip2-sys",
    version: "0.1.13",
    sources: ["bzip2-1.0.8"],
    without: /^(?:bzip2|bzip2recover|dlltest|mk251|spewG|unzcrash)\.c$/,
    flags: ["-IDIR/bzip2-1.0.8"],
    headers: ["stdio.h", "bzlib.h"],
  },
  {
    name: "libdeflate",
    crate: "libdeflate-sys",
    version: "1.26.1",
    sources: ["libdeflate/lib", "libdeflate/lib/x86"],
    flags: ["-IDIR/libdeflate"],
    headers: ["libdeflate.h"],
  },
  {
    name: "lua",
    crate: "lua-src",
    version: "551.1.0",
    sources: ["lua-5.4.9"],
    without: /^luac?\.c$/,
    flags: ["-IDIR/lua-5.4.9"],
    headers: ["lua.h", "lauxlib.h", "lualib.h"],
  },
  {
    name: "lz4",
    crate: "lz4-sys",
    version: "1.11.1",
    sources: ["liblz4/lib"],
    flags: ["-IDIR/liblz4/lib"],
    headers: ["lz4.h", "lz4hc.h", "lz4frame.h"],
  },
  {
    name: "mimalloc",
    crate: "libmimalloc-sys",
    version: "0.1.49",
    sources: ["c_src/mimalloc/v2/src/static.c"],
    flags: ["-IDIR/c_src/mimalloc/v2/include"],
    headers: ["mimalloc.h"],
  },
  {
    name: "pcre2",
    crate: "pcre2-sys",
    version: "0.2.10",
    sources: ["upstream/src"],
    // Other files include these.
    without: /^pcre2_(?:jit_match|jit_misc|ucptables)\.c$/,
    flags: [
      "-IDIR/upstream/include",
      "-IDIR/upstream/src",
      "-DPCRE2_CODE_UNIT_WIDTH=8",
      "-DSUPPORT_PCRE2_8",
      "-DSUPPORT_UNICODE",
      "-DHAVE_CONFIG_H",
      "-DHAVE_MEMMOVE",
    ],
    headers: ["pcre2.h"],
  },
  {
    name: "secp256k1",
    crate: "secp256k1-sys",
    version: "0.14.1",
    sources: ["secp256k1", "precomputed_ecmult", "precomputed_ecmult_gen"].map(
      (name) => `depend/secp256k1/src/${name}.c`,
    ),
    flags: ["-IDIR/depend/secp256k1/include", "-DENABLE_MODULE_EXTRAKEYS=1"],
    headers: ["secp256k1.h", "secp256k1_extrakeys.h"],
  },
  {
    name: "sqlite",
    crate: "libsqlite3-sys",
    version: "0.39.1",
    sources: ["sqlite3/sqlite3.c"],
    flags: ["-IDIR/sqlite3"],
    headers: ["sqlite3.h"],
  },
  {
    name: "tree-sitter",
    crate: "tree-sitter",
    version: "0.27.1",
    sources: ["src/lib.c"],
    flags: ["-IDIR/include", "-IDIR/src", "-D_GNU_SOURCE"],
    headers: ["tree_sitter/api.h"],
  },
  {
    name: "uv",
    crate: "libuv-sys2",
    version: "1.53.1",
    sources: [
      "libuv/src",
      ...("async core dl fs getaddrinfo getnameinfo linux loop loop-watcher pipe " +
        "poll process procfs-exepath proctitle random-devurandom random-getrandom " +
        "random-sysctl-linux signal stream tcp thread tty udp")
        .split(" ").map((name) => `libuv/src/unix/${name}.c`),
    ],
    flags: ["-IDIR/libuv/include", "-IDIR/libuv/src", "-D_GNU_SOURCE"],
    headers: ["uv.h"],
  },
  {
    name: "webp",
    crate: "libwebp-sys",
    version: "0.14.4",
    sources: ["dec", "demux", "mux", "utils"].map((name) =>
      `vendor/src/${name}`
    ),
    flags: ["-IDIR/vendor", "-IDIR/vendor/src"],
    headers: ["webp/decode.h", "webp/demux.h", "webp/mux.h"],
  },
  {
    name: "zlib",
    crate: "libz-sys",
    version: "1.1.31",
    sources: ["src/zlib"],
    flags: ["-IDIR/src/zlib", "-DHAVE_UNISTD_H"],
    headers: ["zlib.h"],
  },
  {
    name: "zstd",
    crate: "zstd-sys",
    version: "2.1.2",
    sources: ["common", "compress", "decompress"].map((name) =>
      `zstd/lib/${name}`
    ),
    flags: ["-IDIR/zstd/lib", "-DZSTD_DISABLE_ASM=1"],
    headers: ["zstd.h", "zstd_errors.h"],
  },
];

/** The libraries that every run of the tests asks the oracles about; the others are for reach. */
export const FEW = CORPUS.filter(({ name }) => /^(?:bzip2|zlib)$/.test(name));

/** The other libraries. */
export const MANY = CORPUS.filter((recipe) => !FEW.includes(recipe));

/** Where a crate is kept, from run to run. */
function placeOf({ crate, version }: Recipe): string {
  return fileURLToPath(
    new URL(`../../../build/corpus/${crate}-${version}`, import.meta.url),
  );
}

/**
 * Options of a test that needs a library of the corpus; fetches it when it is
 * asked for first. One runtime asks the oracles: compiling takes all the time.
 *
 * @param recipe The library.
 * @param tools What else the test needs.
 */
export function needCorpus(recipe: Recipe, ...tools: string[]): Needs {
  const options = needOnce("rust", ...tools);
  if (options.skip !== false || fetch(recipe)) return options;
  return skip("needs crates.io, for the sources of C libraries");
}

/** Fetches a crate; gives whether that is possible. Several files of tests may ask at once. */
function fetch(recipe: Recipe): boolean {
  const place = placeOf(recipe);
  // What cargo cannot bring leaves an empty directory.
  const isIn = (place: string) =>
    existsSync(join(place, "vendor", recipe.crate));
  if (isIn(place)) return true;
  rmSync(place, { recursive: true, force: true });
  mkdirSync(dirname(place), { recursive: true });
  const work = mkdtempSync(`${place}.`);
  writeFileSync(
    join(work, "Cargo.toml"),
    `[package]\nname = "corpus"\nversion = "0.0.0"\nedition = "2021"\n` +
      `[lib]\npath = "lib.rs"\n[workspace]\n` +
      `[dependencies]\n${recipe.crate} = "=${recipe.version}"\n`,
  );
  writeFileSync(join(work, "lib.rs"), "");
  withToolsNow(["rust"], () => {
    spawnSync("cargo", ["vendor", "--quiet"], {
      cwd: work,
      stdio: "ignore",
      timeout: 300_000,
    });
  });
  try {
    if (isIn(work)) renameSync(work, place);
  } catch {
    // Somebody else was faster.
  }
  rmSync(work, { recursive: true, force: true });
  return isIn(place);
}

/** The compiler's arguments of a recipe, its sources left out. */
export function flagsOf(recipe: Recipe): string[] {
  const directory = join(placeOf(recipe), "vendor", recipe.crate);
  return (recipe.flags ?? []).map((flag) => flag.replace("DIR", directory));
}

/**
 * Compiles a library of the corpus.
 *
 * @param recipe The library.
 * @param compiler `gcc` or `clang`.
 * @param level `-O0` or `-O2`.
 * @returns Its path: the same for the same arguments.
 */
export function compileRecipe(
  recipe: Recipe,
  compiler: string,
  level: string,
): string {
  const place = placeOf(recipe);
  const output = join(place, `${recipe.name}-${compiler}${level}.so`);
  if (existsSync(output)) return output;
  const part = `${output}.${process.pid}`;
  const directory = join(place, "vendor", recipe.crate);
  const inputs = recipe.sources.flatMap((source) =>
    source.endsWith(".c")
      ? [join(directory, source)]
      : readdirSync(join(directory, source)).filter((name) =>
        name.endsWith(".c") && !recipe.without?.test(name)
      ).map((name) => join(directory, source, name))
  );
  const args = ["-g", level, "-w", ...flagsOf(recipe), ...inputs];
  sharedLibrary(part, args, { compiler });
  renameSync(part, output);
  return output;
}
