import { test } from "./helpers/test.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { emptyDirectory } from "./helpers/directory.ts";
import { contentsOf, FLOORS } from "../tools/contents.ts";
import { ROOMS } from "../tools/rooms.ts";
import { misplaced, readModules } from "./helpers/rooms.ts";
import {
  bodiless,
  faces,
  outside,
  roomsInReadme,
  stale,
  strayHelpers,
  touchingTheDisk,
  unbound,
  unmirrored,
  unshared,
} from "./helpers/house_rules.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What opens plugins for those who import them. */
const OPENS = ["emit/fetch.ts -> mod.ts", "emit/register.ts -> mod.ts"];

/** What users import or run, and what every room may throw. */
const FACES = [
  "emit/bundlers.ts",
  "emit/cli.ts",
  "emit/error.ts",
  "emit/fetch.ts",
  "emit/main.ts",
  "emit/register.ts",
  "ffi/did_you_mean.ts",
  "ffi/error.ts",
  "mod.ts",
];

/** What touches the disk beside the system, and for what. */
const ON_THE_DISK = [
  "emit/imported/child.ts", // which program this is
  "emit/publish/index_module.ts", // what it prints imports it
  "emit/source/rust/build_rust.ts", // where cargo's home is
  "emit/toolchain/run.ts", // the variables that a program gets
  "ffi/backtrace/report.ts", // what is open already
  "ffi/call/last_error.ts", // the numbers of errors
  "ffi/load/private_copy.ts", // whose a file is
  "ffi/system/guarded_path.ts", // whose a directory is
  "ffi/system/node_system.ts",
  "ffi/system/process_directories.ts", // whose a directory is
  "ffi/system/process_secret.ts", // what Deno would ask a person for
];

const modules = readModules(ROOT, ["mod.ts", "ffi", "emit"]);

test("every module imports from its own room and from those below", () => {
  assertEquals(misplaced(modules, ROOMS), []);
});

test("there is nothing in no room but the faces, and errors", () => {
  assertEquals(faces(modules), FACES);
});

test("ffi never imports emit", () => {
  assertEquals(outside(modules), []);
});

test("emit imports from ffi only what both sides share", () => {
  assertEquals(unshared(modules), OPENS);
});

test("the disk is touched by the system alone", () => {
  assertEquals(touchingTheDisk(ROOT, modules), ON_THE_DISK);
});

test("what is bound late says what gives it its body", () => {
  assertEquals(bodiless(ROOT, modules), []);
});

test("the tests mirror the rooms", () => {
  assertEquals(unmirrored(ROOT, ROOMS), []);
});

test("what tests share lies among helpers", () => {
  assertEquals(strayHelpers(ROOT), []);
});

test("every test can start only what it asks for", () => {
  // They import test() from tests/helpers/test.ts, and tools from need().
  assertEquals(unbound(ROOT), []);
});

test("the README says what is in every room, from top to bottom", () => {
  const rooms = ROOMS.filter((room) => !room.endsWith(".ts"));
  assertEquals(roomsInReadme(ROOT), rooms);
});

test("the lists of files say of each what its head does", () => {
  assertEquals(stale(ROOT, Object.keys(FLOORS)), []);
});

// A test that finds nothing wrong may as well have seen nothing.

const KINDS: Readonly<Record<string, string>> = {
  "an import": `import { a } from "../high/a.ts";`,
  "an import of several lines": `import {\n  a,\n  b,\n} from "../high/a.ts";`,
  "an import of types": `import type { A } from "../high/a.ts";`,
  "an import for its effect": `import "../high/a.ts";`,
  "an export": `export { a } from "../high/a.ts";`,
  "an export of everything": `export * from "../high/a.ts";`,
  "an export of types": `export type * from "../high/a.ts";`,
  "a lazy import": `const a = () => import("../high/a.ts");`,
  "a lazy import of two lines": `const a = await import(\n  "../high/a.ts"\n);`,
  "a type in line": `export type A = import("../high/a.ts").A;`,
  "the type of a module": `let a: typeof import("../high/a.ts");`,
};

for (const [kind, text] of Object.entries(KINDS)) {
  test(`what is seen: ${kind}`, () => {
    const tree = { "ffi/high/a.ts": "", "ffi/low/b.ts": text };
    assertEquals(faultsOf(tree, ["ffi/high", "ffi/low"]), [
      "ffi/low/b.ts imports upward: ffi/high/a.ts",
    ]);
    assertEquals(faultsOf(tree, ["ffi/low", "ffi/high"]), []);
  });
}

