/**
 * Whether others can put something in the place of a directory: by writing in
 * it, or by giving another name to one that it lies in.
 *
 * @module
 */

import { dirname, join } from "./path.ts";
import { quote } from "../error.ts";
import { nodeModule } from "./node_system.ts";

/** What is asked of a file. */
interface OwnedFile {
  readonly uid: number;
  readonly mode: number;
  /** Whether it is a link. */
  readonly isLink: boolean;
}

/** The members of `Deno` that are used here: Node's take 20 ms to load. */
interface DenoFiles {
  lstatSync(path: string): {
    readonly uid: number | null;
    readonly mode: number | null;
    readonly isSymlink: boolean;
  };
  readLinkSync(path: string): string;
  readonly permissions: {
    querySync(of: { name: string; kind: string }): { readonly state: string };
  };
  uid(): number | null;
}

const { Deno: deno } = globalThis as { Deno?: DenoFiles };
const fs = () => nodeModule<typeof import("node:fs")>("node:fs");

/** Whom a path may belong to, and what may be done in it. */
export interface Guard {
  /** The users who may own it, and what it lies in. */
  readonly owners: readonly number[];
  /** Whether others may add files of theirs to it, as to a directory of temporary files. */
  readonly mayBeShared: boolean;
  /** Whether the way there may lead through such a directory, as what lies in one is whose it says; true if not said. */
  readonly mayPassShared?: boolean;
  /** Whether what may not be looked at on the way is passed over; never the file, nor the directory that it lies in. */
  readonly mayBeUnseen?: boolean;
}

/** Most links that a path leads through. */
const MAX_LINKS = 40;
const STICKY = 0o1000;
/** Writing by the group, and by everybody. */
const OTHERS_WRITE = 0o022;

/**
 * Says who can change what lies at a path.
 *
 * @param path An absolute path; it need not exist, as long as nobody can make it.
 * @param guard Who may.
 * @returns Undefined where nobody else can.
 * @throws {Error} Of the runtime, where it may not be asked.
 */
export function intruderAt(path: string, guard: Guard): string | undefined {
  const { owners, mayBeShared, mayPassShared = true } = guard;
  const { mayBeUnseen = false } = guard;
  let rest = partsOf(path);
  let at: string = "/";
  for (let links = 0;;) {
    // The last two are the directory that the file lies in, and the file.
    const status = statusOf(at, at === "/" || mayBeUnseen && rest.length > 1);
    if (status === undefined) return undefined; // and nobody can make it
    if (status.isLink) {
      if (++links > MAX_LINKS) {
        return `${quote(path)} leads through too many links`;
      }
      if (!isOneOf(owners, status.uid)) return belongs(at, status.uid);
      const to = linkAt(at);
      rest = [...partsOf(to), ...rest];
      at = to.startsWith("/") ? "/" : dirname(at);
      continue;
    }
    if (!isOneOf(owners, status.uid)) return belongs(at, status.uid);
    const next = rest.shift();
    const isOpen = (status.mode & OTHERS_WRITE) !== 0;
    const isSticky = (status.mode & STICKY) !== 0;
    if (next === undefined) {
      return isOpen && !(isSticky && mayBeShared) ? canWrite(at) : undefined;
    }
    // Behind a link it is not what a reader of the text would take it for.
    if (next === "..") {
      at = dirname(at);
      continue;
    }
    const child = join(at, next);
    // In a sticky directory, what is there belongs to whoever has made it.
    const isThere = () =>
      statusOf(child, mayBeUnseen && rest.length > 1) !== undefined;
    if (isOpen && !(isSticky && mayPassShared && isThere())) {
      return canWrite(at);
    }
    at = child;
  }
}

/** Whom the kernel shows where a user of another namespace owns a file. */
const NOBODY = 65_534;

/** Where users are not all the same in this namespace, nobody is anybody. */
function isOneOf(owners: readonly number[], uid: number): boolean {
  return owners.includes(uid) && (uid !== NOBODY || isWholeNamespace());
}

function isWholeNamespace(): boolean {
  try {
    const map = fs().readFileSync("/proc/self/uid_map", "utf8");
    return /^\s*0\s+0\s+4294967295\s*$/.test(map);
  } catch {
    return false;
  }
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function belongs(path: string, uid: number): string {
  const unmapped = uid === NOBODY && !isWholeNamespace()
    ? ", as the kernel shows files of all users whom this container does not map"
    : "";
  return `${quote(path)} belongs to the user ${uid}${unmapped}`;
}

function canWrite(path: string): string {
  return `others may write in ${quote(path)}`;
}

function statusOf(path: string, mayBeUnseen: boolean): OwnedFile | undefined {
  try {
    return entryAt(path);
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    // No runtime can permit a directory without all that is below it.
    const isDenied = name === "NotCapable" || code === "ERR_ACCESS_DENIED";
    if (mayBeUnseen && isDenied) return UNSEEN;
    throw error;
  }
}

const UNSEEN: OwnedFile = { uid: 0, mode: 0o755, isLink: false };

function entryAt(path: string): OwnedFile {
  if (deno?.lstatSync !== undefined) {
    const { uid, mode, isSymlink } = deno.lstatSync(path);
    return { uid: uid ?? 0, mode: mode ?? 0, isLink: isSymlink };
  }
  const status = fs().lstatSync(path);
  const { uid, mode } = status;
  return { uid, mode, isLink: status.isSymbolicLink() };
}

function linkAt(path: string): string {
  return deno?.readLinkSync === undefined
    ? fs().readlinkSync(path)
    : deno.readLinkSync(path);
}

/**
 * The user whom a path belongs to.
 *
 * @throws {Error} Of the runtime, where there is nothing, or it may not be asked.
 */
export function fileOwnerOf(path: string): number {
  return entryAt(path).uid;
}

/**
 * The user that this process runs as.
 *
 * @returns Undefined where that may not be asked for.
 */
export function ownUser(): number | undefined {
  if (deno?.uid === undefined) {
    const { process } = globalThis as unknown as { process: NodeJS.Process };
    // Of a program that runs as its file's owner, not as who has started it.
    return process.geteuid?.();
  }
  const { state } = deno.permissions.querySync({ name: "sys", kind: "uid" });
  return state === "granted" ? deno.uid() ?? undefined : undefined;
}
