/**
 * Reads and validates manifests.
 *
 * A manifest is untrusted text. Every field is checked before anything else
 * sees it, and what is known is copied into objects without a prototype, so
 * that no name in it can reach one. A symbol and the types that it names are
 * checked when they are asked for: a library of 5000 functions, of which a
 * program uses three, opens as fast as one of three.
 *
 * @module
 */

import {
  bad,
  entries,
  field,
  fileName,
  formatVersion,
  hexadecimal,
  integer,
  key,
  list,
  name,
  notJson,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  record,
  string,
  withPath,
  wrapValidationErrors,
} from "./field.ts";
import type { LibraryDescription } from "./library_description.ts";
import {
  ARCHITECTURES,
  type BundledLibrary,
  type Constant,
  type HeadersFile,
  LIBCS,
  type LibraryInfo,
  type Manifest,
  MANIFEST_VERSION,
  type ManifestSignature,
  MAX_ENTRIES,
  MAX_MANIFEST_LENGTH,
  MAX_MANIFEST_SIZE,
  type Pointers,
  type SymbolDefinition,
  SYSTEMS,
  type ThunkLibrary,
} from "./format.ts";
import {
  type HeadersPart,
  type ReadFile,
  readHeadersPart,
} from "./parse_headers_file.ts";
import { bundledLibraries, signature } from "./parse_signed.ts";
import { constants } from "./parse_constants.ts";
import { pointerThunks, symbolDefinition } from "./parse_symbol.ts";
import { NamedTypes } from "./parse_types.ts";
import { pluginName, versionText } from "./release.ts";

/**
 * Reads and validates a manifest, all of it.
 *
 * @param text JSON.
 * @param path The file it came from, for errors.
 * @returns A copy of what the format knows; other fields are left out.
 * @throws {PluginError} `bad_manifest`: names the first field that is wrong,
 * what it is and what was wanted.
 */
export function parseManifest(text: string, path: string): Manifest {
  return readManifest(text, path).whole;
}

/**
 * Validates a manifest that is no text yet.
 *
 * @param json What `JSON.parse` would give.
 * @param path The file that it is for, for errors.
 * @returns A copy of what the format knows; other fields are left out.
 * @throws {PluginError} `bad_manifest`, as {@linkcode parseManifest}.
 */
export function checkManifest(json: unknown, path: string): Manifest {
  return wrapValidationErrors(path, () => new LazyManifest(json, path, entries))
    .whole;
}

/**
 * Reads a manifest, and validates what opening its library needs.
 *
 * @param text JSON.
 * @param path The file it came from, for errors, and for what lies beside it.
 * @param readFile Reads what lies beside it, when that is asked for; without it
 * the manifest is taken to be all that there is.
 * @param headers Where the file of what its headers define is; beside it when
 * left out.
 * @returns The manifest; symbols and types are validated when they are asked for.
 * @throws {PluginError} `bad_manifest`, as {@linkcode parseManifest}.
 */
