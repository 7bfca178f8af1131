/**
 * What libraries say they are made of, as the bill of materials has it.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { stored } from "../../../emit/bytes/stored.ts";
import type { Image } from "../../../emit/image/library.ts";
import { modulesIn } from "../../../emit/publish/go_modules.ts";
import { cratesIn } from "../../../emit/publish/rust_crates.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

/** Builds and packs a project; gives the components of its library's bill. */
async function componentsOf(
  files: Readonly<Record<string, string>>,
  ...flags: string[]
): Promise<Record<string, unknown>[]> {
  const directory = emptyDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  writeFileSync(
    join(directory, "package.json"),
    `{ "name": "made", "version": "1.0.0" }`,
  );
  const library = join(directory, "made.so");
  const own = join(directory, "own");
  await succeedSilently(plugin("build", own, "-o", library, "--", ...flags));
  const packed = await succeedSilently(
    spawnPlugin(["pack", library, "--npm", "--json"], {
      cwd: directory,
    }),
  );
  const { written } = JSON.parse(packed.stdout);
  const bill = written.find((path: string) => path.endsWith("sbom.cdx.json"));
  const { components, dependencies } = JSON.parse(readFileSync(bill, "utf8"));
  const known = components.map((one: { "bom-ref": string }) => one["bom-ref"]);
  assertEquals(
    known.toSorted(),
    [
      "made.so",
      ...dependencies.find(({ ref }: { ref: string }) => ref === "made.so")
        .dependsOn,
    ].toSorted(),
  );
  // deno-lint-ignore no-explicit-any -- JSON
  return components.filter((one: any) => one.version !== undefined);
}

/** A crate that depends on others in every way. */
const CRATES = {
  "own/Cargo.toml": `[package]
name = "own"
version = "0.1.0"
edition = "2021"

[features]
more = ["dep:asked"]

[dependencies]
used = { path = "../used" }
asked = { path = "../asked", optional = true }
unasked = { path = "../unasked", optional = true }
macros = { path = "../macros" }

[build-dependencies]
builds = { path = "../builds" }

[target.'cfg(windows)'.dependencies]
elsewhere = { path = "../elsewhere" }

[dev-dependencies]
tests = { path = "../tests" }
`,
  "own/build.rs": "fn main() {}\n",
  ...Object.fromEntries(
    ["used", "asked", "unasked", "builds", "elsewhere", "tests"].flatMap(
      (name) => [
        [
          `${name}/Cargo.toml`,
          `[package]\nname = "${name}"\nversion = "2.3.4"\nedition = "2021"\n`,
        ],
        [`${name}/src/lib.rs`, "pub fn one() -> i32 { 1 }\n"],
      ],
    ),
  ),
  "macros/Cargo.toml":
    `[package]\nname = "macros"\nversion = "2.3.4"\nedition = "2021"\n[lib]\nproc-macro = true\n`,
  "macros/src/lib.rs": "",
};

const USED = ["asked", "used"].map((name) => ({
  type: "library",
  "bom-ref": `${name}@2.3.4`,
  name,
  version: "2.3.4",
}));

test(
  "the bill of a crate names the crates that are in its library",
  need("rust>=1.88", "cc"),
  async () => {
    const components = await componentsOf({
      ...CRATES,
      "own/src/lib.rs": "pub fn two() -> i32 { used::one() + 1 }\n",
    }, "--features=more");
    assertEquals(components, USED);
  },
);

test(
  "so does that of a crate whose symbols are those of C",
  need("rust>=1.77", "cc"),
  async () => {
    const components = await componentsOf(
      {
        ...CRATES,
        "own/src/lib.rs":
          '#[no_mangle]\npub extern "C" fn two() -> i32 { used::one() + 1 }\n',
      },
      "--features",
      "more",
    );
    assertEquals(components, USED);
  },
);

test(
  "the bill of a Go package names Go's own library and the modules in its own",
  need("go", "cc"),
  async () => {
    const [std, ...others] = await componentsOf({
      "used/go.mod": "module example.com/used\n\ngo 1.21\n",
      "used/used.go": "package used\n\nfunc One() int { return 1 }\n",
      "own/go.mod":
        `module example.com/own\n\ngo 1.21\n\nrequire example.com/used v1.2.0\n\nreplace example.com/used => ../used\n`,
      "own/own.go":
        `package main\n\nimport "example.com/used"\n\nfunc Two() int { return used.One() + 1 }\n`,
    });
    assertEquals(std!.name, "std");
    assertEquals(std!.purl, `pkg:golang/std@${std!.version}`);
    assertEquals(others, [{
      type: "library",
      "bom-ref": "example.com/used@v1.2.0",
      name: "example.com/used",
      version: "v1.2.0",
    }]);
  },
);

