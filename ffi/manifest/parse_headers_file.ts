/**
 * Reads and validates the file of what headers define beyond what the symbols
 * use, which `open` leaves alone.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import { dirname, join } from "../system/path.ts";
import { sha256 } from "../system/node_system.ts";
import {
  bad,
  entries,
  field,
  formatVersion,
  notJson,
  object,
  wrapValidationErrors,
} from "./field.ts";
import { type Constant, HEADERS_VERSION, type HeadersFile } from "./format.ts";
import { constants } from "./parse_constants.ts";

/** Gives the bytes of a file; throws a `PluginError` where it cannot. */
export type ReadFile = (path: string) => Uint8Array;

/** What headers define besides; types and pointers are validated where they are asked for. */
export interface HeadersPart {
  /** Absolute path of the file. */
  readonly path: string;
  /** The types, as they are written. */
  readonly types: Record<string, unknown>;
  /** Thunks of pointers to functions, as they are written. */
  readonly pointers: unknown;
  /** Macros that are constants, and enumerators. */
  readonly constants: Readonly<Record<string, Constant>>;
}

/**
 * Reads the file.
 *
 * @param manifest Path of the manifest.
 * @param described What the manifest says of it.
 * @param read How it is read.
 * @param path Where it is; beside the manifest when left out.
 * @throws {PluginError} `bad_manifest` when it is not the one described, or
 * none at all; and what `read` throws.
 */
export function readHeadersPart(
  manifest: string,
  described: HeadersFile,
  read: ReadFile,
  path = join(dirname(manifest), described.file),
): HeadersPart {
  const bytes = read(path);
  const digest = sha256(bytes);
  if (digest !== described.sha256) {
    throw new PluginError(
      "bad_manifest",
      `Cannot read ${quote(path)}: its sha256 is ${digest}, the manifest ${
        quote(manifest)
      } describes ${described.sha256}; "plugin emit" writes both, and who has opened the plugin before has to open it again`,
      { path },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw bad(path, notJson(cause), cause);
  }
  return wrapValidationErrors(path, () => {
    const root = object(json);
    field(root, "headers", formatVersion(HEADERS_VERSION));
    return {
      path,
      pointers: root.pointers,
      types: field(root, "types", entries),
      get constants() {
        return wrapValidationErrors(
          path,
          () => field(root, "constants", constants),
        );
      },
    };
  });
}
