/**
 * Writes thunks as C.
 *
 * ```c
 * struct plugin_Point plugin_target_0(struct plugin_Point, double) SYMBOL("scale");
 * THUNK plugin_thunk_scale(void *frame) {
 *   struct plugin_Point a0;
 *   double a1;
 *   GET(a0, 0);
 *   GET(a1, 16);
 *   struct plugin_Point r0 = plugin_target_0(a0, a1);
 *   PUT(r0, 24);
 * }
 * ```
 *
 * @module
 */

import type { Thunk } from "../../ffi/manifest/manifest.ts";
import { type CType, declarator } from "./declare.ts";
import { ANSWER_PRELUDE, printAnswer } from "./print_answer.ts";

/** A function of C, or a pointer to one, and the thunk that calls it. */
export interface ThunkSource {
  /** The function's symbol; none of a pointer. */
  readonly name?: string;
  /** Its type, in the notation: for who reads the file. */
  readonly type: string;
  /** Types of the arguments that are passed. */
  readonly params: readonly CType[];
  /** How many of them are declared, where `...` follows. */
  readonly fixed?: number;
  /** Type of the result; none for `void`. */
  readonly result?: CType;
  /** Where everything lies. */
  readonly thunk: Thunk;
  /** Of a pointer: the symbol that gives functions of this type. */
  readonly answer?: string;
}

/** Symbols that can be written between the quotes of an assembler's name. */
const PLAIN = /^[A-Za-z_.$][\w.$]*$/;

/**
 * Whether a thunk can refer to a symbol by its name.
 *
 * @param name The symbol.
 */
export function isReferable(name: string): boolean {
  return PLAIN.test(name);
}

/**
 * Writes the file.
 *
 * @param declarations The structs that the thunks use.
 * @param thunks The thunks, in their order.
 * @returns C that needs no header of the library.
 */
export function printThunks(
  declarations: readonly string[],
  thunks: readonly ThunkSource[],
): string {
  const errno = thunks.some(({ thunk }) => thunk.errno !== undefined);
  const answers = thunks.some(({ answer }) => answer !== undefined);
  return [
    `/* Written by "plugin": each function takes its arguments from a frame. */`,
    ...(errno ? ["#include <errno.h>"] : []),
    ...PRELUDE,
    ...(answers ? ANSWER_PRELUDE : []),
    "",
    ...declarations,
    ...thunks.flatMap(printThunk),
  ].join("\n");
}

// The bytes are copied because a frame need not be aligned as the values ask.
// A symbol is named to the assembler, so that it may be no name of C, or one
// that the compiler has an opinion about, as it has about `printf`.
const PRELUDE = [
  "#define TEXT_(text) #text",
  "#define TEXT(text) TEXT_(text)",
  "#define SYMBOL(name) __asm__(TEXT(__USER_LABEL_PREFIX__) name)",
  `#define THUNK __attribute__((visibility("default"))) void`,
  "#define GET(to, at) __builtin_memcpy(&to, (char *)frame + at, sizeof to)",
  "#define PUT(from, at) __builtin_memcpy((char *)frame + at, &from, sizeof from)",
] as const;

function printThunk(source: ThunkSource, index: number): string[] {
  const { name, type, params, result, thunk } = source;
  const target = `plugin_target_${index}`;
  const args = params.map((_, place) => `a${place}`);
  const call = `${thunk.target === undefined ? target : "function"}(${
    args.join(", ")
  });`;
  return [
    ...(name === undefined || isReferable(name)
      ? [`/* ${name ?? "pointer"}: ${type} */`]
      : []),
    prototype(source, target),
    `THUNK ${thunk.symbol}(void *frame);`,
    `THUNK ${thunk.symbol}(void *frame) {`,
    ...params.map((param, place) => `  ${declarator(param, args[place])};`),
    ...params.map((_, place) =>
      `  GET(${args[place]}, ${thunk.params[place]});`
    ),
    ...(thunk.target === undefined
      ? []
      : [`  ${target} *function;`, `  GET(function, ${thunk.target});`]),
    ...(thunk.errno === undefined ? [] : ["  errno = 0;"]),
    `  ${result === undefined ? "" : `${declarator(result, "r0")} = `}${call}`,
    ...(thunk.errno === undefined
      ? []
      : ["  int error = errno;", `  PUT(error, ${thunk.errno});`]),
    ...(result === undefined ? [] : [`  PUT(r0, ${thunk.results[0]});`]),
    ...(isUsed(source) ? [] : ["  (void)frame;"]),
    "}",
    "",
    ...(source.answer === undefined
      ? []
      : printAnswer(source, source.answer, index)),
  ];
}

/** Declares the function, or its type where the frame says which one it is. */
function prototype(
  { name, params, fixed, result, thunk }: ThunkSource,
  target: string,
): string {
  const types = params.slice(0, fixed).map((param) => declarator(param));
  if (fixed !== undefined) types.push("...");
  const list = types.length === 0 ? "void" : types.join(", ");
  const returned = result === undefined ? "void" : result.before;
  const space = returned.endsWith("*") ? "" : " ";
  const declared = `${returned}${space}${target}(${list})`;
  return thunk.target === undefined
    ? `extern ${declared} SYMBOL("${name}");`
    : `typedef ${declared};`;
}

function isUsed({ params, result, thunk }: ThunkSource): boolean {
  return params.length > 0 || result !== undefined ||
    thunk.errno !== undefined || thunk.target !== undefined;
}
