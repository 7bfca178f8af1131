/**
 * What each language's builder takes and gives.
 *
 * @module
 */

import type { Target } from "../../ffi/manifest/manifest.ts";
import type { Description } from "../describe/description.ts";
import type { LibraryFile } from "../image/library_file.ts";

/** A build that was asked for. */
export interface BuildRequest {
  /** Absolute paths of what to build. */
  readonly inputs: readonly string[];
  /** An empty directory of the build's own, deleted afterwards. */
  readonly work: string;
  /** File name that the library will have, without its directory. */
  readonly name: string;
  /** Further arguments for the compiler: `-lm`, `-O3`, `-Iinclude`. */
  readonly flags: readonly string[];
  /** The machine to build for; this one where it is left out. */
  readonly target?: Target | undefined;
  /** Whether C++'s free functions are described too. */
  readonly cxx?: boolean;
  /** Whether Go and Rust count the lines that run; C is told by flags. */
  readonly isCounted?: boolean;
  /** What is generic, with the types that it is built for: `Map[string,int]`. */
  readonly instantiate?: readonly string[];
  /** Names of types that are described though no symbol may use them, where the language's thunks are asked for by signatures. */
  readonly typeNames?: ReadonlySet<string>;
}

/** A library that was built. */
export interface Built {
  /** Absolute path of the library, inside the request's `work`. */
  readonly path: string;
  /** The library itself. */
  readonly library: LibraryFile;
  /** What it exports, with the comments of its source; how it is known is the language's own matter. */
  readonly description: Description;
  /** Where its thunks come to lie. */
  readonly thunks: ThunkPlace;
  /**
   * The files that it was made of, but for the system's and those of packages
   * that are fetched: absolute paths. `/path/*.go` is the names of such files.
   */
  readonly sources: readonly string[];
  /** What the compiler said though it succeeded. */
  readonly warnings: string;
}

/** Where the thunks of a library come to lie. */
export type ThunkPlace =
  /** In a library beside it. */
  | { readonly kind: "companion" }
  /** Nowhere: what the language's own wrappers do leaves none to be made. */
  | { readonly kind: "wrapped" }
  | {
    /** In the library itself. */
    readonly kind: "linked";
    /** What they are compiled with: its sources' own flags. */
    readonly flags: readonly string[];
    /**
     * Links the library again in its place, with one object more.
     *
     * @param object Absolute path of the object.
     * @returns The library as it is then.
     */
    readonly relink: (object: string) => Promise<LibraryFile>;
  };
