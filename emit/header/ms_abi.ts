/**
 * Functions that headers declare with another calling convention than the
 * platform's. Clang says in debug information which; of GCC, which knows one
 * more on x86-64, it is asked.
 *
 * ```c
 * typedef __typeof__(f) plugin_abi_f __attribute__((ms_abi));
 * _Static_assert(!__builtin_types_compatible_p(__typeof__(f), plugin_abi_f), "ms_abi");
 * ```
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { join } from "../../ffi/system/path.ts";
import type { Token } from "../csource/tokens.ts";
import {
  atFault,
  ccWithAllErrors,
  type HeaderRequest,
  including,
  judging,
  prelude,
  setLines,
  undefine,
} from "./compile_header.ts";

/**
 * Finds the functions that are called as Windows calls its own.
 *
 * @param request The headers, and how to compile them.
 * @param headers What the preprocessor made of them.
 * @param functions Names that they declare as functions.
 * @returns Those of them.
 */
export async function withMsAbi(
  request: HeaderRequest,
  headers: readonly Token[],
  functions: readonly string[],
): Promise<ReadonlySet<string>> {
  const isAsked = headers.some(({ text }) =>
    text === "ms_abi" || text === "__ms_abi__"
  );
  if (!isAsked) return new Set();
  const source = join(request.work, "abi.c");
  const lines = functions.map((name) =>
    `typedef __typeof__(${name}) plugin_abi_${name} __attribute__((ms_abi)); ` +
    `_Static_assert(!__builtin_types_compatible_p(__typeof__(${name}), ` +
    `plugin_abi_${name}), "ms_abi");\n`
  );
  system.overwrite(
    source,
    `${prelude(request.headers)}${
      undefine(functions)
    }#if defined __x86_64__ && !defined __clang__\n` +
      `${setLines}${lines.join("")}#endif\n`,
  );
  const { stderr } = await ccWithAllErrors([
    ...including(request),
    ...judging(source),
  ], request);
  // Other errors are of functions that say to be called as they are anyway.
  const asserted = stderr.split("\n").filter((line) =>
    /static.assert/i.test(line)
  );
  return new Set(
    atFault(asserted.join("\n")).map((line) => functions[line]!),
  );
}
