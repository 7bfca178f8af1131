/**
 * What the caller says of a library that has no manifest.
 *
 * @module
 */

import {
  type LibraryDescription,
  type LibraryInfo,
  type Manifest,
  MANIFEST_VERSION,
  type SymbolDefinition,
} from "../manifest/manifest.ts";

/** Only a manifest names types. */
const NO_TYPES = { names: [], get: () => undefined };

/** What the caller says of a library that has no manifest. */
export class Declaration implements LibraryDescription {
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

  get library(): LibraryInfo {
    return this.whole.library;
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
