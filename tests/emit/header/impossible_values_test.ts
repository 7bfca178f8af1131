/** Macros that stand for no value: the compiler is not asked about them, and about all others it is. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../../helpers/directory.ts";
import { needBreadth } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { plugin } from "../helpers/cli.ts";
import { describeByHeader, withCompiler } from "../helpers/headers.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

/** What is none, of each kind. */
const NONE = `
typedef int kind_t;
typedef struct { int x; } kind_pair;
typedef void (*kind_call)(kind_t one, kind_t two);
int kind_make(kind_t, kind_pair *, int);
extern const int kind_level;
#define KIND_EXTERN extern
#define KIND_API KIND_EXTERN
#define KIND_PLAIN
#define KIND_NOTHING KIND_PLAIN
#define KIND_HEADER <kind/kind.h>
#define KIND_TYPE kind_t
#define KIND_CALLBACK kind_call
#define KIND_PAIR kind_pair
#define KIND_LONG unsigned long
#define KIND_OLD kind_make
#define KIND_GONE kind_is_nowhere
#define KIND_SUFFIX UL
#define KIND_ATTRIBUTE(x) __attribute__((x))
#define KIND_DEPRECATED KIND_ATTRIBUTE(deprecated)
#define KIND_PREFIXED(x) kind_##x
#define KIND_NEW KIND_PREFIXED(make)
#define KIND_ARC 1L, 2L
#define KIND_LEAF KIND_ARC
#define KIND_NOW kind_make(1, 0, 2)
#define KIND_LEVEL kind_level
extern const unsigned char kind_marks[];
extern kind_pair *kind_pairs;
#define KIND_QUARK (kind_make (1, 0, 2))
#define KIND_MARKED(c) (kind_marks[(unsigned char) (c)])
#define KIND_MARK KIND_MARKED('l')
#define KIND_WIDE(c) (&kind_marks[(unsigned char) (c)])
#define KIND_PLACE KIND_WIDE('l')
#define KIND_CAST(type, of) (type)(of)
#define KIND_WIDER(c) (&kind_marks[KIND_CAST(unsigned char,(c))])
#define KIND_SPOT KIND_WIDER('[')
#define KIND_FIRST kind_pairs->x
#define KIND_HERE ((const char *) (__func__))
#define KIND_HERE_TOO __FUNCTION__
#define KIND_PRAGMA(x) _Pragma(#x)
#define KIND_IN_2_30 KIND_PRAGMA(GCC diagnostic push)
#define KIND_OLDER kind_make KIND_IN_2_30 KIND_IN_2_28(kind_make)
#define KIND_IN_2_28(f) KIND_PRAGMA(GCC diagnostic pop)
#define KIND_NAMED(name, version) name ## _ ## version
#define KIND_NEWEST(name) KIND_NAMED(name, 72)
int kind_open_72(void);
#define kind_open KIND_NEWEST(kind_open)
#define kind_close KIND_NEWEST(kind_close)
#define KIND_INNER (kind_level)
int _kind_get(int);
#define KIND_OWN _kind_get (0)
kind_pair *__kind_pair(void);
#define KIND_THREADS (*(__kind_pair()))
#define KIND_THREADS_TOO __kind_pair ()
#define KIND_CAST_OF_NONE (kind_pair *)
#define KIND_TEXT ((const kind_pair *) "*")
#define KIND_FONT ((void *)&kind_level)
#define KIND_POINTER KIND_PLAIN *
#define KIND_VERSION 2.1.5
#define KIND_PART ((kind_pair *) (kind_pairs))->
#define KIND_OF_PART KIND_PART x
#define KIND_AUTO kind_t __attribute__((unused))
#define KIND_ALIGNED _Alignas(16)
#define KIND_NOP __asm__("nop")
#define KIND_CHECKED _Static_assert(1, "")
`;