test("what is seen: a circle of one room, also by a type in line", () => {
  const tree = {
    "ffi/a/one.ts": `export type One = import("./two.ts").Two;`,
    "ffi/a/two.ts": `import type { One } from "./one.ts";`,
  };
  assertEquals(faultsOf(tree, ["ffi/a"]), [
    "a circle: ffi/a/one.ts -> ffi/a/two.ts -> ffi/a/one.ts",
  ]);
});

test("what is seen: a room without a place, a place without a room, a module of another tree", () => {
  const tree = {
    "ffi/a/one.ts": `import "../../tests/two.ts";`,
    "ffi/face.ts": "",
    "tests/two.ts": "",
  };
  assertEquals(faultsOf(tree, ["ffi/face.ts", "ffi/b"]), [
    "ffi/a has no place in the order of rooms",
    "ffi/b has a place in the order of rooms, and no module",
    "ffi/a/one.ts imports tests/two.ts, which is no part of this",
  ]);
});

test("what is seen: an import that says only at run time what it imports", () => {
  const tree = { "ffi/a/one.ts": "await import(path);" };
  assertThrows(() => faultsOf(tree, ["ffi/a"]), Error, 'what "import(path);"');
});

test("what a comment shows is no import", () => {
  const text =
    `/**\n * import "../high/a.ts";\n */\n// import "../high/a.ts";\n`;
  const tree = { "ffi/high/a.ts": "", "ffi/low/b.ts": text };
  assertEquals(faultsOf(tree, ["ffi/high", "ffi/low"]), []);
});

test("the modules were found, and so were their imports", () => {
  const imported = [...modules.values()].flat().length;
  assert(modules.size > 200, `${modules.size} modules`);
  assert(imported > 900, `${imported} imports`);
});

test("what is seen: what each side may not know of the other", () => {
  const tree = {
    "emit/a/one.ts": [
      `import "../../ffi/notation/type.ts";`,
      `import "../../ffi/manifest/manifest.ts";`,
      `import "../../ffi/manifest/parse.ts";`,
      `const call = () => import("../../ffi/call/direct.ts");`,
      `export type { Plugin } from "../../mod.ts";`,
    ].join("\n"),
    "ffi/call/direct.ts": `import type { A } from "../../emit/a/one.ts";`,
    "ffi/manifest/manifest.ts": `export * from "./parse.ts";`,
    "ffi/manifest/parse.ts": "",
    "ffi/notation/type.ts": "",
    "mod.ts": `export type Plugin = import("./ffi/call/direct.ts").Plugin;`,
  };
  const read = readModules(treeOf(tree), ["mod.ts", "ffi", "emit"]);
  assertEquals(unshared(read), [
    "emit/a/one.ts -> ffi/call/direct.ts",
    "emit/a/one.ts -> ffi/manifest/parse.ts",
    "emit/a/one.ts -> mod.ts",
  ]);
  assertEquals(outside(read), ["ffi/call/direct.ts -> emit/a/one.ts"]);
  assertEquals(faces(read), ["mod.ts"]);
  const more = treeOf({ "emit/stray.ts": "", "emit/a/one.ts": "" });
  assertEquals(faces(readModules(more, ["emit"])), ["emit/stray.ts"]);
});

const WAYS_TO_THE_DISK: Readonly<Record<string, string>> = {
  "an import": `import { readFileSync } from "node:fs";`,
  "an import without node:": `import * as fs from "fs";`,
  "an import of several lines": `import {\n  a,\n} from\n  "node:process";`,
  "promises of the disk": `import { open } from "node:fs/promises";`,
  "the machine": `export { homedir } from "node:os";`,
  "a lazy import": `const fs = await import("node:fs");`,
  "a module of Node's":
    `nodeModule<typeof import("node:fs")>(\n  "node:fs",\n);`,
};

for (const [way, text] of Object.entries(WAYS_TO_THE_DISK)) {
  test(`what is seen: the disk, by ${way}`, () => {
    const root = treeOf({
      "ffi/a/one.ts": text,
      "ffi/a/two.ts": `import { join } from "node:path";`,
    });
    const read = readModules(root, ["ffi"]);
    assertEquals(touchingTheDisk(root, read), ["ffi/a/one.ts"]);
  });
}

