/**
 * `import { add } from "./hello.c"` in what bundlers make: the plugin is built with
 * the program, and its files lie beside it.
 *
 * ```ts ignore
 * import { vite } from "@native/plugin/bundlers";
 *
 * export default { plugins: [vite()] };
 * ```
 *
 * docs/bundlers.md has one example for each.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { statusAt, system } from "../ffi/system/system.ts";
import { basename } from "../ffi/system/path.ts";
import { buildImport } from "./commands/import.ts";
import { pluginFiles } from "./commands/plugin_files.ts";
import { resolveInput } from "./commands/resolve_input.ts";
import { EmitError } from "./error.ts";
import { moduleText } from "./imported/module_text.ts";
import { isPlugin, SOURCE } from "./imported/source_file.ts";

/** What programs import `open` from. */
const FACE = "@native/plugin";

/** A plugin that was built, with all files of it. */
interface Built {
  readonly exports: readonly string[];
  /** What it was made of. */
  readonly sources: readonly string[];
  /** Absolute paths, the library first. */
  readonly files: readonly string[];
  /** The options of `open` that say where the others are. */
  readonly options: readonly string[];
}

async function build(file: string): Promise<Built> {
  const { library, exports, sources } = await buildImport(file);
  const { manifest } = resolveInput(library);
  const files = pluginFiles(library, manifest!);
  const bundled = files.find(({ role }) => role === "bundled");
  if (bundled !== undefined) {
    throw new EmitError(
      "bad_image",
      `Cannot bundle "${file}": it needs "${bundled.file}" beside it by that name, and bundlers give files names of their own; link that into it, or lay both out with plugin pack and open them`,
      { path: file },
    );
  }
  return {
    exports,
    sources,
    files: files.map(({ path }) => path),
    options: files.slice(1).map(({ role }) => role),
  };
}

/**
 * The module of a plugin whose files the bundler names.
 *
 * @param built The plugin.
 * @param head Statements that come first.
 * @param urls An expression for each file.
 */
function moduleOf(
  { exports, options }: Built,
  head: string,
  [library, ...others]: readonly string[],
): string {
  const named = others.map((url, index) => `${options[index]}: ${url}`);
  return moduleText({
    face: FACE,
    exports,
    library: `${library}, { ${named.join(", ")} }`,
    head,
  });
}

/** What is used of the context of Rollup's hooks. */
export interface RollupContext {
  /** Builds again when a file changes. */
  addWatchFile(path: string): void;
  /** Puts a file into the output; returns the name for it in code. */
  emitFile(file: { type: "asset"; name: string; source: Uint8Array }): string;
}

/** A plugin of Rollup, Rolldown or Vite, as far as it is one here. */
export interface RollupPlugin {
  /** What errors call it. */
  name: string;
  /** The module of a plugin. */
  load(
    this: RollupContext,
    id: string,
  ): Promise<{ code: string; moduleSideEffects: true } | null>;
}

/**
 * What Rollup's hook gives for a plugin.
 *
 * @param context That of the hook.
 * @param id What is loaded.
 * @param urlOf An expression for a file of the plugin.
 * @returns Its module; null for what is no plugin.
 */
async function load(
  context: RollupContext,
  id: string,
  urlOf: (file: string) => string,
): ReturnType<RollupPlugin["load"]> {
  if (!isSource(id)) return null;
  const built = await build(id);
  for (const source of built.sources) context.addWatchFile(source);
  return {
    code: moduleOf(built, "", built.files.map(urlOf)),
    moduleSideEffects: true,
  };
}

/** Puts a file into the output; returns Rollup's word for it. */
function emitted(context: RollupContext, file: string): string {
  return context.emitFile({
    type: "asset",
    name: basename(file),
    source: system.read(file),
  });
}

/** An expression for a file of the output. */
function urlOf(asset: string): string {
  return `new URL(import.meta.ROLLUP_FILE_URL_${asset})`;
}

/**
 * For Rollup and Rolldown: the files are assets of the output.
 *
 * @returns The plugin.
 */
export function rollup(): RollupPlugin {
  return {
    name: "native-plugin",
    load(id) {
      return load(this, id, (file) => urlOf(emitted(this, file)));
    },
  };
}

/** A plugin of Vite, as far as it is one here. */
export interface VitePlugin extends RollupPlugin {
  /** Before Vite's own, which take some files for assets. */
  enforce: "pre";
  /** The program of a server has these files too. */
  config(): { build: { ssrEmitAssets: true } };
  /** Told whether Vite builds or serves. */
  configResolved(config: { command: string }): void;
  /** Where an asset is from a module: beside it, and not below the address of a site. */
  resolveFileUrl(
    args: { referenceId: string; relativePath: string },
  ): string | null;
}