/** A library of which nothing but one section is known. */
function imageOf(name: string, bytes: Uint8Array): Image {
  return {
    format: "elf",
    path: "made.so",
    os: "linux",
    arch: "x64",
    needs: [],
    versions: [],
    exports: [],
    section: (asked) => asked === name ? bytes : undefined,
  };
}

const encode = (text: string) => new TextEncoder().encode(text);

test("what a registry has of a crate has a package URL", () => {
  const one = (name: string, source: string, rest = {}) => ({
    name,
    version: "1.0.0+a",
    source,
    ...rest,
  });
  const packages = [
    one("serde", "crates.io"),
    one("ours", "registry", { kind: "runtime" }),
    one("cc", "crates.io", { kind: "build" }),
    one("own", "local", { root: true }),
  ];
  const list = stored(encode(JSON.stringify({ packages })));
  assertEquals(cratesIn(imageOf(".dep-v0", list)), [
    { name: "serde", version: "1.0.0+a", purl: "pkg:cargo/serde@1.0.0%2Ba" },
    { name: "ours", version: "1.0.0+a" },
  ]);
  assertThrows(
    () => cratesIn(imageOf(".dep-v0", encode("none"))),
    Error,
    `Cannot read the crates that "made.so" is made of`,
  );
});

test("a long list of crates has several parts", () => {
  const packages = Array.from({ length: 3000 }, (_, at) => ({
    name: `crate-${at}`,
    version: "1.0.0",
    source: "local",
  }));
  const list = stored(encode(JSON.stringify({ packages })));
  assertEquals(cratesIn(imageOf(".dep-v0", list)).length, 3000);
});

test("what has a version of a module has a package URL, and what go.sum has is its hash", () => {
  const sum = "h1:" + btoa(String.fromCharCode(...Array(32).keys()));
  const mark = "0123456789abcdef";
  const modules = mark + [
    "path\texample.com/own",
    "mod\texample.com/own\t(devel)\t",
    `dep\texample.com/a\tv1.0.0+incompatible\t${sum}`,
    `dep\texample.com/b\tv1.0.0\t`,
    `=>\texample.com/fork\tv1.0.1\t${sum}`,
    `dep\texample.com/vendored\tv1.0.2`,
    `dep\texample.com/strange\tv1.0.3\th1:none`,
    `dep\texample.com/beside\t(devel)\t`,
    "",
  ].join("\n") + mark;
  const version = "go1.26.8 X:nodwarf5";
  const bytes = new Uint8Array([
    ...[0xff, ...encode(" Go buildinf:"), 8, 2, ...Array(16).fill(0)],
    ...[version.length, ...encode(version)],
    ...[modules.length & 0x7f | 0x80, modules.length >> 7, ...encode(modules)],
  ]);
  const sha256 = "000102030405060708090a0b0c0d0e0f" +
    "101112131415161718191a1b1c1d1e1f";
  const seen = [
    { name: "std", version: "1.26.8", purl: "pkg:golang/std@1.26.8" },
    {
      name: "example.com/a",
      version: "v1.0.0+incompatible",
      purl: "pkg:golang/example.com/a@v1.0.0%2Bincompatible",
      sha256,
    },
    {
      name: "example.com/fork",
      version: "v1.0.1",
      purl: "pkg:golang/example.com/fork@v1.0.1",
      sha256,
    },
    {
      name: "example.com/vendored",
      version: "v1.0.2",
      purl: "pkg:golang/example.com/vendored@v1.0.2",
    },
    {
      name: "example.com/strange",
      version: "v1.0.3",
      purl: "pkg:golang/example.com/strange@v1.0.3",
    },
    { name: "example.com/beside", version: "(devel)" },
  ];
  for (const name of [".go.buildinfo", "__go_buildinfo"]) {
    assertEquals(modulesIn(imageOf(name, bytes)), seen);
  }
  assertEquals(modulesIn(imageOf(".go.buildinfo", new Uint8Array(40))), []);
});
