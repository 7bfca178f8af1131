/**
 * Paths that are taken from the working directory.
 *
 * @module
 */

import { relative, resolve } from "./path.ts";
import { system } from "./system.ts";

/**
 * The absolute path, its dots taken away; it need not exist.
 *
 * @param path A path. One that is not absolute is taken from the working
 * directory.
 */
export function absolutePath(path: string): string {
  // Where it has to ask, `resolve` asks `process`, which Deno would have to load.
  return path.startsWith("/") ? resolve(path) : resolve(system.cwd(), path);
}

/**
 * The way from the working directory to a path.
 *
 * @param path An absolute path.
 */
export function relativePath(path: string): string {
  return relative(system.cwd(), path);
}
