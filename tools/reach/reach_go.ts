/**
 * How much of Go crosses: calls all that some packages export with arguments
 * made for it, and writes the table of docs/go.md.
 *
 * The calls are made in processes of their own. One that ends the process, or
 * does not end, is left out from then on, and does not count.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join } from "@std/path";
import {
  GO_PACKAGES,
  GO_REACH,
  goLibrary,
  type GoPackage,
} from "../../tests/reach/helpers/go/packages.ts";
import { ROOT } from "../runtimes.ts";
import { reachAll, type Row, rowOf } from "./calls.ts";

/** Least share that has to cross. */
const WANTED = 0.97;
/**
 * Calls what the packages export.
 *
 * @param only Names of packages, or parts of them; all where there are none.
 * @returns Whether enough crosses.
 */
export async function reachGo(only: readonly string[] = []): Promise<boolean> {
  await Deno.mkdir(GO_REACH, { recursive: true });
  const name = ({ path }: GoPackage) => path;
  return await reachAll(GO_PACKAGES, name, reach, "docs/go.md", only) >=
    WANTED;
}

/** What the rows hang on beside their libraries. */
const CALLER = createHash("sha256");
for (
  const file of [
    "tools/reach/reach_go.ts",
    "tools/reach/calls.ts",
    "tests/reach/helpers/calls/call.ts",
    "tests/reach/helpers/calls/values.ts",
  ]
) {
  CALLER.update(await Deno.readTextFile(ROOT + file));
}
const ROW = `row-${CALLER.digest("hex").slice(0, 16)}.json`;

/** The row of a package; the one that was found before where nothing has changed. */
async function reach(one: GoPackage): Promise<Row> {
  const library = await goLibrary(one);
  const path = join(dirname(library), ROW);
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const row = await reachNow(one, library);
  await Deno.writeTextFile(path, JSON.stringify(row));
  return row;
}

async function reachNow(one: GoPackage, library: string): Promise<Row> {
  const exported = await exportsOf(one);
  const names = exported.filter(({ generic }) => !generic)
    .map(({ name }) => name);
  const { skipped } = JSON.parse(await Deno.readTextFile(`${library}.json`));
  return await rowOf(
    {
      path: one.path,
      version: one.version,
      generic: exported.length - names.length,
    },
    library,
    names,
    skipped,
  );
}

/** What a package exports, as Go itself says it. */
async function exportsOf(
  { path, version }: GoPackage,
): Promise<{ name: string; generic: boolean }[]> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.copyFile(
      join(ROOT, "tests/reach/helpers/go/exports.go"),
      join(directory, "main.go"),
    );
    await Deno.writeTextFile(
      join(directory, "go.mod"),
      "module exports\n\ngo 1.23\n",
    );
    await Deno.writeTextFile(
      join(directory, "uses.go"),
      `package main\n\nimport _ ${JSON.stringify(path)}\n`,
    );
    if (version !== undefined) await go(directory, "get", `${path}@${version}`);
    return JSON.parse(await go(directory, "run", ".", path));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function go(cwd: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("go", {
    args,
    cwd,
    env: { GOWORK: "off" },
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

if (import.meta.main) Deno.exit(await reachGo(Deno.args) ? 0 : 1);
