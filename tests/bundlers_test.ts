import { test } from "./helpers/test.ts";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { type Ran, run } from "../emit/toolchain/run.ts";
import { ownLibc } from "../ffi/identity/executable.ts";
import { builtOnce } from "./helpers/built_once.ts";
import { emptyDirectory } from "./helpers/fixture.ts";
import { need, RUNTIME, skip } from "./helpers/need.ts";
import { unpackPackage } from "./helpers/package.ts";
import { ROOT } from "./helpers/program.ts";
import { plugin, spawnPlugin } from "./emit/helpers/cli.ts";
import { succeedSilently } from "./helpers/succeed.ts";
import { compile, sharedLibrary } from "./helpers/shared_library.ts";

const MODULES = join(ROOT, "node_modules");

const FILES = {
  "package.json": `{ "private": true, "type": "module" }`,
  "src/hello.c": `
typedef struct { double x, y; } Point;
Point mid(Point a, Point b) {
  return (Point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}
int add(int a, int b) { return a + b; }
`,
  "src/main.js": `import { add, mid } from "./hello.c";
console.log(add(1, 2), mid({ x: 0, y: 0 }, { x: 4, y: 2 }).x);
`,
};

const ON_LINUX = process.platform === "linux"
  ? need("npm", "cc")
  : skip("the loader of another system");

/** A project of a stranger, with the package. */
async function project(files: Readonly<Record<string, string>> = {}) {
  const directory = emptyDirectory();
  await unpackPackage(directory);
  for (const [path, text] of Object.entries({ ...FILES, ...files })) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** Runs a script of the project on this runtime. */
function runIn(directory: string, script: string): Promise<Ran> {
  const args = RUNTIME === "Deno" ? ["run", "-A", "--quiet", "--no-check"] : [];
  return run(process.execPath, [...args, script], {
    cwd: directory,
    env: { NODE_OPTIONS: "", NODE_NO_WARNINGS: "1", NO_COLOR: "1" },
  });
}

/** Builds with a script, and runs what it has made where nothing else is. */
async function bundles(
  script: string,
  inProject: (directory: string) => Promise<void> = () => Promise.resolve(),
) {
  const directory = await project({ "build.mjs": script });
  await inProject(directory);
  await succeedSilently(runIn(directory, "build.mjs"));
  const elsewhere = emptyDirectory();
  cpSync(join(directory, "out"), elsewhere, { recursive: true });
  rmSync(directory, { recursive: true });
  const ran = await runIn(elsewhere, "main.js");
  assertEquals([ran.stderr, ran.stdout], ["", "3 2\n"]);
  return elsewhere;
}

/** A script that bundles with esbuild. */
const ESBUILD = `import { build } from "${MODULES}/esbuild/lib/main.js";
import { esbuild } from "@native/plugin/bundlers";
await build({
  entryPoints: ["src/main.js"],
  bundle: true,
  format: "esm",
  platform: "node",
  outdir: "out",
  logLevel: "warning",
  plugins: [esbuild()],
});
`;

/** The libraries in what was made. */
function libraries(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String)
    .filter((name) => /\.(?:so|dylib)$/.test(name));
}

/** The same plugin as two packages: this machine's, and the one that it belongs to. */
async function pack(directory: string): Promise<void> {
  writeFileSync(join(directory, "hello.c"), FILES["src/hello.c"]);
  writeFileSync(
    join(directory, "package.json"),
    `{ "name": "textkit", "version": "1.0.0" }`,
  );
  for (const args of [["build", "hello.c"], ["pack", "hello.so", "--npm"]]) {
    await succeedSilently(spawnPlugin(args, { cwd: directory }));
  }
}

