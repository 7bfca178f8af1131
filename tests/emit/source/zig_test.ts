import { test } from "../../helpers/test.ts";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { open } from "../../../mod.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, needBreadth, needOnce } from "../../helpers/need.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { plugin, readManifest, spawnPlugin } from "../helpers/cli.ts";
import {
  assertSame,
  buildNative,
  copyOf,
  described,
  golden,
} from "../helpers/native.ts";
import { succeed } from "../../helpers/succeed.ts";

const WITH_ZIG = need("zig", "cc");
const ONCE = needOnce("zig", "cc");
// What is described is the same whatever runs the compiler.
const BREADTH = needBreadth("zig", "cc");

test("plugin build describes Zig as it does C", BREADTH, async () => {
  const { manifest } = await buildNative(fixture("same.zig"));
  assertEquals(described(manifest), golden("same"));
  assertEquals(manifest.library.language, "Zig");
  assert(manifest.library.buildId, "it has a build id");
  assertEquals(manifest.symbols.mid!.doc, "The point half way.");
});

test("a plugin in Zig is called", WITH_ZIG, async () => {
  const { path } = await buildNative(fixture("same.zig"));
  assertSame(path);
});

test("plugin build reads every type of Zig", BREADTH, async () => {
  const { path, manifest } = await buildNative(fixture("kinds.zig"));
  assertEquals(described(manifest), golden("kinds.zig"));
  assertEquals(
    manifest.symbols.unused!.doc,
    "Parameters that are\nnot used count too.",
  );
  const single = open(path).lookup("single", "(f32) => f32");
  assertEquals(single(1.5), 1.5);
});

test(
  "plugin build gives the same bytes of Zig from another directory",
  ONCE,
  async () => {
    const [one, other] = [copyOf("kinds.zig"), copyOf("kinds.zig")];
    const here = await buildNative(one!);
    const there = await buildNative(other!);
    assertEquals(JSON.stringify(here.manifest), JSON.stringify(there.manifest));
    const text = readFileSync(here.path, "latin1");
    assert(!text.includes(dirname(one!)), "no path of the source");
    assertEquals(readdirSync(dirname(one!)), ["kinds.zig"]);
  },
);

test("plugin build takes another mode of Zig", ONCE, async () => {
  const safe = ["--", "-OReleaseSafe", "-lc"];
  const { path, manifest } = await buildNative(fixture("kinds.zig"), ...safe);
  assertEquals(described(manifest), golden("kinds.zig"));
  assertEquals(open(path).lookup("single", "(f32) => f32")(1.5), 1.5);
});

test(
  "plugin emit refuses what an optimized build of Zig leaves open",
  ONCE,
  async () => {
    const directory = emptyDirectory();
    for (const mode of ["ReleaseFast", "Debug"]) {
      const library = join(directory, `${mode}.so`);
      await succeed(run("zig", [
        "build-lib",
        "-dynamic",
        "-fllvm",
        "-fno-strip",
        `-O${mode}`,
        `-femit-bin=${library}`,
        fixture("same.zig"),
      ], { cwd: directory }));
      await succeed(plugin("emit", library));
      const { symbols, skipped } = readManifest(`${library}.json`);
      if (mode === "Debug") {
        assertEquals(symbols.unused!.type, "(i32, bool) => bool");
        assertEquals(symbols.apply!.type, "((i32) => i32, i32) => i32");
      } else {
        assertEquals(Object.keys(symbols), [
          "counter",
          "hook",
          "origin",
          "title",
          "version",
        ]);
        assertStringIncludes(skipped.unused!, "leaves parameters out");
      }
    }
  },
);

test("plugin build says what Zig refuses", BREADTH, async () => {
  const source = join(emptyDirectory(), "a.zig");
  writeFileSync(source, "export fn a() u32 { return oops; }");
  const ran = await plugin("build", source);
  assertEquals([ran.status, ran.stdout], [1, ""]);
  assertStringIncludes(ran.stderr, `error: Cannot compile "a.zig": zig says\n`);
  assertStringIncludes(ran.stderr, "oops");
});

test("plugin build says that Zig is missing", async () => {
  const cwd = emptyDirectory();
  writeFileSync(join(cwd, "a.zig"), "");
  const ran = await spawnPlugin(["build", "a.zig"], {
    cwd,
    env: { PATH: cwd, ZIG: "" },
  });
  assertEquals(ran.status, 3);
  assertStringIncludes(
    ran.stderr,
    `error: Cannot compile Zig: there is no "zig" on the PATH: install it from https://ziglang.org`,
  );
});
