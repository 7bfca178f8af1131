/**
 * Who imports whom: the modules of a tree, and what is wrong with their layout.
 *
 * A room is a folder, or a module that lies in no room: the face of a floor. The
 * order of rooms is a list from top to bottom, and a module imports only from its
 * own room and from those further down.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "@std/path";

/** Every module by its path below the root, with the modules that it imports. */
export type Modules = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the modules of a tree.
 *
 * @param root The directory that paths are taken from.
 * @param entries Modules, and directories with all that lies below them.
 * @returns Every module, with what it imports in whatever way: also lazily, for
 * its types alone, for its effect, and to hand it on.
 * @throws {Error} When an import does not say in a literal what it imports.
 */
export function readModules(root: string, entries: readonly string[]): Modules {
  const paths = entries.flatMap((entry) =>
    entry.endsWith(".ts") ? [entry] : modulesBelow(root, entry)
  );
  return new Map(paths.map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    const imports = specifiers(text, path).map((to) => join(dirname(path), to));
    // What is not there stands in a text of ours: a program that we write.
    return [path, imports.filter((to) => existsSync(join(root, to)))];
  }));
}

function modulesBelow(root: string, directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap(
    (entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return modulesBelow(root, path);
      return path.endsWith(".ts") ? [path] : [];
    },
  );
}

/** The relative specifiers of a module; what comments show is none of them. */
function specifiers(text: string, path: string): string[] {
  const code = text
    .replace(/^\s*\/\*[\s\S]*?\*\//gm, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const unread = /\bimport\s*\(\s*(?!\s*["/])[^\n]*/.exec(code);
  if (unread !== null) {
    throw new Error(
      `${path}: nobody can tell what "${
        unread[0]
      }" imports; write its path as a literal`,
    );
  }
  return [
    ...code.matchAll(
      /\b(?:from|import)\s*\(?\s*(?:\/\*.*?\*\/\s*)*"(\.[^"]+)"/g,
    ),
  ].map(([, specifier]) => specifier!);
}

/** The room of a module: `"emit/source/go"`, `"ffi/error.ts"`. */
export function roomOf(path: string): string {
  return path.split("/").length > 2 ? dirname(path) : path;
}

/**
 * What is wrong with a layout.
 *
 * @param modules The modules.
 * @param order Every room, from top to bottom.
 * @returns Sentences; none where all is well.
 */
export function misplaced(
  modules: Modules,
  order: readonly string[],
): string[] {
  const floors = new Map(order.map((room, index) => [room, index]));
  const rooms = new Set([...modules.keys()].map(roomOf));
  const wrong = [
    ...[...rooms].filter((room) => !floors.has(room)).map((room) =>
      `${room} has no place in the order of rooms`
    ),
    ...order.filter((room) => !rooms.has(room)).map((room) =>
      `${room} has a place in the order of rooms, and no module`
    ),
  ];
  for (const [path, imports] of modules) {
    for (const to of imports) {
      if (!modules.has(to)) {
        wrong.push(`${path} imports ${to}, which is no part of this`);
        continue;
      }
      const [from, below] = [floors.get(roomOf(path)), floors.get(roomOf(to))];
      if (from === undefined || below === undefined || from <= below) continue;
      wrong.push(`${path} imports upward: ${to}`);
    }
  }
  return [...wrong, ...circles(modules)];
}

/** Modules that import themselves by a detour; one sentence for each way back. */
function circles(modules: Modules): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const begin = trail.indexOf(path);
    if (begin >= 0) {
      found.push(`a circle: ${[...trail.slice(begin), path].join(" -> ")}`);
      return;
    }
    if (done.has(path)) return;
    for (const next of modules.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of modules.keys()) visit(path, []);
  return found;
}
