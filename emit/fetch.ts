/**
 * Plugins of JSR packages, which have modules and no libraries: their files are
 * fetched once, compared with the digests that the module has, and kept.
 *
 * ```ts ignore
 * import { open } from "@native/plugin";
 * import { fetchPlugin } from "@native/plugin/fetch";
 *
 * const plugin = open(await fetchPlugin("@me/hello", targets));
 * ```
 *
 * `plugin pack --jsr` writes that module, with the digests.
 *
 * @module
 */

import { PluginError } from "../mod.ts";
import { assertObject, wrongOption } from "../ffi/error.ts";
import { ownTarget } from "../ffi/identity/executable.ts";
import { joined } from "../ffi/identity/library_bytes.ts";
import { userCaches } from "../ffi/support/support_version.ts";
import { nodeModule, sha256 } from "../ffi/system/node_system.ts";
import { join } from "../ffi/system/path.ts";
import { isMissing, readFile, system } from "../ffi/system/system.ts";

/** A plugin for one machine. */
export interface FetchedTarget {
  /** The name of its manifest among the files. */
  readonly manifest: string;
  /** Its files by the names that they have beside each other. */
  readonly files: Readonly<Record<string, FetchedFile>>;
}

/** A file of a plugin. */
export interface FetchedFile {
  /** Where it lies. */
  readonly url: string;
  /** The SHA-256 of its bytes. */
  readonly sha256: string;
  /** How many bytes it has. Where that is not said, 512 MB are the most that is taken. */
  readonly size?: number;
}

/** How files are fetched. */
export interface FetchOptions {
  /**
   * After how many milliseconds in which nothing comes the server is given up;
   * 30 000 where it is left out.
   */
  readonly timeout?: number;
}

/** How long a server may be silent. */
const TIMEOUT = 30_000;

/** The most that is taken of what does not say its size. */
const MAX_SIZE = 512 * 1024 * 1024;

/**
 * Brings the files of a plugin to this machine, unless they are here.
 *
 * They are kept where `@denosaurs/plug` keeps libraries: in `plug` of Deno's
 * cache (`DENO_DIR`), on Bun and Node too, by the address that they are fetched
 * from. Each time their digests are compared: what was changed is fetched again.
 *
 * @param name What the plugin is called in errors.
 * @param targets Its files, by the machine: `"linux-x64"`.
 * @param options How they are fetched.
 * @returns The path of the manifest, for `open`.
 * @throws {PluginError} `wrong_target` when it is not for this machine,
 * `permission_denied` with the permissions that it takes, `fetch_failed` with
 * the answer of the server, `wrong_library` when a digest is another.
 *
 * @example
 * ```ts ignore
 * const manifest = await fetchPlugin("@me/hello", {
 *   "linux-x64": {
 *     manifest: "hello.so.json",
 *     files: {
 *       "hello.so": { url: "https://example.com/hello-linux-x64.so", sha256: "9f…" },
 *       "hello.so.json": { url: "https://example.com/hello-linux-x64.so.json", sha256: "0c…" },
 *     },
 *   },
 * });
 * ```
 */
export async function fetchPlugin(
  name: string,
  targets: Readonly<Record<string, FetchedTarget>>,
  options: FetchOptions = {},
): Promise<string> {
  assertObject(options, "fetchPlugin(): argument 3");
  const { timeout = TIMEOUT } = options;
  if (typeof timeout !== "number" || !(timeout > 0 && timeout < 2 ** 31)) {
    throw wrongOption(
      "fetchPlugin(): timeout",
      "milliseconds, above 0 and below 2^31",
      timeout,
    );
  }
  const own = ownTarget();
  const target = Object.hasOwn(targets, own) ? targets[own] : undefined;
  if (target === undefined) {
    throw new PluginError(
      "wrong_target",
      `Cannot open the plugin "${name}": it is for ${
        Object.keys(targets).sort().join(", ")
      }, this process is ${own}`,
    );
  }
  const { manifest, files } = target;
  const url = new URL(files[manifest]!.url);
  const directory = join(cacheOf(name, url), placeOf(url));
  try {
    for (const [file, wanted] of Object.entries(files)) {
      await bring(name, join(directory, file), wanted, timeout);
    }
  } catch (cause) {
    if (!isDenied(cause)) throw cause;
    throw denied(name, url, directory, cause);
  }
  return join(directory, manifest);
}

/** Where plug keeps what it has fetched. */
function cacheOf(name: string, url: URL): string {
  const { permittedEnv } = system;
  const named = permittedEnv("DENO_DIR");
  if (named?.startsWith("/")) return join(named, "plug");
  const caches = userCaches(system.os, permittedEnv);
  if (caches === undefined) throw denied(name, url, "its cache");
  return join(caches, "deno/plug");
}

