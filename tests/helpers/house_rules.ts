/**
 * What else holds of the checkout's layout, beside who imports whom: what each
 * side may know of the other, who touches the disk, what gives functions their
 * bodies that are bound late, where tests and what they share lie, and that the
 * lists of rooms and files are those of today.
 *
 * Each rule gives what breaks it, and nothing where all is well.
 *
 * @module
 */

import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "@std/path";
import { contentsOf } from "../../tools/contents.ts";
import { type Modules, roomOf } from "./rooms.ts";

/** What the emit side may know of the load side: nothing that opens or calls. */
const SHARED = [
  /^ffi\/manifest\/manifest\.ts$/,
  /^ffi\/notation\//,
  /^ffi\/identity\//,
  /^ffi\/support\/support_version\.ts$/,
  /^ffi\/system\//,
  /^ffi\/(?:error|did_you_mean)\.ts$/,
];

/** What emit imports that both sides do not share: `from -> to`. */
export function unshared(modules: Modules): string[] {
  return arrows(modules, "emit/").filter(({ to }) =>
    !to.startsWith("emit/") && !SHARED.some((shared) => shared.test(to))
  ).map(({ from, to }) => `${from} -> ${to}`).sort();
}

/** What ffi imports that is not its own: `from -> to`. */
export function outside(modules: Modules): string[] {
  return arrows(modules, "ffi/").filter(({ to }) => !to.startsWith("ffi/"))
    .map(({ from, to }) => `${from} -> ${to}`).sort();
}

function arrows(
  modules: Modules,
  side: string,
): { readonly from: string; readonly to: string }[] {
  return [...modules].filter(([from]) => from.startsWith(side))
    .flatMap(([from, imports]) => imports.map((to) => ({ from, to })));
}

/** The modules that lie in no room: the faces of a side, and what all of it shares. */
export function faces(modules: Modules): string[] {
  return [...modules.keys()].filter((path) => roomOf(path) === path).sort();
}

/** What gives a module the disk, the machine or the process. */
const DISK =
  /(?:from|import\(|nodeModule<.*>\()\s*"(?:node:)?(?:fs|os|process)\b/;

/** The modules that ask the runtime itself for the disk, the machine or the process. */
export function touchingTheDisk(root: string, modules: Modules): string[] {
  return [...modules.keys()].filter((path) => DISK.test(textOf(root, path)))
    .sort();
}

/**
 * Functions that are bound late, `export let`, and do not say, behind a
 * `// its body:`, what gives them their bodies: "the static block of" a class
 * of that module, which alone reads what is private; a function of that module; or
 * a function "in" another.
 */
export function bodiless(root: string, modules: Modules): string[] {
  return [...modules.keys()].flatMap((path) => {
    const text = textOf(root, path);
    return [
      ...text.matchAll(/^export let (\w+)[^;]*;(?: \/\/ its body: (.*))?$/gm),
    ]
      .filter(([, name, body]) => !hasBody(root, text, name!, body ?? ""))
      .map(([, name]) => `${path}: nothing says what gives ${name} its body`);
  }).sort();
}

function hasBody(
  root: string,
  text: string,
  name: string,
  body: string,
): boolean {
  const [, owner] = /^the static block of (\w+)$/.exec(body) ?? [];
  const [, giver, there] = /^(\w+)\(\)(?: in (.+))?$/.exec(body) ?? [];
  if (there !== undefined) {
    return existsSync(join(root, there)) &&
      textOf(root, there).includes(`\nexport function ${giver}(`);
  }
  const own = owner === undefined
    ? blockOf(text, `(?:export )?function ${giver}\\b`)
    : /^ {2}static \{$.*?^ {2}\}$/ms.exec(
      blockOf(text, `export (?:abstract )?class ${owner}\\b`),
    )?.[0] ?? "";
  return new RegExp(`^ +${name} (?:\\?\\?)?= `, "m").test(own);
}

/** What begins at the margin in some way, to where it ends there. */
function blockOf(text: string, beginning: string): string {
  return new RegExp(`^${beginning}.*?^\\}$`, "ms").exec(text)?.[0] ?? "";
}

/** Folders with tests that are of no room. */
export function unmirrored(root: string, rooms: readonly string[]): string[] {
  const folders = globSync("tests/{ffi,emit}/**/*_test.ts", { cwd: root })
    .map((path) => dirname(path))
    .filter((folder) => {
      const room = folder.slice("tests/".length);
      return room.includes("/") && !rooms.includes(room);
    });
  return [...new Set(folders)].sort();
}

/** What tests share and has no place among their helpers. */
export function strayHelpers(root: string): string[] {
  return globSync("tests/**/*.ts", { cwd: root }).filter((path) =>
    !basename(path).endsWith("_test.ts") &&
    !/\/(?:helpers|fixtures)\//.test(path)
  ).sort();
}

/** Tests that could start whatever the machine has: `test()` of Node's own. */
export function unbound(root: string): string[] {
  return globSync("tests/**/*_test.ts", { cwd: root }).filter((path) =>
    /^import\b.* from "node:test";/m.test(textOf(root, path))
  ).sort();
}

/** The lists of files, by their directories, that say something else than the files' heads. */
export function stale(root: string, floors: readonly string[]): string[] {
  const words = (text: string) => text.split(/\s+/).join(" ");
  return floors.filter((floor) =>
    words(textOf(root, `${floor}/README.md`)) !==
      words(contentsOf(root, floor))
  ).map((floor) => `${floor}/README.md: run deno task contents`);
}

/** The rooms that the README speaks of, in its order. */
export function roomsInReadme(root: string): string[] {
  return [...textOf(root, "README.md").matchAll(/`((?:emit|ffi)\/[\w/]+)`/g)]
    .map(([, room]) => room!);
}

function textOf(root: string, path: string): string {
  return readFileSync(join(root, path), "utf8");
}
