/**
 * What a library exports, on its way into a manifest.
 *
 * @module
 */

import type {
  Constant,
  HeaderDefinitions,
  Pointers,
  SymbolDefinition,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";

/** Functions that were compiled because a library has them in its headers only. */
export interface Wrappers {
  /** Paths of the objects. */
  readonly objects: readonly string[];
  /** Functions and variables that they use, whose addresses they are given. */
  readonly links: readonly string[];
}

/** Where something is declared. */
export interface DeclarationSite {
  /** Absolute path of the file. */
  readonly path: string;
  /** The line of its name, from 1. */
  readonly line: number;
}

/** The headers that a library was described by. */
export interface HeadersRead {
  /** Paths of those that were named. */
  readonly named: ReadonlySet<string>;
  /** Paths of all that are the library's own. */
  readonly files: ReadonlySet<string>;
  /** The macros that all of them leave, by name. */
  readonly macros: { has(name: string): boolean };
}

/** What a library exports, as a manifest says it. */
export interface Description {
  /** Named types that the symbols use. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** Exported functions and variables. */
  readonly symbols: Readonly<Record<string, SymbolDefinition>>;
  /** Thunks of pointers to functions, by the types of those. */
  readonly pointers?: Pointers;
  /** Exported names that cannot cross, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Constants of its headers, by name. */
  readonly constants?: Readonly<Record<string, Constant>>;
  /** What its headers define beyond what the symbols use. */
  readonly defined?: HeaderDefinitions;
  /** Further constants, which annotations name; no manifest has them. */
  readonly named?: Readonly<Record<string, Constant>>;
  /** What the wrappers of its symbols are made of. */
  readonly wrappers?: Wrappers;
  /** Where its source declares what, by the names there; a member as `Type.member`. No manifest has them. */
  readonly places?: ReadonlyMap<string, DeclarationSite>;
  /** The headers that it was read in. No manifest has them. */
  readonly read?: HeadersRead;
  /** The language, as a person calls it: `"C"`, `"Go"`. */
  readonly language?: string;
  /** The compiler and its version. */
  readonly compiler?: string;
}
