/**
 * Finds the support library: named by a variable, beside this package, in a
 * package of its own, or in the user's cache. Never beside a plugin: it is
 * ours.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import { fileOwnerOf, intruderAt, ownUser } from "../system/guarded_path.ts";
import { wordReplacedIn } from "../system/libraries.ts";
import { dirname } from "../system/path.ts";
import type { HostLibrary, SupportHost } from "./host.ts";
import {
  SUPPORT_VERSION,
  supportCache,
  supportFile,
  supportPackage,
} from "./support_version.ts";

/** Names the library, or `off` for none. */
const VARIABLE = "PLUGIN_SUPPORT";

/** What helps where there is none. */
const BRING = "bring it with: plugin support";

/** The library, or why there is none. */
export type FoundSupport =
  | {
    readonly library: HostLibrary;
    readonly path: string;
    readonly reason?: undefined;
  }
  | { readonly library?: undefined; readonly reason: string };

/**
 * Looks for the library.
 *
 * @param host The runtime.
 * @returns The library, or why there is none.
 */
export function findSupport(host: SupportHost): FoundSupport {
  const named = host.env(VARIABLE);
  if (named === "off") {
    return {
      reason:
        `${VARIABLE}=off says that it is not to be used: run without that`,
    };
  }
  const paths = named ? [named] : candidates(host);
  let reason: string | undefined;
  let denied: string | undefined;
  for (const path of paths) {
    if (!host.isThere(path)) {
      const flag = host.denied?.(path);
      denied ??= flag && `it may not be loaded: run with ${flag}`;
      continue;
    }
    let intruder: string | typeof UNKNOWN | undefined;
    try {
      intruder = !path.startsWith("/")
        ? "it is taken from the working directory"
        : wordReplacedIn(path) === undefined
        ? intruderIn(path)
        : "the system's loader takes a word in it for something else";
    } catch (error) {
      const flag = host.flagForReading?.([dirname(path)]);
      denied ??= `whose ${quote(path)} is may not be asked: ${
        flag === undefined ? (error as Error).message : `run with ${flag}`
      }`;
      continue;
    }
    if (intruder === UNKNOWN) {
      denied ??= `${
        quote(path)
      } could be another user's, and who runs this program may not be asked: run with --allow-sys=uid`;
      continue;
    }
    if (intruder !== undefined) {
      reason = `${quote(path)} could be anybody's: ${intruder}`;
      continue;
    }
    try {
      const library = host.load(path);
      const version = host.cstring(
        library.bind("plugin_support_version", [], "address")(),
      );
      if (version === SUPPORT_VERSION) return { library, path };
      reason = `${
        quote(path)
      } is of version ${version}, wanted ${SUPPORT_VERSION}`;
    } catch (error) {
      reason = `${quote(path)} cannot be loaded: ${(error as Error).message}`;
    }
  }
  if (denied !== undefined) return { reason: denied };
  if (reason === undefined) {
    const flag = (named ? undefined : host.flagForCache?.()) ??
      host.flagForReading?.(paths);
    reason = flag === undefined
      ? named
        ? `${VARIABLE} names ${quote(named)}, which is not there`
        : "it is not there"
      : `it is not there as far as this program may look: run with ${flag}`;
  }
  return { reason: `${reason}; ${BRING}` };
}

/** It is fine if it is this user's, and who that is may not be asked. */
const UNKNOWN = Symbol();

/**
 * Who else could have put it there. Where this process may not ask who it is, it
 * has to be all one user's, in no directory where another one could have made it.
 *
 * @throws {Error} Where that may not be asked.
 */
function intruderIn(path: string): string | typeof UNKNOWN | undefined {
  const user = ownUser();
  const intruder = (mayPassShared: boolean) =>
    intruderAt(path, {
      owners: [0, user ?? fileOwnerOf(path)],
      mayBeShared: false,
      mayPassShared,
      mayBeUnseen: true, // the way there, as a package's place is all that may be read
    });
  const found = intruder(user !== undefined);
  return found !== undefined && user === undefined &&
      intruder(true) === undefined
    ? UNKNOWN
    : found;
}

/** Whether this is a module of its own: above the one file of a package, or of a program, lies what is somebody else's. */
const IS_CHECKOUT = import.meta.url.endsWith("/ffi/support/find.ts");
/** Whether two directories above are those of packages. */
const IS_INSTALLED = /\/node_modules\/[^/]+\/[^/]+\/[^/]+$/.test(
  import.meta.url,
);

/**
 * Where a module of ours lies that is a program of its own.
 *
 * @param path Its path in a checkout, without its ending.
 */
export function programUrl(path: string): URL {
  return new URL(
    IS_CHECKOUT ? `../../${path}.ts` : `./${path}.js`,
    import.meta.url,
  );
}

function candidates(host: SupportHost): string[] {
  const file = supportFile(host.os, host.arch);
  const cache = supportCache(host.os, host.env);
  return [
    ...(IS_CHECKOUT
      ? beside(`../../native/${file}`)
      : beside(`./native/${file}`)),
    ...(IS_INSTALLED
      ? targetsOf(host).flatMap((target) =>
        beside(`../../${supportPackage(target)}/${file}`)
      )
      : []),
    ...(cache === undefined ? [] : [`${cache}/${file}`]),
  ];
}

/** The machines that this could be, the likelier one first: package managers bring the libraries of both C libraries. */
function targetsOf({ os, arch, isThere }: SupportHost): string[] {
  const gnu = `${os}-${arch}`;
  if (os !== "linux") return [gnu];
  const musl = `${gnu}-musl`;
  const loader = `/lib/ld-musl-${arch === "x64" ? "x86_64" : "aarch64"}.so.1`;
  return isThere(loader) ? [musl, gnu] : [gnu, musl];
}

function beside(path: string): string[] {
  const url = new URL(path, import.meta.url);
  return url.protocol === "file:" ? [decodeURIComponent(url.pathname)] : [];
}

/**
 * The error of what cannot be done without it.
 *
 * @param what What it was: "Cannot call a function pointer on Node".
 * @param reason Why there is none, and what helps.
 */
export function withoutSupport(what: string, reason: string): PluginError {
  return new PluginError(
    "unsupported",
    `${what}: it takes the support library, and ${reason}`,
  );
}