/**
 * For Vite, in what runs on a server: `vite build --ssr`, and its own server.
 *
 * @returns The plugin.
 */
export function vite(): VitePlugin {
  const assets = new Set<string>();
  let isServing = false;
  return {
    name: "native-plugin",
    enforce: "pre",
    config: () => ({ build: { ssrEmitAssets: true } }),
    configResolved({ command }) {
      isServing = command === "serve";
    },
    resolveFileUrl: ({ referenceId, relativePath }) =>
      assets.has(referenceId)
        ? `new URL(${JSON.stringify(relativePath)}, import.meta.url).href`
        : null,
    load(id) {
      return load(this, id, (file) => {
        if (isServing) return JSON.stringify(file);
        const asset = emitted(this, file);
        assets.add(asset);
        return urlOf(asset);
      });
    },
  };
}

function isSource(id: string): boolean {
  return isPlugin(id) && (statusAt(id)?.isFile ?? false);
}

/** What is used of the plugins of esbuild, and of Bun's. */
export interface PluginBuild {
  /** What esbuild was asked for. */
  readonly initialOptions?: {
    readonly format?: string;
    readonly platform?: string;
  };
  /** Says where a module is. */
  onResolve(
    constraints: { filter: RegExp },
    resolve: (args: { path: string }) => { path: string; namespace: string },
  ): unknown;
  /** Says what a module is. */
  onLoad(
    constraints: { filter: RegExp; namespace?: string },
    load: (args: { path: string }) => Promise<{
      contents: string | Uint8Array;
      loader: "js" | "file";
      watchFiles?: string[];
    }>,
  ): unknown;
}

/** A plugin of esbuild, or of Bun, as far as it is one here. */
export interface BuildPlugin {
  /** What errors call it. */
  name: string;
  /** Called by the bundler. */
  setup(build: PluginBuild): void;
}

/** The namespace of files that are assets whatever they are called. */
const ASSET = "native-plugin";

/** The module that programs import, where our own modules are files. */
const OWN_FACE = new URL(
  import.meta.url.endsWith(".ts") ? "../mod.ts" : "../mod.js",
  import.meta.url,
);

/**
 * For esbuild: the files are assets of the output, which has to be ES modules.
 *
 * @returns The plugin.
 */
export function esbuild(): BuildPlugin {
  const { name, setup } = bun();
  return {
    name,
    setup(build) {
      // Deno's import map says where it is, and esbuild does not read that.
      if (OWN_FACE.protocol === "file:") {
        const face = { path: fileURLToPath(OWN_FACE), namespace: "file" };
        build.onResolve({ filter: new RegExp(`^${FACE}$`) }, () => face);
      }
      if (!isModules(build)) {
        // The first that answers is heard.
        build.onLoad({ filter: SOURCE, namespace: "file" }, ({ path }) => {
          throw new Error(
            `${path} is native, which takes ES modules as output: format: "esm"`,
          );
        });
      }
      setup(build);
    },
  };
}

/** Whether the output has `import.meta.url`; what esbuild makes without being told hangs on the platform. */
function isModules({ initialOptions = {} }: PluginBuild): boolean {
  const { format, platform } = initialOptions;
  return format === undefined ? platform === "neutral" : format === "esm";
}

/**
 * For `Bun.build`, with `compile` too: the files are assets of the output, or are
 * in the program.
 *
 * @returns The plugin.
 */
export function bun(): BuildPlugin {
  return {
    name: "native-plugin",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${ASSET}:`) }, ({ path }) => ({
        path: path.slice(ASSET.length + 1),
        namespace: ASSET,
      }));
      onLoad(
        { filter: /.*/, namespace: ASSET },
        ({ path }) =>
          Promise.resolve({ contents: system.read(path), loader: "file" }),
      );
      onLoad({ filter: SOURCE, namespace: "file" }, async ({ path }) => {
        const built = await build(path);
        const imports = built.files.map((file, index) =>
          `import file${index} from ${JSON.stringify(`${ASSET}:${file}`)};\n`
        );
        return {
          contents: moduleOf(built, imports.join(""), fileUrls(built)),
          loader: "js",
          watchFiles: [...built.sources],
        };
      });
    },
  };
}

function fileUrls({ files }: Built): string[] {
  return files.map((_, index) => `new URL(file${index}, import.meta.url)`);
}
