/**
 * What is asked of the operating system.
 *
 * @module
 */

/** What is asked of the operating system. Errors are the runtime's own; `code` is the system's: `"ENOENT"`. */
export interface System {
  /** Its name, as `process.platform` spells it: `"linux"`. */
  readonly os: string;
  /** The architecture, as `process.arch` spells it: `"x64"`. */
  readonly arch: string;
  /** The version of Node, where it is Node that the program runs on. */
  readonly node: string | undefined;
  /** The number of the process. */
  readonly pid: number;
  /** Whether there is a process of a number; one of another user counts. */
  isAlive(pid: number): boolean;
  /** The number of the user that it is of. */
  uid(): number;
  /** What the machine is called. */
  hostname(): string;
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
  /** The same, and undefined where that takes a permission: nobody is asked for it. */
  permittedEnv(name: string): string | undefined;
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
  /** Whether a file may be read, and nobody is asked for a permission. */
  mayRead(path: string): boolean;
  /** Whether files can be made in a directory. */
  isWritable(directory: string): boolean;
  /** What lies in a directory. */
  list(directory: string): DirectoryEntry[];
  /** Writes a new file; it fails where there is one. What the umask forbids is taken from `mode`. */
  write(path: string, data: Uint8Array | string, mode: number): void;
  /** The same, and waits until the disk has it: some say only then that they are full. */
  writeThrough(path: string, data: Uint8Array | string, mode: number): void;
  /** Gives a file a second name; it fails where something has that name, or the file system has no links. */
  link(path: string, name: string): void;
  /** Writes a file, over the one that is there. */
  overwrite(path: string, data: Uint8Array | string): void;
  /** Makes a directory, which must not be there. */
  makeDirectory(path: string): void;
  /** Makes a directory and those that it lies in, as far as they are not there; all may enter those, as far as the umask lets them, or whom `mode` says. */
  makeDirectories(path: string, mode?: number): void;
  /** Makes an empty directory for what is soon removed; gives its absolute path, links followed. */
  makeTemporaryDirectory(prefix: string): string;
  /** Gives a file another name; what had that name is gone. */
  rename(from: string, to: string): void;
  /** Removes a file. */
  remove(path: string): void;
  /** Removes a directory and all that lies in it. */
  removeDirectory(path: string): void;
}

/** Where a program writes. */
export interface Output {
  /** Whether a person looks at it. */
  readonly isTTY: boolean;
  /** Writes text, or as much of it as is read at the other end. */
  write(text: string): void;
}

/** A file that is open. */
export interface OpenFile {
  /** Reads from `offset` on; gives how many bytes there were, at most as many as `bytes` has. */
  read(bytes: Uint8Array, offset: number): number;
  /** Closes it. */
  close(): void;
}

/** What lies in a directory; of a link, the link itself. */
export interface DirectoryEntry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** What the system says of a file; a write changes the last three, a rename puts another in its place. */
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
  /** When anything of it was last changed, which nobody can set; 0 where the runtime does not say. */
  readonly ctimeMs: number;
}
