/**
 * Makes one file of JavaScript of a module and all that it imports.
 *
 * What opening a library and calling a function of plain types does without is
 * in there as a text, which is made code when it is first needed: at once, as
 * `open` and calls cannot wait, and whatever bundles the file again has nothing
 * to find. That is a third of the code: on Bun 3 ms of 30, on Deno 2 of 37.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { join, relative } from "@std/path";
import {
  build,
  type BuildOptions,
  type Metafile,
  type Plugin,
  type PluginBuild,
} from "esbuild";
import { DEFERRED } from "./deferred.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Names of the modules that are made here. */
const ENTRY = "plugin:entry";
const LATER = "plugin:later";

/** Modules by their paths in the checkout, and what each exports but types. */
type Exports = ReadonlyMap<string, readonly string[]>;

/**
 * Makes the file of the library.
 *
 * @param entry Path in the checkout.
 * @param options How.
 */
export async function bundleDeferring(
  entry: string,
  options: BuildOptions,
): Promise<void> {
  const deferred = await exportsOf(DEFERRED, options);
  const start = await startModules(entry, deferred, options);
  const { text, shared } = await deferredText(start, options);
  await build({
    ...options,
    entryPoints: { [entry.replace(/\.ts$/, "")]: ENTRY },
    plugins: [startPlugin(entry, text, shared, deferred)],
  });
}

/** What modules export, but types. */
async function exportsOf(
  modules: readonly string[],
  options: BuildOptions,
): Promise<Exports> {
  const { metafile } = await build({
    ...options,
    entryPoints: [...modules],
    write: false,
    metafile: true,
  });
  return new Map(
    Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint)
      .map(({ entryPoint, exports }) => [entryPoint!, exports]),
  );
}

/** The modules whose code is there from the start. */
async function startModules(
  entry: string,
  deferred: Exports,
  options: BuildOptions,
): Promise<Exports> {
  const { metafile } = await build({
    ...options,
    entryPoints: [ENTRY],
    splitting: false,
    write: false,
    metafile: true,
    plugins: [startPlugin(entry, "", new Map(), deferred)],
  });
  const [{ inputs }] = Object.values(metafile.outputs) as [Output];
  // Those that only pass on what others export have no code.
  const modules = Object.keys(inputs).filter((path) =>
    path.endsWith(".ts") && !deferred.has(path) &&
    inputs[path]!.bytesInOutput > 0
  );
  return await exportsOf(modules, options);
}

type Output = Metafile["outputs"][string];

/** The text of what is deferred, and what it finds of what is there from the start. */
async function deferredText(
  start: Exports,
  options: BuildOptions,
): Promise<{ text: string; shared: Exports }> {
  const { metafile, outputFiles } = await build({
    ...options,
    entryPoints: [LATER],
    splitting: false,
    format: "iife",
    globalName: "later",
    banner: {},
    write: false,
    metafile: true,
    plugins: [deferredPlugin(start)],
  });
  const [{ inputs }] = Object.values(metafile.outputs) as [Output];
  const shared = [...start].filter(([path]) => `shared:${path}` in inputs);
  return { text: outputFiles[0]!.text, shared: new Map(shared) };
}

/** Makes the file, with functions of the text in place of modules that are deferred. */
function startPlugin(
  entry: string,
  text: string,
  shared: Exports,
  deferred: Exports,
): Plugin {
  return {
    name: "start",
    setup(build) {
      provide(build, ENTRY, () => entryCode(entry, shared));
      provide(build, LATER, () => laterCode(text));
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const module = relative(ROOT, path);
        const names = deferred.get(module);
        return names &&
          { contents: standIns(module, names), resolveDir: ROOT };
      });
    },
  };
}

/** Makes the text, in which the modules that are there from the start are what it is given. */
function deferredPlugin(start: Exports): Plugin {
  return {
    name: "deferred",
    setup(build) {
      provide(
        build,
        LATER,
        () =>
          DEFERRED.map((module, index) =>
            `export * as ${nameOf(index)} from "./${module}";`
          ).join("\n"),
      );
      build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
        const module = relative(ROOT, join(resolveDir, path));
        return start.has(module)
          ? { path: module, namespace: "shared", sideEffects: false }
          : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
        contents: `export const { ${start.get(path)!.join(", ")} } = shared[${
          JSON.stringify(path)
        }];`,
      }));
    },
  };
}

/** Gives a module of ours its code. */
function provide(
  { onResolve, onLoad }: PluginBuild,
  name: string,
  code: () => string,
): void {
  const filter = new RegExp(`^${name}$`);
  onResolve({ filter }, ({ path }) => ({ path, namespace: "plugin" }));
  onLoad({ filter, namespace: "plugin" }, () => ({
    contents: code(),
    resolveDir: ROOT,
  }));
}

/** The face, and behind it what the text finds. */
function entryCode(entry: string, shared: Exports): string {
  const modules = [...shared].map(([module, names], index) => ({
    module,
    names: names.map((name) => ({ name, as: `${name}_${index}` })),
  }));
  const imports = modules.map(({ module, names }) =>
    `import { ${
      names.map(({ name, as }) => `${name} as ${as}`).join(", ")
    } } from "./${module}";`
  );
  const given = modules.map(({ module, names }) =>
    `"${module}": { ${
      names.map(({ name, as }) => `${name}: ${as}`).join(", ")
    } }`
  );
  return `export * from "./${entry}";
import { share } from "${LATER}";
${imports.join("\n")}
share(() => ({ ${given.join(", ")} }));`;
}

/** The module that makes code of the text. */
function laterCode(text: string): string {
  return `import { generate } from "./ffi/runtime/generate.ts";
let shared, made;
export function share(modules) { shared = modules; }
export function later() {
  return made ??= generate({ shared: shared() }, ${
    JSON.stringify(`${text}\nreturn later;\n//# sourceURL=plugin-later.js`)
  });
}`;
}

/** A module whose functions call those of the text. */
function standIns(module: string, names: readonly string[]): string {
  const own = nameOf(DEFERRED.indexOf(module));
  const functions = names.map((name) =>
    `export function ${name}(...args) { return later().${own}.${name}(...args); }`
  );
  return `import { later } from "${LATER}";\n${functions.join("\n")}`;
}

function nameOf(index: number): string {
  return `m${index}`;
}
