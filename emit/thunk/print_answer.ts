/**
 * Writes in C what answers for JavaScript where the plugin calls a pointer to a
 * function that has structs by value:
 *
 * ```c
 * static void *plugin_functions_0[128];
 * __attribute__((noinline)) static double plugin_answered_0(struct plugin_Point a0, void **at) {
 *   char memory[32] __attribute__((aligned(16)));
 *   void *frame = memory;
 *   double r0;
 *   __builtin_memset(&r0, 0, sizeof r0);
 *   PUT(a0, 0);
 *   PUT(r0, 16);
 *   CALL(at);
 *   GET(r0, 16);
 *   return r0;
 * }
 * #define ANSWER(n) static double plugin_answer_0_##n(struct plugin_Point a0) { … }
 * EACH_128(ANSWER)
 * ```
 *
 * A pointer to a function of C has nothing beside it that would tell which one of
 * JavaScript is meant: so there is a function of C for each that there is at a
 * time, and no code is made at run time.
 *
 * @module
 */

import type { Thunk } from "../../ffi/manifest/manifest.ts";
import { type CType, declarator } from "./declare.ts";

/** A type of functions, and how a call of one lies in a frame. */
interface Answered {
  readonly params: readonly CType[];
  readonly result?: CType;
  readonly thunk: Thunk;
}

/** How many functions of JavaScript there can be of one type at a time; docs/safety.md has the same. */
const COUNT = 128;

/** What all of them use, behind the prelude of the thunks. */
export const ANSWER_PRELUDE = [
  "#define EACH_16(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) \\",
  "  F(n##8) F(n##9) F(n##a) F(n##b) F(n##c) F(n##d) F(n##e) F(n##f)",
  "#define EACH_128(F) EACH_16(F, 0) EACH_16(F, 1) EACH_16(F, 2) EACH_16(F, 3) EACH_16(F, 4) \\",
  "  EACH_16(F, 5) EACH_16(F, 6) EACH_16(F, 7)",
  "/* One that was let go of gives zero. */",
  "#define CALL(at) do { \\",
  "  void (*function)(void *) = (void (*)(void *))__atomic_load_n(at, __ATOMIC_ACQUIRE); \\",
  "  if (function) function(frame); \\",
  "} while (0)",
  "/* Those that were let go of come last again: native code may still have the address of one. */",
  "static void *plugin_answer_for(void **functions, void *const *answers, unsigned *next,",
  "                               void *function, void *made) {",
  `  for (unsigned n = 0; n < ${COUNT}; n++) {`,
  `    unsigned i = made ? n : __atomic_fetch_add(next, 1, __ATOMIC_RELAXED) % ${COUNT};`,
  "    void *none = 0;",
  "    if (made) {",
  "      if (answers[i] == made) __atomic_store_n(&functions[i], none, __ATOMIC_RELEASE);",
  "    } else if (__atomic_compare_exchange_n(&functions[i], &none, function, 0,",
  "                                           __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {",
  "      return answers[i];",
  "    }",
  "  }",
  "  return 0;",
  "}",
] as const;

/**
 * Writes what answers for one type.
 *
 * @param source The type, and how it lies in a frame.
 * @param answer The symbol that gives such functions.
 * @param index Tells it from the others of the file.
 * @returns Lines of C.
 */
export function printAnswer(
  { params, result, thunk }: Answered,
  answer: string,
  index: number,
): string[] {
  const name = (what: string) => `plugin_${what}_${index}`;
  const list = params.map((param, place) => declarator(param, `a${place}`));
  const args = params.map((_, place) => `a${place}`);
  const returned = result?.before ?? "void";
  const space = returned.endsWith("*") ? "" : " ";
  const own = list.length === 0 ? "void" : list.join(", ");
  const exported = `__attribute__((visibility("default"))) void *${answer}`;
  return [
    `static void *${name("functions")}[${COUNT}];`,
    `__attribute__((noinline)) static ${returned}${space}${name("answered")}(${
      [...list, "void **at"].join(", ")
    }) {`,
    `  char memory[${Math.max(thunk.size, 1)}] __attribute__((aligned(16)));`,
    "  void *frame = memory;",
    ...(result === undefined ? [] : [
      `  ${declarator(result, "r0")};`,
      "  __builtin_memset(&r0, 0, sizeof r0);",
      `  PUT(r0, ${thunk.results[0]});`,
    ]),
    ...params.map((_, place) => `  PUT(a${place}, ${thunk.params[place]});`),
    "  CALL(at);",
    ...(result === undefined
      ? []
      : [`  GET(r0, ${thunk.results[0]});`, "  return r0;"]),
    "}",
    `#define ANSWER(n) static ${returned}${space}${
      name("answer")
    }_##n(${own}) { \\`,
    `  ${result === undefined ? "" : "return "}${name("answered")}(${
      [...args, `&${name("functions")}[0x##n]`].join(", ")
    }); \\`,
    "}",
    "EACH_128(ANSWER)",
    "#undef ANSWER",
    `#define ANSWER(n) (void *)${name("answer")}_##n,`,
    `static void *const ${name("answers")}[] = {EACH_128(ANSWER)};`,
    "#undef ANSWER",
    `static unsigned ${name("next")};`,
    `${exported}(void *function, void *made);`,
    `${exported}(void *function, void *made) {`,
    `  return plugin_answer_for(${name("functions")}, ${name("answers")}, &${
      name("next")
    }, function, made);`,
    "}",
    "",
  ];
}
