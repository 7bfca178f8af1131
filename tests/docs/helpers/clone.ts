/**
 * A clone of the repository, as somebody has it who follows a document.
 *
 * It is copied and not cloned: a machine with next to nothing has no git, and
 * the documents ask for none once the clone is there.
 *
 * @module
 */

import { cpSync, globSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "@std/path";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { RUNTIME } from "../../helpers/need.ts";
import { npmPackage } from "../../helpers/package.ts";

/** Only what a guide can need, and the package: examples bring libraries of their own. */
const CLONED = ["*", "{annotations,docs,emit,ffi,native,tools}/**/*"];

/** What git would not have, by .gitignore: what was built and what was locked. */
const IGNORED =
  /(?:^|\/)(?:build|node_modules|target)(?:\/|$)|\.so(?:\.\w+)*$|\.d\.ts\.map$|^(?:bun\.lock|package-lock\.json)$/;

/**
 * Makes a fresh clone, as it is in the working tree. On Node the npm package is
 * in it that was made of the same sources: other tests have made it.
 *
 * @param root The checkout.
 * @param example The directory of an example that comes with it.
 * @returns The directory of the clone, with nothing beside it.
 */
export async function makeClone(
  root: string,
  example?: string,
): Promise<string> {
  const directory = join(emptyDirectory(), "plugin");
  const patterns = [...CLONED, ...example ? [`${example}/**/*`] : []];
  for (const file of globSync(patterns, { cwd: root })) {
    if (IGNORED.test(file) || !statSync(join(root, file)).isFile()) continue;
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
