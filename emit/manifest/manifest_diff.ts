/**
 * Tells whether a manifest is still that of its library.
 *
 * @module
 */

import type {
  LibraryInfo,
  Manifest,
  SymbolDefinition,
  Thunk,
  ThunkLibrary,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { libraryDifferences } from "../../ffi/identity/same_library.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import { printAnnotations } from "../annotate/print_annotations.ts";
import type { Image } from "../image/image.ts";
import type { LibraryFile } from "../image/library_file.ts";
import type { Description } from "../describe/description.ts";

/** One thing that the manifest and the library do not agree on. */
export interface ManifestDifference {
  /** What it is about: `"library.buildId"`, `"symbol mid"`, `"type Point"`. */
  readonly about: string;
  /** What the manifest says; nothing where it does not know of it. */
  readonly was?: string;
  /** What the library says; nothing where it is not there. */
  readonly is?: string;
}

/**
 * Whether a library is the one that is described, as `open` decides it: by its
 * machine, and by the build ids, or by size and digest where one of them has
 * none.
 *
 * @param described What the manifest says.
 * @param image The library.
 * @param bytes The library's file.
 */
export function isDescribedBy(
  described:
    & Pick<LibraryInfo, "buildId" | "sha256" | "size">
    & Partial<Pick<LibraryInfo, "os" | "arch">>,
  image: Image,
  bytes: Uint8Array,
): boolean {
  const { os = image.os, arch = image.arch } = described;
  return os === image.os && arch === image.arch &&
    fileDifferences("", described, { image, bytes }).length === 0;
}

/**
 * Compares a manifest with its library.
 *
 * @param manifest The manifest.
 * @param library The library.
 * @param thunks The library of its thunks; undefined where there is no such file.
 * @param now What the library exports, read anew; undefined where it does not say.
 * @returns What differs, in a fixed order; nothing when the manifest is right.
 */
export function manifestDifferences(
  manifest: Manifest,
  library: LibraryFile,
  thunks: LibraryFile | undefined,
  now: Description | undefined,
): ManifestDifference[] {
  const { image } = library;
  const { os, arch, libc } = manifest.library;
  return [
    ...compare("library.os", os, image.os),
    ...compare("library.arch", arch, image.arch),
    ...compare("library.libc", libc, image.libc),
    ...fileDifferences("library", manifest.library, library),
    ...companion(manifest.thunks, thunks),
    ...thunkSymbols(manifest, thunks?.image ?? image),
    ...unexported(wrappedOf(manifest), thunks?.image ?? image),
    ...now === undefined ? unexported(ownOf(manifest), image) : [
      ...symbols(now.wrappers ? manifest : ownOf(manifest), now),
      ...annotations(manifest, now),
      ...constants(manifest, now),
      ...types(manifest, now),
    ],
  ];
}

function fileDifferences(
  about: string,
  described: Pick<LibraryInfo, "buildId" | "sha256" | "size">,
  { image, bytes }: LibraryFile,
): ManifestDifference[] {
  const facts = {
    buildId: image.buildId,
    size: bytes.length,
    sha256: () => sha256(bytes),
  };
  return Array.from(
    libraryDifferences(described, facts),
    ({ field, described, there }) => ({
      about: `${about}.${field}`,
      was: String(described),
      is: String(there),
    }),
  );
}

/**
 * Compares the digest, which a build id does not stand for.
 *
 * @param about `"library"` or `"thunks"`.
 * @param described What the manifest says.
 * @param bytes The library's file.
 * @returns The difference; none where the digest is the same.
 */
export function digestDifferences(
  about: string,
  described: Pick<LibraryInfo, "sha256">,
  { bytes }: Pick<LibraryFile, "bytes">,
): ManifestDifference[] {
  return compare(`${about}.sha256`, described.sha256, sha256(bytes));
}

function companion(
  described: ThunkLibrary | undefined,
  there: LibraryFile | undefined,
): ManifestDifference[] {
  if (described === undefined) return [];
  return there === undefined
    ? [{ about: "thunks.file", was: described.file }]
    : fileDifferences("thunks", described, there);
}

/** Thunks that the manifest names and their library has not got. */
function thunkSymbols(manifest: Manifest, image: Image): ManifestDifference[] {
  const exported = new Set(image.exports.map(({ name }) => name));
  const all = [
    ...Object.entries(manifest.symbols).flatMap(([name, symbol]) =>
      thunksOf(symbol).map(({ symbol }) => [name, symbol] as const)
    ),
    ...Object.entries(manifest.pointers ?? {}).flatMap(([type, found]) =>
      "noThunk" in found
        ? []
        : [[type, found.thunk.symbol], [type, found.answer]] as const
    ),
  ];
  return all.flatMap(([name, symbol]) =>
    exported.has(symbol) ? [] : [{ about: `thunk of ${name}`, was: symbol }]
  );
}

function thunksOf(symbol: SymbolDefinition): Thunk[] {
  const all = symbol.kind === "function"
    ? [symbol.thunk, ...(symbol.calls ?? []).map(({ thunk }) => thunk)]
    : [symbol.get, symbol.set];
  return all.filter((thunk) => thunk !== undefined);
}

/** The manifest with the symbols of the headers alone; they lie in the library of the thunks. */
function wrappedOf(manifest: Manifest): Manifest {
  return withSymbols(manifest, isWrapped);
}

/** The manifest with those that the library itself has. */
function ownOf(manifest: Manifest): Manifest {
  return withSymbols(manifest, (symbol) => !isWrapped(symbol));
}

function isWrapped(symbol: SymbolDefinition): boolean {
  return symbol.kind === "function" && symbol.wrapped !== undefined;
}

function withSymbols(
  manifest: Manifest,
  isOne: (symbol: SymbolDefinition) => boolean,
): Manifest {
  const symbols = Object.entries(manifest.symbols).filter(([, symbol]) =>
    isOne(symbol)
  );
  return { ...manifest, symbols: Object.fromEntries(symbols) };
}

/** Where nothing says the types anew: symbols that are gone. */
function unexported(manifest: Manifest, image: Image): ManifestDifference[] {
  const exported = new Set(image.exports.map(({ name }) => name));
  return Object.entries(manifest.symbols).flatMap(([name, symbol]) => {
    const own = symbol.symbol ?? name;
    // Go's functions are only there as thunks.
    const wanted = symbol.kind === "variable"
      ? symbol.get?.symbol ?? symbol.address ?? own
      : symbol.thunk?.target === undefined
      ? symbol.thunk?.symbol ?? own
      : own;
    return exported.has(wanted)
      ? []
      : [{ about: `symbol ${name}`, was: printSymbol(symbol) }];
  });
}

function symbols(manifest: Manifest, now: Description): ManifestDifference[] {
  const was = { ...manifest.symbols };
  return names(was, now.symbols).flatMap((name) =>
    compare(
      `symbol ${name}`,
      own(was, name, printSymbol),
      own(now.symbols, name, printSymbol),
    )
  ).concat(
    names(manifest.skipped, now.skipped).flatMap((name) =>
      compare(
        `skipped ${name}`,
        own(manifest.skipped, name, String),
        own(now.skipped, name, String),
      )
    ),
  );
}

/** Where they were read anew; otherwise nothing says them. */
function constants(
  { constants: was = {} }: Manifest,
  { constants: is }: Description,
): ManifestDifference[] {
  if (is === undefined) return [];
  return names(was, is).flatMap((name) =>
    compare(
      `constant ${name}`,
      own(was, name, (value) => JSON.stringify(value)),
      own(is, name, (value) => JSON.stringify(value)),
    )
  );
}

function annotations(
  manifest: Manifest,
  now: Description,
): ManifestDifference[] {
  const said = (symbol: SymbolDefinition): string | undefined =>
    symbol.kind === "function" && symbol.annotations !== undefined
      ? printAnnotations(symbol.annotations)
      : undefined;
  return Object.keys(manifest.symbols).filter((name) =>
    Object.hasOwn(now.symbols, name)
  ).flatMap((name) =>
    compare(
      `annotations of ${name}`,
      said(manifest.symbols[name]!),
      said(now.symbols[name]!),
    )
  );
}

function types(manifest: Manifest, now: Description): ManifestDifference[] {
  return names(manifest.types, now.types).flatMap((name) => {
    const [was, is] = [manifest.types, now.types].map((types) =>
      own(types, name, partsOf)
    );
    if (was === undefined || is === undefined) {
      return compare(`type ${name}`, was?.[""], is?.[""]);
    }
    return names(was, is).flatMap((part) =>
      compare(`type ${name}${part}`, was[part], is[part])
    );
  });
}

/**
 * What a type is, part by part, so that a difference names the part.
 *
 * @param definition The type.
 * @returns Its parts; the whole is the one without a name.
 */
export function partsOf(definition: TypeDefinition): Record<string, string> {
  switch (definition.kind) {
    case "struct":
    case "union": {
      const { kind, size, align, fields, skipped = {} } = definition;
      return {
        "": `${kind} of ${size} bytes, aligned to ${align}`,
        ...keyed(fields.map(({ name, type, offset, bits }) => [
          name,
          bits === undefined
            ? `${type} at ${offset}`
            : `${bits[1]} bits of ${type} at ${offset}, from bit ${bits[0]}`,
        ])),
        ...keyed(Object.entries(skipped)),
      };
    }
    case "enum":
      return {
        "": `enum of ${definition.type}`,
        ...keyed(Object.entries(definition.values)),
      };
    case "alias":
      return { "": definition.type };
    case "opaque":
      return { "": "opaque" };
    case "record":
      return {
        "": "record",
        ...keyed(definition.members.map(({ name, type }) => [name, type])),
      };
    case "class": {
      const {
        kind,
        handle,
        accessors = {},
        methods = {},
        statics = {},
        constants = {},
        ...one
      } = definition;
      return {
        "": `${kind} by ${handle}`,
        ...keyed(
          Object.entries(one).filter(([key]) => key !== "doc"),
        ),
        ...keyed(Object.entries(statics)),
        ...keyed(Object.entries(constants)),
        ...keyed(Object.entries(methods)),
        ...keyed(
          Object.entries(accessors).map(([name, { get, set = "" }]) => [
            name,
            `${get} ${set}`,
          ]),
        ),
      };
    }
    case "variant":
      return { "": "variant", ...keyed(Object.entries(definition.cases)) };
  }
}

function keyed(
  parts: readonly (readonly [string, unknown])[],
): Record<string, string> {
  return Object.fromEntries(
    parts.map(([name, part]) => [`.${name}`, String(part)]),
  );
}

function compare(
  about: string,
  was: string | undefined,
  is: string | undefined,
): ManifestDifference[] {
  return was === is ? [] : [{
    about,
    ...(was === undefined ? {} : { was }),
    ...(is === undefined ? {} : { is }),
  }];
}

function names(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function own<T, P>(
  record: Readonly<Record<string, T>>,
  name: string,
  print: (value: T) => P,
): P | undefined {
  return Object.hasOwn(record, name) ? print(record[name]!) : undefined;
}

/** What a symbol is, without how it is called and what its comment says. */
function printSymbol(symbol: SymbolDefinition): string {
  if (symbol.kind === "variable") {
    return `${symbol.const ? "const " : ""}variable ${symbol.type}`;
  }
  const params = (symbol.params ?? []).filter((name) => name !== "");
  const { nonnull = [], required } = symbol;
  return [
    symbol.type,
    ...(params.length === 0 ? [] : [`of ${params.join(", ")}`]),
    ...(nonnull.length === 0 ? [] : [`never null: ${nonnull.join(", ")}`]),
    ...(required === undefined ? [] : [`${required} to be given`]),
  ].join(", ");
}
