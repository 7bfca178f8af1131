/**
 * Makes the JSR package in `build/jsr`, or in the directory that it is given:
 * the files of the npm package, with their types. Deno reads a module in 0.2 ms,
 * and there are a hundred and eighty: a program that opens a plugin starts in
 * half of the time out of one file.
 *
 * ```sh
 * deno task jsr && cd build/jsr && deno publish
 * ```
 *
 * @module
 */

import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { basename, join, resolve } from "@std/path";
import { withProgress } from "../emit/terminal/progress.ts";
import { OUT as NPM, pack } from "./npm.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = resolve(process.argv[2] ?? join(ROOT, "build/jsr"));

await withProgress("making the JSR package", pack);
rmSync(OUT, { recursive: true, force: true });
cpSync(NPM, OUT, { recursive: true });
rmSync(join(OUT, "package.json"));
for (const file of globSync("**/*.d.ts", { cwd: OUT })) {
  rewrite(file, (text) =>
    // Where there is no module beside it, only its own name finds a declaration.
    text.replace(/((?:from|import\() ?"\.[^"]*)\.js"/g, '$1.d.ts"')
      // Deno has these types of its own.
      .replace(/^\/\/\/ <reference types="node" \/>\n/gm, ""));
}
const { name, version, license, exports } = JSON.parse(
  readFileSync(join(ROOT, "deno.json"), "utf8"),
);
for (const entry of Object.values(exports as Record<string, string>)) {
  const types = basename(entry).replace(/\.ts$/, ".d.ts");
  rewrite(
    entry.replace(/\.ts$/, ".js"),
    (text) =>
      text.replace(/^(?:#!.*\n)?/, `$&/* @ts-self-types="./${types}" */\n`),
  );
}
const own = {
  name,
  version,
  license,
  exports: Object.fromEntries(
    Object.entries(exports as Record<string, string>).map(([name, entry]) => [
      name,
      entry.replace(/\.ts$/, ".js"),
    ]),
  ),
  // What git ignores is not published where nothing says otherwise.
  publish: { exclude: ["!**/*"] },
};
writeFileSync(join(OUT, "deno.json"), JSON.stringify(own, null, 2) + "\n");
console.log(OUT);

function rewrite(file: string, change: (text: string) => string): void {
  const path = join(OUT, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}