/** Has the project import an installed package in place of the source. */
async function withPackage(directory: string): Promise<void> {
  const made = await builtOnce(
    ["npm", "cc"],
    ["textkit", FILES["src/hello.c"]],
    pack,
  );
  cpSync(join(made, "npm"), join(directory, "node_modules"), {
    recursive: true,
  });
  rmSync(join(directory, "src/hello.c"));
  writeFileSync(
    join(directory, "src/main.js"),
    FILES["src/main.js"].replace("./hello.c", "textkit"),
  );
}

test("esbuild copies the files of a plugin", need("npm", "cc"), async () => {
  assertEquals(libraries(await bundles(ESBUILD)).length, 1);
});

test(
  "esbuild refuses other formats than ES modules",
  need("npm", "cc"),
  async () => {
    const directory = await project({
      "cjs.mjs": ESBUILD.replace("esm", "cjs"),
      "unsaid.mjs": ESBUILD.replace('  format: "esm",\n', ""),
      "src/one.c": "int one(void) { return 1; }\n",
      "src/main.js": `import { one } from "./one.c";\nconsole.log(one());\n`,
    });
    for (const script of ["cjs.mjs", "unsaid.mjs"]) {
      const { status, stderr } = await runIn(directory, script);
      assertNotEquals(status, 0);
      assertStringIncludes(stderr, 'takes ES modules as output: format: "esm"');
    }
  },
);

test(
  "what plugin pack --npm has made goes into the bundle as its sources do",
  need("npm", "cc"),
  async () => {
    for (const script of [ESBUILD, ROLLUP, BY_ROLLDOWN, VITE]) {
      assertEquals(libraries(await bundles(script, withPackage)).length, 1);
    }
  },
);

test(
  "a package that cannot be bundled is refused, and what would do is said",
  need("npm", "cc"),
  async () => {
    const directory = await project();
    await withPackage(directory);
    const module = join(directory, "node_modules/textkit/index.js");
    const printed = readFileSync(module, "utf8");
    const refused = async (text: string, format = "esm") => {
      writeFileSync(module, text);
      const script = ESBUILD.replace("esm", format);
      writeFileSync(join(directory, "build.mjs"), script);
      const { status, stderr } = await runIn(directory, "build.mjs");
      assertNotEquals(status, 0);
      return stderr;
    };
    assertStringIncludes(
      await refused(printed, "cjs"),
      'takes ES modules as output: format: "esm"',
    );
    const machine = `${process.platform}-${process.arch}`;
    assertStringIncludes(
      await refused(printed.replace(`"${machine}"`, '"plan9-mips"')),
      `it is for plan9-mips, and this machine is ${machine}`,
    );
    assertStringIncludes(
      await refused(printed.replaceAll(`textkit-${machine}`, "textkit-none")),
      "of textkit-none none is installed that is for this machine",
    );
    const [name] = readdirSync(join(directory, "node_modules"))
      .filter((name) => name.startsWith("textkit-"));
    assertMatch(
      await refused(
        printed.replace(/^const version = .*$/m, 'const version = "9.9.9";'),
      ),
      new RegExp(
        `it is of version 9\\.9\\.9, and ${name} of \\S+: install them anew`,
      ),
    );
    if (process.platform !== "linux") return;
    const manifest = join(
      ...[directory, "node_modules", name!, "hello.so.json"],
    );
    const described = JSON.parse(readFileSync(manifest, "utf8"));
    const own = ownLibc();
    described.library.libc = own === "musl" ? "gnu" : "musl";
    writeFileSync(manifest, JSON.stringify(described));
    assertStringIncludes(
      await refused(printed),
      `of ${name} none is for the C library of this process, ${own}; `,
    );
  },
);

