/**
 * What is said of a library: by its manifest, or by the caller where it has none.
 *
 * @module
 */

import type {
  Constant,
  LibraryInfo,
  Manifest,
  Pointers,
  SymbolDefinition,
  TypeDefinition,
} from "./format.ts";

/**
 * What is said of a library: a `LazyManifest` of `parse.ts`, which is checked
 * when it is asked for, and throws `bad_manifest`; or a `Declaration` of
 * `open/declaration.ts`.
 */
export interface LibraryDescription {
  /** What the file is. */
  readonly library: LibraryInfo;
  /** Whether the caller says it. */
  readonly isDeclared?: boolean;
  /** Named types. */
  readonly types: {
    readonly names: readonly string[];
    get(name: string): TypeDefinition | undefined;
    /** Names of the classes among them. */
    readonly classNames?: readonly string[];
    /** The class of which something is another name. */
    classAlias?(name: string): string | undefined;
  };
  /** Constants of the headers. */
  readonly constants: Readonly<Record<string, Constant>>;
  /** The names of the symbols, in order. */
  readonly symbolNames: readonly string[];
  /** Whether there is a symbol of that name. */
  has(name: string): boolean;
  /** The symbol of that name, if there is one. */
  symbol(name: string): SymbolDefinition | undefined;
  /** The thunks of pointers to functions, by the types of those. */
  readonly pointers?: Pointers;
  /** Why the exported name cannot cross into JavaScript, if it is such a one. */
  skipped(name: string): string | undefined;
  /** All of it. */
  readonly whole: Manifest;
}
