/**
 * What Debian's package manager knows; nothing on other systems.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
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
  const named = await packagesByList(paths);
  if (named !== undefined) return named;
  // It fails where no package has one of them, and says the others nevertheless.
  const ran = await run("dpkg", ["-S", ...paths], { env: { LC_ALL: "C" } })
    .catch(() => undefined);
  // "libc6:amd64, libc6:i386: /usr/share/doc/libc6"
  const owners = ran?.stdout.match(/^.*?(?=[,:] )/gm) ?? [];
  return [...new Set(owners)];
}

/**
 * The packages in whose lists files are (`libc6-dev:amd64.list`), which takes a
 * tenth of dpkg's time: it makes a tree of all files of all packages first.
 *
 * @returns Undefined where the lists are not to be read.
 */
async function packagesByList(
  paths: readonly string[],
): Promise<string[] | undefined> {
  const dpkg = system.env("DPKG_ADMINDIR") ?? "/var/lib/dpkg";
  const files = paths.flatMap((path) => ["-e", path]);
  const ran = await run(
    "grep",
    ["-rlFx", "--include=*.list", ...files, `${dpkg}/info`],
  ).catch(() => undefined);
  // 1 is for none; 2 where something could not be read.
  if (ran === undefined || ran.status > 1) return undefined;
  return Array.from(
    ran.stdout.matchAll(/\/([^/\n]+)\.list$/gm),
    ([, name]) => name!,
  );
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
