/**
 * What a plugin is made of.
 *
 * @module
 */

import type { LibraryDescription } from "../manifest/manifest.ts";
import type { NativeLibrary } from "../runtime/adapter.ts";

/** A library that is loaded, and what is said of it. */
export interface Loaded {
  /** Absolute path of the library. */
  readonly path: string;
  readonly description: LibraryDescription;
  readonly library: NativeLibrary;
  /** The library that a thunk's symbol lies in, loaded when it is first asked for. */
  readonly thunks: () => NativeLibrary;
}
