/**
 * Types that no exported signature reaches, and signatures of `--thunk` name.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { open } from "@native/plugin";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { needBreadth } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { plugin } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const HEADER = `#pragma once
typedef struct { double x, y; } unseen;
typedef struct inner { int a; } inner_t;
typedef union { int i; float f; } number;
enum color { RED, GREEN = 7 };
double area(int n, ...);
int first(int n, ...);
`;
const SOURCE = `#include "types.h"
#include <stdarg.h>
double area(int n, ...) {
  va_list list;
  va_start(list, n);
  unseen u = va_arg(list, unseen);
  va_end(list);
  return n * u.x * u.y;
}
int first(int n, ...) {
  va_list list;
  va_start(list, n);
  struct inner i = va_arg(list, struct inner);
  number v = va_arg(list, number);
  enum color c = va_arg(list, enum color);
  va_end(list);
  return n + i.a + v.i + c;
}
`;

async function run(...args: string[]): Promise<void> {
  await succeedSilently(plugin(...args));
}

/** The ways in which a library is described; each gives its path. */
const WAYS: Record<
  string,
  (directory: string, thunks: readonly string[], ...flags: string[]) => Promise<
    readonly [string, ...string[]]
  >
> = {
  async "plugin build"(directory, thunks) {
    const path = join(directory, "types.so");
    await run("build", join(directory, "types.c"), "-o", path, ...thunks);
    return [path];
  },
  async "plugin emit, of debug information"(directory, thunks) {
    const [path] = await this["plugin build"]!(directory, []);
    await run("emit", path, ...thunks);
    return [path];
  },
  async "plugin emit, of a header"(directory, thunks) {
    const [path] = await this["plugin build"]!(directory, []);
    const header = ["--header", "types.h", "-I", directory];
    await run("emit", path, ...header, ...thunks);
    return [path, ...header];
  },
};

const SIGNATURES = [
  ["--thunk", "area (i32, unseen) => f64"],
  ["--thunk", "first (i32, inner, number, color) => i32"],
].flat();

for (const [way, describe] of Object.entries(WAYS)) {
  for (const compiler of ["gcc", "clang"] as const) {
    test(
      `${way} knows the types that --thunk names (${compiler})`,
      needBreadth(compiler),
      async () => {
        await withVariable("CC", compiler, async () => {
          const directory = emptyDirectory();
          writeFileSync(join(directory, "types.h"), HEADER);
          writeFileSync(join(directory, "types.c"), SOURCE);
          const [path, ...header] = await describe.call(
            WAYS,
            directory,
            SIGNATURES,
          );
          const it = open(path);
          // The only signatures that they have thunks for: nobody says them.
          assertEquals(it.lookup("area")(2, { x: 3, y: 4 }), 24);
          assertEquals(it.lookup("first")(1, { a: 2 }, { i: 3 }, 7), 13);
          assertEquals(Object.keys(it.manifest.types).sort(), [
            "color",
            "inner",
            ...(header.length > 0 ? ["inner_t"] : []),
            "number",
            "unseen",
          ]);
          await succeedSilently(plugin("check", path, ...header));
        });
      },
    );
  }
}

test(
  "a type that is nowhere is said to be none",
  needBreadth("cc"),
  async () => {
    const directory = emptyDirectory();
    writeFileSync(join(directory, "types.h"), HEADER);
    writeFileSync(join(directory, "types.c"), SOURCE);
    const { status, stderr } = await plugin(
      "build",
      join(directory, "types.c"),
      "--thunk",
      "area (i32, nowhere) => f64",
    );
    assertEquals(status, 2);
    assertStringIncludes(stderr, 'no type is called "nowhere"');
  },
);
