/**
 * The operating system: files, variables, what machine this is.
 *
 * On Deno all of it is asked of Deno itself. Its copies of Node's modules would
 * do the same, but to load `node:fs`, `node:process` and `node:crypto` takes
 * 20 ms, which is longer than Deno itself takes to start.
 *
 * @module
 */

import { type DenoFiles, denoSystem } from "./system/deno.ts";
import { nodeSystem } from "./system/node.ts";

/** What is asked of the operating system. Errors are the runtime's own; `code` is the system's: `"ENOENT"`. */
export interface System {
  /** Its name, as `process.platform` spells it: `"linux"`. */
  readonly os: string;
  /** The architecture, as `process.arch` spells it: `"x64"`. */
  readonly arch: string;
  /** The version of Node, where it is Node that the program runs on. */
  readonly node: string | undefined;
  /** What the program was called with. */
  readonly args: readonly string[];
  /** Its standard output. */
  readonly stdout: Output;
  /** Its standard error. */
  readonly stderr: Output;
  /** Ends the program, once all that it wrote is written. */
  end(code: number): void;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** The working directory. */
  cwd(): string;
  /** All bytes of a file. */
  read(path: string): Uint8Array;
  /** The text of a file. */
  readText(path: string): string;
  /** Opens a file, to read parts of it. */
  open(path: string): OpenFile;
  /** What is at a path, links followed. */
  status(path: string): Status;
  /** The absolute path, links followed. */
  realPath(path: string): string;
  /** Whether files can be made in a directory. */
  isWritable(directory: string): boolean;
  /** Writes a new file; it fails where there is one. `mode` is as for `chmod`. */
  write(path: string, data: Uint8Array | string, mode: number): void;
  /** Gives a file another name; what had that name is gone. */
  rename(from: string, to: string): void;
  /** Removes a file. */
  remove(path: string): void;
}

/** Where a program writes. */
export interface Output {
  /** Whether a person looks at it. */
  readonly isTTY: boolean;
  /** Writes text. */
  write(text: string): void;
}

/** A file that is open. */
export interface OpenFile {
  /** Reads from `offset` on; gives how many bytes there were, at most as many as `bytes` has. */
  read(bytes: Uint8Array, offset: number): number;
  /** Closes it. */
  close(): void;
}

/** What the system says of a file; a write changes the last two, a rename puts another in its place. */
export interface Status {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  /** The device that it lies on. */
  readonly dev: number;
  /** Its number there; 0 for what lies in the executable itself. */
  readonly ino: number;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, in milliseconds. */
  readonly mtimeMs: number;
}

/** The system that this process runs on. */
export const system: System = choose();

function choose(): System {
  const { Deno } = globalThis as { Deno?: DenoFiles };
  return Deno?.build?.os === undefined ? nodeSystem() : denoSystem(Deno);
}

/** What is at a path, or undefined where there is nothing. Other errors are thrown. */
export function statusIfAny(path: string): Status | undefined {
  try {
    return system.status(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether there is something at a path that may be looked at. */
export function exists(path: string): boolean {
  try {
    system.status(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether an error says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "ENOENT" || code === "ENOTDIR";
}
