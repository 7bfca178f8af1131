/**
 * What a library is, as `plugin inspect` says it.
 *
 * @module
 */

import type { FunctionDefinition } from "../../ffi/manifest/manifest.ts";
import type { Image } from "../image/image.ts";
import type { AskedPermission } from "./requested_permissions.ts";
import type { Startup } from "./startup.ts";

/** An exported name, and what is known of it. */
export interface InspectedSymbol {
  readonly name: string;
  /** What the library calls it, where that is another name. */
  readonly symbol?: string;
  readonly kind: string;
  /** Its type in the notation, where it is known. */
  readonly type?: string;
  /** What its language says: never null. */
  readonly nonnull?: FunctionDefinition["nonnull"];
  /** What a person says of it. */
  readonly annotations?: FunctionDefinition["annotations"];
  /** Why it cannot cross, where it cannot. */
  readonly skipped?: string;
}

/** What a library is. */
export interface Inspection {
  /** Absolute path of the library. */
  readonly library: string;
  /** Absolute path of its manifest, where it has one. */
  readonly manifest?: string;
  /** The key that has signed the manifest, and whether it is still what was signed. */
  readonly signed?: { readonly key: string; readonly fits: boolean };
  /** What the manifest calls the plugin, and which release it says that this is. */
  readonly called?: { readonly name?: string; readonly version?: string };
  /** Libraries that were signed with it, by their paths from it. */
  readonly bundled?: readonly string[];
  readonly format: Image["format"];
  readonly os: Image["os"];
  readonly arch: Image["arch"];
  readonly libc?: Image["libc"];
  readonly buildId?: string;
  /** Size of the file in bytes. */
  readonly size: number;
  readonly language?: string;
  readonly compiler?: string;
  /** Libraries that are loaded with it. */
  readonly needs: readonly string[];
  /** Symbol versions that it needs of them. */
  readonly versions: Image["versions"];
  /** Symbols that the library or one that it needs has, and the runtime that runs this as well. */
  readonly collisions: readonly {
    /** Absolute path of the library that uses them. */
    readonly library: string;
    readonly symbols: readonly string[];
  }[];
  /** What it would ask of the system, as far as its imports tell. */
  readonly asks: readonly AskedPermission[];
  /** What runs at load. */
  readonly initialisers: Startup["initialisers"];
  /** How its bytes are spent. */
  readonly parts: Startup["parts"];
  /** Where the types are from. */
  readonly types: string;
  /** How many thunks were linked into it. */
  readonly thunks: number;
  /** What it exports beside them, by name. */
  readonly symbols: readonly InspectedSymbol[];
}
