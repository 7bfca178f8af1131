import { test } from "./helpers/test.ts";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dirname, join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { type Ran, run } from "../emit/toolchain/run.ts";
import { ownLibc } from "../ffi/identity/executable.ts";
import { targetOf } from "../ffi/manifest/manifest.ts";
import { supportFile } from "../ffi/support/support_version.ts";
import { evil } from "./ffi/helpers/beside.ts";
import { builtOnce } from "./helpers/built_once.ts";
import { emptyDirectory } from "./helpers/fixture.ts";
import { need, needOnce, needReach, RUNTIME, skip } from "./helpers/need.ts";
import { npmPackage } from "./helpers/package.ts";
import { succeed, succeedSilently } from "./helpers/succeed.ts";
import { compile } from "./helpers/shared_library.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The commands of a runtime: how it runs a script, and the package's own command. */
const COMMANDS = {
  Deno: {
    script: ["deno", "run", "-A"],
    plugin: ["deno", "run", "-A", "npm:@native/plugin/cli"],
  },
  Bun: { script: ["bun", "run"], plugin: ["bun", "x", "--bun", "plugin"] },
  Node: {
    script: ["node"],
    plugin: ["npx", "--no", "--loglevel=error", "plugin"],
  },
} as const;

let project: Promise<string> | undefined;

/** A project of a stranger, with the package as its only dependency. */
function fresh(): Promise<string> {
  return project ??= make();
}

/** Runs a tool of the checkout that makes a tarball. */
async function pack(tool: string, ...given: string[]): Promise<void> {
  const args = "Deno" in globalThis ? ["run", "--quiet", "-A"] : [];
  await succeedSilently(run(process.execPath, [...args, tool, ...given], {
    cwd: ROOT,
  }));
}

/** @param others Tarballs that are installed, too. */
async function make(...others: string[]): Promise<string> {
  const directory = emptyDirectory();
  copyFileSync(await npmPackage(), join(directory, "plugin.tgz"));
  writeFileSync(
    join(directory, "package.json"),
    `{ "name": "stranger", "private": true, "type": "module" }`,
  );
  copyFileSync(
    join(ROOT, "examples/hello/hello.c"),
    join(directory, "hello.c"),
  );
  // Deno installs no tarballs; it takes what npm has installed.
  const install = RUNTIME === "Bun"
    ? ["bun", "add", "./plugin.tgz", ...others]
    : ["npm", "install", "--offline", "--no-audit", "./plugin.tgz", ...others];
  await succeed(inProject(directory, install));
  return directory;
}

/**
 * Runs a program in the project, where this runtime is the one on the PATH.
 * The project is a stranger's: nothing of the checkout is to reach it.
 */
