/**
 * The operating system, by Deno's own functions.
 *
 * @module
 */

import { writeText } from "./write_text.ts";
import type {
  DirectoryEntry,
  OpenFile,
  Output,
  Status,
  System,
} from "./interface.ts";

/** The members of `Deno` that are used here. */
export interface DenoFiles {
  readonly build: { readonly os: string; readonly arch: string };
  readonly pid: number;
  kill(pid: number, signal: 0): void;
  uid(): number | null;
  hostname(): string;
  readonly args: readonly string[];
  readonly stdout: DenoOutput;
  readonly stderr: DenoOutput;
  exit(code: number): void;
  readonly env: { get(name: string): string | undefined };
  cwd(): string;
  readFileSync(path: string): Uint8Array;
  readTextFileSync(path: string): string;
  openSync(path: string, options?: object): DenoFile;
  statSync(path: string): DenoStatus;
  realPathSync(path: string): string;
  makeTempFileSync(options: object): string;
  renameSync(from: string, to: string): void;
  removeSync(path: string, options?: object): void;
  readDirSync(path: string): Iterable<DirectoryEntry>;
  writeFileSync(path: string, bytes: Uint8Array): void;
  linkSync(path: string, name: string): void;
  mkdirSync(path: string, options?: object): void;
  makeTempDirSync(options: object): string;
  readonly permissions: {
    querySync(
      of: { name: "read"; path: string } | { name: "env"; variable: string },
    ): { readonly state: string };
  };
}

interface DenoWriter {
  writeSync(bytes: Uint8Array): number;
}

interface DenoOutput extends DenoWriter {
  isTerminal(): boolean;
}

interface DenoFile extends DenoWriter {
  seekSync(offset: number, whence: 0): number;
  readSync(bytes: Uint8Array): number | null;
  syncSync(): void;
  close(): void;
}

interface DenoStatus {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly dev: number;
  readonly ino: number | null;
  readonly size: number;
  readonly mtime: Date | null;
  readonly ctime?: Date | null;
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
    node: undefined,
    pid: deno.pid,
    isAlive(pid) {
      try {
        deno.kill(pid, 0);
        return true;
      } catch (error) {
        return (error as Error).name !== "NotFound";
      }
    },
    uid: () => deno.uid() ?? 0,
    hostname: () => deno.hostname(),
    args: deno.args,
    stdout: outputOf(deno.stdout),
    stderr: outputOf(deno.stderr),
    // Otherwise Deno takes all apart first, for 3 ms.
    end: (code) => deno.exit(code),
    env: (name) => deno.env.get(name),
    permittedEnv(variable) {
      const { state } = deno.permissions.querySync({ name: "env", variable });
      return state === "granted" ? deno.env.get(variable) : undefined;
    },
    cwd: () => deno.cwd(),
    read: (path) => readAll(deno, path),
    readText: (path) => deno.readTextFileSync(path),
    open: (path) => new File(deno.openSync(path)),
    status: (path) => statusOf(deno.statSync(path)),
    realPath: (path) => deno.realPathSync(path),
    mayRead: (path) =>
      deno.permissions.querySync({ name: "read", path }).state === "granted",
    isWritable(dir) {
      // Deno has no access(2).
      try {
        deno.removeSync(deno.makeTempFileSync({ dir, prefix: ".plugin-" }));
        return true;
      } catch {
        return false;
      }
    },
    write: (path, data, mode) => writeNew(deno, path, data, mode, () => {}),
    writeThrough: (path, data, mode) =>
      writeNew(deno, path, data, mode, (file) => file.syncSync()),
    link: (path, name) => deno.linkSync(path, name),
    list: (directory) => [...deno.readDirSync(directory)],
    overwrite: (path, data) =>
      deno.writeFileSync(
        path,
        typeof data === "string" ? encode(data) : data,
      ),
    makeDirectory: (path) => deno.mkdirSync(path),
    makeDirectories: (path, mode = 0o777) =>
      deno.mkdirSync(path, { recursive: true, mode }),
    makeTemporaryDirectory(prefix) {
      // Deno would not say which directory is not there.
      const dir = deno.realPathSync(deno.env.get("TMPDIR") || "/tmp");
      return deno.makeTempDirSync({ dir, prefix });
    },
    rename: (from, to) => deno.renameSync(from, to),
    remove: (path) => deno.removeSync(path),
    removeDirectory: (path) => deno.removeSync(path, { recursive: true }),
  };
}

/** Twice as fast as `readFileSync`, for what has a size. */
function readAll(deno: DenoFiles, path: string): Uint8Array {
  const { size } = deno.statSync(path);
  if (size === 0) return deno.readFileSync(path);
  const file = deno.openSync(path);
  try {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const count = file.readSync(bytes.subarray(at));
      if (count === null) return bytes.subarray(0, at);
      at += count;
    }
    return bytes;
  } finally {
    file.close();
  }
}

/** Writes a new file; `finish` is called with it before it is closed. */
function writeNew(
  deno: DenoFiles,
  path: string,
  data: Uint8Array | string,
  mode: number,
  finish: (file: DenoFile) => void,
): void {
  // `writeFileSync` would give the mode whatever the umask says.
  const file = deno.openSync(path, { write: true, createNew: true, mode });
  try {
    writeAll(file, typeof data === "string" ? encode(data) : data);
    finish(file);
  } finally {
    file.close();
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function writeAll(writer: DenoWriter, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writer.writeSync(bytes.subarray(at));
  }
}

function outputOf(output: DenoOutput): Output {
  return {
    get isTTY() {
      return output.isTerminal();
    },
    write: (text) => writeText(text, (bytes) => output.writeSync(bytes)),
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
  { isFile, isDirectory, dev, ino, size, mtime, ctime }: DenoStatus,
): Status {
  return {
    isFile,
    isDirectory,
    dev,
    ino: ino ?? 0,
    size,
    mtimeMs: mtime?.getTime() ?? 0,
    ctimeMs: ctime?.getTime() ?? 0,
  };
}
