/**
 * The operating system, by Deno's own functions.
 *
 * @module
 */

import type { OpenFile, Status, System } from "../system.ts";

/** The members of `Deno` that are used here. */
export interface DenoFiles {
  readonly build: { readonly os: string; readonly arch: string };
  readonly args: readonly string[];
  readonly env: { get(name: string): string | undefined };
  cwd(): string;
  readFileSync(path: string): Uint8Array;
  readTextFileSync(path: string): string;
  openSync(path: string): DenoFile;
  statSync(path: string): DenoStatus;
  realPathSync(path: string): string;
  writeFileSync(path: string, data: Uint8Array, options: object): void;
  writeTextFileSync(path: string, data: string, options: object): void;
  renameSync(from: string, to: string): void;
  removeSync(path: string): void;
}

interface DenoFile {
  seekSync(offset: number, whence: 0): number;
  readSync(bytes: Uint8Array): number | null;
  close(): void;
}

interface DenoStatus {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly dev: number;
  readonly ino: number | null;
  readonly size: number;
  readonly mtime: Date | null;
}

/** Deno's names of architectures, where Node has others. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x86_64: "x64",
  aarch64: "arm64",
};

/**
 * The system, on Deno.
 *
 * @param deno The global `Deno`.
 */
export function denoSystem(deno: DenoFiles): System {
  const { os, arch } = deno.build;
  return {
    os,
    arch: ARCHITECTURES[arch] ?? arch,
    args: deno.args,
    env: (name) => deno.env.get(name),
    cwd: () => deno.cwd(),
    read: (path) => deno.readFileSync(path),
    readText: (path) => deno.readTextFileSync(path),
    open: (path) => new File(deno.openSync(path)),
    status: (path) => statusOf(deno.statSync(path)),
    realPath: (path) => deno.realPathSync(path),
    write(path, data, mode) {
      const options = { createNew: true, mode };
      if (typeof data === "string") {
        deno.writeTextFileSync(path, data, options);
      } else {
        deno.writeFileSync(path, data, options);
      }
    },
    rename: (from, to) => deno.renameSync(from, to),
    remove: (path) => deno.removeSync(path),
  };
}

class File implements OpenFile {
  readonly #file: DenoFile;

  constructor(file: DenoFile) {
    this.#file = file;
  }

  read(bytes: Uint8Array, offset: number): number {
    this.#file.seekSync(offset, 0);
    return this.#file.readSync(bytes) ?? 0;
  }

  close(): void {
    this.#file.close();
  }
}

function statusOf(
  { isFile, isDirectory, dev, ino, size, mtime }: DenoStatus,
): Status {
  const mtimeMs = mtime?.getTime() ?? 0;
  return { isFile, isDirectory, dev, ino: ino ?? 0, size, mtimeMs };
}