async function inProject(
  cwd: string,
  [program, ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const own = program === RUNTIME.toLowerCase() ? process.execPath : program!;
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  return await run(own, args, {
    cwd,
    env: { PATH: path, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1", ...env },
  });
}

test("a clone that is linked has the modules of the package, on Bun too", () => {
  const exportsOf = (file: string) =>
    JSON.parse(readFileSync(join(ROOT, file), "utf8")).exports;
  assertEquals(exportsOf("package.json"), exportsOf("deno.json"));
});

test(
  "the npm package depends on nothing, and holds what it needs",
  needOnce("npm"),
  async () => {
    const directory = await fresh();
    const installed = join(directory, "node_modules");
    const listed = await run("ls", [
      "-A",
      installed,
      join(installed, "@native"),
    ]);
    assertEquals(
      listed.stdout.split(/\s+/).filter((name) => /^[\w-]+$/.test(name)),
      ["plugin"],
    );
    const own = JSON.parse(
      readFileSync(join(installed, "@native/plugin/package.json"), "utf8"),
    );
    assertEquals([own.dependencies, own.peerDependencies], [
      undefined,
      undefined,
    ]);
  },
);

test(
  "the package's documents link what is in the package",
  needOnce("npm"),
  async () => {
    const installed = join(await fresh(), "node_modules/@native/plugin");
    const pages = globSync("**/*.md", { cwd: installed });
    assert(pages.includes("README.md") && pages.includes("docs/manifest.md"));
    const dead = pages.flatMap((page) => {
      const text = readFileSync(join(installed, page), "utf8")
        .replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`]*`/g, "");
      const links = [...text.matchAll(/\]\(([^)#\s]+)/g)];
      return links.map(([, link]) => link!).filter((link) =>
        !/^[a-z]+:/.test(link) &&
        !existsSync(join(installed, dirname(page), link))
      ).map((link) => `${page}: ${link}`);
    });
    assertEquals(dead, []);
  },
);

test(
  "a project builds a plugin with the package's command, and opens it",
  need("npm", "cc"),
  async () => {
    const directory = await fresh();
    const { script, plugin } = COMMANDS[RUNTIME];
    await succeedSilently(
      inProject(directory, [...plugin, "build", "hello.c"]),
    );
    copyFileSync(
      join(ROOT, "examples/hello/host.ts"),
      join(directory, "host.ts"),
    );
    const ran = await inProject(directory, [...script, "host.ts", "hello.so"]);
    assertEquals(
      [ran.status, ran.stderr, ran.stdout],
      [0, "", readFileSync(join(ROOT, "examples/hello/expected.txt"), "utf8")],
    );
  },
);

test(
  "the package's command finds its files for Go",
  need("npm", "go", "cc"),
  async () => {
    const directory = await fresh();
    mkdirSync(join(directory, "go"), { recursive: true });
    copyFileSync(
      join(ROOT, "examples/hello/hello.go"),
      join(directory, "go/hello.go"),
    );
    const { plugin } = COMMANDS[RUNTIME];
    await succeedSilently(inProject(directory, [
      ...plugin,
      "build",
      "go/hello.go",
    ]));
  },
);

/** A function that any thread may call takes the library on every runtime. */
const THREADS = `import { readFileSync } from "node:fs";
import process from "node:process";
import { callback, open } from "@native/plugin";
const add = open("./hello.so").lookup("F", "() => void");
callback("() => void", () => {}, { threads: "any" });
await add.async();
const maps = process.platform === "linux"
  ? readFileSync("/proc/self/maps", "utf8")
  : "node_modules/@native/plugin-darwin-";
console.log(/node_modules\\/.*\\bplugin-(?:linux|darwin)-/.test(maps));
`;

test(
  "the support library comes in a package of its own, without a compiler",
  need("npm", "cc", "zig"),
  async () => {
    const libc = ownLibc();
    const target = targetOf({
      os: process.platform as "linux",
      arch: process.arch as "x64",
      ...libc === undefined ? {} : { libc },
    });
    const packed = await builtOnce(
      ["npm", "zig"],
      ["tools/npm_support.ts", target],
      (directory) => pack("tools/npm_support.ts", directory, target),
    );
    const [support] = globSync("*.tgz", { cwd: packed });
    const directory = await make(join(packed, support!));
    const { script, plugin } = COMMANDS[RUNTIME];
    await succeedSilently(
      inProject(directory, [...plugin, "build", "hello.c"]),
    );
    writeFileSync(join(directory, "threads.mjs"), THREADS);
    const ran = await inProject(
      directory,
      [...script, "threads.mjs"],
      {
        PLUGIN_SUPPORT: "",
        XDG_CACHE_HOME: emptyDirectory(),
        PATH: emptyDirectory(),
      },
    );
    assertEquals(
      [ran.stderr, ran.stdout],
      ["", "Hello, number 0\ntrue\n"],
    );
  },
);

test(
  "the npm package reports a crash",
  process.platform === "linux" ? need("npm", "cc") : skip("Linux only"),
  async () => {
    const directory = await fresh();
    const { script, plugin } = COMMANDS[RUNTIME];
    writeFileSync(
      join(directory, "fall.c"),
      "void fall(void) { *(volatile int *)8 = 1; }\n",
    );
    await succeedSilently(inProject(directory, [...plugin, "build", "fall.c"]));
    writeFileSync(
      join(directory, "fall.mjs"),
      `import { open } from "@native/plugin";
open("./fall.so", { crashReport: true }).symbols.fall();
`,
    );
    const ran = await inProject(directory, [...script, "fall.mjs"]);
    assert(
      /^ {2}fall \(\) => void \S*fall\.c:1$/m.test(ran.stderr),
      ran.stderr,
    );
  },
);

test(
  "the support library is not taken from a package of somebody else",
  need("npm", "cc"),
  async () => {
    const directory = await fresh();
    const { script, plugin } = COMMANDS[RUNTIME];
    const file = supportFile(process.platform, process.arch);
    const theirs = join(directory, "node_modules/native");
    const mark = join(emptyDirectory(), "mark");
    await inProject(directory, [...plugin, "build", "hello.c"]);
    writeFileSync(
      join(directory, "isolated.mjs"),
      `import { open } from "@native/plugin";
try {
  open("./hello.so", { isolated: true });
} catch (error) {
  console.log(error.message);
}`,
    );
    try {
      mkdirSync(theirs);
      compile(join(theirs, file), evil(mark));
      const ran = await inProject(
        directory,
        [...script, "isolated.mjs"],
        { PLUGIN_SUPPORT: "", XDG_CACHE_HOME: emptyDirectory() },
      );
      assert(
        ran.stdout.includes("and it is not there"),
        ran.stdout + ran.stderr,
      );
      assert(!existsSync(mark), "what nobody has asked for has run");
    } finally {
      rmSync(theirs, { recursive: true });
    }
  },
);

test(
  "a project imports a plugin by its source",
  need("npm", "cc"),
  async () => {
    const directory = await fresh();
    writeFileSync(
      join(directory, "imports.mjs"),
      `import { F } from "./hello.c";
import { open } from "@native/plugin";
import plugin from "./hello.c";
F();
console.log(open(plugin.path) === plugin);
`,
    );
    const preload = {
      // A tarball is no package of a registry to what Deno preloads.
      Deno: [
        ...["deno", "run", "-A", "--preload"],
        "./node_modules/@native/plugin/emit/register.js",
      ],
      Bun: ["bun", "--preload", "@native/plugin/register"],
      Node: ["node", "--import", "@native/plugin/register"],
    }[RUNTIME];
    const ran = await inProject(directory, [...preload, "imports.mjs"]);
    assertEquals([ran.stderr, ran.stdout], ["", "Hello, number 0\ntrue\n"]);
  },
);

test("CommonJS takes the package with require()", {
  ...need("npm", "cc"),
  ...RUNTIME === "Deno" ? skip("Deno takes modules") : undefined,
}, async () => {
  const directory = await fresh();
  const { script, plugin } = COMMANDS[RUNTIME];
  await inProject(directory, [...plugin, "build", "hello.c"]);
  writeFileSync(
    join(directory, "host.cjs"),
    `const { open } = require("@native/plugin");
open("./hello.so").lookup("F", "() => void")();
`,
  );
  const ran = await inProject(directory, [...script, "host.cjs"]);
  assertEquals([ran.stderr, ran.stdout], ["", "Hello, number 0\n"]);
});

const ON_DENO = RUNTIME === "Deno"
  ? need("npm", "cc")
  : skip("JSR's packages are Deno's");

test("the JSR package is one file with its types", ON_DENO, async () => {
  const directory = await fresh();
  const to = join(emptyDirectory(), "jsr");
  const deno = async (cwd: string, ...args: string[]) => {
    const ran = await succeed(run(process.execPath, args, { cwd }));
    return ran.stdout;
  };
  await deno(ROOT, "run", "-A", "tools/jsr.ts", to);
  await inProject(directory, [...COMMANDS.Deno.plugin, "build", "hello.c"]);
  const face = pathToFileURL(join(to, "mod.js")).href;
  const library = JSON.stringify(join(directory, "hello.so"));
  const elsewhere = emptyDirectory(); // nothing of npm's
  writeFileSync(
    join(elsewhere, "host.ts"),
    `import { open } from "${face}";
import type { Plugin } from "${face}";
const plugin: Plugin<{ F: () => void }> = open(${library});
const call: () => void = plugin.lookup("F");
// @ts-expect-error -- it takes nothing
if (Math.random() > 1) call(1);
call();
`,
  );
  await deno(elsewhere, "check", "host.ts");
  assertEquals(
    await deno(elsewhere, "run", "-A", "host.ts"),
    "Hello, number 0\n",
  );
});

const SHAPES = `
typedef struct { double x, y; } Point;
Point origin = { 1, 2 };
int twice(int x) { return 2 * x; }
Point moved(Point by) { return (Point){ origin.x + by.x, origin.y + by.y }; }
int applied(int (*f)(int), int x) { return f(x); }
`;

test(
  "what the start of a program does without is made code when it is needed",
  need("npm", "cc"),
  async () => {
    const directory = await fresh();
    const { script, plugin } = COMMANDS[RUNTIME];
    writeFileSync(join(directory, "shapes.c"), SHAPES);
    await succeedSilently(
      inProject(directory, [...plugin, "build", "shapes.c"]),
    );
    writeFileSync(
      join(directory, "shapes.mjs"),
      `const lengths = [];
globalThis.Function = new Proxy(Function, {
  construct(target, texts) {
    lengths.push(texts.at(-1).length);
    return new target(...texts);
  },
});
const { open, PluginError } = await import("@native/plugin");
const shapes = open("./shapes.so");
const twice = shapes.lookup("twice")(21);
const plain = Math.max(0, ...lengths);
const { moved, applied, origin } = shapes.symbols;
origin.value = { x: 3, y: 4 };
let refused;
try {
  moved({ x: 1 });
} catch (error) {
  refused = error instanceof TypeError;
}
let untrusted;
try {
  const key = "A".repeat(42) + "A=";
  open("./shapes.so", { trust: [{ kty: "OKP", crv: "Ed25519", x: key }] });
} catch (error) {
  untrusted = error instanceof PluginError || error instanceof TypeError;
}
console.log(JSON.stringify({
  twice,
  moved: moved({ x: 1, y: 1 }),
  applied: applied((x) => x + 1, 1),
  refused,
  untrusted,
  bare: open("libm.so.6", { symbols: { cos: "(f64) => f64" } }).symbols.cos(0),
  plain: plain < 20_000,
  // Bun's own code never asks what \`Function\` is.
  later: "Bun" in globalThis || Math.max(...lengths) > 50_000,
}));
`,
    );
    const ran = await inProject(directory, [...script, "shapes.mjs"]);
    assertEquals([ran.stderr, JSON.parse(ran.stdout)], ["", {
      twice: 42,
      moved: { x: 4, y: 5 },
      applied: 2,
      refused: true,
      untrusted: true,
      bare: 1,
      plain: true,
      later: true,
    }]);
  },
);

const TYPED = `
import { open, type Pointer, PluginError, type Variable } from "@native/plugin";
import type { Hello } from "./hello.so.d.ts";

const hello = open<Hello>("./hello.so");
const f: () => void = hello.lookup("F");
const v: Variable<number> = hello.lookup("V", "isize");
const add = hello.lookup("add", "(i32, (u64) => f64) => *u8");
const made: Pointer | null = add(1, (x: bigint) => Number(x));
// @ts-expect-error: a text is no number
add("1", (x: bigint) => Number(x));
// @ts-expect-error: there is no such symbol
hello.lookup("G");
export { f, made, PluginError, v };
`;

/** How tsc resolves, and beside whose types: Bun's are large, and the same in each way. */
const RESOLUTIONS = [
  ["nodenext", "nodenext", "node"],
  ["node16", "node16", "node"],
  ["esnext", "bundler", "node"],
  ["esnext", "bundler", "bun-types"],
] as const;

for (const [module, moduleResolution, types] of RESOLUTIONS) {
  // That is nodenext of another year; what is the first's and the last's.
  const needs = module === "node16" || module === "esnext" && types === "node"
    ? needReach
    : needOnce;
  test(
    `tsc takes the package's types as ${moduleResolution}, beside those of ${types}`,
    needs("npm", "cc"),
    async () => {
      const directory = await fresh();
      const { plugin } = COMMANDS[RUNTIME];
      await inProject(directory, [...plugin, "build", "hello.c"]);
      writeFileSync(join(directory, "typed.ts"), TYPED);
      const config = {
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: "esnext",
          module,
          moduleResolution,
          allowImportingTsExtensions: true,
          skipLibCheck: false,
          types: [
            join(
              ROOT,
              "node_modules",
              types === "node" ? "@types/node" : types,
            ),
          ],
        },
        files: ["typed.ts"],
      };
      writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
      const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
      const args = "Deno" in globalThis ? ["run", "-A", tsc] : [tsc];
      const ran = await run(process.execPath, [...args, "-p", "."], {
        cwd: directory,
      });
      const own = ran.stdout.split("\n").filter((line) =>
        /^(?:typed|node_modules)/.test(line)
      );
      assertEquals(own, []);
      assertEquals(ran.status, 0, ran.stdout);
    },
  );
}
