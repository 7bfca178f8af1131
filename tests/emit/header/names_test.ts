/**
 * Which symbol a declaration of a header is about, and whether it says enough
 * to call it.
 */
import { assertEquals, assertThrows } from "@std/assert";
import process from "node:process";
import { test } from "../../helpers/test.ts";
import { open, PluginError } from "../../../mod.ts";
import { needBreadth, skip } from "../../helpers/need.ts";
import { describeByHeader } from "../helpers/headers.ts";

const LABELS = `
int shown(int x) __asm__("really_" "this");
extern int count __asm__("count_v2");
int only_here(int x) __asm__("only_here_v2");
int gone(void) __asm__("gone_v2");
int plain(void);
static inline int twice(int x) { return 2 * shown(x); }
typedef struct { double x, y; } Point;
Point mid(Point a, Point b) __asm__("mid_v2");
`;

const LABELLED = `
int really_this(int x) { return x + 1; }
int shown(int x) { return -1; }
int count_v2 = 9, count = -1;
int only_here_v2(int x) { return x + 2; }
int gone(void) { return -1; }
int plain(void) { return 3; }
typedef struct { double x, y; } Point;
Point mid_v2(Point a, Point b) {
  return (Point){ (a.x + b.x) / 2, (a.y + b.y) / 2 };
}
Point mid(Point a, Point b) { return (Point){ -1, -1 }; }
`;

for (const compiler of ["gcc", "clang"]) {
  test(
    `a label of a header says which symbol is called, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      const { path, manifest } = await describeByHeader(
        compiler,
        LABELLED,
        LABELS,
        ["--thunks"],
      );
      const plugin = open(path);
      assertEquals(plugin.lookup("shown", "(i32) => i32")(5), 6);
      assertEquals(plugin.lookup("count", "i32").value, 9);
      assertEquals(plugin.lookup("only_here", "(i32) => i32")(5), 7);
      assertEquals(plugin.lookup("plain", "() => i32")(), 3);
      const mid = plugin.lookup("mid") as (a: unknown, b: unknown) => unknown;
      assertEquals(mid({ x: 1, y: 2 }, { x: 3, y: 4 }), { x: 2, y: 3 });
      for (let i = 0; i < 100_000; i++) {
        assertEquals(plugin.lookup("shown", "(i32) => i32")(i), i + 1);
      }
      assertEquals(manifest.skipped, {
        gone:
          'the header means "gone_v2" by this name, which the library does not export',
      });
      assertThrows(() => plugin.lookup("gone"), PluginError, "gone_v2");
    },
  );

  test(
    `a choice of symbols knows both names of a labelled one, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      for (const choice of ["shown", "really_this"]) {
        const { manifest } = await describeByHeader(
          compiler,
          LABELLED,
          LABELS,
          ["--include", choice],
        );
        assertEquals(Object.keys(manifest.symbols), ["shown"]);
        assertEquals(manifest.symbols.shown?.symbol, "really_this");
      }
    },
  );

  test(
    `a header that leaves parameters open leaves out the function, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      const { path, manifest } = await describeByHeader(
        compiler,
        `int old_add(a, b) int a, b; { return a * 10 + b; }
         int told(int a) { return a; }
         int none(void) { return 1; }
         int call(int (*f)()) { return ((int (*)(int))f)(42); }`,
        `int old_add(); int told(); int told(int a); int none(void);
         int call(int (*f)());`,
      );
      assertEquals(Object.keys(manifest.skipped), ["old_add"]);
      const plugin = open(path);
      assertThrows(() => plugin.lookup("old_add"), PluginError, '"()"');
      assertEquals(plugin.lookup("told", "(i32) => i32")(4), 4);
      assertEquals(plugin.lookup("none", "() => i32")(), 1);
      // Whoever passes a function says what it is.
      assertEquals(manifest.symbols.call?.type, "(pointer) => i32");
      const call = plugin.lookup("call", "((i32) => i32) => i32");
      assertEquals(call((x) => x + 1), 43);
    },
  );

  test(
    `a function of another calling convention is left out, by ${compiler}`,
    process.arch === "x64"
      ? needBreadth(compiler, "cc")
      : skip("ms_abi is a convention of x86-64"),
    async () => {
      const { manifest } = await describeByHeader(
        compiler,
        `#define MS __attribute__((ms_abi))
         int MS theirs(int a) { return a; }
         int __attribute__((sysv_abi)) ours(int a) { return a; }
         int take(int (MS *f)(int)) { return f(1); }
         int number = 1;`,
        `#define MS __attribute__((ms_abi))
         int MS theirs(int a); int __attribute__((sysv_abi)) ours(int a);
         int take(int (MS *f)(int)); extern int number;`,
      );
      assertEquals(manifest.skipped, {
        theirs: "its calling convention is ms_abi, which no runtime calls",
      });
      assertEquals(manifest.symbols.ours?.type, "(i32) => i32");
      assertEquals(manifest.symbols.number?.type, "i32");
      // gcc does not say it of what is pointed to.
      if (compiler === "clang") {
        assertEquals(manifest.symbols.take?.type, "(pointer) => i32");
      }
    },
  );

  test(
    `sixty names that no header declares are sixty errors, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      const names = Array.from({ length: 60 }, (_, index) => `op_${index}`);
      const { manifest } = await describeByHeader(
        compiler,
        names.map((name) => `int ${name}(void) { return 0; }\n`).join("") +
          "int run(void) { return 7; }",
        `struct table { ${
          names.map((name) => `int (*${name})(void);`).join(" ")
        } };
         int run(void);`,
      );
      assertEquals(Object.keys(manifest.symbols), ["run"]);
      assertEquals(Object.keys(manifest.skipped), names.toSorted());
    },
  );
}
