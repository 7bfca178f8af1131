import { test } from "../../helpers/test.ts";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { printIndex } from "../../../emit/publish/index_module.ts";
import { type Ran, run } from "../../../emit/toolchain/run.ts";
import { builtOnce } from "../../helpers/built_once.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needOnce, RUNTIME } from "../../helpers/need.ts";
import { unpackPackage } from "../../helpers/package.ts";
import { ROOT } from "../../helpers/program.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";

const SOURCE = `#include <stdlib.h>
/* The sum of two numbers. */
int add(int a, int b) { return getenv("PLUGIN_NONE") ? 0 : a + b; }
`;

/** A project that is packed for npm. */
async function packed(directory: string): Promise<void> {
  writeFileSync(join(directory, "hello.c"), SOURCE);
  for (const name of ["LICENSE", "COPYING.txt"]) {
    writeFileSync(join(directory, name), "Do as you like.\n");
  }
  mkdirSync(join(directory, "LICENSES"));
  writeFileSync(join(directory, "LICENSES/MIT.txt"), "Do as you like.\n");
  mkdirSync(join(directory, "NOTICE"));
  writeFileSync(
    join(directory, "package.json"),
    `{ "name": "@me/hello", "version": "1.2.3", "license": "MIT", "private": true }`,
  );
  for (
    const target of [
      "linux-x64",
      "linux-x64-musl",
      "linux-arm64",
      "darwin-arm64",
    ]
  ) {
    await succeedSilently(plugin(
      "build",
      join(directory, "hello.c"),
      "--target",
      target,
    ));
  }
  const libraries = readdirSync(directory, { recursive: true }).map(String)
    .filter((name) => /\.(?:so|dylib)$/.test(name));
  const ran = await succeedSilently(
    spawnPlugin(["pack", ...libraries, "--npm"], {
      cwd: directory,
    }),
  );
  assertStringIncludes(ran.stdout, "npm publish --access public ./npm/hello\n");
}

let made: Promise<string> | undefined;
const packages = () =>
  made ??= builtOnce(["cc", "zig"], ["plugin pack --npm", SOURCE], packed)
    .then((directory) => join(directory, "npm"));

/** Installs packages, each of which is what npm packs, where npm would put them. */
async function installed(...names: string[]): Promise<string> {
  const directory = emptyDirectory();
  await unpackPackage(directory);
  for (const name of names) {
    const own = join(await packages(), name);
    const ran = await succeed(run("npm", [
      "pack",
      "--silent",
      "--pack-destination",
      directory,
    ], {
      cwd: own,
      env: { NODE_OPTIONS: "" },
    }));
    const tarball = join(directory, ran.stdout.trim());
    await unpackPackage(directory, `@me/${name}`, tarball);
  }
  writeFileSync(join(directory, "package.json"), `{ "type": "module" }`);
  writeFileSync(
    join(directory, "main.js"),
    `import hello, { add } from "@me/hello";\nconsole.log(add(-1, 2), hello.path);\n`,
  );
  return directory;
}

function runMain(directory: string): Promise<Ran> {
  const args = RUNTIME === "Deno" ? ["run", "-A", "--quiet", "--no-check"] : [];
  return run(process.execPath, [...args, "main.js"], {
    cwd: directory,
    env: { NODE_OPTIONS: "", NODE_NO_WARNINGS: "1", NO_COLOR: "1" },
  });
}

const NEEDS = need("npm", "cc", "zig");

