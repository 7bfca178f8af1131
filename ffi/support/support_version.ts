/**
 * Which support library this is, one that was compiled from these sources, and
 * where a user's caches are. That no other is taken, `find.ts` makes sure.
 *
 * @module
 */

/** The first half of the SHA-256 of `native/*.c` and `native/*.h`, each behind its name; a test holds it to them. */
export const SUPPORT_VERSION = "d55ac527bddd890d";

/**
 * The name of the library's file.
 *
 * @param os The operating system, as `process.platform` spells it.
 * @param arch The architecture, as `process.arch` spells it.
 */
export function supportFile(os: string, arch: string): string {
  const suffix = os === "darwin" ? "dylib" : "so";
  return `plugin-support-${SUPPORT_VERSION}-${os}-${arch}.${suffix}`;
}

/**
 * The npm package that brings the library to a machine.
 *
 * @param target The machine, as manifests spell it: `linux-x64-musl`.
 */
export function supportPackage(target: string): string {
  return `@native/plugin-${target}`;
}

/**
 * The directory that compiled ones are kept in.
 *
 * @param os The operating system.
 * @param env A variable of the environment; undefined where it must not be asked for.
 * @returns Undefined when nothing says where a user's caches are.
 */
export function supportCache(
  os: string,
  env: (name: string) => string | undefined,
): string | undefined {
  const caches = userCaches(os, env);
  return caches === undefined ? undefined : `${caches}/native-plugin`;
}

/**
 * The directory of a user's caches.
 *
 * @param os As {@linkcode supportCache}, as is `env`.
 */
export function userCaches(
  os: string,
  env: (name: string) => string | undefined,
): string | undefined {
  const named = env("XDG_CACHE_HOME");
  const home = env("HOME");
  return named?.startsWith("/")
    ? named
    : !home?.startsWith("/")
    ? undefined
    : os === "darwin"
    ? `${home}/Library/Caches`
    : `${home}/.cache`;
}
