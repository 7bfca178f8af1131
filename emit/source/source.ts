/**
 * What each language's builder takes and gives.
 *
 * @module
 */

import type {
  Constant,
  SymbolDefinition,
  Target,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";

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

/** What a library exports, as a manifest says it. */
export interface Description {
  /** Named types that the symbols use. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** Exported functions and variables. */
  readonly symbols: Readonly<Record<string, SymbolDefinition>>;
  /** Exported names that cannot cross, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Constants of its headers, by name. */
  readonly constants?: Readonly<Record<string, Constant>>;
  /** The language, as a person calls it: `"C"`, `"Go"`. */
  readonly language?: string;
  /** The compiler and its version. */
  readonly compiler?: string;
}
