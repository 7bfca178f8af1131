/**
 * What libraries of macOS bring along: `@loader_path` and `@rpath` are to
 * `plugin sign` what `$ORIGIN` is.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { sourceOf } from "../../../ffi/identity/library_bytes.ts";
import { machOSearch } from "../../../ffi/identity/macho.ts";
import { identify } from "../../../ffi/identity/read_identity.ts";
import { withSignedLibraries } from "../../../ffi/load/copy_set.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { needBreadth } from "../../helpers/need.ts";
import { plugin } from "../helpers/cli.ts";
import { crossCompile } from "../helpers/cross.ts";
import { universal } from "../helpers/image_writer.ts";
import { must, succeed } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const ZIG = needBreadth("zig");

/** Compiles a library for macOS that calls itself `@rpath/` and its name. */
function compile(
  path: string,
  source: string,
  flags: readonly string[] = [],
  name = `@rpath/${path.split("/").at(-1)}`,
): string {
  mkdirSync(dirname(path), { recursive: true });
  const input = join(emptyDirectory(), "a.c");
  writeFileSync(input, source);
  const target = ["-target", "aarch64-macos", "-g", input];
  const own = [`-Wl,-install_name,${name}`, ...flags];
  return sharedLibrary(path, [...target, ...own], { compiler: "zig cc" });
}

const BASE = "int deep(void);\nint base(void) { return deep() + 1; }\n";
const TOP = "int base(void);\nint top(void) { return base() + 1; }\n";

/** A plugin, a library that it needs, and one that this needs. */
interface Chain {
  readonly path: string;
  readonly base: string;
  readonly deep: string;
}

function chain(
  names: { readonly base?: string; readonly deep?: string } = {},
  rpath = "@loader_path/none/../../lib",
): Chain {
  const directory = emptyDirectory();
  const at = (file: string) => join(directory, file);
  const deep = compile(
    at("lib/libdeep.dylib"),
    "int deep(void) { return 40; }\n",
    [],
    names.deep ?? "@loader_path/libdeep.dylib",
  );
  const base = compile(
    at("lib/libbase.dylib"),
    BASE,
    [`-L${at("lib")}`, "-ldeep"],
    names.base,
  );
  const path = compile(
    at("bin/libtop.dylib"),
    TOP,
    [`-L${at("lib")}`, "-lbase", `-Wl,-rpath,${rpath}`],
  );
  return { path, base, deep };
}

/** Signs a plugin; gives the libraries that were signed with it, or why it is refused. */
async function signed(path: string): Promise<string[] | string> {
  await succeed(plugin("emit", path));
  const key = join(emptyDirectory(), "key");
  await plugin("keygen", "-o", key);
  const made = await plugin("sign", "--key", `${key}.pem`, `${path}.json`);
  if (made.status !== 0) return made.stderr;
  const { bundled = [] } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  return bundled.map(({ file }: { file: string }) => file);
}

test("libraries of macOS bring along what lies beside them", ZIG, async () => {
  const { path, base } = chain();
  assertEquals(await signed(path), [
    "../lib/libbase.dylib",
    "../lib/libdeep.dylib",
  ]);
  // What open() would load there: these bytes, laid out as they lay here.
  const { bundled } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  const checked = {
    path,
    bindsNow: undefined,
    buildId: undefined,
    copy: { bytes: new Uint8Array(readFileSync(path)), key: "" },
  };
  const { copy } = withSignedLibraries(checked, bundled);
  assertEquals(copy!.bundled!.map(({ file }) => file), [
    "../lib/libbase.dylib",
    "../lib/libdeep.dylib",
  ]);
  assertEquals([copy!.depth, copy!.directories], [1, ["none"]]);
  assertThrows(
    () => withSignedLibraries(checked, bundled.slice(0, 1)),
    Error,
    `its library "../lib/libbase.dylib" needs "$ORIGIN/libdeep.dylib": that is not among`,
  );
  writeFileSync(base, "exchanged");
  assertThrows(
    () => withSignedLibraries(checked, bundled),
    Error,
    `${base}": its size is 9`,
  );
});

test(
  "what is not beside a library of macOS is not signed with it",
  ZIG,
  async () => {
    const cases: [Parameters<typeof chain>, string][] = [
      [
        [{ base: "libbase.dylib" }],
        'needs "./libbase.dylib": that is taken from the working',
      ],
      [
        [{ base: "@executable_path/libbase.dylib" }],
        "that is taken from wherever the program lies",
      ],
      [
        [{}, "lib"],
        'looks for libraries in "./lib": that is taken from the working',
      ],
      [
        [{}, "@executable_path"],
        "that is taken from wherever the program lies",
      ],
      [
        [{}, "@loader_path"],
        'needs "libbase.dylib" by @rpath: that is not among',
      ],
      [
        [{ deep: "@loader_path/other.dylib" }],
        'needs "$ORIGIN/other.dylib": that is not among',
      ],
    ];
    for (const [args, words] of cases) {
      const { path } = chain(...args);
      assertStringIncludes(String(await signed(path)), words);
    }
  },
);

test(
  "a file for both architectures needs what either does",
  needBreadth("zig", "llvm-lipo", "clang", "ld64.lld"),
  async () => {
    const { path, base } = chain();
    const alone = crossCompile("darwin-x64", "once.c");
    const fat = join(dirname(path), "libfat.dylib");
    must("llvm-lipo", ["-create", alone, path, "-output", fat]);
    rmSync(path);
    assertEquals(await signed(fat), [
      "../lib/libbase.dylib",
      "../lib/libdeep.dylib",
    ]);
    rmSync(base);
    assertStringIncludes(String(await signed(fat)), "by @rpath");
  },
);

test(
  "a universal file needs what its parts need, however wide its table",
  ZIG,
  async () => {
    const { path } = chain();
    const library = new Uint8Array(readFileSync(path));
    const plain = machOSearch(path, library);
    assertEquals(plain?.needs.includes("libbase.dylib"), true);
    for (const isWide of [false, true]) {
      const bytes = universal(library, isWide);
      assertEquals(machOSearch(path, bytes), plain);
      assertEquals(identify(sourceOf(path, bytes)).arch, ["arm64"]);
      writeFileSync(path, bytes);
      assertEquals(await signed(path), [
        "../lib/libbase.dylib",
        "../lib/libdeep.dylib",
      ]);
    }
  },
);
