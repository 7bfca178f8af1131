/**
 * The names that declarations of C have for the parameters of functions that are given,
 * or lie in a struct: read by a header, and of sources.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type {
  FunctionDefinition,
  Manifest,
} from "../../../ffi/manifest/manifest.ts";
import { printDeclaration } from "../../../emit/declaration/print_declaration.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needBreadth } from "../../helpers/need.ts";
import { succeed } from "../../helpers/succeed.ts";
import { test } from "../../helpers/test.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { describeByHeader } from "../helpers/headers.ts";

const HEADER = `
typedef void (*done_cb)(int status, const char *text);
typedef done_cb finished_cb;
typedef int compare_fn(const void *left, const void *right);
typedef void (*nameless_cb)(int, char *);

struct hooks {
  /** Gives memory. */
  void *(*alloc)(unsigned long size, void *);
  done_cb done, failed;
  int (*plain)(int, int);
  int count;
};
typedef struct { finished_cb finished; } more_hooks;

int by_pointer(int (*visit)(int index, double *value, ...), void *user);
int by_typedef(finished_cb finished, const struct hooks *hooks);
int by_type(compare_fn *one, compare_fn two, int three(long last));
int none(nameless_cb cb, int (*)(void), void (*noted)(int __attribute__((unused)) code));
int gives(int (*(*choose)(int which))(int of));
int (*taken(void (*report)(int code)))(int);
int with_macro(int (*f)(int TWO));
int with_convention(int (CALLS *f)(int code));
int hooked(const more_hooks *hooks);
`;

const SOURCE = `
int by_pointer(int (*visit)(int index, double *value, ...), void *user) { return 0; }
int by_typedef(finished_cb finished, const struct hooks *hooks) { return 0; }
int by_type(compare_fn *one, compare_fn two, int three(long last)) { return 0; }
int none(nameless_cb cb, int (*other)(void), void (*noted)(int code)) { return 0; }
int gives(int (*(*choose)(int which))(int of)) { return 0; }
int (*taken(void (*report)(int code)))(int) { return 0; }
int with_macro(int (*f)(int TWO)) { return f(1, 2); }
int with_convention(int (CALLS *f)(int code)) { return f(1); }
int hooked(const more_hooks *hooks) { return 0; }
`;

const MACRO = "#define TWO a, int b\n#define CALLS\n";

/** The names of the parameters of functions that each function is given. */
const FUNCTIONS = {
  by_pointer: { 1: ["index", "value"] },
  by_typedef: { 1: ["status", "text"] },
  by_type: { 1: ["left", "right"], 2: ["left", "right"], 3: ["last"] },
  none: { 3: ["code"] },
  gives: { 1: ["which"] },
  taken: { 1: ["code"] },
  with_macro: { 1: ["a", "b"] },
  with_convention: { 1: ["code"] },
  hooked: undefined,
};

/** The same of the members of structs. */
const MEMBERS = {
  "hooks.alloc": ["size", ""],
  "hooks.done": ["status", "text"],
  "hooks.failed": ["status", "text"],
  "hooks.plain": undefined,
  "hooks.count": undefined,
  "more_hooks.finished": ["status", "text"],
};

function assertNames({ symbols, types }: Manifest, functions: unknown): void {
  const found = Object.keys(FUNCTIONS).map((name) => [
    name,
    (symbols[name] as FunctionDefinition).callbackParams,
  ]);
  assertEquals(Object.fromEntries(found), functions);
  const members = Object.entries(types).flatMap(([owner, type]) =>
    type.kind !== "struct" ? [] : type.fields.map(({ name, params }) => [
      `${owner}.${name}`,
      params,
    ])
  );
  assertEquals(Object.fromEntries(members), MEMBERS);
}

for (const compiler of ["gcc", "clang"]) {
  test(
    `a header says what the parameters of functions are called, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      const { manifest } = await describeByHeader(
        compiler,
        MACRO + HEADER + SOURCE,
        MACRO + HEADER,
      );
      assertNames(manifest, FUNCTIONS);
      const text = printDeclaration(manifest).replace(/\s+/g, " ");
      for (
        const part of [
          "visit: FunctionArgument<[index: number, value: Pointer | null], number>",
          "alloc: FunctionArgument<[size: bigint, arg2: Pointer | null], ",
          "done: ((status: number, text: string | null) => void) | null",
        ]
      ) {
        assert(text.includes(part), `${part} in ${text}`);
      }
    },
  );
}

test(
  "so do the sources that are built, and the headers that they include",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "hooks.c");
    writeFileSync(join(directory, "own.h"), MACRO + HEADER);
    writeFileSync(source, `#include "own.h"\n${SOURCE}`);
    const path = join(directory, "hooks.so");
    await succeed(plugin("build", source, "-o", path));
    // No preprocessor has run: a macro in a list is one parameter, and none of these.
    const functions = { ...FUNCTIONS, with_macro: undefined };
    assertNames(readManifest(`${path}.json`), functions);
  },
);

test(
  "so do those of C++, in namespaces",
  needBreadth("c++", "cc"),
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "walks.cpp");
    writeFileSync(
      source,
      `namespace geo {
      struct Point { double x, y; };
      struct Hooks { int (*before)(int size); };
      void walk(void (*visit)(int index, const Point &point)) {}
      int run(const Hooks &hooks) { return hooks.before(3); }
    }`,
    );
    const path = join(directory, "walks.so");
    await succeed(plugin("build", "--cxx", source, "-o", path));
    const text = printDeclaration(readManifest(`${path}.json`));
    for (const part of ["[index: number, point: Pointer<", "[size: number]"]) {
      assert(text.includes(part), `${part} in ${text}`);
    }
  },
);
