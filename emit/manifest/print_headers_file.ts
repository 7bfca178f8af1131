/**
 * The file of what headers define beyond what the symbols use, beside the
 * manifest.
 *
 * @module
 */

import { basename } from "../../ffi/system/path.ts";
import { isMissing, readFile } from "../../ffi/system/system.ts";
import {
  checkManifest,
  type HeaderDefinitions,
  HEADERS_VERSION,
  type HeadersFile,
  type Manifest,
  readHeadersPart,
} from "../../ffi/manifest/manifest.ts";
import { fingerprint } from "./fingerprint.ts";
import { printManifest } from "./print_manifest.ts";
import { sortKeys } from "./assemble.ts";

/** Such a file, to be written. */
export interface WrittenHeaders {
  /** Where it goes. */
  readonly path: string;
  /** What is in it. */
  readonly data: string;
  /** What the manifest says of it. */
  readonly described: HeadersFile;
}

/**
 * The file of what headers define besides.
 *
 * @param manifest Path of the manifest.
 * @param headers What they define.
 * @returns The file; undefined where they define nothing.
 */
export async function headersBeside(
  manifest: string,
  headers: HeaderDefinitions | undefined,
): Promise<WrittenHeaders | undefined> {
  if (headers === undefined) return undefined;
  const { types, constants, pointers } = headers;
  if (Object.keys(types).length + Object.keys(constants).length === 0) {
    return undefined;
  }
  const data = printManifest({
    headers: HEADERS_VERSION,
    types: sortKeys(types),
    constants: sortKeys(constants),
    ...pointers && { pointers: sortKeys(pointers) },
  });
  const path = headersPath(manifest);
  const bytes = new TextEncoder().encode(data);
  return {
    path,
    data,
    described: { file: basename(path), ...await fingerprint(bytes) },
  };
}

/**
 * Where the file of what headers define lies.
 *
 * @param manifest Path of the manifest.
 */
export function headersPath(manifest: string): string {
  return `${manifest.replace(/\.json$/, "")}.headers.json`;
}

/**
 * Reads what lies beside a manifest.
 *
 * @param path Path of the manifest.
 * @param manifest The manifest.
 * @returns What its headers define besides; undefined where it names no file,
 * or there is none.
 * @throws {PluginError} `bad_manifest` where it is not the one that is named.
 */
export function readHeaders(
  path: string,
  manifest: Manifest,
): HeaderDefinitions | undefined {
  if (manifest.headers === undefined) return undefined;
  try {
    const part = readHeadersPart(path, manifest.headers, readFile);
    const further = part.pointers as Manifest["pointers"];
    const whole = {
      ...manifest,
      types: { ...part.types, ...manifest.types },
      pointers: { ...further, ...manifest.pointers },
    };
    const { types, pointers } = checkManifest(whole, part.path);
    return {
      types: besides(types, manifest.types),
      constants: part.constants,
      ...further && { pointers: besides(pointers, manifest.pointers) },
    };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What of all entries is not among some. */
function besides<T>(
  all: Readonly<Record<string, T>> = {},
  some: object = {},
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !Object.hasOwn(some, name)),
  );
}

/** What has types, constants and thunks of pointers: a manifest, or a description. */
type Describing = Pick<Manifest, "types" | "constants" | "pointers">;

/**
 * All types, constants and thunks of pointers in one.
 *
 * @param described A manifest, or a description.
 * @param headers What its headers define besides.
 */
export function withHeaders<T extends Describing>(
  described: T,
  headers: HeaderDefinitions | undefined,
): T {
  if (headers === undefined) return described;
  return {
    ...described,
    types: sortKeys({ ...headers.types, ...described.types }),
    constants: sortKeys({ ...headers.constants, ...described.constants }),
    ...headers.pointers && {
      pointers: sortKeys({ ...headers.pointers, ...described.pointers }),
    },
  };
}

/**
 * What headers define besides, for several targets: what the first has, and of
 * the constants those that have one value.
 *
 * @param all What those of each target define.
 */
export function commonHeaders(
  all: readonly (HeaderDefinitions | undefined)[],
): HeaderDefinitions | undefined {
  const [first, ...others] = all;
  if (first === undefined) return undefined;
  const constants = Object.entries(first.constants).filter(([name, value]) => {
    const text = JSON.stringify(value);
    return others.every((each) =>
      JSON.stringify(each?.constants[name]) === text
    );
  });
  return { ...first, constants: Object.fromEntries(constants) };
}
