/**
 * What a header calls its types: by tag, by typedef, and by several typedefs;
 * and that both compilers say what the header says.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { open } from "../../../mod.ts";
import { needBreadth } from "../../helpers/need.ts";
import { describeByHeader } from "../helpers/headers.ts";

const HEADER = `
typedef struct { int w, h; struct { int depth; } *inner; } img, *imgp;
typedef imgp *imgpp;
typedef struct loop_s loop_t;
struct loop_s { int n; };
typedef loop_t loop_again;
typedef struct { int a; } First, Second;
typedef enum { RED, BLUE = 7 } color, *colorp;
typedef struct priv *priv_p;
typedef struct same { int x; } same;
typedef struct other { int y; } taken;
struct taken { int z; };
struct only { int o; };
typedef struct only *only_p;
typedef int number;
void by_pointer(imgp i);
void by_pointers(imgpp i);
void loop_init(loop_again *l);
int loop_n(const loop_t *l);
int second(Second *s);
int paint(colorp c);
void hide(priv_p p);
int keep(same *s);
int both(taken *a, struct taken *b);
int lone(only_p o);
number count(number n);
`;

const SOURCE = `${HEADER}
void by_pointer(imgp i) { i->w++; }
void by_pointers(imgpp i) { (*i)->w++; }
void loop_init(loop_t *l) { l->n = 7; }
int loop_n(const loop_t *l) { return l->n; }
int second(Second *s) { return s->a; }
int paint(colorp c) { return *c; }
void hide(priv_p p) {}
int keep(same *s) { return s->x; }
int both(taken *a, struct taken *b) { return a->y + b->z; }
int lone(only_p o) { return o->o; }
number count(number n) { return n; }
`;

for (const compiler of ["gcc", "clang"]) {
  test(
    `a struct without a tag is called by a typedef of it, not of a pointer, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      const { path, manifest } = await describeByHeader(
        compiler,
        SOURCE,
        HEADER,
      );
      const kinds = Object.entries(manifest.types).map(([name, type]) =>
        `${name}: ${type.kind === "alias" ? type.type : type.kind}`
      );
      assertEquals(kinds, [
        "First: Second",
        "Second: struct",
        "color: enum",
        "img: struct",
        "img_inner: struct",
        "loop_again: loop_s",
        "loop_s: struct",
        "loop_t: loop_s",
        "only: struct",
        "other: struct",
        "priv: opaque",
        "same: struct",
        // A typedef's name that is also another struct's tag means the struct.
        "taken: struct",
      ]);
      const plugin = open(path);
      const Loop = plugin.type("loop_t") as new () => object;
      assertEquals(Loop, plugin.type("loop_s"));
      assertEquals(plugin.type("color"), { RED: 0, BLUE: 7 });
      const loop = new Loop();
      const init = plugin.lookup("loop_init", "(*loop_again) => void");
      const n = plugin.lookup("loop_n", "(*loop_t) => i32");
      (init as (loop: object) => void)(loop);
      for (let i = 0; i < 20_000; i++) {
        assertEquals((n as (loop: object) => number)(loop), 7);
      }
      assertThrows(() => plugin.lookup("loop_n", "(*img) => i32"));
    },
  );

  test(
    `functions that compilers know are as the header declares them, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      const { manifest } = await describeByHeader(
        compiler,
        `#include <stddef.h>
        void *calloc(size_t n, size_t size) { return 0; }
        void *memcpy(void *to, const void *from, size_t n) { return to; }
        size_t strlen(const char *text) { return 3; }
        int clear_s(void *at, size_t n) { return 0; }`,
        "#include <stdlib.h>\n#include <string.h>\n" +
          "typedef size_t rsize_t;\nint clear_s(void *at, rsize_t n);\n",
      );
      const types = Object.entries(manifest.symbols).map(([name, symbol]) =>
        "type" in symbol ? `${name}: ${symbol.type}` : name
      );
      assertEquals(types, [
        "calloc: (usize, usize) => pointer",
        "clear_s: (pointer, usize) => i32",
        "memcpy: (pointer, pointer, usize) => pointer",
        "strlen: (cstring) => usize",
      ]);
    },
  );
}
