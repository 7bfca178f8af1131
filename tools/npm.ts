/**
 * Makes the npm package in `build/npm`, or in the directory that it is given,
 * and of it a tarball beside that directory: `build/npm.tgz`.
 *
 * The library is one file of JavaScript, and so is each command: a program that
 * opens a plugin starts in 40 ms on Node, where it took 70 with a file for each
 * module. What the start does without is in there as a text (`bundle.ts`). The
 * declarations keep their names. Runs on every runtime. What has been made of the
 * same sources stays.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { dirname, join, relative, resolve } from "@std/path";
import type { BuildOptions, Plugin } from "esbuild";
import { expectLong, withProgress } from "../emit/terminal/progress.ts";
import { TARGETS } from "../ffi/manifest/manifest.ts";
import { supportPackage } from "../ffi/support/support_version.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Where the package is made. */
export const OUT = resolve(
  import.meta.main && process.argv[2] || join(ROOT, "build/npm"),
);

/** Files that are not modules and belong to the package. */
const ASSETS = [
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "docs/*",
  "annotations/*",
  "emit/**/*.{go,rs}",
  "native/**/*.[ch]",
];

/** The terms of what is imported from outside, and comes with the package. */
const NOTICE =
  "// With functions of @std. Copyright 2018-2026 the Deno authors, MIT licence.";

/**
 * Tells Bun that there is nothing to translate: it takes the file as it is, and 3
 * of the 30 ms of a start are saved. It counts on the first line only.
 */
const BUN_READY = "// @bun";

/** How modules become files of JavaScript. */
export const OPTIONS = {
  absWorkingDir: ROOT,
  outbase: ROOT,
  outdir: OUT,
  // Where emit/source/go/build_go.ts finds the sources that lie beside it, and
  // emit/source/rust/wrapper_library.ts those in the folder beside that.
  chunkNames: "emit/source/go/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "es2024",
  alias: aliases(),
  banner: { js: `${BUN_READY}\n${NOTICE}` },
} as const satisfies BuildOptions;

/** The modules that the package exports, the library first. */
const ENTRIES = Object.values<string>(
  JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")).exports,
).map((path) => path.slice("./".length));

/** What the library runs in a process of its own. */
const PROGRAMS = ["ffi/backtrace/report.ts"];

/** Whoever opens plugins takes the library's own file: what is open is known there. */
const FACE_IS_ONE: Plugin = {
  name: "face",
  setup({ onResolve }) {
    onResolve({ filter: /\/mod\.ts$/ }, ({ path }) => ({
      path: path.replace(/\.ts$/, ".js"),
      external: true,
    }));
  },
};

if (import.meta.main) {
  console.log(await withProgress("making the npm package", pack));
}

/**
 * Makes the package.
 *
 * @returns The path of the tarball.
 */
export async function pack(): Promise<string> {
  const tarball = `${OUT}.tgz`; // a name without a version, for documents
  const stamp = `${OUT}.sources`;
  const sources = digestOfSources();
  if (
    [OUT, tarball, stamp].every((path) => existsSync(path)) &&
    readFileSync(stamp, "utf8") === sources
  ) return tarball;
  rmSync(stamp, { force: true });
  rmSync(OUT, { recursive: true, force: true });
  // What takes long to load is loaded where something is to be made.
  const { build } = await import("esbuild");
  const { bundleDeferring } = await import("./bundle.ts");
  await declare(ENTRIES);
  const [face, ...entryPoints] = ENTRIES;
  await bundleDeferring(face!, OPTIONS);
  await build({ ...OPTIONS, entryPoints, plugins: [FACE_IS_ONE] });
  await build({ ...OPTIONS, entryPoints: [...PROGRAMS], splitting: false });
  chmodSync(join(OUT, "emit/main.js"), 0o755);
  const assets = ASSETS.flatMap((glob) => globSync(glob, { cwd: ROOT }));
  for (const file of assets) {
    if (file.endsWith(".md")) write(file, page(file, assets));
    else cpSync(join(ROOT, file), join(OUT, file));
  }
  write("package.json", JSON.stringify(description(), null, 2) + "\n");
  const ran = spawnSync("npm", ["pack", "--silent"], {
    cwd: OUT,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" }, // npm may be another Node's
  });
  if (ran.status !== 0) throw new Error(`npm pack: ${ran.stderr}`);
  renameSync(join(OUT, ran.stdout.trim()), tarball);
  writeFileSync(stamp, sources);
  return tarball;
}