/** A directory in it, as plug calls one file of that address. */
function placeOf({ protocol, hostname, port, pathname, search }: URL): string {
  return join(
    protocol.slice(0, -1),
    port === "" ? hostname : `${hostname}_PORT${port}`,
    sha256(new TextEncoder().encode(pathname + search)),
  );
}

/** Sees to it that a file is there, and is the one that was packed. */
async function bring(
  name: string,
  path: string,
  file: FetchedFile,
  timeout: number,
): Promise<void> {
  const { sha256: wanted, size: most = MAX_SIZE } = file;
  if (digestAt(path) === wanted) return;
  const url = new URL(file.url);
  if (system.stderr.isTTY) system.stderr.write(`Fetching ${url}\n`);
  const fail = (
    code: "fetch_failed" | "wrong_library",
    why: string,
    cause?: unknown,
  ) =>
    new PluginError(code, `Cannot fetch the plugin "${name}": ${why}`, {
      path,
      cause,
    });
  let bytes: Uint8Array | undefined;
  const patience = new Patience(timeout);
  try {
    const response = await fetch(url, { signal: patience.signal });
    if (!response.ok) {
      throw fail(
        "fetch_failed",
        `${url} answers ${response.status} ${response.statusText}`.trimEnd(),
      );
    }
    bytes = await upTo(most, response, patience);
  } catch (cause) {
    if (cause instanceof PluginError || isDenied(cause)) throw cause;
    throw fail(
      "fetch_failed",
      `${url} cannot be reached: ${reasonOf(cause)}`,
      cause,
    );
  } finally {
    patience.end();
  }
  if (bytes === undefined) {
    throw fail(
      "wrong_library",
      `${url} gives more than the ${most} bytes ` +
        (file.size === undefined
          ? "that are the most that is taken"
          : "that were packed"),
    );
  }
  const got = sha256(bytes);
  if (got !== wanted) {
    throw fail(
      "wrong_library",
      `what ${url} gives is not what was packed: its SHA-256 is ${got}, the package has ${wanted}`,
    );
  }
  // Whoever else fetches it gives it the same name, and the same bytes.
  const { randomUUID } = nodeModule<typeof import("node:crypto")>(
    "node:crypto",
  );
  const temporary = `${path}.${randomUUID()}`;
  system.makeDirectories(join(path, ".."));
  system.write(temporary, bytes, 0o755);
  system.rename(temporary, path);
}

/** Aborts what has not been heard of for a while: no runtime does at once, and one never. */
class Patience {
  readonly #timeout: number;
  readonly #abort = new AbortController();
  readonly signal: AbortSignal = this.#abort.signal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(timeout: number) {
    this.#timeout = timeout;
    this.hear();
  }

  /** Something has come. */
  hear(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const seconds = this.#timeout / 1000;
      this.#abort.abort(new Error(`nothing has come for ${seconds} s`));
    }, this.#timeout);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** The bytes of an answer, or undefined where it has more: what never ends must not fill the memory. */
async function upTo(
  most: number,
  { body }: Response,
  patience: Patience,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  patience.hear();
  // Leaving the loop cancels the answer.
  for await (const part of body ?? []) {
    patience.hear();
    size += part.length;
    if (size > most) return undefined;
    parts.push(part);
  }
  return joined(parts, size);
}

function digestAt(path: string): string | undefined {
  try {
    return sha256(readFile(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The words of the system below, which `fetch` hides. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? reasonOf(cause) : message;
}

/** Whether a permission is missing: Deno's, or the file system's. */
function isDenied(error: unknown): boolean {
  const { name, code, cause } = error as Error & { code?: string };
  return name === "NotCapable" || code === "EACCES" || code === "EPERM" ||
    code === "ERR_ACCESS_DENIED" || (cause !== undefined && isDenied(cause));
}

function denied(
  name: string,
  { host }: URL,
  directory: string,
  cause?: unknown,
): PluginError {
  const why = cause === undefined ? "nothing says where" : reasonOf(cause);
  return new PluginError(
    "permission_denied",
    `Cannot keep the plugin "${name}" in ${directory}: ${why}; it takes ` +
      `--allow-env=DENO_DIR,XDG_CACHE_HOME,HOME, the rights to read and to ` +
      `write there (--allow-read, --allow-write), --allow-net=${host} the ` +
      `first time, and --allow-ffi`,
    { path: directory, cause },
  );
}
