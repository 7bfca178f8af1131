/**
 * The operating system, by Node's modules, which Bun has too.
 *
 * @module
 */

import type { OpenFile, Output, System } from "./interface.ts";
import { writeText } from "./write_text.ts";

/**
 * A module of Node's, for what is seldom needed: it is loaded when it is asked
 * for.
 *
 * @typeParam T The module: `typeof import("node:crypto")`.
 * @param name The module's name, with `node:`.
 */
export function nodeModule<T>(name: string): T {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: string): unknown };
  };
  return process.getBuiltinModule(name) as T;
}

/**
 * Whether this is Node's main thread. `node:worker_threads` takes 1 ms of every
 * start to load; what Workers have not says the same.
 */
export function isMainThread(): boolean {
  const { process } = globalThis as unknown as {
    process: { chdir(directory: string): void };
  };
  try {
    process.chdir(""); // goes nowhere
    return true;
  } catch (error) {
    return (error as { code?: string }).code !==
      "ERR_WORKER_UNSUPPORTED_OPERATION";
  }
}

/** The digest of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  const { createHash } = nodeModule<typeof import("node:crypto")>(
    "node:crypto",
  );
  return createHash("sha256").update(bytes).digest("hex");
}

type Fs = typeof import("node:fs");

/** The system, on Node and Bun. */
export function nodeSystem(): System {
  const { process } = globalThis as unknown as { process: NodeJS.Process };
  // Asked for late: a Node that is too old for it is to be told so.
  let loaded: Fs | undefined;
  const fs = (): Fs => loaded ??= nodeModule<Fs>("node:fs");
  return {
    os: process.platform,
    arch: process.arch,
    node: process.versions.bun === undefined
      ? process.versions.node
      : undefined,
    pid: process.pid,
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return (error as { code?: string }).code !== "ESRCH";
      }
    },
    uid: () => process.getuid?.() ?? 0,
    hostname: () => nodeModule<typeof import("node:os")>("node:os").hostname(),
    args: process.argv.slice(2),
    stdout: outputOf(fs, 1),
    stderr: outputOf(fs, 2),
    end(code) {
      process.exitCode = code;
    },
    env: (name) => process.env[name],
    permittedEnv: (name) => process.env[name],
    cwd: () => process.cwd(),
    read: (path) => fs().readFileSync(path),
    readText: (path) => fs().readFileSync(path, "utf8"),
    open: (path) => openFile(fs(), path),
    status(path) {
      const status = fs().statSync(path);
      const { dev, ino, size, mtimeMs, ctimeMs } = status;
      return {
        isFile: status.isFile(),
        isDirectory: status.isDirectory(),
        dev,
        ino,
        size,
        mtimeMs,
        ctimeMs,
      };
    },
    realPath: (path) => fs().realpathSync.native(path),
    mayRead(path) {
      try {
        fs().accessSync(path, fs().constants.R_OK);
        return true;
      } catch {
        return false;
      }
    },
    isWritable(directory) {
      try {
        fs().accessSync(directory, fs().constants.W_OK);
        return true;
      } catch {
        return false;
      }
    },
    write: (path, data, mode) =>
      fs().writeFileSync(path, data, { flag: "wx", mode }),
    list: (directory) =>
      fs().readdirSync(directory, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        isDirectory: entry.isDirectory(),
      })),
    overwrite: (path, data) => fs().writeFileSync(path, data),
    makeDirectory: (path) => fs().mkdirSync(path),
    makeDirectories: (path, mode = 0o777) =>
      void fs().mkdirSync(path, { recursive: true, mode }),
    makeTemporaryDirectory(prefix) {
      const { tmpdir } = nodeModule<typeof import("node:os")>("node:os");
      return fs().mkdtempSync(`${fs().realpathSync(tmpdir())}/${prefix}`);
    },
    writeThrough(path, data, mode) {
      const { closeSync, fsyncSync, openSync, writeFileSync } = fs();
      const file = openSync(path, "wx", mode);
      try {
        writeFileSync(file, data);
        // A Node with --permission does not do that for anybody.
        if (!("permission" in process)) fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    link: (path, name) => fs().linkSync(path, name),
    rename: (from, to) => fs().renameSync(from, to),
    remove: (path) => fs().rmSync(path),
    removeDirectory: (path) => fs().rmSync(path, { recursive: true }),
  };
}

// Not the process's streams: to make one takes Bun 10 ms.
function outputOf(fs: () => Fs, descriptor: number): Output {
  return {
    get isTTY() {
      return nodeModule<typeof import("node:tty")>("node:tty")
        .isatty(descriptor);
    },
    write: (text) =>
      writeText(text, (bytes) => fs().writeSync(descriptor, bytes)),
  };
}

/** What a program has in it that Bun compiled is read whole only: it cannot be opened. */
export const EMBEDDED = "/$bunfs/";

function openFile(fs: Fs, path: string): OpenFile {
  if (!path.startsWith(EMBEDDED)) return new File(fs, path);
  const whole = fs.readFileSync(path);
  return {
    read(bytes, offset) {
      const part = whole.subarray(offset, offset + bytes.length);
      bytes.set(part);
      return part.length;
    },
    close() {},
  };
}

class File implements OpenFile {
  readonly #fs: Fs;
  readonly #file: number;

  constructor(fs: Fs, path: string) {
    this.#fs = fs;
    this.#file = fs.openSync(path, "r");
  }

  read(bytes: Uint8Array, offset: number): number {
    return this.#fs.readSync(this.#file, bytes, 0, bytes.length, offset);
  }

  close(): void {
    this.#fs.closeSync(this.#file);
  }
}
