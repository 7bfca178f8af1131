/**
 * Makes `import { add } from "./hello.c"` work: the plugin is built when its
 * source has changed, and what it exports is what is imported.
 *
 * ```sh
 * deno run --preload npm:@native/plugin/register main.ts
 * node --import @native/plugin/register main.ts
 * bun --preload @native/plugin/register main.ts
 * ```
 *
 * What its compiler refuses is an error at the line of the import. docs/import.md has
 * what else there is to it.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import "../mod.ts"; // what modules import below has to be there: no reading is permitted for it
import { dirname, resolve } from "../ffi/system/path.ts";
import { absolutePath } from "../ffi/system/absolute.ts";
import { system, textAt } from "../ffi/system/system.ts";
import { nodeModule } from "../ffi/system/node_system.ts";
import { EmitError } from "./error.ts";
import { importByChild } from "./imported/child.ts";
import { moduleText } from "./imported/module_text.ts";
import { freshIn, readRecord } from "./imported/record.ts";
import {
  isForOther,
  isPlugin,
  QUERIED,
  withoutQuery,
} from "./imported/source_file.ts";
import { testedPlugin } from "./imported/tested.ts";
import { tooOld } from "./commands/oldest_node.ts";

/** How our own modules end: `.ts` in a checkout, `.js` in the package. */
const ENDING = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
const FACE = new URL(`../mod${ENDING}`, import.meta.url).href;
const CLI = new URL(`./main${ENDING}`, import.meta.url).href;

/** Who has imported a plugin, by its path: an error says where. */
const importers = new Map<string, { specifier: string; parent: string }>();

register();

/** What is used here of Bun. */
interface Bun {
  plugin(plugin: {
    name: string;
    setup(build: {
      onResolve(
        constraints: { filter: RegExp },
        resolve: (args: { path: string; importer: string }) => void,
      ): void;
      onLoad(
        constraints: { filter: RegExp },
        load: (args: { path: string }) => { contents: string; loader: "js" },
      ): void;
    }): void;
  }): void;
}

function register(): void {
  const { Bun } = globalThis as { Bun?: Bun };
  if (Bun !== undefined) {
    Bun.plugin({
      name: "native-plugin",
      setup(build) {
        build.onResolve({ filter: QUERIED }, ({ path, importer }) => {
          if (!importer.startsWith("/")) return;
          importers.set(resolve(dirname(importer), withoutQuery(path)), {
            specifier: path,
            parent: importer,
          });
        });
        build.onLoad(
          { filter: QUERIED },
          ({ path }) => ({
            contents: moduleOf(withoutQuery(path)),
            loader: "js",
          }),
        );
      },
    });
    return;
  }
  const { registerHooks } = nodeModule<typeof import("node:module")>(
    "node:module",
  );
  registerHooks({
    resolve(specifier, context, next) {
      const url = isForOther(context.importAttributes)
        ? undefined
        : urlOf(specifier, context.parentURL);
      if (url === undefined) return next(specifier, context);
      const parent = context.parentURL;
      if (parent !== undefined) {
        importers.set(fileURLToPath(url), { specifier, parent });
      }
      return { url: url.href, format: "module", shortCircuit: true };
    },
    load(url, context, next) {
      if (
        isForOther(context.importAttributes) ||
        !url.startsWith("file:") || !isPlugin(new URL(url).pathname)
      ) return next(url, context);
      const source = moduleOf(fileURLToPath(url));
      return { format: "module", source, shortCircuit: true };
    },
  });
}

/** The URL of a plugin that is imported by its path. */
function urlOf(specifier: string, parent?: string): URL | undefined {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return undefined;
  const base = parent === undefined || !parent.startsWith("file:")
    ? new URL(`file://${absolutePath("")}/`)
    : parent;
  const url = new URL(specifier, base);
  return isPlugin(url.pathname) ? url : undefined;
}

/** The module of a plugin, which is built first where that is needed. */
function moduleOf(file: string): string {
  const { exports, library } = testedPlugin(file) ?? upToDate(file);
  return moduleText({ face: FACE, exports, library: JSON.stringify(library) });
}

/** The plugin as its source is now. */
function upToDate(
  file: string,
): { exports: readonly string[]; library: string } {
  const { plugin, library } = freshIn(file, readRecord(file)) ?? build(file);
  return { exports: plugin.exports, library };
}

function build(file: string): NonNullable<ReturnType<typeof freshIn>> {
  try {
    const refusal = tooOld(system.node);
    if (refusal !== undefined) {
      throw new EmitError("no_tool", refusal, { path: file });
    }
    importByChild(file, CLI);
  } catch (error) {
    if (!(error instanceof EmitError)) throw error;
    const { code, path, at, message, cause } = error;
    const where = at === undefined ? "" : ` (at ${at})`;
    throw new EmitError(
      code,
      `Cannot import ${placeOf(file)}: ${message}${where}`,
      { path, at, cause },
    );
  }
  const fresh = freshIn(file, readRecord(file));
  if (fresh !== undefined) return fresh;
  throw new EmitError(
    "not_found",
    `Cannot import "${file}": what was built of it is not in "${
      dirname(file)
    }"`,
    { path: file },
  );
}

/** What is imported, and the line of the import where that is known. */
function placeOf(file: string): string {
  const importer = importers.get(file);
  if (importer === undefined) return JSON.stringify(file);
  const { specifier, parent } = importer;
  const path = parent.startsWith("file:") ? fileURLToPath(parent) : parent;
  const lines = textAt(path).split("\n");
  const quoted = [`"${specifier}"`, `'${specifier}'`];
  const line = lines.findIndex((line) =>
    quoted.some((text) => line.includes(text))
  );
  const at = line < 0
    ? ""
    : `:${line + 1}:${
      1 + Math.max(...quoted.map((text) => lines[line]!.indexOf(text)))
    }`;
  return `"${specifier}" at ${path}${at}`;
}
