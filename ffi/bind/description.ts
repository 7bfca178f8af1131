/**
 * What is said of a library: by its manifest, or by the caller where it has none.
 *
 * @module
 */

import {
  type Constant,
  type LibraryInfo,
  type Manifest,
  MANIFEST_VERSION,
  type SymbolDefinition,
} from "../manifest/manifest.ts";
import type { Types } from "../value/value.ts";

/** What is said of a library. A manifest's is checked when it is asked for, and throws `bad_manifest`. */
export interface Description {
  /** Whether the caller says it. */
  readonly isDeclared?: boolean;
  /** Named types. */
  readonly types: Types & {
    readonly names: readonly string[];
    /** Names of the classes among them. */
    readonly classNames?: readonly string[];
  };
  /** Constants of the headers. */
  readonly constants: Readonly<Record<string, Constant>>;
  /** The names of the symbols, in order. */
  readonly symbolNames: readonly string[];
  /** Whether there is a symbol of that name. */
  has(name: string): boolean;
  /** The symbol of that name, if there is one. */
  symbol(name: string): SymbolDefinition | undefined;
  /** Why the exported name cannot cross into JavaScript, if it is such a one. */
  skipped(name: string): string | undefined;
  /** All of it. */
  readonly whole: Manifest;
}

/** Only a manifest names types. */
const NO_TYPES = { names: [], get: () => undefined };

/** What the caller says of a library that has no manifest. */
export class Declaration implements Description {
  readonly isDeclared = true;
  readonly types = NO_TYPES;
  readonly constants = {};
  readonly #symbols = new Map<string, SymbolDefinition>();
  readonly #library: () => LibraryInfo;
  #whole: Manifest | undefined;

  /**
   * @param wanted The type of each symbol.
   * @param library What the file is; asked for when it is first wanted.
   */
  constructor(
    wanted: ReadonlyMap<string, string>,
    library: () => LibraryInfo,
  ) {
    for (const [name, type] of wanted) {
      const kind = type.startsWith("(") ? "function" : "variable";
      this.#symbols.set(name, { kind, type });
    }
    this.#library = library;
  }

  get symbolNames(): string[] {
    return [...this.#symbols.keys()];
  }

  has(name: string): boolean {
    return this.#symbols.has(name);
  }

  symbol(name: string): SymbolDefinition | undefined {
    return this.#symbols.get(name);
  }

  skipped(): undefined {
    return undefined;
  }

  get whole(): Manifest {
    const none = Object.create(null);
    return this.#whole ??= {
      manifest: MANIFEST_VERSION,
      library: this.#library(),
      types: none,
      symbols: Object.assign(
        Object.create(null),
        Object.fromEntries(this.#symbols),
      ),
      skipped: none,
    };
  }
}
