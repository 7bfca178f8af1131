/**
 * What the system's loader is told of a library before the runtime loads it:
 * no runtime can be asked for any of this.
 *
 * - Every function that it needs is bound at once. The runtimes bind one when
 *   it is first called, and a missing one is then the end of the process.
 * - Symbols that the runtime exports as well are looked for in the library
 *   first. Otherwise the runtime's win, also within the library.
 *
 * @module
 */

import { basename } from "../system/path.ts";
import { PluginError, quote } from "../error.ts";
import { collisionsOf, type SymbolUses } from "../identity/collisions.ts";
import type { Checked } from "../identity/identity.ts";
import {
  ownLibc,
  runtimeSymbols,
  symbolsLike,
} from "../identity/executable.ts";
import { RTLD_DEEPBIND, RTLD_NOW } from "../runtime/dlopen.ts";
import type { SystemLoader } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { isSanitized } from "../runtime/sanitizer.ts";
import { isTaken, share } from "./interposition.ts";

/** The libraries that are loaded apart from the runtime. */
const apart = new Set<string>();

/** Whether a library finds its own symbols, and those of what it needs, before all others. */
export function isApart(path: string): boolean {
  return apart.has(path);
}

/**
 * Loads a library with C's `dlopen`, where there is a reason to: for one that
 * binds all at once (`-z now`, as `plugin build` links C) and has no symbol of
 * the runtime's there is none.
 *
 * @param checked What may be loaded.
 * @param file The file that is loaded: the library, or a copy of it.
 * @returns Lets go of it: it stays loaded where it was loaded once more meanwhile.
 * @throws {PluginError} `symbol_conflict`, `permission_denied`.
 * @throws {Error} The loader's own words.
 */
export function preload(
  { path, bindsNow, isSelfContained }: Checked,
  file: string,
): (() => void) | undefined {
  const { ownSymbols } = adapter;
  const collisions = isSelfContained ? undefined : collisionsOf(
    file,
    () => runtimeSymbols() ?? (ownSymbols && symbolsLike(ownSymbols)),
  );
  const isLate = bindsNow === false && !adapter.bindsNow;
  if (collisions === undefined && !isLate) return undefined;
  const loader = adapter.systemLoader();
  if (loader === undefined) {
    if (collisions) throw denied(path, describe(file, collisions.uses));
    return undefined;
  }
  const mode = collisions === undefined
    ? 0
    : keepApart(loader, path, file, collisions.uses);
  const handle = loader.open(file, RTLD_NOW | mode);
  if (mode !== 0) {
    apart.add(path);
    collisions?.copied.forEach((uses) => share(loader, uses));
  }
  return () => loader.close(handle);
}

/** The mode that makes the loader look into the library before the runtime. */
function keepApart(
  loader: SystemLoader,
  path: string,
  file: string,
  collisions: readonly SymbolUses[],
): number {
  // They end the process where they see the mode, and nothing else is meant to
  // run with them but the search for a mistake.
  if (isSanitized()) return 0;
  if (ownLibc() === "musl") {
    throw conflict(
      path,
      `${describe(file, collisions)}, and musl's loader cannot keep them apart`,
      "link those libraries into the plugin, with their symbols hidden, or use another runtime",
    );
  }
  const taken = collisions.find((collision) => isTaken(loader, collision));
  if (taken !== undefined) {
    throw conflict(
      path,
      `${
        describe(file, [taken])
      }, and as it was loaded before by other means than open(), it uses ${adapter.name}'s`,
      "open the plugin before that, or in a process of its own",
    );
  }
  return RTLD_DEEPBIND;
}

/** Symbols that a sentence names. */
const NAMED = 3;

/** Which of whose symbols the runtime has too. */
function describe(file: string, collisions: readonly SymbolUses[]): string {
  const symbols = [...new Set(collisions.flatMap(({ symbols }) => symbols))];
  const others = collisions.map(({ path }) => path).filter((path) =>
    path !== file
  );
  const libraries = [
    ...(others.length < collisions.length ? ["it"] : []),
    ...others.map((path) => quote(basename(path))),
  ];
  const named = symbols.slice(0, NAMED).join(", ");
  const more = symbols.length - NAMED;
  return `${libraries.join(", ")} ${
    libraries.length === 1 ? "uses" : "use"
  } ${named}${
    more > 0 ? ` and ${more} more` : ""
  }, which ${adapter.name} has too`;
}

function denied(path: string, reason: string): PluginError {
  return new PluginError(
    "permission_denied",
    `Cannot load the plugin ${
      quote(path)
    }: permission denied: ${reason}; run with --allow-ffi without a path`,
    { path },
  );
}

function conflict(path: string, detail: string, remedy: string): PluginError {
  return new PluginError(
    "symbol_conflict",
    `Cannot load the plugin ${quote(path)}: ${detail}; ${remedy}`,
    { path },
  );
}
