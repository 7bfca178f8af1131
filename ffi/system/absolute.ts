/**
 * Paths that are taken from the working directory.
 *
 * @module
 */

import { resolve } from "@std/path";
import { system } from "../system.ts";

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
