/**
 * Names that a macro renames: `mpz_init` is `__gmpz_init` to the compiler, and
 * nothing but `mpz_init` to who reads the manual.
 *
 * @module
 */

import { pastedBy } from "./impossible_values.ts";
import { type HeaderRequest, prelude, preprocess } from "./compile_header.ts";
import type { Macro } from "./list_macros.ts";

/** What a macro with parameters has in it where a name may be left of it. */
const MAY_BE_NAME = /^[\w\s,()#]*$/;

/** What stands before each macro that is expanded. */
const MARK = "plugin_expand";

/**
 * Finds the macros of the library's own headers that are another name of
 * something.
 *
 * @param request The headers.
 * @param macros All macros that they leave.
 * @param isMeant Whether something may be meant, by its name.
 * @returns What each stands for.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function renamedIn(
  request: HeaderRequest,
  macros: ReadonlyMap<string, Macro>,
  isMeant: (name: string) => boolean,
): Promise<Map<string, string>> {
  const renamed = new Map<string, string>();
  const pasted: string[] = [];
  for (const [name, { params, body, isOwn }] of macros) {
    if (!isOwn || params !== undefined) continue;
    const [, word, args] = /^([A-Za-z_]\w*)\s*(\([\w\s,]*\))?$/.exec(body) ??
      [];
    if (word === undefined) continue;
    const macro = macros.get(word);
    const made = args === undefined ? word : macro && pastedBy(macro, args);
    const meant = made && followed(made, macros);
    if (meant !== undefined) {
      if (meant !== name && isMeant(meant)) renamed.set(name, meant);
    } else if (macro !== undefined && MAY_BE_NAME.test(macro.body)) {
      pasted.push(name);
    }
  }
  if (pasted.length === 0) return renamed;
  const lines = pasted.map((name, index) => `${MARK} ${index} ${name}\n`);
  const text = await preprocess(
    request,
    "renamed.c",
    prelude(request.headers) + lines.join(""),
    ["-P"],
  );
  const expanded = new RegExp(`^${MARK} (\\d+) ([A-Za-z_]\\w*)\\s*$`, "gm");
  for (const [, index, meant] of text.matchAll(expanded)) {
    const name = pasted[Number(index)]!;
    if (meant !== name && isMeant(meant!)) renamed.set(name, meant!);
  }
  return renamed;
}

/** The end of a chain of names. */
function followed(name: string, macros: ReadonlyMap<string, Macro>): string {
  const seen = new Set<string>();
  for (;;) {
    const { params, body = "" } = macros.get(name) ?? {};
    const isEnd = seen.has(name) || params !== undefined ||
      !/^[A-Za-z_]\w*$/.test(body);
    if (isEnd) return name;
    seen.add(name);
    name = body;
  }
}
