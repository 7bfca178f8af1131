/**
 * Which modules of a program are plugins.
 *
 * @module
 */

/** How the names of files end whose import is that of a plugin. */
export const SOURCE = /\.(?:c|cc|cpp|cxx|C|go|rs|zig|so|dylib)$/;

/** The same where a query may follow, which makes a module of its own. */
export const QUERIED = new RegExp(`${SOURCE.source.slice(0, -1)}(?:\\?.*)?$`);

/** The path before a query. */
export function withoutQuery(path: string): string {
  return isPlugin(path) ? path : path.replace(/\?.*$/, "");
}

/**
 * Whether a path is that of a plugin: of its source, or of a library.
 *
 * @param path A path, or the part of a URL that is one.
 */
export function isPlugin(path: string): boolean {
  return SOURCE.test(path);
}

/** Whether a path is that of a library, which nobody has to build. */
export function isLibrary(path: string): boolean {
  return /\.(?:so|dylib)$/.test(path);
}

/**
 * The declarations of a plugin that is imported: what TypeScript looks for with
 * `allowArbitraryExtensions`.
 *
 * @param path `"/src/hello.c"`.
 * @returns `"/src/hello.d.c.ts"`.
 */
export function declarationOf(path: string): string {
  const dot = path.lastIndexOf(".");
  return `${path.slice(0, dot)}.d${path.slice(dot)}.ts`;
}

/**
 * Whether an import asks for something else than the plugin: for the text or the
 * bytes of its file, `with { type: "text" }`.
 *
 * @param attributes What stands behind `with`, where that is known.
 */
export function isForOther(
  attributes: Readonly<Record<string, unknown>> | undefined,
): boolean {
  return attributes?.type !== undefined;
}
