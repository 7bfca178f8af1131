/**
 * What Debian's package manager knows; nothing on other systems.
 *
 * @module
 */

import { output, run } from "./run.ts";

/**
 * The package that a file came with.
 *
 * @param path The file's real path.
 * @returns What the package manager calls it, with an architecture where there may
 * be several: `"libsqlite3-0:amd64"`; undefined where no package has the file.
 */
export async function packageWith(path: string): Promise<string | undefined> {
  const [owner] = await packagesWith([path]);
  return owner;
}

/**
 * The packages that files came with, asked for at once: each time all lists of
 * files are read.
 *
 * @param paths The files' real paths.
 * @returns What the package manager calls each, once.
 */
export async function packagesWith(
  paths: readonly string[],
): Promise<string[]> {
  // It fails where no package has one of them, and says the others nevertheless.
  const ran = await run("dpkg", ["-S", ...paths], { env: { LC_ALL: "C" } })
    .catch(() => undefined);
  // "libc6:amd64, libc6:i386: /usr/share/doc/libc6"
  const owners = ran?.stdout.match(/^.*?(?=[,:] )/gm) ?? [];
  return [...new Set(owners)];
}

/**
 * The files that came with a package.
 *
 * @param name The package.
 */
export async function filesOf(name: string): Promise<string[]> {
  return await output("dpkg", "-L", name);
}

/** Whether a package is installed. */
export async function isInstalled(name: string): Promise<boolean> {
  const [status] = await output("dpkg-query", "-W", "-f=${Status}", name);
  return status?.endsWith(" installed") ?? false;
}

/** Whether a package can be installed. */
export async function isKnown(name: string): Promise<boolean> {
  return (await output("apt-cache", "pkgnames", name)).includes(name);
}
