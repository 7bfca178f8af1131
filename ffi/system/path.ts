/**
 * Paths, as POSIX has them, and those that URLs of files have.
 *
 * They give what the functions of `@std/path` give, which
 * `tests/ffi/system/path_test.ts` compares: those are thirty-seven modules, and
 * on Deno a quarter of the start of a small program.
 *
 * @module
 */

/** The last part of a path, without slashes behind it; of `"/"` that itself. */
export function basename(path: string): string {
  const end = withoutSlashes(path);
  return end === "/" ? end : end.slice(end.lastIndexOf("/") + 1);
}

/** What comes before the last part of a path; `"."` where there is nothing. */
export function dirname(path: string): string {
  const end = withoutSlashes(path);
  const slash = end.lastIndexOf("/");
  return slash > 0
    ? withoutSlashes(end.slice(0, slash))
    : slash === 0
    ? "/"
    : ".";
}

/** The ending of a path's last part, with its dot; nothing where it only begins with one. */
export function extname(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 && name !== ".." ? name.slice(dot) : "";
}

/** One path out of several, its dots and doubled slashes taken away; a slash at its end stays. */
export function join(...parts: readonly string[]): string {
  const path = parts.filter((part) => part !== "").join("/");
  const plain = resolve(path);
  return path.endsWith("/") && plain !== "/" ? `${plain}/` : plain;
}

/**
 * What the last of several paths means, seen from those before it, its dots and
 * doubled slashes taken away. Never asks for the working directory: where no path
 * is absolute, neither is what is returned.
 */
export function resolve(...paths: readonly string[]): string {
  const from = paths.findLastIndex((path) => path.startsWith("/"));
  const path = paths.slice(Math.max(from, 0)).join("/");
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push(part); // nothing lies above "/"
  }
  return `${isAbsolute ? "/" : ""}${parts.join("/")}` || ".";
}

/** The way from one absolute path to another; nothing where they are the same. */
export function relative(from: string, to: string): string {
  const before = partsOf(from);
  const after = partsOf(to);
  let common = 0;
  while (common < before.length && before[common] === after[common]) common++;
  const up = before.slice(common).fill("..");
  return [...up, ...after.slice(common)].join("/");
}

/**
 * The path that a `file:` URL has.
 *
 * @throws {TypeError} When it names another machine, when a name in it would have a
 * slash or a null byte, as nothing on a disk has, or when what is escaped is no UTF-8.
 */
export function fromFileUrl({ href, host, pathname }: URL): string {
  const wrong = (why: string) =>
    new TypeError(`Cannot take a path out of "${href}": ${why}`);
  if (host !== "") {
    throw wrong(`it names the machine "${host}"; write file:// and the path`);
  }
  const never = /%(?:2f|00)/i.exec(pathname)?.[0];
  if (never !== undefined) {
    throw wrong(
      `"${never}" is ${
        never === "%00" ? "a null byte" : "a slash"
      }, which no name of a file has in it`,
    );
  }
  try {
    return decodeURIComponent(pathname.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  } catch {
    throw wrong("what is escaped in it is no UTF-8");
  }
}

function partsOf(path: string): string[] {
  return resolve(path).split("/").filter((part) => part !== "");
}

function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** Whether a value is a URL; of a proxy that throws, no. */
export function isUrl(value: unknown): value is URL {
  try {
    return value instanceof URL;
  } catch {
    return false;
  }
}
