/**
 * Makes the npm package in `build/npm`, or in the directory that it is given,
 * and of it a tarball beside that directory: `build/npm.tgz`.
 *
 * Each module becomes JavaScript and its declarations, under the name that it
 * has here, so that a stack trace reads the same. Runs on every runtime.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import {
  cpSync,
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
import { buildSync } from "esbuild";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = resolve(process.argv[2] ?? join(ROOT, "build/npm"));

/** What is imported from outside: a few functions, which come with the package. */
const OUTSIDE = /^@std\/([\w/-]+)$/;

/** Files that are not modules and belong to the package. */
const ASSETS = [
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "docs/*",
  "emit/**/*.go",
];

/** The terms of what {@linkcode bundle} takes in. */
const NOTICE =
  "// The functions of @std that are used here. Copyright 2018-2026 the Deno authors, MIT licence.";

if (import.meta.main) console.log(pack());

/**
 * Makes the package.
 *
 * @returns The path of the tarball.
 */
export function pack(): string {
  rmSync(OUT, { recursive: true, force: true });
  const outside = compile(["mod.ts", "emit/main.ts"]);
  for (const [name, functions] of outside) bundle(name, functions);
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
  const tarball = `${OUT}.tgz`; // a name without a version, for documents
  renameSync(join(OUT, ran.stdout.trim()), tarball);
  return tarball;
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
    sideEffects: false,
  };
}

/**
 * Compiles modules and all that they import.
 *
 * @param entries Paths in the checkout.
 * @returns The names that are imported from each module outside.
 */
function compile(entries: readonly string[]): Map<string, Set<string>> {
  const outside = new Map<string, Set<string>>();
  const program = ts.createProgram(entries.map((entry) => join(ROOT, entry)), {
    rootDir: ROOT,
    outDir: OUT,
    declaration: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    rewriteRelativeImportExtensions: true,
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
        text.replace(/ from "(\.[^"]*)\.ts";/g, ' from "$1.js";')
          .replace(
            /^import \{([^}]*)\} from "(@std\/[\w/-]+)";$/gm,
            (_, names: string, specifier: string) => {
              const [, module = ""] = OUTSIDE.exec(specifier)!;
              const known = outside.get(module) ?? new Set();
              for (const name of names.split(",")) known.add(name.trim());
              outside.set(module, known);
              const at = relative(dirname(path), join(OUT, `std/${module}.js`));
              const from = at.startsWith(".") ? at : `./${at}`;
              return `import {${names}} from "${from}";`;
            },
          ),
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
  return outside;
}

/** Puts the functions of a module of `@std` into one file of the package. */
function bundle(module: string, functions: ReadonlySet<string>): void {
  const { imports } = JSON.parse(
    readFileSync(join(ROOT, "deno.json"), "utf8"),
  ) as { imports: Record<string, string> };
  const target = imports[`@std/${module}`]!.replace(/^npm:(.+?)@[^/]+/, "$1");
  buildSync({
    stdin: {
      contents: `export { ${
        [...functions].sort().join(", ")
      } } from "${target}";`,
      resolveDir: ROOT,
    },
    outfile: join(OUT, `std/${module}.js`),
    bundle: true,
    format: "esm",
    platform: "node",
    banner: { js: NOTICE },
  });
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
  writeFileSync(file, text, path === "emit/main.js" ? { mode: 0o755 } : {});
}