/** What is one, though it looks like those. */
const SOME = `
enum kind { kind_red, kind_blue = 4, kind_green __attribute__((deprecated)) = 5, };
struct kind_red { int kind_blue; void (*kind_green)(int); };
struct kind_red kind_use(struct kind_red kind_red, kind_pair kind_blue, int kind_green);
static inline int kind_pick(struct kind_red kind_red) { return kind_red.kind_blue; }
#define SOME_RED kind_red
#define SOME_BLUE SOME_BLUE_TOO
#define SOME_BLUE_TOO kind_blue
#define SOME_GREEN KIND_PREFIXED(green)
#define SOME_SIZE sizeof(unsigned long)
#define SOME_CAST (unsigned char) 300
#define SOME_COMMA "a,b"
#define SOME_CALL KIND_TWICE(4)
#define KIND_TWICE(x) (2 * (x))
#define SOME_HALF .5
#define SOME_CHOSEN KIND_CHOOSE(1, 2)
#define KIND_CHOOSE(a, b) a + b
#define SOME_CHARACTER ','
#define SOME_EXTENDED __extension__ 3
#define SOME_BLUE_AGAIN KIND_OF_ALL(blue)
#define KIND_OF_ALL(...) kind_##__VA_ARGS__
#define SOME_BLUE_AT_LAST KIND_OF_REST(blue)
#define KIND_OF_REST(rest...) kind_##rest
#define SOME_WORD KIND_ITSELF(6)
#define KIND_ITSELF(KIND_API) KIND_API + 0
#define SOME_OUTER (SOME_CALL)
#define SOME_INNER ((kind_blue))
#define SOME_OLD KIND_PRAGMA(GCC warning "old") 7
#define SOME_FAR ((kind_t (*)(void)) 0)
#define SOME_EMPTY "" KIND_OLD_FOR(KIND_HERE)
#define KIND_OLD_FOR(x) KIND_PRAGMA(GCC warning #x)
#define SOME_TYPE __builtin_types_compatible_p(kind_t, int)
#define SOME_ALIGNED __alignof__(kind_t)
#define SOME_ALIGN (2 * __alignof(kind_t))
#define SOME_OF_ADDRESS sizeof(kind_pair *)
#define SOME_OLDER kind_blue KIND_OLD_FOR(SOME_OLD)
#define SOME_CONST ((kind_t const) 9)
#define SOME_BIT ((kind_t) 1 << 3)
#define SOME_NEGATED (KIND_NOT kind_blue)
#define KIND_NOT -
#define SOME_NOWHERE ((void *) 0)
#define SOME_LENGTH sizeof((const char *) "long")
#define SOME_PLACE ((unsigned long) &((kind_pair *) 0)->x)
#define KIND_NEWEST_TOO(name) KIND_NAMED(name, blue)
#define SOME_NEWEST KIND_NEWEST_TOO(kind)
`;

const CONSTANTS = {
  SOME_ALIGN: 8,
  SOME_ALIGNED: 4,
  SOME_BIT: 8,
  SOME_BLUE: 4,
  SOME_BLUE_AGAIN: 4,
  SOME_BLUE_AT_LAST: 4,
  SOME_BLUE_TOO: 4,
  SOME_CALL: 8,
  SOME_CAST: 44,
  SOME_CHARACTER: 44,
  SOME_CHOSEN: 3,
  SOME_COMMA: "a,b",
  SOME_CONST: 9,
  SOME_EMPTY: "",
  SOME_EXTENDED: 3,
  SOME_FAR: { type: "pointer", value: "0" },
  SOME_GREEN: 5,
  SOME_HALF: 0.5,
  SOME_INNER: 4,
  SOME_LENGTH: 8,
  SOME_NEGATED: -4,
  SOME_NEWEST: 4,
  SOME_NOWHERE: { type: "pointer", value: "0" },
  SOME_OF_ADDRESS: 8,
  SOME_OLD: 7,
  SOME_OLDER: 4,
  SOME_OUTER: 8,
  SOME_PLACE: 0,
  SOME_RED: 0,
  SOME_SIZE: 8,
  SOME_TYPE: 1,
  SOME_WORD: 6,
  kind_blue: 4,
  kind_green: 5,
  kind_red: 0,
};

