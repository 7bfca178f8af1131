/**
 * The files of tests, in the order that they are run in.
 *
 * @module
 */

import { existsSync, globSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ROOT } from "../runtimes.ts";

/** Tests for reach, which are a task of their own. */
const REACH = "tests/reach/";

/**
 * The files of tests.
 *
 * @param paths Files, or directories of them; all but those for reach when
 * empty.
 * @returns Their paths in the checkout: first those that take long.
 * @throws {Error} When a path leads to no test.
 */
export async function testFiles(paths: readonly string[]): Promise<string[]> {
  const all = paths.length > 0
    ? paths.flatMap(below)
    : below("tests").filter((path) => !path.startsWith(REACH));
  const weights = new Map<string, number>();
  for (const path of all) weights.set(path, await weightOf(path));
  return [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([path]) => path);
}

function below(path: string): string[] {
  if (path.endsWith(".ts")) {
    const file = resolve(ROOT, path);
    if (!existsSync(file)) throw new Error(`There is no file "${path}"`);
    return [relative(ROOT, file)];
  }
  const found = globSync(`${path.replace(/\/$/, "")}/**/*_test.ts`, {
    cwd: ROOT,
  });
  if (found.length === 0) throw new Error(`There are no tests in "${path}"`);
  return found;
}

/**
 * The text of a file of tests, and of the helpers beside it that it imports.
 *
 * @param file Its path in the checkout.
 */
export async function withHelpers(file: string): Promise<string> {
  const text = await Deno.readTextFile(ROOT + file);
  const helpers = text.matchAll(/from "(\.[^"]*\/helpers\/(\w+)\.ts)"/g);
  const texts = [text];
  for (const [, path, name] of helpers) {
    // They name tools that others ask for.
    if (/^(?:need|tools|test|fixture)$/.test(name!)) continue;
    texts.push(await Deno.readTextFile(join(ROOT, dirname(file), path!)));
  }
  return texts.join("\n");
}

/** Tests of what builds plugins. */
const BUILDING = "tests/emit/";

/** What hangs on the runtime: that opens plugins, or starts programs on it. */
const ON_RUNTIME =
  /\/mod\.ts"|"@native\/plugin"|\b(?:execPath|needRuntime|spawnPlugin|run(?:Host|Program))\b/;

/**
 * Whether a file shows on one runtime what it shows on each: what builds
 * plugins is tried there, and no plugin is opened.
 *
 * @param file Its path in the checkout.
 */
export async function isOnce(file: string): Promise<boolean> {
  return file.startsWith(BUILDING) &&
    !ON_RUNTIME.test(await Deno.readTextFile(ROOT + file));
}

/** What takes long: compilers that compile for long, package managers, checks of types. */
const SLOW =
  /"(?:rust|zig|go|npm|abidw)(?:>=[\d.]+)?"|-fsanitize|--sanitize|\btypeCheck\(/g;

/** What starts a program: so many take as long as one of those. */
const STARTS = /\brun(?:Host|Program|Script)?\(/g;
const STARTS_ARE_SLOW = 8;

/** How long a file takes, by what it asks for: they come first, so that the end waits for none. */
async function weightOf(path: string): Promise<number> {
  const text = await Deno.readTextFile(ROOT + path);
  const count = (what: RegExp) => text.match(what)?.length ?? 0;
  return count(SLOW) + count(STARTS) / STARTS_ARE_SLOW;
}