test(
  "plugin pack --npm makes a package for each machine, and one of them",
  NEEDS,
  async () => {
    const directory = await packages();
    assertEquals(readdirSync(directory).sort(), [
      "hello",
      "hello-darwin-arm64",
      "hello-linux-arm64",
      "hello-linux-x64",
      "hello-linux-x64-musl",
    ]);
    const read = (path: string) =>
      JSON.parse(readFileSync(join(directory, path), "utf8"));
    const { os, cpu, libc, scripts, license } = read(
      "hello-linux-x64-musl/package.json",
    );
    assertEquals([os, cpu, libc, scripts, license], [
      ["linux"],
      ["x64"],
      ["musl"],
      undefined,
      "MIT",
    ]);
    assertEquals(read("hello-linux-x64/package.json").libc, ["glibc"]);
    const own = read("hello/package.json");
    assertEquals([own.private, own.scripts, own.optionalDependencies], [
      undefined,
      undefined,
      {
        "@me/hello-darwin-arm64": "1.2.3",
        "@me/hello-linux-arm64": "1.2.3",
        "@me/hello-linux-x64": "1.2.3",
        "@me/hello-linux-x64-musl": "1.2.3",
      },
    ]);
    // What embeds the library names its file.
    assertEquals(Object.keys(read("hello-linux-x64/package.json").exports), [
      "./hello.so",
      "./hello.so.json",
      "./package.json",
    ]);
    assert("./package.json" in own.exports);
    const sbom = read("hello-linux-x64/sbom.cdx.json");
    const { sha256, needs } = read("hello-linux-x64/hello.so.json").library;
    assertEquals(sbom.components[0].hashes, [{
      alg: "SHA-256",
      content: sha256,
    }]);
    assert(needs.includes("libc.so.6"));
    assert(
      sbom.components.some(({ name }: { name: string }) =>
        name === "libc.so.6"
      ),
    );
    for (const name of ["hello", "hello-linux-x64", "hello-darwin-arm64"]) {
      for (const terms of ["LICENSE", "COPYING.txt", "LICENSES/MIT.txt"]) {
        const path = join(directory, name, terms);
        assertEquals(readFileSync(path, "utf8"), "Do as you like.\n");
        assert(read(`${name}/package.json`).files.includes(terms));
      }
    }
  },
);

test(
  "the package for this process is opened, whichever are installed",
  NEEDS,
  async () => {
    // Registries lose "libc": npm may bring both.
    const both = await installed(
      "hello",
      "hello-linux-x64",
      "hello-linux-x64-musl",
      "hello-linux-arm64",
      "hello-darwin-arm64",
    );
    const ran = await runMain(both);
    assertEquals([ran.stderr, ran.stdout.split(" ")[0]], ["", "1"]);
    const place = ran.stdout.trim().split("/").at(-2)!;
    for (
      const name of [
        "hello-linux-x64",
        "hello-linux-x64-musl",
        "hello-linux-arm64",
        "hello-darwin-arm64",
      ]
    ) {
      if (name !== place) {
        rmSync(join(both, "node_modules/@me", name), {
          recursive: true,
        });
      }
    }
    assertEquals((await runMain(both)).stdout, ran.stdout);
    // One that an older installation has left may have other functions.
    const description = join(
      both,
      "node_modules/@me",
      place,
      "package.json",
    );
    const text = readFileSync(description, "utf8");
    writeFileSync(
      description,
      text.replace(`"version": "1.2.3"`, `"version": "1.2.2"`),
    );
    assertStringIncludes(
      (await runMain(both)).stderr,
      `: it is of version 1.2.3, and @me/${place} of 1.2.2: install them anew, in one version`,
    );
    rmSync(join(both, "node_modules/@me", place), { recursive: true });
    const none = await runMain(both);
    assertStringIncludes(none.stderr, "Cannot open @me/hello on ");
    assertStringIncludes(none.stderr, "npm install --include=optional");
    // That for another C library alone is refused before anything of it is loaded.
    const other = place.endsWith("-musl")
      ? "hello-linux-x64"
      : "hello-linux-x64-musl";
    if (process.platform !== "linux" || process.arch !== "x64") return;
    const alone = await installed("hello", other);
    const wrong = await runMain(alone);
    assertStringIncludes(wrong.stderr, "is not installed for this process");
    assertStringIncludes(wrong.stderr, "it needs the C library");
    // Where there is none for this one, there is nothing to install.
    writeFileSync(
      join(alone, "node_modules/@me/hello/index.js"),
      printIndex({
        name: "@me/hello",
        version: "1.2.3",
        manifests: { "linux-x64": [`@me/${other}/hello.so.json`] },
        exports: ["add"],
      }),
    );
    const nothing = await runMain(alone);
    assertMatch(
      nothing.stderr,
      /of its packages none is for this process: .*it needs the C library/,
    );
  },
);

