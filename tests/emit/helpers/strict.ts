/**
 * TypeScript as strict as it can be told, over declarations.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { run } from "../../../emit/toolchain/run.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { RUNTIME } from "../../helpers/need.ts";
import { ROOT } from "../../helpers/program.ts";

/** All of `strict`, and what TypeScript has beside it. */
const OPTIONS = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  // Or no declaration would be looked into.
  skipLibCheck: false,
  allowImportingTsExtensions: true,
  target: "esnext",
  module: "nodenext",
  lib: ["esnext", "dom"],
  types: [],
  paths: { "@native/plugin": [join(ROOT, "mod.ts")] },
};

/**
 * What `tsc` says of declarations.
 *
 * @param declarations Absolute paths.
 * @returns Its lines about them; none where it takes all.
 */
export async function complaintsOf(
  declarations: readonly string[],
): Promise<string[]> {
  const directory = emptyDirectory();
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions: OPTIONS, files: declarations }),
  );
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const before = RUNTIME === "Deno" ? ["run", "-A"] : [];
  const { stdout, stderr } = await run(
    process.execPath,
    [...before, tsc, "-p", directory, "--pretty", "false"],
    { cwd: "/" },
  );
  const names = declarations.map((path) => path.replace(/^\//, ""));
  const own = stdout.split("\n").filter((line) =>
    names.some((name) => line.includes(name)) || /^error /.test(line)
  );
  return stderr === "" ? own : [...own, stderr];
}
