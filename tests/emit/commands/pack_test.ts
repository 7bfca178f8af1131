import { test } from "../../helpers/test.ts";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { ownLibc } from "../../../ffi/identity/executable.ts";
import { type LibraryInfo, targetOf } from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needBreadth, skip } from "../../helpers/need.ts";
import { withBase } from "../../ffi/helpers/beside.ts";
import { plugin } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";

const WITH_ZIG = need("cc", "zig");
// The first test opens what was packed.
const BREADTH = needBreadth("cc", "zig");

const OWN = targetOf({
  os: process.platform as LibraryInfo["os"],
  arch: process.arch as LibraryInfo["arch"],
  libc: ownLibc() ?? "gnu",
});
const OTHER = OWN === "darwin-arm64" ? "linux-arm64" : "darwin-arm64";

const SOURCE = `
#include <stdio.h>
typedef struct { double x, y; } Point;
int V = 7;
/** Half way. */
Point mid(Point a, Point b) {
  return (Point){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
}
void greet(void) { puts("hello"); }
`;

/** Builds a source for this machine and another; gives the directory of both. */
async function built(...sources: [string, string?]): Promise<string> {
  const directory = emptyDirectory();
  for (const [index, target] of [OWN, OTHER].entries()) {
    const source = join(directory, "shape.c");
    writeFileSync(source, sources[index] ?? sources[0]);
    await succeedSilently(plugin("build", source, "--target", target));
  }
  return directory;
}

function libraryFor(directory: string, target: string): string {
  const suffix = target.startsWith("darwin") ? "dylib" : "so";
  return join(directory, target, `shape.${suffix}`);
}

async function pack(directory: string) {
  const libraries = [OWN, OTHER].map((target) => libraryFor(directory, target));
  return await plugin("pack", ...libraries, "-o", join(directory, "shape"));
}

test(
  "plugin pack lays out targets, and open() takes the one for this machine",
  WITH_ZIG,
  async () => {
    const directory = await built(SOURCE);
    await succeedSilently(pack(directory));
    const packed = join(directory, "shape");
    const index = JSON.parse(readFileSync(join(packed, "plugin.json"), "utf8"));
    const again = join(directory, "again");
    await succeedSilently(plugin("pack", packed, "-o", again));
    assertEquals(
      readFileSync(join(again, "plugin.json"), "utf8"),
      readFileSync(join(packed, "plugin.json"), "utf8"),
    );
    assertEquals(index, {
      plugin: 1,
      targets: Object.fromEntries(
        [OWN, OTHER].sort().map((target) => [
          target,
          `${libraryFor("", target)}.json`,
        ]),
      ),
    });
    assertStringIncludes(
      readFileSync(join(packed, "plugin.d.ts"), "utf8"),
      "export interface Shape {",
    );
    const shape = open(packed);
    assertEquals(shape.lookup("mid")({ x: 0, y: 2 }, { x: 4, y: 4 }), {
      x: 2,
      y: 3,
    });
    assertEquals(open(pathToFileURL(`${packed}/`)), shape);
    assertEquals(open(libraryFor(packed, OWN)), shape);
    assertEquals(shape.path, libraryFor(packed, OWN));
  },
);

test("plugin pack takes the library of thunks along", BREADTH, async () => {
  const directory = emptyDirectory();
  const source = join(directory, "half.zig");
  writeFileSync(
    source,
    `const Pair = extern struct { a: i32, b: i32 };
export fn swap(p: Pair) Pair { return .{ .a = p.b, .b = p.a }; }`,
  );
  await succeedSilently(plugin(
    "build",
    source,
    ...["--target", OWN, "--target", OTHER, "-o", join(directory, "half")],
  ));
  assertEquals(existsSync(join(directory, OWN)), false);
  assertEquals(open(join(directory, "half")).lookup("swap")({ a: 1, b: 2 }), {
    a: 2,
    b: 1,
  });
});