/** A digest of all that the package is made of, and of what makes it. */
function digestOfSources(): string {
  const own = [
    "deno.json",
    "package.json",
    "tools/{bundle,npm,start_*}.{json,ts}",
  ];
  const globs = ["mod.ts", "{emit,ffi}/**/*.ts", ...ASSETS, ...own];
  const files = globs.flatMap((glob) => globSync(glob, { cwd: ROOT })).sort();
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest("hex");
}

/** What npm is told: our own file, with the names that the modules now have. */
function description(): Record<string, unknown> {
  const read = (file: string) =>
    JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  const { name, version, license, exports } = read("deno.json");
  const { description, keywords, engines } = read("package.json");
  const made = Object.entries(exports as Record<string, string>);
  return {
    name,
    version,
    description,
    keywords,
    license,
    type: "module",
    exports: Object.fromEntries(
      made.map(([name, file]) => [name, {
        types: file.replace(/\.ts$/, ".d.ts"),
        default: file.replace(/\.ts$/, ".js"),
      }]),
    ),
    bin: { plugin: "emit/main.js" },
    engines,
    // The support library; one that fits no machine is left out.
    optionalDependencies: Object.fromEntries(
      TARGETS.map((target) => [supportPackage(target), version]),
    ),
    sideEffects: ["./emit/register.js"],
  };
}

/**
 * Writes the declarations of modules and of all that they import.
 *
 * @param entries Paths in the checkout.
 */
async function declare(entries: readonly string[]): Promise<void> {
  const { default: ts } = await import("typescript");
  expectLong();
  const program = ts.createProgram(entries.map((entry) => join(ROOT, entry)), {
    rootDir: ROOT,
    outDir: OUT,
    declaration: true,
    emitDeclarationOnly: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    noCheck: true, // deno task ok checks
    types: ["node"],
    baseUrl: ROOT,
    ignoreDeprecations: "6.0",
  });
  const { diagnostics, emitSkipped } = program.emit(
    undefined,
    (path, text) =>
      write(
        relative(OUT, path),
        text.replace(/ (from )?"(\.[^"]*)\.ts";/g, ' $1"$2.js";'),
      ),
  );
  if (emitSkipped || diagnostics.length > 0) {
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => ROOT,
        getNewLine: () => "\n",
      }),
    );
  }
}

/** Where npm's packages have what the import map calls otherwise. */
function aliases(): Record<string, string> {
  const { imports } = JSON.parse(
    readFileSync(join(ROOT, "deno.json"), "utf8"),
  ) as { imports: Record<string, string> };
  return Object.fromEntries(
    Object.entries(imports).filter(([name]) => name.startsWith("@std/"))
      .map(([name, target]) => [
        name,
        target.replace(/^npm:(.+?)@[^/]+/, "$1"),
      ]),
  );
}

/** A document without the links that lead out of the package: only their words. */
function page(file: string, inside: readonly string[]): string {
  const link = /\[([^\]]*)\]\(([^)#\s]*)[^)]*\)/g;
  const fenced = /(^```[\s\S]*?^```$)/m;
  return readFileSync(join(ROOT, file), "utf8").split(fenced).map((part) =>
    part.startsWith("```") ? part : part.replace(link, (whole, words, path) => {
      const isInside = path === "" || /^[a-z]+:/.test(path) ||
        inside.includes(join(dirname(file), path));
      return isInside ? whole : words;
    })
  ).join("");
}

function write(path: string, text: string): void {
  const file = join(OUT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
