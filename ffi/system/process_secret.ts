/**
 * Something that all Workers of a process know, and nobody else before it is shown.
 *
 * @module
 */

import { nodeModule, sha256 } from "./node_system.ts";

/** Where the kernel has put what this process began with: random, and readable by its user alone. */
const ADDRESSES = "/proc/self/auxv";

/** Where there is no such thing: what anybody knows. */
export const NO_SECRET = "0";

let secret: string | undefined;

/**
 * A word for names that nobody can take first.
 *
 * @returns Hexadecimal digits: the same in all Workers, others in each process.
 * {@linkcode NO_SECRET} where the system has no such thing, or it may not be asked for.
 */
export function processSecret(): string {
  return secret ??= read();
}

function read(): string {
  if (!isPermitted()) return NO_SECRET;
  try {
    const { readFileSync } = nodeModule<typeof import("node:fs")>("node:fs");
    return sha256(readFileSync(ADDRESSES)).slice(0, 24);
  } catch {
    return NO_SECRET;
  }
}

/** What Deno asks for before it reads in `/proc`. It would ask the person at the terminal. */
const PERMISSIONS = ["read", "write", "net", "env", "sys", "run", "ffi"];

/**
 * Whether all may be done that these permissions are for, and nobody is asked.
 *
 * @param names Deno's names; where nothing is said, those that it takes to read
 * what the kernel tells of this process.
 */
export function isPermitted(names: readonly string[] = PERMISSIONS): boolean {
  const { Deno } = globalThis as {
    Deno?: {
      permissions?: { querySync(of: { name: string }): { state: string } };
    };
  };
  return Deno?.permissions === undefined ||
    names.every((name) =>
      Deno.permissions!.querySync({ name }).state === "granted"
    );
}