test(
  "an import that asks for the text of a source is none of the plugin",
  need("npm", "cc"),
  async () => {
    const main = `import text from "./other.c" with { type: "text" };
import { add, mid } from "./hello.c";
console.log(add(1, 2), mid({ x: 0, y: 0 }, { x: 4, y: 2 }).x);
if (text !== "no C\\n") console.log(text);
`;
    const inProject = (directory: string) => {
      writeFileSync(join(directory, "src/main.js"), main);
      writeFileSync(join(directory, "src/other.c"), "no C\n");
      return Promise.resolve();
    };
    const rollupText = `plugins: [{
  name: "text",
  load: (id, { attributes }) => attributes.type === "text"
    ? \`export default \${JSON.stringify(readFileSync(id, "utf8"))}\`
    : null,
}, `;
    for (
      const script of [
        ESBUILD.replace(
          "bundle: true",
          'bundle: true, loader: { ".c": "text" }',
        ),
        `import { readFileSync } from "node:fs";\n${ROLLUP}`
          .replace("plugins: [", rollupText),
      ]
    ) await bundles(script, inProject);
  },
);

/** A library with headers, described, in a project that imports it. */
async function withHeaders(): Promise<string> {
  const directory = await project({
    "build.mjs": ESBUILD,
    "src/level.h": "#define LEVEL 9\nint level(void);\n",
    "src/level.c": "int level(void) { return 9; }\n",
    "src/main.js": `import plugin, { level } from "./level.so";
console.log(level(), plugin.constants.LEVEL);
`,
  });
  const library = join(directory, "src/level.so");
  const source = join(directory, "src/level.c");
  sharedLibrary(library, ["-s", source]);
  const header = join(directory, "src/level.h");
  await succeedSilently(plugin("emit", library, "--header", header));
  return directory;
}

test(
  "what a library's headers define goes into the bundle",
  need("npm", "cc"),
  async () => {
    const directory = await withHeaders();
    await succeedSilently(runIn(directory, "build.mjs"));
    rmSync(join(directory, "src"), { recursive: true });
    const ran = await runIn(join(directory, "out"), "main.js");
    assertEquals([ran.stderr, ran.stdout], ["", "9 9\n"]);
  },
);

test(
  "a library that brings another along is refused",
  ON_LINUX,
  async () => {
    const directory = await withHeaders();
    const src = join(directory, "src");
    compile(join(src, "libbase.so"), "");
    sharedLibrary(join(src, "level.so"), [
      join(src, "level.c"),
      ...["-L", src, "-Wl,--no-as-needed", "-lbase", "-Wl,-rpath,$ORIGIN"],
    ]);
    const header = join(src, "level.h");
    await plugin("emit", join(src, "level.so"), "--header", header);
    const built = await runIn(directory, "build.mjs");
    assert(built.status !== 0);
    assertStringIncludes(
      built.stderr,
      `level.so": it needs "libbase.so" beside it by that name`,
    );
  },
);

/** A script that bundles with Rollup. */
const ROLLUP = `import { rollup } from "${MODULES}/rollup/dist/es/rollup.js";
import { rollup as native } from "@native/plugin/bundlers";
import { fileURLToPath } from "node:url";
const resolve = {
  name: "resolve",
  resolveId: (id) =>
    /^@native.plugin$|^textkit$/.test(id) ? fileURLToPath(import.meta.resolve(id)) : null,
};
const bundle = await rollup({ input: "src/main.js", external: /^node:/, plugins: [resolve, native()] });
await bundle.write({ dir: "out", format: "es" });
await bundle.close();
`;

test("Rollup copies the files of a plugin", need("npm", "cc"), async () => {
  assertEquals(libraries(await bundles(ROLLUP)).length, 1);
});

/** Vite brings it along. */
const ROLLDOWN = createRequire(realpathSync(join(MODULES, "vite/package.json")))
  .resolve("rolldown");

/** A script that bundles with Rolldown. */
const BY_ROLLDOWN = `import { rolldown } from ${JSON.stringify(ROLLDOWN)};
import { rollup as native } from "@native/plugin/bundlers";
const bundle = await rolldown({ input: "src/main.js", platform: "node", plugins: [native()] });
await bundle.write({ dir: "out" });
await bundle.close();
`;

