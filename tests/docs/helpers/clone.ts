/**
 * A clone of the repository, as somebody has it who follows a document.
 *
 * @module
 */

import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "@std/path";
import { run } from "../../../emit/toolchain/run.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { RUNTIME } from "../../helpers/need.ts";
import { npmPackage } from "../../helpers/package.ts";

/** Only what a guide can need, and the package: examples bring libraries of their own. */
const CLONED = /^(?:[^/]+|(?:annotations|docs|emit|ffi|native|tools)\/.*)$/;

/**
 * Makes a fresh clone: what git knows or would take, as it is in the working
 * tree. On Node the npm package is in it that was made of the same sources:
 * other tests have made it.
 *
 * @param root The checkout.
 * @param example The directory of an example that comes with it.
 * @returns The directory of the clone, with nothing beside it.
 */
export async function makeClone(
  root: string,
  example?: string,
): Promise<string> {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await run("git", args, { cwd: root });
  const directory = join(emptyDirectory(), "plugin");
  for (const file of stdout.trim().split("\n")) {
    const isOfExample = example !== undefined && file.startsWith(`${example}/`);
    if (!CLONED.test(file) && !isOfExample) continue;
    if (!existsSync(join(root, file))) continue; // removed, and not committed
    const target = join(directory, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target);
  }
  if (RUNTIME === "Node") {
    const made = dirname(await npmPackage());
    cpSync(made, join(directory, "build"), { recursive: true });
  }
  return directory;
}
