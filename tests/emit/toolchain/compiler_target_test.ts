import { test } from "../../helpers/test.ts";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import {
  spell,
  targetOfTriple,
} from "../../../emit/toolchain/compiler_target.ts";
import { targetOf, TARGETS } from "../../../ffi/manifest/manifest.ts";
import { ownTarget } from "../../../ffi/identity/executable.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, needBreadth, needOnce } from "../../helpers/need.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import { assertSameFor, buildFor } from "../helpers/targets.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const OWN = ownTarget();

const WITH_ZIG = need("cc", "zig");
const ONCE = needOnce("cc", "zig");

test("a target is spelled as each toolchain does, and read from what compilers say", () => {
  assertEquals(spell("linux-arm64-musl"), {
    os: "linux",
    zig: "aarch64-linux-musl",
    rust: "aarch64-unknown-linux-musl",
    go: { GOOS: "linux", GOARCH: "arm64" },
  });
  for (const target of TARGETS) {
    assertEquals(targetOfTriple(spell(target).zig), target);
    assertEquals(targetOfTriple(spell(target).rust), target);
  }
  assertEquals(targetOfTriple("arm64-apple-darwin23.1.0\n"), "darwin-arm64");
  assertEquals(targetOfTriple("x86_64-alpine-linux-musl"), "linux-x64-musl");
  assertEquals(targetOfTriple("riscv64-linux-gnu"), undefined);
  assertEquals(targetOfTriple("x86_64-w64-mingw32"), undefined);
});

// Not C++: Zig would first build C++'s library for each machine, for minutes.
// The other machines are for reach.
for (
  const [source, target, needs] of [
    ["same.c", "linux-arm64", WITH_ZIG],
    ["same.c", "linux-x64-musl", ONCE],
    ["same.c", "darwin-arm64", ONCE],
    ["same.zig", "linux-arm64-musl", ONCE],
  ] as const
) {
  test(
    `plugin build --target ${target} makes ${source} the same plugin`,
    needs,
    () => assertSameFor(target, source),
  );
}

test(
  "plugin build --target builds Go for another machine",
  needOnce("go", "cc", "zig"),
  async () => {
    const { manifest } = await buildFor(
      "linux-arm64",
      fixture("go/hello.go"),
    );
    assertEquals(targetOf(manifest.library), "linux-arm64");
    assertEquals(Object.keys(manifest.symbols), ["F", "V"]);
    const ran = await plugin(
      "build",
      fixture("go/hello.go"),
      "--target",
      "linux-x64-musl",
    );
    assertEquals(ran.status, 3);
    assertStringIncludes(ran.stderr, "musl cannot load the shared libraries");
  },
);

test(
  "plugin build --target takes the compiler that means that machine",
  needBreadth("clang", "ld.lld"),
  async () => {
    const cwd = emptyDirectory();
    writeFileSync(
      join(cwd, "add.c"),
      "int add(int a, int b) { return a + b; }",
    );
    const flags = ["-nostdlib", "-fuse-ld=lld", "-Qunused-arguments"];
    const ran = await succeedSilently(spawnPlugin(
      ["build", "add.c", "--target", "linux-arm64", "--", ...flags],
      { cwd, env: { CC: "clang --target=aarch64-linux-gnu", ZIG: "/no/zig" } },
    ));
    assertStringIncludes(ran.stdout, "library linux-arm64/add.so (linux arm64");
  },
);

test(
  "plugin build --target says what is missing for that machine",
  need("cc"),
  async () => {
    const cwd = emptyDirectory();
    writeFileSync(
      join(cwd, "add.c"),
      "int add(int a, int b) { return a + b; }",
    );
    const { stdout } = await run("sh", ["-c", "command -v cc"]);
    symlinkSync(stdout.trim(), join(cwd, "cc"));
    const ran = await spawnPlugin(
      ["build", "add.c", "--target", "darwin-x64"],
      {
        cwd,
        env: { PATH: cwd, ZIG: "", CC: "" },
      },
    );
    assertEquals([ran.status, ran.stdout], [3, ""]);
    assertStringIncludes(
      ran.stderr,
      `error: Cannot compile C for darwin-x64: "cc" compiles for `,
    );
    assertStringIncludes(ran.stderr, `there is no Zig, which compiles for all`);
    // Nothing is compiled before all machines are known to be there.
    writeFileSync(join(cwd, "add.c"), "this is no C");
    const both = await spawnPlugin(
      ["build", "add.c", "--target", OWN, "--target", "darwin-x64"],
      { cwd, env: { PATH: cwd, ZIG: "", CC: "" } },
    );
    assertEquals([both.status, both.stderr], [3, ran.stderr]);
  },
);

test(
  "plugin build --target says which Rust library is missing",
  needBreadth("rust", "cc"),
  async () => {
    const { stdout } = await run("rustc", [
      "--print=target-libdir",
      "--target=aarch64-apple-darwin",
    ]);
    const there = await run("ls", [stdout.trim()]);
    if (there.status === 0) return; // a machine that builds for Macs
    // A crate that cannot be compiled: that is not tried.
    const crate = emptyDirectory();
    mkdirSync(join(crate, "src"));
    writeFileSync(
      join(crate, "Cargo.toml"),
      '[package]\nname = "no"\nversion = "0.1.0"\nedition = "2021"\n',
    );
    writeFileSync(join(crate, "src/lib.rs"), "this is no Rust\n");
    const single = join(emptyDirectory(), "no.rs");
    writeFileSync(single, "this is no Rust\n");
    for (
      const [input, ...targets] of [
        [crate, "darwin-arm64"],
        [crate, OWN, "darwin-arm64"],
        [single, OWN, "darwin-arm64"],
      ] as const
    ) {
      const ran = await plugin(
        ...["build", input, "-o", join(emptyDirectory(), "no")],
        ...targets.flatMap((target) => ["--target", target]),
      );
      assertEquals(ran.status, 3, ran.stderr);
      assertStringIncludes(
        ran.stderr,
        `"rustup target add aarch64-apple-darwin" installs it`,
      );
    }
  },
);

test("plugin build refuses a target that there is not", async () => {
  const ran = await plugin("build", "a.c", "--target", "linux-amd64");
  assertEquals(ran.status, 2);
  assertStringIncludes(ran.stderr, `There is no target "linux-amd64"`);
  assertStringIncludes(ran.stderr, TARGETS.join(", "));
});
