/**
 * What macros become that others with parameters make, where only the
 * preprocessor says it: ICU's `u_errorName` is
 * `U_ICU_ENTRY_POINT_RENAME(u_errorName)`, and that `u_errorName_72`.
 *
 * @module
 */

import { type HeaderRequest, prelude, preprocess } from "./compile_header.ts";
import { pastedBy } from "./impossible_values.ts";
import type { Macro } from "./list_macros.ts";

/** A body that is a call with nothing but names. */
const CALL = /^([A-Za-z_]\w*)\s*(\([\w\s,]*\))$/;

/** What a macro with parameters has in it where a name may be left of it. */
const MAY_BE_NAME = /^[\w\s,()#]*$/;

/** What stands before each macro that is expanded. */
const MARK = "plugin_expand";

/**
 * Expands the macros of the library's own headers that may be another name of
 * something, and of which their text does not say what.
 *
 * @param request The headers.
 * @param macros All macros that they leave.
 * @returns What each becomes.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function expandedMacros(
  request: HeaderRequest,
  macros: ReadonlyMap<string, Macro>,
): Promise<Map<string, string>> {
  const asked: string[] = [];
  for (const [name, { params, body, isOwn }] of macros) {
    if (!isOwn || params !== undefined) continue;
    const [, word, args] = CALL.exec(body) ?? [];
    const macro = word === undefined ? undefined : macros.get(word);
    if (
      macro !== undefined && MAY_BE_NAME.test(macro.body) &&
      pastedBy(macro, args!) === undefined
    ) asked.push(name);
  }
  if (asked.length === 0) return new Map();
  const text = await preprocess(
    request,
    "expanded.c",
    prelude(request.headers) +
      asked.map((name, index) => `${MARK} ${index} ${name}\n`).join(""),
    ["-P"],
  );
  const lines = new RegExp(`^${MARK} (\\d+) (.*)$`, "gm");
  return new Map(
    Array.from(
      text.matchAll(lines),
      ([, index, made]) => [asked[Number(index)]!, made!.trim()],
    ),
  );
}
