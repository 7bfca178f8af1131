import { test } from "../helpers/test.ts";
import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Ran, run } from "../../emit/toolchain/run.ts";
import { plugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../helpers/need.ts";
import { FACE } from "../helpers/program.ts";
import { must, succeedSilently } from "../helpers/succeed.ts";
import { sharedLibrary } from "../helpers/shared_library.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const EXAMPLE = join(ROOT, "examples/binary");

/** Builds the plugin where the example's modules look for it. */
async function build(): Promise<void> {
  await succeedSilently(plugin("build", join(EXAMPLE, "words.c")));
}

/** Runs a program in a directory, without what Node is told here. */
function make(program: string, args: readonly string[], cwd: string): void {
  must(program, args, { cwd, env: { NODE_OPTIONS: "" } });
}

/** Runs a binary by itself: in an empty directory, with nothing of ours in its environment. */
async function alone(binary: string): Promise<Ran> {
  const cwd = emptyDirectory();
  renameSync(binary, join(cwd, "words"));
  return await run(join(cwd, "words"), ["one", "two", "three"], {
    cwd,
    env: { NODE_OPTIONS: "", NODE_PATH: "", NODE_NO_WARNINGS: "1", PATH: "" },
  });
}

function assertExpected({ status, stderr, stdout }: Ran): void {
  const expected = readFileSync(join(EXAMPLE, "expected.txt"), "utf8");
  assertEquals([status, stderr, stdout], [0, "", expected]);
}

const ON_BUN = RUNTIME === "Bun" ? need("cc") : { skip: "is of Bun's" };
const ON_NODE = RUNTIME === "Node" ? need("cc") : { skip: "is of Node's" };
const ON_DENO = RUNTIME !== "Deno"
  ? { skip: "is of Deno's" }
  : process.env.DENORT_BIN === undefined
  ? skip("needs the stub of deno compile: set DENORT_BIN to the path of one")
  : need("cc");

/**
 * Types are checked elsewhere, and not by each Deno whose stub there is. Deno
 * brings its own from a server of its own; where that is out of reach, one can
 * be cut off at the end of the ELF section headers of a program that somebody
 * has compiled: bids-validator-deno 2.4.1 of PyPI is one of Deno 2.6.10, and
 * PLUGIN_DENO then names that Deno, which PyPI has too.
 */
const COMPILE = ["-A", "--no-check"];

/** Makes a program of Bun's, whose files are called as they were. */
function compile(module: string, binary: string, cwd: string): void {
  make(process.execPath, [
    ...["build", "--compile", "--asset-naming=[name].[ext]"],
    ...[module, `--outfile=${binary}`],
  ], cwd);
}

test(
  "examples/binary runs from one file of bun build --compile",
  ON_BUN,
  async () => {
    await build();
    const binary = join(emptyDirectory(), "words");
    compile("bun.ts", binary, EXAMPLE);
    assertExpected(await alone(binary));
  },
);

test(
  "a program of Bun's whose files are called otherwise says where each is",
  ON_BUN,
  async () => {
    await build();
    const binary = join(emptyDirectory(), "words");
    const module = join(EXAMPLE, "hashed.ts");
    writeFileSync(
      module,
      readFileSync(join(EXAMPLE, "bun.ts"), "utf8")
        .replace('import "', 'import manifest from "')
        .replace("open(library)", "open(library, { manifest })"),
    );
    try {
      make(
        process.execPath,
        ["build", "--compile", module, `--outfile=${binary}`],
        EXAMPLE,
      );
    } finally {
      rmSync(module);
    }
    assertExpected(await alone(binary));
  },
);

test(
  "examples/binary runs from one file of node --build-sea",
  ON_NODE,
  async () => {
    await build();
    const work = emptyDirectory();
    const bundled = ["--bundle", "--platform=node", "--format=esm"];
    make(join(ROOT, "node_modules/.bin/esbuild"), [
      "node.ts",
      ...bundled,
      `--outfile=${join(work, "words.mjs")}`,
    ], EXAMPLE);
    for (const file of ["sea.json", "words.so", "words.so.json"]) {
      copyFileSync(join(EXAMPLE, file), join(work, file));
    }
    make(process.execPath, ["--build-sea", "sea.json"], work);
    assertExpected(await alone(join(work, "words")));
  },
);

test(
  "examples/binary runs from one file of deno compile",
  ON_DENO,
  async () => {
    await build();
    const binary = join(emptyDirectory(), "words");
    const included = ["words.so", "words.so.json"].flatMap((file) => [
      "--include",
      join(EXAMPLE, file),
    ]);
    make(process.execPath, [
      "compile",
      ...COMPILE,
      ...included,
      "-o",
      binary,
      join(EXAMPLE, "deno.ts"),
    ], ROOT);
    assertExpected(await alone(binary));
  },
);

test(
  "a program of Deno's that lacks its plugin, or the manifest, says how it gets it",
  ON_DENO,
  async () => {
    await build();
    const binary = join(emptyDirectory(), "words");
    for (
      const [included, wanted] of [
        [[], "--include words.so --include words.so.json"],
        [["--include", "words.so"], ": --include words.so.json"],
      ] as const
    ) {
      make(
        process.execPath,
        ["compile", ...COMPILE, ...included, "-o", binary, "deno.ts"],
        EXAMPLE,
      );
      const { stderr } = await run(binary, [], { cwd: emptyDirectory() });
      assertStringIncludes(stderr, wanted);
    }
  },
);

test(
  "a program of Bun's that lacks its plugin says how it gets it",
  ON_BUN,
  async () => {
    await build();
    const binary = join(emptyDirectory(), "words");
    make(
      process.execPath,
      ["build", "--compile", "deno.ts", `--outfile=${binary}`],
      EXAMPLE,
    );
    const { stderr } = await run(binary, [], { cwd: emptyDirectory() });
    assertStringIncludes(
      stderr,
      'import library from "./words.so" with { type: "file" }',
    );
  },
);

const HEADER = `#include <stdint.h>
#define MOST 9
struct point { int32_t x, y; };
int32_t first(struct point p);
`;

const POINTS = `#include "points.h"
int32_t first(struct point p) { return p.x; }
`;

test(
  "a program of Bun's that lacks its plugin, the manifest, the thunks or the headers says how it gets them",
  ON_BUN,
  async () => {
    const work = emptyDirectory();
    writeFileSync(join(work, "points.h"), HEADER);
    writeFileSync(join(work, "points.c"), POINTS);
    sharedLibrary("points.so", ["-g", "points.c"], { cwd: work });
    await succeedSilently(plugin(
      ...["emit", "--thunks", "--header", join(work, "points.h")],
      join(work, "points.so"),
    ));
    const embed = (file: string) =>
      `import "./${file}" with { type: "file" };\n`;
    const start =
      `import { open } from ${
        JSON.stringify(fileURLToPath(JSON.parse(FACE)))
      };\n` +
      'import library from "./points.so" with { type: "file" };\n';
    const binary = join(work, "points");
    const saysOf = async (source: string) => {
      writeFileSync(join(work, "main.ts"), start + source);
      compile("main.ts", binary, work);
      return (await run(binary, [], { cwd: emptyDirectory() })).stderr;
    };
    // As long as the hash that Bun puts into the names of what it embeds.
    assertStringIncludes(
      await saysOf('open("./points-security.so");'),
      'import library from "./points-security.so" with { type: "file" }',
    );
    assertStringIncludes(
      await saysOf("open(library);"),
      `by its own name with --asset-naming='[name].[ext]': import "./points.so.json" with { type: "file" }`,
    );
    assertStringIncludes(
      await saysOf(
        embed("points.so.json") +
          "open(library).lookup('first')({ x: 1, y: 2 });",
      ),
      'import "./points.so.thunks.so" with { type: "file" }',
    );
    assertStringIncludes(
      await saysOf(
        embed("points.so.json") +
          "open(library).constants.MOST;",
      ),
      'import "./points.so.headers.json" with { type: "file" }',
    );
  },
);

test(
  "a program of Node's that lacks its plugin says how it gets it",
  ON_NODE,
  async () => {
    const work = emptyDirectory();
    writeFileSync(
      join(work, "lacks.mjs"),
      `import { open } from ${
        JSON.stringify(fileURLToPath(JSON.parse(FACE)))
      };\nopen("./words.so");\n`,
    );
    make(join(ROOT, "node_modules/.bin/esbuild"), [
      "lacks.mjs",
      ...["--bundle", "--platform=node", "--format=esm"],
      "--outfile=words.mjs",
    ], work);
    const { main, mainFormat } = JSON.parse(
      readFileSync(join(EXAMPLE, "sea.json"), "utf8"),
    );
    writeFileSync(
      join(work, "sea.json"),
      JSON.stringify({ main, mainFormat, output: "words" }),
    );
    make(process.execPath, ["--build-sea", "sea.json"], work);
    const { stderr } = await run(join(work, "words"), [], { cwd: work });
    assertStringIncludes(stderr, "lay the plugin's beside it");
    assertStringIncludes(stderr, 'name them in "assets"');
  },
);
