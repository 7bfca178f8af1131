/**
 * What each language's builder takes and gives.
 *
 * @module
 */

import type { Target } from "../../ffi/manifest/manifest.ts";
import type { Description } from "../describe/description.ts";

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
}

/** A library that was built. */
export interface Built {
  /** Absolute path of the library, inside the request's `work`. */
  readonly library: string;
  /** What it exports, thunks and all, where the source knows it better than the debug information. */
  readonly description?: Description;
  /** What it exports, still without thunks, where its own debug information does not say it. */
  readonly draft?: Description;
  /** Comments above the declarations, by name. */
  readonly docs?: ReadonlyMap<string, string>;
  /** What the compiler said though it succeeded. */
  readonly warnings?: string;
  /**
   * Links the library again in its place, with one object more: its thunks. Where there is
   * none, the thunks come to lie in a library beside it.
   *
   * @param object Absolute path of the object.
   */
  readonly relink?: (object: string) => Promise<void>;
}
