/**
 * Which entry of the debug information describes a symbol, where several could.
 */
import { assertEquals, assertThrows } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import process from "node:process";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import type { Description } from "../../../emit/describe/description.ts";
import {
  DW_AT_declaration,
  DW_AT_external,
  DW_AT_linkage_name,
  DW_AT_name,
  DW_TAG_compile_unit,
  DW_TAG_subprogram,
} from "../../../emit/dwarf/dw_constants.ts";
import { EmitError } from "../../../emit/error.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { needBreadth } from "../../helpers/need.ts";
import { cstring, image, write } from "../helpers/dwarf_writer.ts";
import { compile, imageOf } from "../helpers/library.ts";

/** Describes a library of several sources. */
function described(
  compiler: string,
  level: string,
  ...sources: string[]
): Description {
  const directory = emptyDirectory();
  const paths = sources.map((source, index) => {
    const path = join(directory, `${index}.${source[0] === "." ? "s" : "c"}`);
    writeFileSync(path, source);
    return path;
  });
  return describe(imageOf(compile(compiler, paths, ["-g", "-w", level])));
}

/** As glibc does: the public name is an alias of the defined one. */
const DEFINITION = `
int __area(int w, int h) { return w * h; }
int area(int w, int h) __attribute__((weak, alias("__area")));
int __width[2] = { 1, 2 };
extern int width[2] __attribute__((weak, alias("__width")));
`;

const USES = {
  "without a prototype":
    "int area(); extern int width[]; int twice(int w, int h) { return 2 * area(w, h) + width[0]; }",
  "inside of a function":
    "int outer(int n) { int area(void); extern long width; return n ? area() + width : 0; }",
  "with another prototype":
    "long area(long); long use(long n) { return area(n); }",
};

for (const compiler of ["gcc", "clang"]) {
  for (const level of ["-O0", "-O2"]) {
    for (const [how, use] of Object.entries(USES)) {
      test(
        `describe() goes by the definition, not by a declaration ${how}: ${compiler} ${level}`,
        needBreadth(compiler),
        () => {
          for (const order of [[use, DEFINITION], [DEFINITION, use]]) {
            const { symbols } = described(compiler, level, ...order);
            assertEquals(symbols.area?.type, "(i32, i32) => i32");
            assertEquals(symbols.width?.type, "[2]i32");
          }
        },
      );
    }

    test(
      `describe() leaves out what is only declared without parameters: ${compiler} ${level}`,
      needBreadth(compiler),
      () => {
        const { symbols, skipped } = described(
          compiler,
          level,
          "int old_add(); int twice(int a) { return 2 * old_add(a, a); }" +
            "int old_own(a, b) int a, b; { return a - b; }" +
            "int none() { return 1; }",
          ".globl old_add\n.type old_add,@function\nold_add: ret\n" +
            ".size old_add,1\n",
        );
        assertEquals(symbols.old_own?.type, "(i32, i32) => i32");
        assertEquals(symbols.none?.type, "() => i32");
        // Clang does not write that it is declared at all.
        assertEquals(
          skipped.old_add?.startsWith('it is declared with "()"'),
          compiler === "gcc",
          skipped.old_add,
        );
      },
    );

    test(
      `describe() knows C's name and the linker's of a labelled definition: ${compiler} ${level}`,
      needBreadth(compiler),
      () => {
        const { symbols, skipped } = described(
          compiler,
          level,
          `int shown(int x) __asm__("really_this");
           int shown(int x) { return x + 1; }
           int value __asm__("value_v2") = 3;
           int alone(long x) __asm__("alone_v2");
           int alone(long x) { return x; }`,
          "int shown(void) { return -1; }",
        );
        assertEquals(symbols.really_this?.type, "(i32) => i32");
        assertEquals(skipped.shown, 'in C this is the name of "really_this"');
        assertEquals(symbols.alone?.symbol, "alone_v2");
        assertEquals(symbols.alone_v2?.type, "(i64) => i32");
        assertEquals(symbols.value?.symbol, "value_v2");
        assertEquals(symbols.value_v2?.symbol, undefined);
      },
    );

    test(
      `describe() never takes a resolver for the function: ${compiler} ${level}`,
      process.platform === "linux"
        ? needBreadth(compiler)
        : { skip: "needs ELF" },
      () => {
        const { symbols, skipped } = described(
          compiler,
          level,
          `static int own(int a) { return a + 1; }
           void *resolve(void) __asm__("f");
           void *resolve(void) { return own; }
           __asm__(".type f, %gnu_indirect_function");
           int other(void) { return 0; }`,
        );
        assertEquals(Object.keys(symbols), ["other"]);
        assertEquals(Object.keys(skipped), ["f"]);
      },
    );
  }
}

test("describe() takes no types of an assembler", needBreadth("gcc"), () => {
  const assembly = (name: string) =>
    `.text\n.globl ${name}\n.type ${name},@function\n${name}:\nret\n` +
    `.size ${name},.-${name}\n`;
  const { symbols, skipped } = described(
    "gcc",
    "-O2",
    "int told(int a); int use(int a) { return told(a); }",
    assembly("told"),
    assembly("untold"),
  );
  assertEquals(symbols.told?.type, "(i32) => i32");
  assertEquals(
    skipped.untold,
    "it is written in assembly, which has no types",
  );
});

test(
  "describe() leaves out what clang says to be of another convention",
  process.arch === "x64"
    ? needBreadth("clang")
    : { skip: "ms_abi is a convention of x86-64" },
  () => {
    const { symbols, skipped } = described(
      "clang",
      "-O2",
      `#define MS __attribute__((ms_abi))
       int MS theirs(int a) { return a; }
       int __attribute__((regcall)) registers(int a) __asm__("registers");
       int __attribute__((regcall)) registers(int a) { return a; }
       int __attribute__((sysv_abi)) ours(int a) { return a; }
       int take(int (MS *f)(int)) { return f(1); }
       int (MS *hook)(int);
       struct table { int (MS *first)(int); int (*second)(int); };
       int run(struct table *t) { return t->second(1); }`,
    );
    assertEquals(skipped, {
      registers: "its calling convention is regcall, which no runtime calls",
      theirs: "its calling convention is ms_abi, which no runtime calls",
    });
    assertEquals(symbols.ours?.type, "(i32) => i32");
    assertEquals(symbols.take?.type, "(pointer) => i32");
    assertEquals(symbols.hook?.type, "pointer");
  },
);

test("describe() has no type of GCC's own functions", () => {
  const sections = write({
    tag: DW_TAG_compile_unit,
    attributes: [],
    children: [{
      tag: DW_TAG_subprogram,
      attributes: [
        [DW_AT_external, 0x19, []],
        [DW_AT_declaration, 0x19, []],
        [DW_AT_linkage_name, 0x08, cstring("memcpy")],
        [DW_AT_name, 0x08, cstring("__builtin_memcpy")],
      ],
    }],
  });
  assertThrows(
    () => describe(image(sections, "memcpy")),
    EmitError,
    "describes none of its 1 exported symbols",
  );
});
