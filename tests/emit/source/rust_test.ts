import { withVariable } from "../../helpers/variable.ts";
import { test } from "../../helpers/test.ts";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { open } from "../../../mod.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needBreadth } from "../../helpers/need.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import {
  assertSame,
  buildCrate,
  buildNative,
  copyOf,
  described,
  golden,
} from "../helpers/native.ts";
import { succeed } from "../../helpers/succeed.ts";

/** What the fixtures are written in: `c"texts"`. */
const WITH_RUST = need("rust>=1.77", "cc");
// What is described is the same whatever runs the compiler.
const BREADTH = needBreadth("rust>=1.77", "cc");

const workspace = BREADTH.skip === false ? copyOf("rust") : "";

test("plugin build describes Rust as it does C", BREADTH, async () => {
  const { manifest } = await buildCrate("same");
  assertEquals(described(manifest), golden("same"));
  assertEquals(manifest.library.language, "Rust");
  assert(manifest.library.buildId, "it has a build id");
  assertEquals(manifest.symbols.mid!.doc, "The point half way.");
  assertEquals(manifest.symbols.echo!.doc, "Gives the text back.\n\nAs it is.");
});

test("a plugin in Rust is called", WITH_RUST, async () => {
  const { path } = await buildCrate("same");
  assertSame(path);
});

test(
  "plugin build reads every type of Rust, and says what cannot cross",
  BREADTH,
  async () => {
    const crate = join(workspace, "kinds");
    const before = readFileSync(join(crate, "Cargo.toml"), "utf8");
    const { path, manifest } = await buildNative(crate);
    assertEquals(described(manifest), golden("kinds.rust"));
    assertEquals(readFileSync(join(crate, "Cargo.toml"), "utf8"), before);
    assertEquals(existsSync(join(workspace, "target")), false);
    const kinds = open(path);
    const count = kinds.lookup("count", "(buffer, usize, u8) => usize");
    assertEquals(count(new Uint8Array([1, 2, 1, 1]), 4, 1), 3);
    const sizes = kinds.lookup(
      "sizes",
      "(usize, isize, i32, i64, u32) => usize",
    );
    assertEquals(sizes(1, 2, 3, 4n, 5), 15);
    assertEquals(kinds.lookup("nonzero", "(u32, u32) => u32")(1, 0), 1);
    assertEquals(kinds.lookup("renamed", "i8").value, -1);
  },
);

test(
  "plugin build gives the same bytes of Rust from another directory",
  BREADTH,
  async () => {
    const libraries: string[] = [];
    for (const copy of [workspace, copyOf("rust")]) {
      const { path, manifest } = await withVariable(
        "CARGO_TARGET_DIR",
        join(emptyDirectory(), "target"),
        () => buildNative(join(copy, "kinds")),
      );
      const text = readFileSync(path, "latin1");
      assert(!text.includes(copy), "no path of the source");
      libraries.push(JSON.stringify(manifest));
    }
    assertEquals(libraries[0], libraries[1]);
  },
);

test(
  "plugin emit knows functions that the compiler made one",
  BREADTH,
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "merged.rs");
    writeFileSync(
      source,
      `#[no_mangle] pub extern "C" fn one(a: *const u32) -> *const u32 { a }
       #[no_mangle] pub extern "C" fn two(a: *const f64) -> *const f64 { a }`,
    );
    const library = join(directory, "merged.so");
    const args = ["--crate-type=cdylib", "-g", "-O", source, "-o", library];
    await succeed(run("rustc", args));
    const ran = await succeed(plugin("emit", library));
    assertStringIncludes(ran.stdout, "the compiler made it one with");
  },
);

test("plugin build says what is wrong with a crate", BREADTH, async () => {
  const directory = emptyDirectory();
  const write = (file: string, text: string) =>
    writeFileSync(join(directory, file), text);
  const cases: [string, string][] = [
    [
      workspace,
      "it is a workspace: name the directory of one of crowd, kinds, popular, same",
    ],
    [directory, "no targets specified in the manifest"],
  ];
  write("Cargo.toml", `[package]\nname = "none"\nversion = "0.1.0"\n`);
  for (const [crate, sentence] of cases) {
    const ran = await plugin("build", crate);
    assert(ran.status !== 0);
    assertStringIncludes(ran.stderr, sentence);
  }
  write("lib.rs", `#[no_mangle] pub extern "C" fn a() -> u32 { oops }`);
  write(
    "Cargo.toml",
    `[package]\nname = "broken"\nversion = "0.1.0"\n[lib]\npath = "lib.rs"\n[workspace]\n`,
  );
  const broken = await plugin("build", directory);
  assertEquals([broken.status, broken.stdout], [1, ""]);
  assertStringIncludes(broken.stderr, "cargo says\nerror");
  assertStringIncludes(broken.stderr, "oops");
});

test("plugin build says that cargo is missing", async () => {
  const cwd = emptyDirectory();
  writeFileSync(join(cwd, "Cargo.toml"), "");
  const ran = await spawnPlugin(["build", "."], { cwd, env: { PATH: cwd } });
  assertEquals(ran.status, 3);
  assertStringIncludes(
    ran.stderr,
    `error: Cannot compile Rust: there is no "cargo" on the PATH: install it from https://rustup.rs`,
  );
});