for (const compiler of ["gcc", "clang"]) {
  test(
    `what is no value costs no second compile, by ${compiler}`,
    needBreadth("cc", compiler),
    async () => {
      const cwd = emptyDirectory();
      const file = (name: string, text: string) =>
        writeFileSync(join(cwd, name), text);
      file("kind.h", `${NONE}${SOME}`);
      file(
        "kind.c",
        "const int kind_level = 1;\nint kind_make(int a, void *b, int c) { return a + c; }\n",
      );
      const library = join(cwd, "libkind.so");
      sharedLibrary(library, ["kind.c"], { compiler, cwd });
      const counting = join(cwd, "counting");
      file(
        "counting",
        `#!/bin/sh\necho "$@" >>${cwd}/asked\nexec ${compiler} "$@"\n`,
      );
      chmodSync(counting, 0o755);
      await succeedSilently(withCompiler(
        counting,
        () => plugin("emit", library, "--header", join(cwd, "kind.h")),
      ));
      const { constants } = JSON.parse(
        readFileSync(`${library}.headers.json`, "utf8"),
      );
      assertEquals(constants, CONSTANTS);
      const asked = readFileSync(join(cwd, "asked"), "utf8").split("\n");
      const constantsAsked = asked.filter((line) =>
        line.includes("constants.c")
      );
      assertEquals(constantsAsked.length, 1);
    },
  );
}

/** What looks like none, and is one to a compiler that knows all that is in it. */
const KEPT = `
#include <stddef.h>
#define KEEP_CALL
#define KEEP_NOWHERE ((struct keep_pair *) 0)
typedef int keep_t;
int keep_it(void);
struct keep_pair { int a, b; };
extern struct keep_pair keep_one, *keep_far;
extern const int keep_marks[9];
static const int keep_table[] = { 1, 2 };
static const struct keep_pair keep_known = { 3, 4 };
static const int keep_number __asm__("keep_number") = 5;
enum keep { intérêt = 6, integral = 7, asm = 8 };
#define KEEP_JOINED(x) int##x
#define KEEP_INT extern
#define KEEP_JOINED_TOO(x) KEEP_INT##x
enum { KEEP_INTEGRAL = 9 };
#define KEPT_ARROW "->"
#define KEPT_ARROWS "a -> b"
#define KEPT_OFFSET ((size_t) &KEEP_NOWHERE->b)
#define KEPT_PLACE ((size_t) &((struct keep_pair *) 16)->b)
#define KEPT_SIZE sizeof(keep_far->b)
#define KEPT_CAST ((void (KEEP_CALL *)(int)) 0)
#define KEPT_CAST_TOO ((keep_t (KEEP_CALL *)(int)) 0)
#define KEPT_CAST_BEHIND ((keep_t (__attribute__((unused)) *)(int)) 0)
#define KEPT_ELEMENT keep_table[1]
#define KEPT_ELEMENT_IN (keep_table[0] + 1)
#define KEPT_MEMBER keep_known.b
#define KEPT_THERE (&keep_known)->b
#define KEPT_NUMBER keep_number
#define KEPT_REACHED *&keep_number
#define KEPT_DISTANCE ((char *) &keep_one.b - (char *) &keep_one)
#define KEPT_COUNT (&keep_marks[8] - &keep_marks[0])
#define KEPT_LETTER ((const char *) "abc")[1]
#define KEPT_WORD intérêt
#define KEPT_JOINED KEEP_JOINED(egral) + 0
#define KEPT_JOINED_TOO KEEP_JOINED_TOO(EGRAL) + 0
#define KEPT_ASM asm
`;

for (const compiler of ["gcc", "clang"]) {
  test(
    `what is a value to ${compiler} is asked about`,
    needBreadth("cc", compiler),
    async () => {
      const describe = (...flags: string[]) =>
        describeByHeader(compiler, "int keep_it(void) { return 1; }", KEPT, [
          ...flags,
          "--",
          "-std=c11",
        ]);
      const { path } = await describe();
      const { constants: found } = JSON.parse(
        readFileSync(`${path}.headers.json`, "utf8"),
      );
      const named = await describe("--constants", "KEPT_*");
      const kept = Object.entries(found).filter(([name]) =>
        name.startsWith("KEPT_")
      );
      assertEquals(Object.fromEntries(kept), named.manifest.constants);
      if (compiler === "gcc") {
        const all = KEPT.match(/(?<=#define )KEPT_\w+/g)!
          .filter((name) => name !== "KEPT_LETTER"); // Clang's alone
        assertEquals(kept.map(([name]) => name).sort(), all.sort());
      }
    },
  );
}
