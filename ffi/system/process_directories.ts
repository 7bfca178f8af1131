/**
 * Directories of temporary files that are named after the process which made them:
 * others remove what one has left that was killed.
 *
 * Nothing of ours runs when a signal ends a process in the middle of a computation,
 * or when it is `SIGKILL`. So nothing tries to: the next one that makes such a
 * directory in the same place looks whose there are, and who lives.
 *
 * @module
 */

import { nodeModule } from "./node_system.ts";
import { join } from "./path.ts";
import { placeOfNumbers } from "./process_numbers.ts";
import { isPermitted } from "./process_secret.ts";
import { system } from "./system.ts";

// Of Node on Deno too: who may do what with a file, Deno's own functions do not say.
const fs = () => nodeModule<typeof import("node:fs")>("node:fs");

/**
 * The name of a directory that is known beforehand.
 *
 * @param word What tells it from others of this process: hexadecimal digits.
 */
export function directoryNameFor(word: string): string {
  return `plugin-${system.uid()}-${system.pid}-${word}-${namespace()}`;
}

/** What the name of a directory begins with that goes on by chance. */
export function namePrefix(): string {
  // Deno would ask for the permission to look whose process this is.
  if (!isPermitted()) return "plugin-";
  return `plugin-${system.uid()}-${system.pid}-${namespace()}-`;
}

/** Directories of temporary files that were looked through. */
const swept = new Set<string>();

/**
 * Removes what processes have left that were killed, of those that have their
 * numbers where this one has; in each place once.
 *
 * @param parent A directory of temporary files.
 */
export function sweepOnce(parent: string): void {
  if (swept.has(parent)) return;
  swept.add(parent);
  // Without a name of the place where it counts, a number says nothing of who is dead.
  const isKnown = system.os === "darwin" ||
    isPermitted() && namespace() !== NOWHERE;
  if (isKnown) sweep(parent);
}

function sweep(parent: string): void {
  const pattern = new RegExp(
    `^plugin-${system.uid()}-(\\d+)-(?:[0-9a-f]+-${namespace()}|${namespace()}-\\w+)$`,
  );
  for (const name of namesIn(parent)) {
    const pid = pattern.exec(name)?.[1];
    if (pid !== undefined && !system.isAlive(Number(pid))) {
      removeLeft(join(parent, name));
    }
  }
}

/** What is in a directory; nothing where one may write there and not look. */
function namesIn(directory: string): string[] {
  try {
    return system.list(directory).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Removes what a process has left, if nobody else can have put anything there. */
function removeLeft(directory: string): void {
  try {
    if (!isPrivate(directory)) return;
    fs().rmSync(directory, { recursive: true, force: true });
  } catch {
    // Another process does.
  }
}

/** Whether something is a directory that only this user can enter. */
export function isPrivate(path: string): boolean {
  const status = fs().lstatSync(path);
  return status.isDirectory() && status.uid === system.uid() &&
    (status.mode & 0o077) === 0;
}

/** Where it cannot be told where numbers of processes count. */
const NOWHERE = "0";

let place: string | undefined;

/**
 * Where the number of this process counts: a container has its own, and so has each
 * machine, and they may share the directory of temporary files.
 */
function namespace(): string {
  return place ??= readNamespace();
}

function readNamespace(): string {
  const where = system.os === "linux" && isPermitted()
    ? placeOfNumbers()
    : undefined;
  return where === undefined ? NOWHERE : digitsOf(where);
}

/** Hexadecimal digits that tell one text from others (FNV-1a): nobody gains by finding another one with the same, and `node:crypto` takes longer to load than all else of this. */
function digitsOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}