const TYPED = `import hello, { add } from "@me/hello";
const sum: number = add(1, 2);
const same: typeof add = hello.lookup("add");
// @ts-expect-error: a text is no number
add("1", 2);
export { same, sum };
`;

/** As docs/ship.md has it, for programs of Bun's that are one file. */
const EMBEDDED = `import { open } from "@native/plugin";
import library from "@me/hello-linux-x64/hello.so" with { type: "file" };
import manifest from "@me/hello-linux-x64/hello.so.json" with { type: "file" };
export const add = open(library, { manifest }).lookup("add", "(i32, i32) => i32");
export const sum: number = add(1, 2);
`;

test(
  "tsc takes the types of the package",
  needOnce("npm", "cc", "zig"),
  async () => {
    const directory = await installed("hello", "hello-linux-x64");
    writeFileSync(join(directory, "typed.ts"), TYPED);
    writeFileSync(join(directory, "embedded.ts"), EMBEDDED);
    const config = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: "esnext",
        types: [join(ROOT, "node_modules/@types/node")],
      },
      files: ["typed.ts", "embedded.ts"],
    };
    writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    for (const module of ["nodenext", "preserve"]) {
      const args = [tsc, "-p", ".", "--module", module];
      const ran = await run(process.execPath, ["run", "-A", ...args], {
        cwd: directory,
      });
      assertEquals([ran.status, ran.stdout], [0, ""]);
    }
  },
);

test(
  "plugin pack --npm wants a package.json that names the package",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    writeFileSync(join(directory, "hello.c"), SOURCE);
    await plugin("build", join(directory, "hello.c"));
    const ran = await spawnPlugin(["pack", "hello.so", "--npm"], {
      cwd: directory,
    });
    assertEquals(ran.status, 2);
    assertStringIncludes(
      ran.stderr,
      `Cannot pack for npm: wanted a "name" and a "version" in`,
    );
  },
);

test(
  "plugin pack --npm publishes as the project says, and a pre-release by a tag",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    writeFileSync(join(directory, "hello.c"), SOURCE);
    await plugin("build", join(directory, "hello.c"));
    const inside = {
      registry: "https://npm.example.com",
      access: "restricted",
    };
    for (
      const [version, options, said, publishConfig] of [
        ["1.2.3-rc.1", "--access public --tag next ", undefined, {
          tag: "next",
        }],
        // What stands behind the plus is of the build.
        ["1.2.3+of-today", "--access public ", undefined, undefined],
        ["1.2.3", "", inside, inside],
        ["1.2.3-rc.1", "--tag beta ", { ...inside, tag: "beta" }, {
          ...inside,
          tag: "beta",
        }],
        ["1.2.3", "--access public ", "nothing", undefined],
      ] as const
    ) {
      writeFileSync(
        join(directory, "package.json"),
        JSON.stringify({ name: "hello", version, publishConfig: said }),
      );
      const ran = await succeedSilently(
        spawnPlugin(["pack", "hello.so", "--npm"], {
          cwd: directory,
        }),
      );
      assertStringIncludes(
        ran.stdout,
        `  npm publish ${options}./npm/hello\n`,
      );
      for (const name of readdirSync(join(directory, "npm"))) {
        const path = join(directory, "npm", name, "package.json");
        const packed = JSON.parse(readFileSync(path, "utf8"));
        assertEquals(packed.publishConfig, publishConfig);
      }
    }
  },
);
