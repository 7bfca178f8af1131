/**
 * Copies of libraries of this process that lie about.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { join } from "@std/path";

/**
 * Lists them; the directory that they lay in stays until the process ends.
 *
 * @param directory A directory of temporary files.
 */
export function copies(directory = tmpdir()): string[] {
  const ours = `plugin-${process.getuid!()}-${process.pid}-`;
  return readdirSync(directory).filter((name) => name.startsWith(ours))
    .flatMap((name) => readdirSync(join(directory, name)));
}
