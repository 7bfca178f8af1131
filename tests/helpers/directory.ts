/**
 * Directories of the tests, gone when the tests are through.
 *
 * @module
 */

import { appendFileSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { join } from "@std/path";

let scratch: string | undefined;
let directories = 0;

/** An empty directory that goes when the tests are through. */
export function emptyDirectory(): string {
  if (scratch === undefined) {
    const made = mkdtempSync(join(realpathSync(tmpdir()), "plugin-test-"));
    atEnd(() => rmSync(made, { recursive: true, force: true }));
    // Where the tests are interrupted, who runs them takes it away.
    const run = process.env.PLUGIN_BUILT;
    if (run !== undefined) {
      appendFileSync(join(run, "directories"), `${made}\n`);
    }
    scratch = made;
  }
  return mkdtempSync(join(scratch, `${directories++}-`));
}

/** Calls `use` with an empty directory that is gone afterwards. */
export async function inDirectory(
  use: (directory: string) => void | Promise<void>,
): Promise<void> {
  const made = emptyDirectory();
  try {
    await use(made);
  } finally {
    rmSync(made, { recursive: true });
  }
}

/** Calls `end` when the tests of the process are through; Deno's of the file. */
function atEnd(end: () => void): void {
  // The process of Deno's tests ends without an exit event.
  if ("Deno" in globalThis) globalThis.addEventListener("unload", end);
  else process.on("exit", end);
}
