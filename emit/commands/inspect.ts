/**
 * `plugin inspect`: what a library is, without loading it.
 *
 * @module
 */

import { collisionsOf } from "../../ffi/identity/collisions.ts";
import type { Manifest } from "../../ffi/manifest/manifest.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { withDebugFiles } from "../image/find_debug_files.ts";
import { describe } from "../describe/describe.ts";
import { EmitError } from "../error.ts";
import type { Export, Image } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import type { InspectedSymbol, Inspection } from "../inspect/inspection.ts";
import { printInspection } from "../inspect/print_inspection.ts";
import { askedBy } from "../inspect/requested_permissions.ts";
import type { Startup } from "../inspect/startup.ts";
import { readElfStartup } from "../inspect/startup_elf.ts";
import { readMachStartup } from "../inspect/startup_macho.ts";
import { thin } from "../image/universal.ts";
import { expectReading } from "../terminal/progress.ts";
import { isDescribedBy } from "../manifest/manifest_diff.ts";
import type { Description } from "../describe/description.ts";
import {
  type FoundManifest,
  type ResolvedInput,
  resolveInput,
} from "./resolve_input.ts";

/** What is asked of `plugin inspect`. */
export interface InspectCommand extends Reporting {
  /** A library or a manifest. */
  readonly file: string;
}

/** `plugin inspect`. */
export const command = defineCommand({
  name: "inspect",
  options: {},
  parse(given): InspectCommand {
    return {
      file: given.only("library", "a library or a manifest"),
      ...reportingOf(given),
    };
  },
  run(asked: InspectCommand): CommandOutcome {
    return { text: inspect(asked) };
  },
  help: `Says what a library is, without loading it.

Usage: plugin inspect <library|manifest> [options]

Examples:
  plugin inspect ./hello.so             format, needs, symbols, initialisers, sizes
  plugin inspect ./hello.so.json        the library that the manifest names
  plugin inspect libz.so.1              one that the system's loader finds
  plugin inspect ./hello.so --json | jq -r '.versions[].version'

Types come from the manifest beside the library, or from its debug information.

Options:
      --json        print it for programs
  -v, --verbose     print all symbols, not only the first 40
  -h, --help        print this
`,
});

/**
 * Says what a library is.
 *
 * @param command The library, or its manifest.
 * @returns Text for people or for programs.
 * @throws {EmitError} `not_found`, `bad_image`, `bad_debug_info`.
 * @throws {PluginError} `bad_manifest`.
 */
export function inspect(command: InspectCommand): string {
  const inspection = look(resolveInput(command.file));
  return command.json
    ? `${JSON.stringify(inspection, null, 2)}\n`
    : printInspection(inspection, command.verbose);
}

function look({ library, manifest }: ResolvedInput): Inspection {
  const { bytes, image } = readLibrary(library);
  expectReading(bytes.length);
  const { initialisers, parts } = startupOf(image, bytes);
  const { known, from } = typesOf(image, bytes, manifest?.manifest);
  const { language, compiler } = known;
  return {
    library,
    ...(manifest && { manifest: manifest.path }),
    ...(manifest && signedIn(manifest)),
    format: image.format,
    os: image.os,
    arch: image.arch,
    ...(image.libc && { libc: image.libc }),
    ...(image.buildId && { buildId: image.buildId }),
    size: bytes.length,
    ...(language && { language }),
    ...(compiler && { compiler }),
    needs: image.needs,
    versions: image.versions,
    collisions: (collisionsOf(library)?.uses ?? [])
      .map(({ path, symbols }) => ({ library: path, symbols })),
    asks: image.format === "elf" ? askedBy(library, language) : [],
    initialisers,
    parts,
    types: from,
    thunks: image.exports.filter(isThunk).length,
    symbols: symbolsOf(image, known),
  };
}

/** What "plugin sign" has added to a manifest. */
function signedIn(
  { manifest: { name, version, bundled }, signed }: FoundManifest,
): Pick<Inspection, "signed" | "called" | "bundled"> {
  const called = {
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
  };
  return {
    ...(signed && { signed }),
    ...(Object.keys(called).length > 0 && { called }),
    ...(bundled && { bundled: bundled.map(({ file }) => file) }),
  };
}

function startupOf({ format, path }: Image, bytes: Uint8Array): Startup {
  switch (format) {
    case "elf":
      return readElfStartup(bytes, path);
    case "macho":
      return readMachStartup(thin(bytes, path), path);
  }
}

/** A description that says nothing. */
const UNKNOWN: Description = { types: {}, symbols: {}, skipped: {} };

/** The types of the manifest, where it is that of this library; else of the debug information. */
function typesOf(
  image: Image,
  bytes: Uint8Array,
  manifest: Manifest | undefined,
): { known: Description; from: string } {
  if (manifest !== undefined && isDescribedBy(manifest.library, image, bytes)) {
    const { language, compiler } = manifest.library;
    return {
      known: {
        ...manifest,
        ...(language && { language }),
        ...(compiler && { compiler }),
      },
      from: "the manifest",
    };
  }
  try {
    return {
      known: describe(withDebugFiles(image)),
      from: "debug information",
    };
  } catch (error) {
    if (!(error instanceof EmitError)) throw error;
    switch (error.code) {
      case "no_debug_info":
        return { known: UNKNOWN, from: "nowhere: it has no debug information" };
      case "nothing_exported":
        return {
          known: UNKNOWN,
          from: "nowhere: no name that it exports can be described",
        };
      default:
        throw error;
    }
  }
}

function symbolsOf(image: Image, known: Description): InspectedSymbol[] {
  const names = new Map<string, string>();
  for (const [name, { symbol: link = name }] of Object.entries(known.symbols)) {
    // A symbol can be described under C's name of it as well as its own.
    if (name === link || !names.has(link)) names.set(link, name);
  }
  const own = image.exports.filter((symbol) => !isThunk(symbol));
  return own.map(({ name: link, kind }) => {
    const name = names.get(link);
    const symbol = name === undefined ? undefined : known.symbols[name];
    const skipped = Object.hasOwn(known.skipped, link)
      ? known.skipped[link]
      : undefined;
    return {
      name: name ?? link,
      ...(name === undefined || name === link ? {} : { symbol: link }),
      kind,
      ...(symbol && { type: symbol.type }),
      ...(symbol?.kind === "function" && symbol.nonnull &&
        { nonnull: symbol.nonnull }),
      ...(symbol?.kind === "function" && symbol.annotations &&
        { annotations: symbol.annotations }),
      ...(skipped && { skipped }),
    };
  });
}

/** Functions that this project's own generated code has put there. */
function isThunk({ name }: Export): boolean {
  return name.startsWith("plugin_thunk_");
}
