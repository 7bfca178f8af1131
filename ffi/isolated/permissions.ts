/**
 * What an isolated plugin may do: what Deno permits a program, for native code.
 *
 * @module
 */

import { assertOptions } from "../did_you_mean.ts";
import { absolutePath } from "../system/absolute.ts";
import { fromFileUrl, isUrl } from "../system/path.ts";
import { wrongKind, wrongNumber } from "./wrong_option_value.ts";

/**
 * What an isolated plugin may do. What is left out, it may not.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { open, type Permissions } from "@native/plugin";
 *
 * const permissions: Permissions = { read: ["./data"], net: [443] };
 * assertThrows(
 *   () => open("./missing.so", { isolated: { permissions: { ...permissions, net: ["example.com"] as never } } }),
 *   TypeError,
 *   "Linux knows no names",
 * );
 * ```
 */
export interface Permissions {
  /** The files that it may read, and directories with all that is in them; or all with `true`. */
  read?: boolean | readonly (string | URL)[];
  /** The files that it may write, and directories in which it may make, move and remove files; or all. To read them is another permission. */
  write?: boolean | readonly (string | URL)[];
  /** Whether it may use the network; or the ports of TCP, 1 to 65535, that it may connect to, whoever listens there. */
  net?: boolean | readonly number[];
  /** Whether it may start processes: they may do what it may do. */
  run?: boolean;
  /** The variables of the environment that it has, `LC_*` for all that begin so; or all. The loader's and the C library's own it has as the program began with them. */
  env?: boolean | readonly string[];
  /** Whether it may ask for the machine's name, its release, its memory and load, and its network interfaces (`if_nametoindex()` and its like take `net: true` as well). */
  sys?: boolean;
}

const NAMES = ["read", "write", "net", "run", "env", "sys"];
const LEAST_MEMORY = 2 ** 24;
const MOST_MEMORY = 2 ** 40;

/**
 * Makes sense of the options `permissions` and `memory`.
 *
 * @returns The policy, in the words of `native/isolate.h`; undefined where the
 * plugin keeps all rights.
 * @throws {TypeError} For what is no permission, and what nobody can enforce.
 * @throws {RangeError} For no port, and a memory that is too small or too large.
 */
export function parsePermissions(
  given: unknown,
  memory: unknown,
): readonly string[] | undefined {
  if (given === undefined) {
    if (memory === undefined) return undefined;
    throw new TypeError(
      "open(): isolated.memory: it takes permissions as well, {} for none: there are ways around a limit, which only they close",
    );
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw wrong("", "an object of permissions", given);
  }
  assertOptions("open(): isolated.permissions", given, NAMES, "permission");
  const { read, write, net, run, env, sys } = given as Record<string, unknown>;
  if (memory !== undefined && run === true) {
    throw new TypeError(
      "open(): isolated.memory: it cannot be enforced with permissions.run: each process that the plugin starts would have as much again",
    );
  }
  return [
    ...paths("read", read, "r"),
    ...paths("write", write, "w"),
    ...ports(net),
    ...flag("run", run, "R", "what a plugin starts may do what it may do"),
    ...variables(env),
    ...flag("sys", sys, "S", "the kernel tells these things together"),
    ...memory === undefined ? [] : [`m${bytes(memory)}`],
  ];
}

/** The permission `true` or `false`, or what a list of them becomes. */
function list(
  name: string,
  given: unknown,
  all: string,
  wanted: string,
  each: (given: unknown) => string,
): string[] {
  if (given === undefined || given === false) return [];
  if (given === true) return [all];
  if (!Array.isArray(given)) {
    throw wrong(`.${name}`, `true, false or an array of ${wanted}`, given);
  }
  return given.map(each);
}

function paths(name: string, given: unknown, letter: string): string[] {
  return list(name, given, `${letter}/`, "paths and file: URLs", (path) => {
    const isFile = isUrl(path) && path.protocol === "file:";
    if (
      !isFile &&
      (typeof path !== "string" || path === "" || path.includes("\0"))
    ) throw wrong(`.${name}`, "paths and file: URLs", path);
    return letter + absolutePath(isFile ? fromFileUrl(path) : path as string);
  });
}

function ports(given: unknown): string[] {
  return list("net", given, "N", "ports of TCP", (port) => {
    if (typeof port === "string") {
      throw wrong(
        ".net",
        "ports of TCP as numbers (Linux knows no names and no addresses here)",
        port,
      );
    }
    if (
      Number.isSafeInteger(port) && port as number > 0 && port as number < 65536
    ) {
      return `p${port}`;
    }
    throw wrongNumber(".permissions.net", "ports from 1 to 65535", port);
  });
}

function variables(given: unknown): string[] {
  return list("env", given, "E", "names of variables", (name) => {
    if (typeof name === "string" && /^[^=*\0]+\*?$/.test(name)) {
      return `e${name}`;
    }
    throw wrong(
      ".env",
      "names of variables (a * may end one, for all that begin so; true is all)",
      name,
    );
  });
}

function flag(
  name: string,
  given: unknown,
  letter: string,
  why: string,
): string[] {
  if (given === undefined || given === false) return [];
  if (given === true) return [letter];
  throw wrong(`.${name}`, `true or false (${why})`, given);
}

function bytes(given: unknown): number {
  if (
    typeof given === "number" && Number.isSafeInteger(given) &&
    given >= LEAST_MEMORY && given <= MOST_MEMORY
  ) return given;
  throw wrongNumber(
    ".memory",
    `a number of bytes from ${LEAST_MEMORY} to ${MOST_MEMORY}`,
    given,
  );
}

function wrong(where: string, wanted: string, given: unknown): TypeError {
  return wrongKind(`.permissions${where}`, wanted, given);
}
