/**
 * Headers that declare more than those that were read, as far as the compiler takes
 * them together, with the options that name them all.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import type { Description } from "../describe/description.ts";
import { compilable } from "./compilable_headers.ts";
import { type HeaderRequest, including } from "./compile_header.ts";
import { UNDECLARED } from "./declared_symbols.ts";
import { type OtherHeader, otherHeaders } from "./other_headers.ts";

/** Headers that declare more of the library. */
export interface OtherHeaders {
  readonly found: readonly OtherHeader[];
  /** All that are to be named for it, in this order; none where the same are read with macros. */
  readonly headers: readonly string[];
}

/** Most headers that are named which were not. */
const MOST = 4;

/**
 * Finds them.
 *
 * @param described What was read in the headers.
 * @param request How they were read.
 * @returns Undefined where nothing is undeclared, or the compiler takes none that declares it.
 */
export async function compilableOthers(
  { symbols, skipped, places = new Map(), read }: Description,
  request: HeaderRequest,
): Promise<OtherHeaders | undefined> {
  if (read === undefined) return undefined;
  const undeclared = Object.keys(skipped).filter((name) =>
    skipped[name] === UNDECLARED
  );
  if (undeclared.length === 0) return undefined;
  const declared = Object.keys(symbols);
  const all = otherHeaders(undeclared, declared, places, read, request.headers)
    .slice(0, MOST);
  if (all.length === 0) return undefined;
  // Where the compiler refuses the macros, the headers are left that want none.
  const plain = all.filter(({ defines }) => defines.length === 0);
  return await asFarAsTaken(all, request) ??
    (0 < plain.length && plain.length < all.length
      ? await asFarAsTaken(plain, request)
      : undefined);
}

/** Those that the compiler takes behind the headers that were given; undefined where it takes none, or these no more. */
async function asFarAsTaken(
  found: readonly OtherHeader[],
  request: HeaderRequest,
): Promise<OtherHeaders | undefined> {
  const { image, headers: given, work } = request;
  const defines = found.flatMap(({ defines }) => defines);
  const further = found.filter(({ isRead }) => !isRead)
    .map(({ header }) => header);
  const { headers, stderr } = await compilable(
    [...given, ...further],
    including({ ...request, defines: [...request.defines, ...defines] }),
    { image, source: join(work, "others.c") },
  );
  const left = found.filter(({ header, isRead }) =>
    isRead || headers.includes(header)
  );
  if (
    stderr !== "" || left.length === 0 ||
    !given.every((header) => headers.includes(header))
  ) return undefined;
  return {
    found: left,
    headers: left.every(({ isRead }) => isRead) ? [] : headers,
  };
}
