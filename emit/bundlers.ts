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
import { system } from "../ffi/system/system.ts";
import { basename } from "../ffi/system/path.ts";
import {
  type BundledPlugin,
  bundledPlugin,
  isBundled,
  PACKAGE_MODULE,
} from "./commands/bundled_plugin.ts";
import { moduleText } from "./imported/module_text.ts";
import { isForOther, SOURCE } from "./imported/source_file.ts";

/** What programs import `open` from. */
const FACE = "@native/plugin";

/**
 * The module of a plugin whose files the bundler names.
 *
 * @param built The plugin.
 * @param head Statements that come first.
 * @param urls An expression for each file.
 */
function moduleOf(
  { exports, options }: BundledPlugin,
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

/** What is said of a plugin in a program that is not for a server. */
function notInBrowser(file: string): Error {
  return new Error(
    `Cannot import "${file}" here: what is native runs on Deno, Bun or Node, and this is made for browsers; import it where the server's program does, or make this one for a server`,
  );
}

/** What is used of the context of Rollup's hooks. */
export interface RollupContext {
  /** What Vite builds for, from its version 6. */
  readonly environment?: {
    readonly config: { readonly consumer?: "client" | "server" };
  };
  /** Builds again when a file changes. */
  addWatchFile(path: string): void;
  /** Puts a file into the output; returns the name for it in code. */
  emitFile(file: { type: "asset"; name: string; source: Uint8Array }): string;
}

/** What the hook is told: Vite's, and Rollup's attributes of the import. */
export interface LoadOptions {
  /** Whether a server runs what is made. */
  readonly ssr?: boolean;
  /** What stands behind `with`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A plugin of Rollup, Rolldown or Vite, as far as it is one here. */
export interface RollupPlugin {
  /** What errors call it. */
  name: string;
  /** Told what Rolldown is asked for; Rollup knows no platform. */
  options?(options: { platform?: string }): void;
  /** The module of a plugin. */
  load(
    this: RollupContext,
    id: string,
    options?: LoadOptions,
  ): Promise<{ code: string; moduleSideEffects: true } | null>;
}

/**
 * What Rollup's hook gives for a plugin.
 *
 * @param context That of the hook.
 * @param id What is loaded.
 * @param options What the hook is told.
 * @param isForBrowser Whether a browser runs what is made.
 * @param urlOf An expression for a file of the plugin.
 * @returns Its module; null for what is no plugin.
 */
async function load(
  context: RollupContext,
  id: string,
  { attributes }: LoadOptions,
  isForBrowser: boolean,
  urlOf: (file: string) => string,
): ReturnType<RollupPlugin["load"]> {
  if (isForOther(attributes) || !isBundled(id)) return null;
  if (isForBrowser) throw notInBrowser(id);
  const built = await bundledPlugin(id);
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
  let isForBrowser = false;
  return {
    name: "native-plugin",
    options({ platform }) {
      isForBrowser = platform === "browser";
    },
    load(id, options = {}) {
      return load(
        this,
        id,
        options,
        isForBrowser,
        (file) => urlOf(emitted(this, file)),
      );
    },
  };
}

/** A plugin of Vite, as far as it is one here. */
export interface VitePlugin extends RollupPlugin {
  /** Before Vite's own, which take some files for assets. */
  enforce: "pre";
  /** The program of a server has these files too. */
  config(): { build: { ssrEmitAssets: true } };
  /** Told whether Vite builds or serves, and who else is there. */
  configResolved(config: {
    command: string;
    plugins?: readonly { name: string }[];
  }): void;
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
  // Its tests run in no browser, also where they are told that it is one.
  let isVitest = false;
  return {
    name: "native-plugin",
    enforce: "pre",
    config: () => ({ build: { ssrEmitAssets: true } }),
    configResolved({ command, plugins = [] }) {
      isServing = command === "serve";
      isVitest = plugins.some(({ name }) => name === "vitest");
    },
    resolveFileUrl: ({ referenceId, relativePath }) =>
      assets.has(referenceId)
        ? `new URL(${JSON.stringify(relativePath)}, import.meta.url).href`
        : null,
    load(id, options = {}) {
      const consumer = this.environment?.config.consumer ??
        (options.ssr === true ? "server" : "client");
      const isForBrowser = consumer === "client" && !isVitest;
      return load(this, id, options, isForBrowser, (file) => {
        if (isServing) return JSON.stringify(file);
        const asset = emitted(this, file);
        assets.add(asset);
        return urlOf(asset);
      });
    },
  };
}

/** What is used of the plugins of esbuild, and of Bun's. */
export interface PluginBuild {
  /** What esbuild was asked for. */
  readonly initialOptions?: {
    readonly format?: string;
    readonly platform?: string;
  };
  /** What Bun was asked for. */
  readonly config?: { readonly target?: string };
  /** Says where a module is. */
  onResolve(
    constraints: { filter: RegExp },
    resolve: (args: { path: string }) => { path: string; namespace: string },
  ): unknown;
  /** Says what a module is. */
  onLoad(
    constraints: { filter: RegExp; namespace?: string },
    load: (
      args: { path: string; with?: Readonly<Record<string, string>> },
    ) => Promise<
      {
        contents: string | Uint8Array;
        loader: "js" | "file";
        watchFiles?: string[];
      } | undefined
    >,
  ): unknown;
}

/** A plugin of esbuild, or of Bun, as far as it is one here. */
export interface BuildPlugin {
  /** What errors call it. */
  name: string;
  /** Called by the bundler. */
  setup(build: PluginBuild): void;
}

/** How the names of modules end that may be plugins. */
const BUNDLED = [SOURCE, PACKAGE_MODULE];

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
        for (const filter of BUNDLED) {
          // deno-lint-ignore require-await -- what it throws is a rejection
          build.onLoad({ filter, namespace: "file" }, async (args) => {
            if (!isAsked(args)) return undefined;
            throw new Error(
              `${args.path} is native, which takes ES modules as output: format: "esm"`,
            );
          });
        }
      }
      setup(build);
    },
  };
}

/** Whether the module of a plugin is asked for; Bun tells no attributes. */
function isAsked(
  args: Parameters<Parameters<PluginBuild["onLoad"]>[1]>[0],
): boolean {
  return !isForOther(args.with) && isBundled(args.path);
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
    setup({ onResolve, onLoad, initialOptions, config }) {
      const isForBrowser = [initialOptions?.platform, config?.target]
        .includes("browser");
      onResolve({ filter: new RegExp(`^${ASSET}:`) }, ({ path }) => ({
        path: path.slice(ASSET.length + 1),
        namespace: ASSET,
      }));
      onLoad(
        { filter: /.*/, namespace: ASSET },
        ({ path }) =>
          Promise.resolve({ contents: system.read(path), loader: "file" }),
      );
      for (const filter of BUNDLED) {
        onLoad({ filter, namespace: "file" }, async (args) => {
          if (!isAsked(args)) return undefined;
          const { path } = args;
          if (isForBrowser) throw notInBrowser(path);
          const built = await bundledPlugin(path);
          const imports = built.files.map((file, index) =>
            `import file${index} from ${JSON.stringify(`${ASSET}:${file}`)};\n`
          );
          return {
            contents: moduleOf(built, imports.join(""), fileUrls(built)),
            loader: "js",
            watchFiles: [...built.sources],
          };
        });
      }
    },
  };
}

function fileUrls({ files }: BundledPlugin): string[] {
  return files.map((_, index) => `new URL(file${index}, import.meta.url)`);
}