export function readManifest(
  text: string,
  path: string,
  readFile?: ReadFile,
  headers?: string,
): LazyManifest {
  if (text.length > MAX_MANIFEST_LENGTH) {
    throw bad(
      path,
      `it has ${text.length} characters, at most ${MAX_MANIFEST_LENGTH} are read`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(path, notJson(cause), cause);
  }
  // To count 5000 entries takes longer than the rest of opening.
  const many = text.length < MIN_ENTRY * MAX_ENTRIES ? object : entries;
  return wrapValidationErrors(
    path,
    () => new LazyManifest(json, path, many, readFile, headers),
  );
}

/** Fewest characters of an entry: `"a":0,`. */
const MIN_ENTRY = 6;

/**
 * A manifest whose symbols and types are validated when they are asked for,
 * once each. What is asked for throws `bad_manifest` where it is wrong.
 */
export class LazyManifest implements LibraryDescription {
  /** The file that it describes. */
  readonly library: LibraryInfo;
  /** The library of the thunks, where they are not in the file itself. */
  readonly thunks: ThunkLibrary | undefined;
  /** What it is called, where it was given a name. */
  readonly name: string | undefined;
  /** Which release it is, where that is said. */
  readonly version: string | undefined;
  /** The file of what its headers define besides. */
  readonly headers: HeadersFile | undefined;
  /** The libraries that it brings along. */
  readonly bundled: readonly BundledLibrary[] | undefined;
  /** Who vouches for it. */
  readonly signature: ManifestSignature | undefined;
  /** The manifest as it was read: what is signed. */
  readonly json: object;
  /** Named types. */
  readonly types: NamedTypes;
  readonly #path: string;
  readonly #root: Record<string, unknown>;
  #constants: Readonly<Record<string, Constant>> | undefined;
  readonly #readFile: ReadFile | undefined;
  readonly #headersPath: string | undefined;
  #part: HeadersPart | undefined;
  readonly #symbols: Record<string, unknown>;
  readonly #skipped: Record<string, unknown>;
  readonly #read = new Map<string, SymbolDefinition>();
  #pointers: Pointers | undefined;
  #partPointers: Pointers | undefined;
  #whole: Manifest | undefined;

  /** @param many Reads a record of whatever number of entries the text can have. */
  constructor(
    json: unknown,
    path: string,
    many: Read<Record<string, unknown>>,
    readFile?: ReadFile,
    headersPath?: string,
  ) {
    const root = object(json);
    field(root, "manifest", formatVersion(MANIFEST_VERSION));
    this.library = field(root, "library", library);
    this.thunks = optional(root, "thunks", thunkLibrary);
    this.name = optional(root, "name", pluginName);
    this.version = optional(root, "version", versionText);
    this.headers = optional(root, "headers", headersFile);
    this.bundled = optional(root, "bundled", bundledLibraries);
    this.signature = optional(root, "signature", signature);
    this.json = root;
    this.types = new NamedTypes(
      field(root, "types", many),
      path,
      () => this.#headersPart,
    );
    this.#path = path;
    this.#readFile = readFile;
    this.#headersPath = headersPath;
    this.#root = root;
    this.#symbols = field(root, "symbols", many);
    this.#skipped = field(root, "skipped", many);
  }

  /** Constants of the headers: its own, and those of the file beside it. */
  get constants(): Readonly<Record<string, Constant>> {
    return this.#constants ??= {
      ...this.#headersPart?.constants,
      ...this.#ownConstants,
    };
  }

  get #ownConstants(): Readonly<Record<string, Constant>> | undefined {
    return wrapValidationErrors(
      this.#path,
      () => optional(this.#root, "constants", constants),
    );
  }

  /** What the headers define besides; read when it is first asked for. */
  get #headersPart(): HeadersPart | undefined {
    if (this.headers === undefined || this.#readFile === undefined) {
      return undefined;
    }
    return this.#part ??= readHeadersPart(
      this.#path,
      this.headers,
      this.#readFile,
      this.#headersPath,
    );
  }

  /** The names of the symbols, in the manifest's order. */
  get symbolNames(): string[] {
    return Object.keys(this.#symbols);
  }

  /** Whether there is a symbol of that name. */
  has(name: string): boolean {
    return Object.hasOwn(this.#symbols, name);
  }

  /** The symbol of that name, if there is one; `types` has what its type names. */
  symbol(symbol: string): SymbolDefinition | undefined {
    if (!this.has(symbol)) return undefined;
    let definition = this.#read.get(symbol);
    if (definition === undefined) {
      definition = wrapValidationErrors(this.#path, () => {
        try {
          name(symbol);
          return symbolDefinition(this.types)(this.#symbols[symbol]);
        } catch (error) {
          throw withPath(`symbols${key(symbol)}`, error);
        }
      });
      this.#read.set(symbol, definition);
    }
    return definition;
  }

  /**
   * The thunks of pointers to functions, by the types of those. The ones in the
   * file of its headers name types of that file: until one of those was asked
   * for, nobody can want them, and the file is not read for that.
   */
  get pointers(): Pointers {
    const part = this.#part;
    return {
      ...part && (this.#partPointers ??= this.#pointersIn(part, part.path)),
      ...this.#pointers ??= this.#pointersIn(),
    };
  }

  #pointersIn(
    from: object = this.#root,
    path = this.#path,
  ): Pointers | undefined {
    return wrapValidationErrors(
      path,
      () => optional(object(from), "pointers", pointerThunks(this.types)),
    );
  }

  /** Why the exported name cannot cross into JavaScript, if it is such a one. */
  skipped(name: string): string | undefined {
    return wrapValidationErrors(
      this.#path,
      () =>
        field(
          this.#root,
          "skipped",
          () => optional(this.#skipped, name, string),
        ),
    );
  }

  /** All of it. */
  get whole(): Manifest {
    return this.#whole ??= omitMissing({
      manifest: MANIFEST_VERSION,
      name: this.name,
      version: this.version,
      library: this.library,
      thunks: this.thunks,
      headers: this.headers,
      bundled: this.bundled,
      types: collect(this.types.ownNames, (name) => this.types.get(name)!),
      constants: this.#ownConstants,
      symbols: collect(this.symbolNames, (name) => this.symbol(name)!),
      pointers: this.#pointersIn(),
      skipped: wrapValidationErrors(
        this.#path,
        () => field(this.#root, "skipped", record(string)),
      ),
      signature: this.signature,
    });
  }
}

/** A record without a prototype. */
function collect<T>(
  names: readonly string[],
  of: (name: string) => T,
): Record<string, T> {
  const result: Record<string, T> = Object.create(null);
  for (const name of names) result[name] = of(name);
  return result;
}

const library: Read<LibraryInfo> = (value) => {
  const from = object(value);
  return omitMissing({
    file: field(from, "file", fileName),
    os: field(from, "os", oneOf(SYSTEMS)),
    arch: field(from, "arch", oneOf(ARCHITECTURES)),
    libc: optional(from, "libc", oneOf(LIBCS)),
    buildId: optional(from, "buildId", hexadecimal),
    sha256: field(from, "sha256", hexadecimal),
    size: field(from, "size", integer(0, Number.MAX_SAFE_INTEGER)),
    needs: field(from, "needs", list(name)),
    language: optional(from, "language", string),
    compiler: optional(from, "compiler", string),
  });
};

const headersFile: Read<HeadersFile> = (value) => {
  const from = object(value);
  return {
    file: field(from, "file", fileName),
    sha256: field(from, "sha256", hexadecimal),
    size: field(from, "size", integer(0, MAX_MANIFEST_SIZE)),
  };
};

const thunkLibrary: Read<ThunkLibrary> = (value) => {
  const from = object(value);
  return omitMissing({
    file: field(from, "file", fileName),
    buildId: optional(from, "buildId", hexadecimal),
    sha256: field(from, "sha256", hexadecimal),
    size: field(from, "size", integer(0, Number.MAX_SAFE_INTEGER)),
    links: optional(from, "links", list(name)),
  });
};
