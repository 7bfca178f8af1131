/**
 * The two ways in which a library comes into the process: one image shared by
 * all who open the file, or with `fresh` an image of its own.
 *
 * @module
 */

import type { Integrity } from "../identity/identity.ts";
import { load } from "../load/load.ts";
import type { CompanionLoader } from "./companion.ts";
import { isEmbedded, type ResolvedFile } from "./files.ts";
import { findOpened, linked, type Opened, openedAs } from "./registry.ts";

/** How a library is loaded. */
export interface LoadStrategy extends CompanionLoader {
  /**
   * What is open of a library's file, and will do.
   *
   * @throws {PluginError} `replaced`.
   */
  findOpened(library: ResolvedFile): Opened | undefined;
  /** The library that an earlier open of a manifest or a directory led to. */
  linked(named: ResolvedFile): ResolvedFile | undefined;
  /** What was opened at a real path while its initialisers ran, by a callback of theirs. */
  openedMeanwhile(path: string): Opened | undefined;
  /** How much of a library is compared, where the caller wants that much. */
  integrityOf(library: ResolvedFile, wanted: Integrity): Integrity;
}

/** One image for all: the system's loader gives the same for the same file. */
export const SHARED: LoadStrategy = {
  readsCompanionAtOnce: false,
  findOpened,
  linked: ({ path }) => linked(path),
  openedMeanwhile: openedAs,
  // The loader takes files: it gets a copy of what is embedded.
  integrityOf: ({ status }, wanted) => isEmbedded(status) ? "bytes" : wanted,
  load,
};

/** An image of its own, from a private copy of the bytes that were checked. */
export const FRESH: LoadStrategy = {
  readsCompanionAtOnce: true,
  findOpened: () => undefined,
  linked: () => undefined,
  openedMeanwhile: () => undefined,
  integrityOf: () => "bytes",
  load(checked) {
    const key = crypto.randomUUID().replaceAll("-", "");
    return load({ ...checked, copy: { ...checked.copy!, key } });
  },
};
