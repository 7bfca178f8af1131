/**
 * The files that a confined plugin may read whatever it was permitted: what it is
 * loaded with, what every library looks for, what comes along with `net` and `sys`.
 *
 * @module
 */

import { withNeeds } from "../identity/needed_libraries.ts";
import { systemLibraries } from "../system/libraries.ts";
import { LOADER_CACHE } from "../system/loader_cache.ts";
import { assertMayLook } from "./environment.ts";

/** What libraries look for as they run, and tells little: whatever is permitted. */
const ALWAYS = [
  LOADER_CACHE,
  "/etc/localtime",
  "/usr/share/zoneinfo",
  "/usr/lib/locale",
  "/dev/random",
  "/dev/urandom",
  "/dev/zero",
  "/proc/self/maps",
  "/proc/sys/vm/overcommit_memory",
  "/sys/devices/system/cpu/online",
  "/sys/devices/system/cpu/possible",
  "/sys/kernel/mm/transparent_hugepage",
];
/** What the C library loads to unwind the stack of a thread that ends. */
const UNWINDER = ["libgcc_s.so.1"];

/** How names are looked up, and whose certificates are believed: with all of the network. */
const NETWORK = [
  "/etc/gai.conf",
  "/etc/host.conf",
  "/etc/hosts",
  "/etc/nsswitch.conf",
  "/etc/resolv.conf",
  "/etc/services",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/pki/ca-trust/extracted",
  "/etc/pki/tls/certs",
  "/etc/pki/tls/openssl.cnf",
  // Where what lies in those is linked to.
  "/etc/ca-certificates/extracted",
  "/usr/local/share/ca-certificates",
  "/usr/share/ca-certificates",
  "/var/lib/ca-certificates",
];
const RESOLVERS = ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"];

/** What `sys` tells. */
const MACHINE = [
  "/proc/cpuinfo",
  "/proc/loadavg",
  "/proc/meminfo",
  "/proc/stat",
  "/proc/uptime",
  "/proc/version",
  "/sys/devices/system",
];

/**
 * The files that have to be read for a library to be loaded and to run.
 *
 * @param path The library.
 * @param copy The directory with the private copy of it, if there is one.
 * @param permits Whether a permission is given, by its letter in the policy.
 * @throws {PluginError} `permission_denied`.
 */
export function readableFiles(
  path: string,
  copy: string | undefined,
  permits: (letter: string) => boolean,
): string[] {
  const libraries = [
    ...UNWINDER,
    ...permits("N") ? RESOLVERS : [],
  ].flatMap((name) => [...systemLibraries(name)]);
  const needed = [path, ...libraries].flatMap((library) => [
    ...withNeeds(library),
  ]);
  // The loader would say that it is not there, when it may not be looked for.
  const isMissing = needed.some(({ found }) =>
    [...found.values()].includes(undefined)
  );
  if (isMissing) assertMayLook(path);
  return [
    ...new Set([
      // Libraries alone: a name that the loader takes for another's can lead to any file.
      ...needed.map(({ path }) => path),
      ...copy === undefined ? [] : [copy],
      ...ALWAYS,
      ...permits("N") ? NETWORK : [],
      ...permits("S") ? MACHINE : [],
    ]),
  ];
}