test("Rolldown copies the files of a plugin", need("npm", "cc"), async () => {
  assertEquals(libraries(await bundles(BY_ROLLDOWN)).length, 1);
});

/** A script that bundles with Vite. */
const VITE = `import { build } from "${MODULES}/vite/dist/node/index.js";
import { vite } from "@native/plugin/bundlers";
await build({
  configFile: false,
  logLevel: "warn",
  plugins: [vite()],
  build: { ssr: "src/main.js", outDir: "out" },
  ssr: { noExternal: true },
});
process.exit();
`;

test(
  "what is made for browsers has no plugin, and says so",
  need("npm", "cc"),
  async () => {
    const vite =
      `import { build, createServer } from "${MODULES}/vite/dist/node/index.js";
import { vite } from "@native/plugin/bundlers";
const shared = { configFile: false, logLevel: "silent", plugins: [vite()] };
const server = await createServer({ ...shared, server: { middlewareMode: true, ws: false } });
await server.transformRequest("/src/hello.c").then(console.log, (error) => console.error(error.message));
await server.close();
await build({ ...shared, build: { rolldownOptions: { input: "src/main.js" }, outDir: "out" } })
  .catch((error) => console.error(error.message));
process.exit();
`;
    const scripts: [script: string, times: number][] = [
      [vite, 2],
      [ESBUILD.replace('"node"', '"browser"'), 1],
      [BY_ROLLDOWN.replace('"node"', '"browser"'), 1],
    ];
    if (RUNTIME === "Bun") {
      scripts.push([
        `import { bun } from "@native/plugin/bundlers";
await Bun.build({ entrypoints: ["src/main.js"], target: "browser", outdir: "out", plugins: [bun()] });
`,
        1,
      ]);
    }
    const directory = await project();
    for (const [script, times] of scripts) {
      writeFileSync(join(directory, "build.mjs"), script);
      const { stderr, stdout } = await runIn(directory, "build.mjs");
      const said = (stdout + stderr).split("runs on Deno, Bun or Node");
      assert(said.length > times, stdout + stderr);
      assertEquals(existsSync(join(directory, "out")), false, script);
    }
  },
);

test(
  "Vite copies the files of a plugin, and serves it from where it was built",
  need("npm", "cc"),
  async () => {
    const made = await bundles(
      `import { createServer } from "${MODULES}/vite/dist/node/index.js";
import { vite as native } from "@native/plugin/bundlers";
const server = await createServer({
  configFile: false,
  logLevel: "warn",
  plugins: [native()],
  server: { middlewareMode: true, ws: false },
});
const { add } = await server.ssrLoadModule("/src/hello.c");
if (add(20, 22) !== 42) throw new Error("the server has another one");
await server.close();
${VITE}`,
    );
    assertEquals(libraries(made).length, 1);
  },
);

const ON_BUN = RUNTIME === "Bun"
  ? need("npm", "cc")
  : skip("only Bun has Bun.build");

for (
  const [what, inProject] of [["plugin", undefined], [
    "package",
    withPackage,
  ]] as const
) {
  test(
    `Bun.build copies the files of a ${what}, or has them in the program`,
    ON_BUN,
    async () => {
      const made = await bundles(
        `import { bun } from "@native/plugin/bundlers";
const shared = { entrypoints: ["src/main.js"], target: "bun", plugins: [bun()] };
await Bun.build({ ...shared, outdir: "out" });
await Bun.build({ ...shared, compile: { outfile: "out/program" } });
`,
        inProject,
      );
      assertEquals(libraries(made).length, 1);
      for (const name of readdirSync(made)) {
        if (name !== "program") rmSync(join(made, name), { recursive: true });
      }
      assert(existsSync(join(made, "program")));
      const ran = await run(join(made, "program"), [], { cwd: made });
      assertEquals([ran.stderr, ran.stdout], ["", "3 2\n"]);
    },
  );
}