test(
  "plugin pack refuses targets whose public types differ, with a table",
  BREADTH,
  async () => {
    const other = SOURCE.replace("double x, y;", "double x, y, z;")
      .replace("int V", "long V") + "void more(void) {}";
    const directory = await built(SOURCE, other);
    const ran = await pack(directory);
    assertEquals([ran.status, ran.stdout], [1, ""]);
    assertEquals(existsSync(join(directory, "shape")), false);
    const width = Math.max(OWN.length, OTHER.length);
    const rows = (about: string, own: string, others: string) =>
      [
        `  ${about}`,
        ...[[OWN, own], [OTHER, others]].sort().map(([target, text]) =>
          `    ${target!.padEnd(width)}  ${text}`
        ),
      ].join("\n");
    assertEquals(
      ran.stderr.split("\n").slice(1).join("\n"),
      [
        rows("symbol V", "variable i32", "variable i64"),
        rows("symbol more", "missing", "() => void"),
        rows(
          "type Point",
          "struct of 16 bytes, aligned to 8",
          "struct of 24 bytes, aligned to 8",
        ),
        rows("type Point.z", "missing", "f64 at 16"),
        "",
      ].join("\n"),
    );
  },
);

test(
  "plugin pack refuses two libraries of one target, and one of another build",
  BREADTH,
  async () => {
    const directory = await built(SOURCE);
    const own = libraryFor(directory, OWN);
    const output = join(directory, "out");
    const twice = await plugin("pack", own, own, "-o", output);
    assertEquals(twice.status, 2);
    assertStringIncludes(twice.stderr, `Cannot pack two libraries for ${OWN}`);
    const manifest = `${own}.json`;
    const before = readFileSync(manifest, "utf8");
    writeFileSync(
      manifest,
      before.replace(/"(buildId|sha256)": "../g, '"$1": "00'),
    );
    const stale = await plugin("pack", own, "-o", output);
    assertEquals(stale.status, 1);
    assertStringIncludes(stale.stderr, "is of another build than its manifest");
  },
);

test("a library that needs no C library is for the targets of both", {
  ...BREADTH,
  skip: process.platform !== "linux" && "needs Linux" || BREADTH.skip,
}, async () => {
  const directory = emptyDirectory();
  const source = join(directory, "pure.c");
  writeFileSync(source, "int add(int a, int b) { return a + b; }");
  const machine = `linux-${process.arch}`;
  const targets = [machine, `${machine}-musl`];
  const ran = await succeedSilently(plugin(
    "build",
    source,
    ...targets.flatMap((target) => ["--target", target]),
    ...["--json", "--", "-Wl,--as-needed"],
  ));
  assertEquals(
    JSON.parse(ran.stdout).targets,
    Object.fromEntries(
      targets.map((target) => [target, `${machine}/pure.so.json`]),
    ),
  );
  assertEquals(open(join(directory, "pure")).lookup("add")(2, 3), 5);
});

/** The error of opening a directory with this index. */
function refusal(index?: unknown): PluginError {
  const directory = emptyDirectory();
  if (index !== undefined) {
    const text = typeof index === "string" ? index : JSON.stringify(index);
    writeFileSync(join(directory, "plugin.json"), text);
  }
  return assertThrows(() => open(directory), PluginError);
}

test("open() says which targets a directory has", () => {
  const error = refusal({
    plugin: 1,
    targets: { [OTHER]: `${OTHER}/hello.json` },
  });
  assertEquals(error.code, "wrong_target");
  assertStringIncludes(
    error.message,
    `it is for ${OTHER}, this process is ${OWN}; build it for this machine with: plugin build --target ${OWN}`,
  );
});

test("open() refuses a directory without an index, and an index that is wrong", () => {
  const none = refusal();
  assertEquals(none.code, "no_manifest");
  assertStringIncludes(none.message, `a directory without "plugin.json"`);
  const gone = refusal({ plugin: 1, targets: { [OWN]: "a/b.so.json" } });
  assertEquals(gone.code, "not_found");
  for (
    const [index, wrong] of [
      ["{", "it is not JSON"],
      [{ targets: {} }, "plugin is missing, wanted 1"],
      [{ plugin: 2, targets: {} }, "plugin is 2, wanted 1: a later release"],
      [{ plugin: 1 }, "targets is missing, wanted an object"],
      [{ plugin: 1, targets: { "linux-s390x": "a.json" } }, "linux-s390x"],
      ...[
        "../hello.so.json",
        "a/../../hello.so.json",
        "/etc/hello.so.json",
        "a\\..\\hello.so.json",
        "./a.json",
        "a//b.json",
        "hello.so",
        "",
        "a\0.json",
        7,
      ].map((path) =>
        [{ plugin: 1, targets: { [OWN]: path } }, `, wanted `] as const
      ),
    ] as const
  ) {
    const { code, message } = refusal(index);
    assertEquals(code, "bad_manifest", message);
    assertStringIncludes(message, wrong);
  }
});

test("plugin pack takes along what a library brings, and signs all of it", {
  ...need("cc"),
  ...(process.platform === "linux" ? {} : skip("needs Linux's loader")),
}, async () => {
  const { path } = await withBase();
  const pack = join(emptyDirectory(), "libtop");
  const key = join(emptyDirectory(), "key");
  const done = async (...argv: string[]) => {
    const { stdout } = await succeedSilently(plugin(...argv));
    return stdout;
  };
  await done("emit", path);
  await done("pack", path, "-o", pack);
  await done("keygen", "-o", key);
  const said = await done(
    "sign",
    "--key",
    `${key}.pem`,
    "--version",
    "2",
    pack,
  );
  assertStringIncludes(said, "as      libtop 2\nwith    libbase.so\n");
  const trust = [readFileSync(`${key}.pub.pem`, "utf8")];
  assertEquals(open(pack, { trust }).lookup("top", "() => i32")(), 42);
  const outside = await withBase("../lib");
  await done("emit", outside.path);
  const { status, stderr } = await plugin(
    ...["pack", outside.path, "-o", join(emptyDirectory(), "pack")],
  );
  assertEquals(status, 1);
  assertStringIncludes(
    stderr,
    'it needs "../lib/libbase.so", which lies outside',
  );
});

test(
  "a directory of no library, or of values that lie too deep, is told in one sentence",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    const key = join(directory, "key");
    await plugin("keygen", "-o", key);
    const index = join(directory, "plugin.json");
    const said = async (...argv: string[]) => {
      const { status, stderr } = await plugin(...argv);
      assertEquals(
        [status, stderr.match(/^error: [^\n]*\n$/)?.length],
        [1, 1],
        stderr,
      );
      return stderr;
    };
    writeFileSync(index, `{"plugin":1,"targets":{}}`);
    const packing = ["pack", directory, "-o", join(directory, "out")];
    const signing = ["sign", "--key", `${key}.pem`, directory];
    for (const argv of [packing, signing]) {
      assertStringIncludes(
        await said(...argv),
        `names no manifest; plugin pack`,
      );
    }
    const source = join(directory, "a.c");
    writeFileSync(source, "int one(void) { return 1; }\n");
    await succeed(plugin("build", source));
    const deep = `${"[".repeat(1e6)}${"]".repeat(1e6)}`;
    const targets = `{"${OWN}":"a.so.json"}`;
    writeFileSync(index, `{"plugin":1,"targets":${targets},"more":${deep}}`);
    assertStringIncludes(await said(...signing), "deeper than can be signed");
  },
);

test(
  "plugin pack refuses a manifest of another machine than its library's",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "a.c");
    writeFileSync(source, "int one(void) { return 1; }\n");
    const library = join(directory, "a.so");
    await succeed(plugin("build", source, "-o", library));
    const manifest = JSON.parse(readFileSync(`${library}.json`, "utf8"));
    manifest.library.arch = process.arch === "x64" ? "arm64" : "x64";
    writeFileSync(`${library}.json`, JSON.stringify(manifest));
    const { status, stderr } = await plugin(
      "pack",
      library,
      "-o",
      `${directory}/p`,
    );
    assertEquals(status, 1);
    assertStringIncludes(
      stderr,
      "is of another build than its manifest describes",
    );
  },
);
