import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { declarationsIn, docsOf } from "../../../emit/csource/doc.ts";
import { parameterNames } from "../../../emit/csource/params.ts";
import { heads } from "../../../emit/csource/tokens.ts";

test("docsOf() takes the comment right above a declaration", () => {
  const docs = docsOf(declarationsIn(heads(`
/* The licence
 * of the file. */
#include <stdio.h>
#define LONG \\
  it goes on // and on

/* Far from everything. */

// A point
// in space.
typedef struct Point { double x; /* across */ double y; } Point;

/** Half way.
 *
 *    Indented.
 */
__attribute__((visibility("default")))
Point mid(Point a, Point b) {
  char c = '{', *s = "}{ /*"; // no comment
  return a;
}
/* Of C23. */
[[deprecated("use [mid]")]] int quarter([[maybe_unused]] int of);
/// Counts.
int V = 3, W; // behind
int X;
/*! A handler. */ int (*handler)(int);
/***** Colours. *****/
enum Color { RED, GREEN };
/** Without a tag. */
typedef struct { int a; } Anonymous;
// Finds one.
struct Point *find(const char *name)
{ return 0; }
`)));
  assertEquals(Object.fromEntries(docs), {
    "Point.x": "across",
    Point: "A point\nin space.",
    mid: "Half way.\n\n   Indented.",
    quarter: "Of C23.",
    V: "Counts.",
    W: "Counts.",
    handler: "A handler.",
    Color: "Colours.",
    Anonymous: "Without a tag.",
    find: "Finds one.",
  });
});

test("docsOf() follows what a preprocessor says of lines", () => {
  const docs = docsOf(declarationsIn(heads(`# 1 "library.h" 1
/* Far away. */
# 20 "library.h"
int far(void);
int before(void);
/* About what is before it. */

int after(void);
/**
 ** Wrapped by a macro,
 **
 ** on two lines.
 */
# 30 "library.h"
extern int
# 30 "library.h" 3 4
(wrapped) (void);
/* The end of a file. */
# 2 "program.c" 2
int program(void);
`)));
  assertEquals(Object.fromEntries(docs), {
    wrapped: "Wrapped by a macro,\n\non two lines.",
  });
});

test("docsOf() ends on source that does not", () => {
  for (const source of ["/* open", '"open', "int f(", "}}}", "#", "", "'"]) {
    assertEquals(docsOf(declarationsIn(heads(source))).size, 0);
  }
});

test("parameterNames() finds names in every declarator of C", () => {
  const source = `
    typedef unsigned long size_t;
    extern int plain (const char *text, size_t n) __attribute__ ((pure));
    int (wrapped)(int a);
    void (*signal_like(int sig, void (*func)(int)))(int);
    void sort(void *base, int (*compare)(const void *, const void *));
    int arrays(int m[3][3], char *argv[]);
    int mixed(unsigned, struct foo, const bar, int (*)(int), unsigned long n, ...);
    int unnamed(int, char *);
    int nothing(void);
    static inline int body(int x) { return unnamed(x, 0); }
  `;
  const wanted = new Set(
    "plain wrapped signal_like sort arrays mixed unnamed nothing body"
      .split(" "),
  );
  assertEquals(Object.fromEntries(parameterNames(heads(source), wanted)), {
    plain: ["text", "n"],
    wrapped: ["a"],
    signal_like: ["sig", "func"],
    sort: ["base", "compare"],
    arrays: ["m", "argv"],
    mixed: ["", "", "", "", "n"],
    body: ["x"],
  });
});
