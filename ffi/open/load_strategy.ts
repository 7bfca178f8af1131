/**
 * The ways in which a library is loaded: one image shared by all who open the
 * file, or with `fresh` an image of its own; in this process by `load/load.ts`,
 * which is what there is without options, or isolated in another.
 *
 * @module
 */

import type { Checked, Integrity } from "../identity/identity.ts";
import type { IsolationOptions } from "../isolated/options.ts";
import { load, missing } from "../load/load.ts";
import { isolatedLoader } from "../load/load_isolated.ts";
import { randomKey } from "../load/private_copy.ts";
import type { NativeLibrary } from "../runtime/adapter.ts";
import type { CompanionLoader } from "./companion.ts";
import { isEmbedded, type ResolvedFile } from "./files.ts";
import { HERE, isolatedBy, type Opened, type Registry } from "./registry.ts";

/** How a library is loaded: `load` does it, for a companion too. */
export interface LoadStrategy extends Omit<CompanionLoader, "complete"> {
  /** Where it is remembered that it is open. */
  readonly registry: Registry;
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
  /** Which of the symbols a library has not got; it is loaded to find out. */
  missing(checked: Checked, symbols: readonly string[]): string[];
}

/** Where libraries are loaded. */
interface Loader {
  readonly isConfined?: boolean;
  expect?(checked: Checked): void;
  load(checked: Checked): NativeLibrary;
  missing(checked: Checked, symbols: readonly string[]): string[];
}

/**
 * How a library is loaded.
 *
 * @param isFresh Whether it is loaded whatever was loaded before.
 * @param isolation How it is isolated; in this process without it.
 */
export function strategyOf(
  isFresh: boolean,
  isolation: IsolationOptions | undefined,
): LoadStrategy {
  if (isolation === undefined) return isFresh ? FRESH : SHARED;
  const loader = isolatedLoader(isolation);
  const registry = isolatedBy(isolation.key);
  return isFresh ? fresh(registry, loader) : shared(registry, loader);
}

/** One image for all: the system's loader gives the same for the same file. */
function shared(registry: Registry, loader: Loader): LoadStrategy {
  return {
    registry,
    readsCompanionAtOnce: loader.isConfined ?? false,
    expect: (checked) => loader.expect?.(checked),
    findOpened: (library) => registry.findOpened(library),
    linked: ({ path }) => registry.linked(path),
    openedMeanwhile: (path) => registry.openedAs(path),
    // The loader takes files: it gets a copy of what is embedded.
    integrityOf: ({ status }, wanted) => isEmbedded(status) ? "bytes" : wanted,
    load: (checked) => loader.load(checked),
    missing: (checked, symbols) => loader.missing(checked, symbols),
  };
}

/** An image of its own, from a private copy of the bytes that were checked. */
function fresh(registry: Registry, loader: Loader): LoadStrategy {
  return {
    ...shared(registry, loader),
    readsCompanionAtOnce: true,
    findOpened: () => undefined,
    linked: () => undefined,
    openedMeanwhile: () => undefined,
    integrityOf: () => "bytes",
  };
}

const SHARED = shared(HERE, { load, missing });
const FRESH = fresh(HERE, {
  load(checked) {
    const copy = { ...checked.copy!, key: randomKey() };
    return load({ ...checked, copy });
  },
  missing,
});
