/**
 * What a manifest, and the file of what headers define besides, say of the thunks
 * of pointers to functions: those that only a `void *` reaches, and why some have
 * none.
 *
 * @module
 */

import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import {
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";
import { thrownText } from "../../helpers/thrown.ts";
import { succeed } from "../../helpers/succeed.ts";

await withSupport();

const C = need("cc");

interface Point {
  x: number;
  y: number;
}

const HEADER = `typedef struct { double x, y; } point;
typedef point place;
double measured(double (*measure)(point));
/* These only a void * reaches. */
typedef struct { short width, height; } extent;
typedef struct {
  double (*weigh)(place);
  extent (*grow)(extent, point);
  point (*start)(void);
} scale;
double weighed(void *scale);
void *standard(void);
`;

const SOURCE = `#include "scale.h"
double measured(double (*measure)(point)) { return measure((point){3, 4}); }
double weighed(void *given) {
  scale *s = given;
  extent e = s->grow((extent){1, 2}, (point){3, 4});
  return s->weigh(s->start()) * 100 + e.width * 10 + e.height;
}
static double sum(point p) { return p.x + p.y; }
static extent grow(extent e, point p) { return (extent){e.width + p.x, e.height + p.y}; }
static point start(void) { return (point){1, 2}; }
static scale all = {sum, grow, start};
void *standard(void) { return &all; }
`;

/** The library of a source, described by its header, with thunks. */
async function byHeader(name: string, header: string, source: string) {
  const { describeByHeader } = await import("../../emit/helpers/headers.ts");
  const { path } = await describeByHeader(
    "cc",
    source.replace(`#include "${name}.h"\n`, header),
    header,
    ["--thunks"],
  );
  return path;
}

const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

test(
  "functions with structs by value that only a void * reaches are called, both ways",
  C,
  async () => {
    const path = await byHeader("scale", HEADER, SOURCE);
    const plugin = open(path);
    const Scale = plugin.type("scale");
    const weighed = plugin.lookup("weighed", "(*scale) => f64");
    for (let i = 0; i < 3; i++) {
      const own = new Scale({
        weigh: ({ x, y }: Point) => x * y,
        grow: ({ width, height }: { width: number; height: number }) => ({
          width: height + i,
          height: width,
        }),
        start: () => ({ x: 5, y: 6 }),
      });
      assertEquals(weighed(own), 3000 + (2 + i) * 10 + 1);
    }
    const standard = plugin.lookup("standard", "() => *scale")()!;
    const { weigh, grow, start } = Scale.at(standard);
    assertEquals([
      weigh({ x: 2, y: 3 }),
      grow({ width: 1, height: 1 }, { x: 1, y: 2 }),
      start(),
    ], [5, { width: 2, height: 3 }, { x: 1, y: 2 }]);
    // A type with two names has thunks once.
    assertEquals(Object.keys(json(`${path}.json`).pointers), [
      "() => point",
      "(point) => f64",
    ]);
    assertEquals(Object.keys(json(`${path}.headers.json`).pointers), [
      "(extent, point) => extent",
    ]);
    assertStringIncludes(
      readFileSync(`${path}.d.ts`, "utf8"),
      "grow: ((arg1: extent, arg2: point) => extent) | null",
    );
    const { plugin: command } = await import("../../emit/helpers/cli.ts");
    const headers = ["--header", "library.h"];
    await succeed(command("check", path, ...headers, "-I", join(path, "..")));
  },
);

test(
  "what the symbols use is called without the file of the headers, and what is wrong there is said with its name",
  C,
  async () => {
    const path = await byHeader("scale", HEADER, SOURCE);
    const beside = `${path}.headers.json`;
    const told = json(beside);
    for (const one of Object.values<{ thunk: object }>(told.pointers)) {
      one.thunk = {};
    }
    const text = JSON.stringify(told);
    writeFileSync(beside, text);
    const manifest = json(`${path}.json`);
    const { sha256 } = await import("../../../ffi/system/node_system.ts");
    manifest.headers.sha256 = sha256(new TextEncoder().encode(text));
    writeFileSync(`${path}.json`, JSON.stringify(manifest));
    const error = assertThrows(() => open(path).type("scale"), PluginError);
    assertEquals([error.code, error.message], [
      "bad_manifest",
      `Cannot read the manifest "${beside}": pointers["(extent, point) => extent"].thunk.size is missing, wanted a whole number from 0 to 16777216`,
    ]);
    rmSync(beside);
    const copy = moved(path);
    assertEquals(
      open(copy).lookup("measured")(({ x, y }: Point) => x * y),
      12,
    );
  },
);

/** Another library of the same, without the file of its headers. */
function moved(path: string): string {
  const directory = emptyDirectory();
  for (const end of ["", ".json", ".thunks.so"]) {
    copyFileSync(`${path}${end}`, join(directory, `library.so${end}`));
  }
  return join(directory, "library.so");
}

const REFUSED = `typedef struct { char all[300000]; } large;
typedef struct { short few; int many __attribute__((aligned(2))); } tight;
typedef struct { double x, y; } point;
void of_large(void (*f)(int, large));
int of_many(int (*f)(point, ...));
typedef struct { char most[300000]; } larger;
typedef struct { larger (*give)(void); } giver;
void gives(void *giver);
`;

test("where no thunk can be made, an error says why", C, async () => {
  const path = await byHeader(
    "refused",
    REFUSED,
    `#include "refused.h"
void of_large(void (*f)(int, large)) { static large l; f(1, l); }
int of_many(int (*f)(point, ...)) { return f((point){1, 2}, 3); }
void gives(void *giver) {}
`,
  );
  const plugin = open(path);
  const Giver = plugin.type("giver");
  const size = "large has 300000 bytes, and at most 262144 are passed";
  const larger = size.replace("large", "larger");
  for (
    const [act, message] of [
      [
        () => plugin.lookup("of_large")(() => {}),
        `the struct large by value, and no thunk can be made: parameter 2: ${size}`,
      ],
      [
        () => plugin.lookup("of_many")(() => 1),
        "the struct point by value, and no thunk can be made: its number of arguments is variable",
      ],
      [
        () => new Giver({ give: () => ({ most: "" }) }),
        `the struct larger by value, and no thunk can be made: result: ${larger}`,
      ],
      [
        () => plugin.callback("(i32, large) => void", () => {}),
        `the struct large by value, and no thunk can be made: parameter 2: ${size}`,
      ],
    ] as const
  ) assertStringIncludes(thrownText(act), message);
  const { pointers } = json(`${path}.json`);
  assertEquals(pointers, {
    "(i32, large) => void": { noThunk: `parameter 2: ${size}` },
    "(point, ...) => i32": { noThunk: "its number of arguments is variable" },
  });
  assertEquals(json(`${path}.headers.json`).pointers, {
    "() => larger": { noThunk: `result: ${larger}` },
  });
});

test(
  "a manifest whose thunks are wrong is wrong where one is needed",
  C,
  async () => {
    const path = await library("by_value.c");
    const copy = join(emptyDirectory(), "copy.so");
    copyFileSync(path, copy);
    const manifest = json(`${path}.json`);
    manifest.pointers["(point) => f64"].answer = 5;
    writeFileSync(`${copy}.json`, JSON.stringify(manifest));
    const plugin = open(copy);
    for (
      const act of [
        () => plugin.lookup("give_measure"),
        () => plugin.lookup("moved"),
        () => plugin.lookup("moved"),
        () => plugin.callback("(point) => f64", () => 1),
      ]
    ) {
      const { code, message } = assertThrows(act, PluginError);
      assertStrictEquals(code, "bad_manifest", message);
      assertStringIncludes(
        message,
        'pointers["(point) => f64"].answer is 5, wanted a string',
      );
    }
  },
);