/** A module in which bodies are given to what was bound late. */
const IT = `
export class It {
  #size = 1;
  static {
    sizeOf = (it) => it.#size;
  }
  grow() {
    widthOf = () => 1;
  }
}

export function make(): It {
  depthOf ??= () => 1;
  return new It();
}
`;

const BOUND_LATE: Readonly<Record<string, string>> = {
  "nothing is said": "export let sizeOf: (it: It) => number;",
  "there is no such class":
    "export let sizeOf: (it: It) => number; // its body: the static block of Its",
  "the class gives it none":
    "export let widthOf: (it: It) => number; // its body: the static block of It",
  "there is no such function":
    "export let sizeOf: (it: It) => number; // its body: made()",
  "the function gives it none":
    "export let widthOf: (\n  it: It,\n) => number; // its body: make()",
  "there is no such module":
    "export let sizeOf: (it: It) => number; // its body: make() in ffi/a/two.ts",
  "that module has no such function":
    "export let sizeOf: (it: It) => number; // its body: size() in ffi/a/one.ts",
};

test("what is bound late: all that gives bodies", () => {
  const text =
    `export let sizeOf: (it: It) => number; // its body: the static block of It
export let depthOf: ((it: It) => number) | undefined; // its body: make()
export let made: () => It; // its body: make() in ffi/a/one.ts
${IT}`;
  const root = treeOf({ "ffi/a/one.ts": text });
  assertEquals(bodiless(root, readModules(root, ["ffi"])), []);
});

for (const [fault, text] of Object.entries(BOUND_LATE)) {
  test(`what is seen: a function is bound late, and ${fault}`, () => {
    const root = treeOf({ "ffi/a/one.ts": `${text}\n${IT}` });
    const [, name] = /let (\w+)/.exec(text)!;
    assertEquals(bodiless(root, readModules(root, ["ffi"])), [
      `ffi/a/one.ts: nothing says what gives ${name} its body`,
    ]);
  });
}

test("what is seen: tests and what they share in a wrong place", () => {
  const root = treeOf({
    "tests/ffi/gone/a_test.ts": "",
    "tests/ffi/gone/b_test.ts": `import { test } from "node:test";`,
    "tests/ffi/here/a_test.ts": `import { test } from "../../helpers/test.ts";`,
    "tests/ffi/here/helpers/made.ts": "",
    "tests/ffi/here/made.ts": "",
    "tests/emit/whole_test.ts": "",
    "tests/fixtures/host.ts": "",
    "tests/helpers/test.ts": `import { test } from "node:test";`,
    "tests/reach/go/packages.ts": "",
  });
  assertEquals(unmirrored(root, ["ffi/here"]), ["tests/ffi/gone"]);
  assertEquals(strayHelpers(root), [
    "tests/ffi/here/made.ts",
    "tests/reach/go/packages.ts",
  ]);
  assertEquals(unbound(root), ["tests/ffi/gone/b_test.ts"]);
});

test("what is seen: a list that says something else than the files, and a README that lacks a room", () => {
  const tree = {
    "README.md": "`ffi/open`: opens. `emit/main.ts`: a module, no room.",
    "native/call.c": "/* Calls. */\n",
    "native/README.md": "",
  };
  const list = contentsOf(treeOf(tree), "native");
  const rewrapped = list.replaceAll(" ", "\n");
  const listed = treeOf({ ...tree, "native/README.md": rewrapped });
  assertEquals(stale(listed, ["native"]), []);
  const wrong = ["native/README.md: run deno task contents"];
  for (
    const change of [
      { "native/call.c": "/* Calls, and answers. */\n" },
      { "native/more.c": "/* More. */\n" },
    ]
  ) {
    const root = treeOf({ ...tree, "native/README.md": list, ...change });
    assertEquals(stale(root, ["native"]), wrong);
  }
  assertEquals(roomsInReadme(listed), ["ffi/open"]);
});

/** A tree, by its files' texts. */
function treeOf(files: Readonly<Record<string, string>>): string {
  const root = emptyDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** What is wrong with the layout of a tree. */
function faultsOf(
  files: Readonly<Record<string, string>>,
  order: readonly string[],
): string[] {
  return misplaced(readModules(treeOf(files), ["ffi"]), order);
}
