import { test } from "./helpers/test.ts";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { emptyDirectory } from "./helpers/directory.ts";
import { contentsOf, FLOORS } from "../tools/contents.ts";
import { ROOMS } from "../tools/rooms.ts";
import { misplaced, readModules } from "./helpers/rooms.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

test("the README says what is in every room, from top to bottom", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const rooms = ROOMS.filter((room) => !room.endsWith(".ts"));
  const said = [...readme.matchAll(/`((?:emit|ffi)\/[\w/]+)`/g)];
  assertEquals(said.map(([, room]) => room), rooms);
});

test("the lists of files say of each what its head does", () => {
  const words = (text: string) => text.split(/\s+/);
  for (const floor of Object.keys(FLOORS)) {
    const listed = readFileSync(join(ROOT, floor, "README.md"), "utf8");
    const message = `${floor}/README.md: run deno task contents`;
    assertEquals(words(listed), words(contentsOf(ROOT, floor)), message);
  }
});

/** What the emit side may know of the load side: nothing that opens or calls. */
const SHARED = [
  /^ffi\/manifest\/manifest\.ts$/,
  /^ffi\/notation\//,
  /^ffi\/identity\//,
  /^ffi\/support\/support_version\.ts$/,
  /^ffi\/system\//,
  /^ffi\/(?:error|did_you_mean)\.ts$/,
];

/** What opens plugins for those who import them. */
const OPENS = ["emit/fetch.ts -> mod.ts", "emit/register.ts -> mod.ts"];

const modules = readModules(ROOT, ["mod.ts", "ffi", "emit"]);

test("every module imports from its own room and from those below", () => {
  assertEquals(misplaced(modules, ROOMS), []);
});

test("ffi never imports emit", () => {
  const wrong = [...modules].filter(([path, imports]) =>
    path.startsWith("ffi/") && imports.some((path) => !path.startsWith("ffi/"))
  );
  assertEquals(wrong, []);
});

test("emit imports from ffi only what both sides share", () => {
  const wrong = [...modules].flatMap(([path, imports]) =>
    path.startsWith("emit/")
      ? imports.filter((to) =>
        !to.startsWith("emit/") && !SHARED.some((shared) => shared.test(to))
      ).map((to) => `${path} -> ${to}`)
      : []
  );
  assertEquals(wrong.sort(), OPENS);
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

/** What is wrong with a tree, by its files' texts. */
function faultsOf(
  files: Readonly<Record<string, string>>,
  order: readonly string[],
): string[] {
  const root = emptyDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return misplaced(readModules(root, ["ffi"]), order);
}

test("the disk is touched by the system alone", () => {
  const strays = [...modules.keys()].filter((path) =>
    /(?:from|import\(|nodeModule<.*>\()\s*"(?:node:)?(?:fs|os|process)\b/.test(
      readFileSync(join(ROOT, path), "utf8"),
    )
  );
  assertEquals(strays.sort(), [
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
    "ffi/system/process_numbers.ts", // whether another process lives
    "ffi/system/process_secret.ts", // what Deno would ask a person for
  ]);
});

test("the tests mirror the rooms", () => {
  const strays = globSync("tests/{ffi,emit}/**/*_test.ts", { cwd: ROOT })
    .map((path) => dirname(path).slice("tests/".length))
    .filter((room) => room.includes("/") && !ROOMS.includes(room));
  assertEquals(strays, []);
});

test("every test can start only what it asks for", () => {
  const strays = globSync("tests/**/*_test.ts", { cwd: ROOT })
    .filter((path) =>
      /^import\b.* from "node:test";/m.test(
        readFileSync(join(ROOT, path), "utf8"),
      )
    );
  // They import test() from tests/helpers/test.ts, and tools from need().
  assertEquals(strays, []);
});
