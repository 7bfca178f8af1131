import { withVariable } from "../../helpers/variable.ts";
import { test } from "../../helpers/test.ts";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { basename, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import {
  need,
  needBreadth,
  needOnce,
  needReach,
  needRuntime,
  RUNTIME,
  skip,
} from "../../helpers/need.ts";
import { ROOT } from "../../helpers/program.ts";
import { typeCheck } from "../../helpers/type_check.ts";
import { plugin } from "../helpers/cli.ts";
import { edit, project, REGISTER, runImporting } from "../helpers/importing.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";

const ADD = `#include "more.h"
/* The sum of two numbers. */
int add(int a, int b) { return a + b + MORE; }
int count = 3;
int delete(void) { return 4; }
`;

const MAIN = `import plugin, { add, count, delete as remove } from "./hello.c";
console.log(add(1, 2), count.value, remove(), Object.keys(plugin.symbols).join());
`;

function hello(more = "0"): string {
  return project({
    "hello.c": ADD,
    "more.h": `#define MORE ${more}\n`,
    "main.ts": MAIN,
  });
}

const BUILT = ".plugin";

/** Calls `use` with more options for Node than those of the tests. */
function withNodeOptions<T>(
  options: readonly string[],
  use: () => Promise<T>,
): Promise<T> {
  const own = process.env["NODE_OPTIONS"] ?? "";
  const all = [own, "--no-warnings", ...options].join(" ");
  return withVariable("NODE_OPTIONS", all, use);
}

/** All that a project's program prints. */
async function allSaidBy(directory: string): Promise<string> {
  const { stdout, stderr } = await runImporting(directory, "main.ts");
  return stdout + stderr;
}

/** The libraries that imports of a file have built. */
function libraries(directory: string, file = "hello.c"): string[] {
  const [target] = readdirSync(join(directory, BUILT))
    .filter((name) => name !== ".gitignore");
  return readdirSync(join(directory, BUILT, target!, file)).sort();
}

test(
  "a debugger of the program is none of the compiling process",
  need("cc"),
  async () => {
    const directory = project({
      "hello.c": "int add(int a, int b) { return a + b; }\n",
      "main.ts": `import process from "node:process";
process.env.NODE_OPTIONS = \`\${process.env.NODE_OPTIONS ?? ""} --inspect-brk=0\`;
const { add } = await import("./hello.c");
console.log(add(1, 2));
`,
    });
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "3\n"]);
  },
);

test(
  "a source that cannot be built is told by code, as docs/errors.md says",
  need("cc"),
  async () => {
    const directory = project({
      "hello.c": "this is no C\n",
      "main.ts": `await import("./hello.c").catch(({ name, code, path }) =>
  console.log(name, code, path)
);
`,
    });
    const ran = await runImporting(directory, "main.ts");
    assertEquals(
      ran.stdout,
      // Deno makes one of its own of what a hook throws.
      RUNTIME === "Deno"
        ? "TypeError ERR_MODULE_NOT_FOUND undefined\n"
        : `EmitError compile_failed ${join(directory, "hello.c")}\n`,
    );
  },
);

test(
  "a source in which nothing is exported is told by its own code and sentence",
  need("cc"),
  async () => {
    const directory = project({
      "hello.c": "static int one = 1;\n",
      "main.ts": `await import("./hello.c").catch(({ code, message }) =>
  console.log(code, message)
);
`,
    });
    const ran = await runImporting(directory, "main.ts");
    const code = RUNTIME === "Deno"
      ? "ERR_MODULE_NOT_FOUND"
      : "nothing_exported";
    assert(ran.stdout.startsWith(`${code} `), ran.stdout);
    assertStringIncludes(ran.stdout, `Cannot import "./hello.c" at `);
    // Without the word that the command begins with.
    assertMatch(
      ran.stdout,
      /: Cannot describe "[^"]*": it exports no function and no variable\n$/,
    );
    assert(!ran.stdout.includes("error:"), ran.stdout);
    const { stdout, stderr, status } = await plugin(
      ...["import", "--json", join(directory, "hello.c")],
    );
    const { error } = JSON.parse(stdout);
    assertEquals([error.name, error.code], ["EmitError", "nothing_exported"]);
    assertEquals([status, stderr], [1, `error: ${error.message}\n`]);
  },
);

test(
  "import gives what a source exports, and its types",
  need("cc"),
  async () => {
    const directory = hello();
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "3 3 4 add,count,delete\n"]);
    const types = readFileSync(join(directory, "hello.d.c.ts"), "utf8");
    assertStringIncludes(
      types,
      `/** The sum of two numbers. */\nexport const add: Hello["add"];`,
    );
    assertStringIncludes(types, "as delete };");
  },
);

test(
  "an import that asks for the text of a file is none of the plugin",
  needRuntime("import attributes", "cc"),
  async () => {
    const directory = hello();
    edit(
      directory,
      "main.ts",
      `import { add } from "./hello.c";
import text from "./other.c" with { type: "text" };
console.log(add(1, 2), text);
`,
    );
    edit(directory, "other.c", "no C");
    const ran = await withNodeOptions(
      RUNTIME === "Node" ? ["--experimental-import-text"] : [],
      () =>
        runImporting(directory, "main.ts", ["-A", "--unstable-raw-imports"]),
    );
    assertEquals([ran.stderr, ran.stdout], ["", "3 no C\n"]);
  },
);

test(
  "a query makes a module of its own, of the same plugin",
  need("cc"),
  async () => {
    const directory = hello();
    edit(
      directory,
      "main.ts",
      `import { add, count } from "./hello.c";
import * as other from "./hello.c?other=1";
count.value = 7;
console.log(add(1, 2), other.add(1, 2), other.count.value);
`,
    );
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "3 3 7\n"]);
    edit(directory, "hello.c", "nonsense\n");
    assertStringIncludes(
      (await runImporting(directory, "main.ts")).stderr,
      `Cannot import "./hello.c`,
    );
  },
);

test(
  "a source is built when it has changed, and only then",
  need("cc"),
  async () => {
    const directory = hello();
    const said = async () => {
      const { stdout, stderr } = await runImporting(directory, "main.ts");
      return stdout.split(" ")[0] + stderr;
    };
    assertEquals(await said(), "3");
    const [first, ...others] = libraries(directory);
    assertEquals(others, []);
    const built = statSync(join(directory, "hello.d.c.ts")).mtimeMs;
    assertEquals(await said(), "3");
    assertEquals(libraries(directory), [first]);
    // A header counts too.
    edit(directory, "more.h", "#define MORE 10\n");
    assertEquals(await said(), "13");
    assertEquals(libraries(directory).length, 2);
    // What was built before is found again, without a compiler.
    edit(directory, "more.h", "#define MORE 0\n");
    assertEquals(await withVariable("PATH", "", said), "3");
    assertEquals(libraries(directory).length, 2);
    // An editor has nothing new to read.
    assertEquals(statSync(join(directory, "hello.d.c.ts")).mtimeMs, built);
  },
);

test(
  "what flags and annotations name is a source too",
  need("cc"),
  async () => {
    const directory = project({
      "hello.c":
        `//plugin:build --annotate \${SRCDIR}/hello.json -- \${SRCDIR}/more.c \${SRCDIR}/one.o
int more(void);
int one(void);
int all(void) { return more() + one(); }
`,
      "more.c": `#include "more.h"\nint more(void) { return MORE; }\n`,
      "more.h": "#define MORE 0\n",
      "hello.json": "{}\n",
      "main.ts": `import { all } from "./hello.c";
try { console.log(all()); } catch (error) { console.log(error.message); }
`,
    });
    const compileOne = async (value: number) => {
      edit(directory, "one.c", `int one(void) { return ${value}; }\n`);
      await succeedSilently(
        run("cc", ["-fPIC", "-c", "-o", "one.o", "one.c"], { cwd: directory }),
      );
    };
    const said = () => allSaidBy(directory);
    await compileOne(0);
    assertEquals(await said(), "0\n");
    edit(directory, "more.h", "#define MORE 1\n");
    assertEquals(await said(), "1\n");
    edit(directory, "more.c", "int more(void) { return 2; }\n");
    assertEquals(await said(), "2\n");
    await compileOne(20);
    assertEquals(await said(), "22\n");
    // The library stays as it is, and the manifest does not.
    edit(
      directory,
      "hello.json",
      `{ "all": { "error": { "when": "nonzero" } } }\n`,
    );
    assertEquals(await said(), "all() failed: it gave 22\n");
  },
);

/** A crate and the one that it depends on, and a package of Go, which say how they are built. */
const SAYING = {
  "a crate": [
    ["rust>=1.88", "cc"],
    {
      "crate/Cargo.toml": `[package]
name = "adder"
version = "0.1.0"
edition = "2021"

[features]
more = []

[dependencies]
other = { path = "../other" }
`,
      "crate/src/lib.rs": `//plugin:build -- --features=more
pub fn one() -> i32 { cfg!(feature = "more") as i32 + other::ten() }
`,
      "other/Cargo.toml":
        `[package]\nname = "other"\nversion = "0.1.0"\nedition = "2021"\n\n[features]\nten = []\n`,
      "other/src/lib.rs":
        `pub fn ten() -> i32 { if cfg!(feature = "ten") { 10 } else { 0 } }\n`,
    },
    "crate/src/lib.rs",
    "one",
    ["other/Cargo.toml", 'default = ["ten"]\n'],
  ],
  "a package of Go": [
    ["go", "cc"],
    {
      "one/go.mod": "module example.com/one\n\ngo 1.18\n",
      "one/say.go": "//plugin:build -- -tags=more\n\npackage one\n",
      "one/one.go": "package one\n\nfunc One() int { return more() + ten() }\n",
      "one/more.go":
        "//go:build more\n\npackage one\n\nfunc more() int { return 1 }\n",
      "one/less.go":
        "//go:build !more\n\npackage one\n\nfunc more() int { return 0 }\n",
      "one/ten.go": "package one\n\nfunc ten() int { return 0 }\n",
    },
    "one/one.go",
    "One",
    [
      "one/ten.go",
      "package one\n\nfunc ten() int { return 10 }\n\n",
    ],
  ],
} as const;

for (
  const [name, [tools, files, source, one, [path, text]]] of Object.entries(
    SAYING,
  )
) {
  test(
    `${name} says how it is built, and is built anew when that changes`,
    needBreadth(...tools),
    async () => {
      const directory = project({
        ...files,
        "main.ts":
          `import { ${one} } from "./${source}";\nconsole.log(${one}());\n`,
      });
      const said = () => allSaidBy(directory);
      assertEquals(await said(), "1\n");
      const before = path.endsWith(".toml")
        ? readFileSync(join(directory, path), "utf8")
        : "";
      edit(directory, path, before + text);
      assertEquals(await said(), "11\n");
    },
  );
}

test(
  "what was built and is damaged is built again",
  need("cc"),
  async () => {
    const directory = hello();
    const said = async () => {
      const { stdout, stderr } = await runImporting(directory, "main.ts");
      return stdout.split(" ")[0] + stderr;
    };
    assertEquals(await said(), "3");
    const [target] = readdirSync(join(directory, BUILT))
      .filter((name) => name !== ".gitignore");
    const place = join(directory, BUILT, target!);
    const record = join(place, "hello.c.json");
    const [kept] = libraries(directory);
    const library = join(place, "hello.c", kept!, "hello.so");
    for (
      const damage of [
        () => truncateSync(library, 1000),
        () => rmSync(library),
        () => rmSync(`${library}.json`),
        () => writeFileSync(`${library}.json`, "{"),
        () => writeFileSync(record, "{}"),
        () => writeFileSync(record, `{ "version": "0.1.0" }`),
        () =>
          writeFileSync(record, `{ "version": "0.1.0", "plugins": [null] }`),
        () =>
          writeFileSync(
            record,
            JSON.stringify({ version: "0.1.0", plugins: [{ library: "x" }] }),
          ),
        // The record of a damaged library was lost too.
        () => (rmSync(record), truncateSync(library, 0)),
      ]
    ) {
      damage();
      assertEquals(await said(), "3", `${damage}`);
      assertEquals(libraries(directory), [kept]);
    }
  },
);

test(
  "what a link leads to finds what lies beside it",
  need("cc"),
  async () => {
    const directory = project({
      "own/hello.c": `//plugin:build -- -I\${SRCDIR}/include
#include "more.h"
#include <most.h>
int sum(void) { return MORE + MOST; }
`,
      "own/more.h": "#define MORE 1\n",
      "own/include/most.h": "#define MOST 2\n",
      "main.ts":
        `import { sum } from "./linked/hello.c";\nconsole.log(sum());\n`,
    });
    mkdirSync(join(directory, "linked"));
    symlinkSync("../own/hello.c", join(directory, "linked/hello.c"));
    const said = () => allSaidBy(directory);
    assertEquals(await said(), "3\n");
    edit(directory, "own/more.h", "#define MORE 10\n");
    assertEquals(await said(), "12\n");
  },
);

test(
  "a place where nothing can be built is told with what to do",
  need("cc"),
  async () => {
    const directory = hello();
    writeFileSync(join(directory, BUILT), "");
    const { stderr } = await runImporting(directory, "main.ts");
    assertStringIncludes(
      stderr,
      `Cannot import "./hello.c" at ${directory}/main.ts:1:`,
    );
    assertMatch(
      stderr,
      /: Cannot write "[^"]+\/\.plugin", where what is built for the import of "hello.c" has to lie: .+; build it where that can be written, with: plugin import hello\.c/,
    );
  },
);

test(
  "a comment that was changed is in the manifest, though the library is the same",
  need("cc"),
  async () => {
    const directory = hello();
    edit(
      directory,
      "main.ts",
      `import { add } from "./hello.c";\nconsole.log(add(1, 2));\n`,
    );
    await runImporting(directory, "main.ts");
    edit(directory, "hello.c", ADD.replace("The sum", "The SUM"));
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "3\n"]);
    const [target] = readdirSync(join(directory, BUILT))
      .filter((name) => name !== ".gitignore");
    const place = join(directory, BUILT, target!);
    const { plugins: [{ library }] } = JSON.parse(
      readFileSync(join(place, "hello.c.json"), "utf8"),
    );
    assertStringIncludes(
      readFileSync(join(place, `${library}.json`), "utf8"),
      "The SUM of two numbers.",
    );
  },
);

test(
  "a compiler's error says its line, and that of the import",
  need("cc"),
  async () => {
    const directory = hello();
    edit(directory, "hello.c", `int one = 1;\nint add(int a) { retrun a; }\n`);
    const ran = await runImporting(directory, "main.ts");
    assert(ran.status !== 0);
    assertStringIncludes(
      ran.stderr,
      `Cannot import "./hello.c" at ${directory}/main.ts:1:`,
    );
    assertMatch(ran.stderr, /hello\.c:2:18: error/);
    // The mend is seen at once.
    edit(directory, "hello.c", ADD);
    assertEquals((await runImporting(directory, "main.ts")).stderr, "");
  },
);

test(
  "what a source says of its build counts for build and import",
  needBreadth("cc"),
  async () => {
    const directory = project({
      "root.c": `//plugin:build -- -DROOT='sqrt(x)' -lm
double sqrt(double);
double root(double x) { return ROOT; }
`,
      "main.ts": `import { root } from "./root.c";\nconsole.log(root(9));\n`,
      "bad.c": "//plugin:build --target linux-x64\nint x;\n",
    });
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "3\n"]);
    await succeedSilently(plugin("build", join(directory, "root.c")));
    const bad = await plugin("build", join(directory, "bad.c"));
    assertEquals(bad.status, 2);
    assertStringIncludes(
      bad.stderr,
      `"plugin:build in bad.c" has no option "--target"`,
    );
  },
);

test("two processes at once build once", needBreadth("cc"), async () => {
  const directory = hello();
  const all = await Promise.all(
    [1, 2, 3].map(() => runImporting(directory, "main.ts")),
  );
  for (const { stdout, stderr } of all) {
    assertEquals([stderr, stdout], ["", "3 3 4 add,count,delete\n"]);
  }
  assertEquals(libraries(directory).length, 1);
  const left = readdirSync(join(directory, BUILT), { recursive: true })
    .filter((name) => String(name).endsWith(".lock"));
  assertEquals(left, []);
});

test(
  "a lock that a killed process has left is no hindrance",
  needBreadth("cc"),
  async () => {
    const directory = hello();
    await runImporting(directory, "main.ts");
    const [target] = readdirSync(join(directory, BUILT)).filter((name) =>
      name !== ".gitignore"
    );
    const { stdout: host } = await run("hostname", []);
    const dead = await run("sh", ["-c", "echo $$"]);
    writeFileSync(
      join(directory, BUILT, target!, "hello.c.json.lock"),
      `${host.trim()} ${dead.stdout.trim()}`,
    );
    edit(directory, "more.h", "#define MORE 1\n");
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout.slice(0, 1)], ["", "4"]);
  },
);

/** Deno and Bun evaluate what is preloaded in the first thread alone. */
const WORKER = RUNTIME === "Node"
  ? `import { parentPort } from "node:worker_threads";
import { add } from "./hello.c";
parentPort.postMessage(add(1, 2));
`
  : `import { parentPort } from "node:worker_threads";
import "${REGISTER}";
const { add } = await import("./hello.c");
parentPort.postMessage(add(1, 2));
`;

test("Workers import too", need("cc"), async () => {
  const directory = hello();
  edit(directory, "worker.ts", WORKER);
  edit(
    directory,
    "workers.ts",
    `import { Worker } from "node:worker_threads";
const url = new URL("./worker.ts", import.meta.url);
const said = [1, 2].map(() =>
  new Promise((resolve, reject) => {
    const worker = new Worker(url);
    worker.on("message", resolve);
    worker.on("error", reject);
  })
);
console.log((await Promise.all(said)).join());
`,
  );
  const ran = await runImporting(directory, "workers.ts");
  assertEquals([ran.stderr, ran.stdout], ["", "3,3\n"]);
  assertEquals(libraries(directory).length, 1);
});

test(
  "Deno needs few permissions: to build, only that of the command",
  needRuntime("permissions for one library", "cc"),
  async () => {
    const directory = hello();
    const main = `import { add, count } from "./hello.c";
console.log(add(1, 2));
try { count.value; } catch (error) { console.log(error.code); }
`;
    edit(directory, "main.ts", main);
    const few = ["--allow-read=.", "--allow-ffi=.plugin"];
    const refused = await runImporting(directory, "main.ts", few);
    assertStringIncludes(
      refused.stderr,
      "it has to be built, and no program can be started",
    );
    assertStringIncludes(refused.stderr, "--allow-run");
    const run = [...few, `--allow-run=${process.execPath}`];
    const built = await runImporting(directory, "main.ts", run);
    // Where a compiler links C's library in any case, it is what reads memory.
    const wanted = /^3\n(?:permission_denied\n)?$/;
    assertEquals(built.stderr, "");
    assertMatch(built.stdout, wanted);
    const ran = await runImporting(directory, "main.ts", few);
    assertEquals([ran.stderr, ran.stdout], ["", built.stdout]);
  },
);

test(
  "Node builds with --permission too, where the disk syncs for nobody",
  RUNTIME === "Node" ? need("cc") : skip("the flag is Node's"),
  async () => {
    const directory = hello();
    const permitted = ["fs-read=*", "fs-write=*", "child-process", "ffi"]
      .map((what) => `--allow-${what}`);
    const ran = await withNodeOptions(
      ["--permission", ...permitted],
      () => runImporting(directory, "main.ts"),
    );
    assertEquals([ran.stderr, ran.stdout], ["", "3 3 4 add,count,delete\n"]);
  },
);

test(
  "import takes a library that has its manifest beside it",
  needBreadth("cc"),
  async () => {
    const directory = project({
      "one.c": "int one(void) { return 1; }\n",
      "main.ts": `import { one } from "./one.so";\nconsole.log(one());\n`,
    });
    await plugin("build", join(directory, "one.c"));
    rmSync(join(directory, "one.c"));
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "1\n"]);
    assert(existsSync(join(directory, "one.d.so.ts")));
    rmSync(join(directory, "one.so.json"));
    const without = await runImporting(directory, "main.ts");
    assertStringIncludes(
      without.stderr,
      "it has no manifest; write one with: plugin emit one.so",
    );
  },
);

/** A source in each language, with a function \`add\`, or \`Add\`. */
const LANGUAGES = {
  "Go, a file of a module": [
    ["go", "cc"],
    {
      "greet/go.mod": "module example.com/greet\n\ngo 1.18\n",
      "greet/add.go":
        "package greet\n\nfunc Add(a, b int) int { return a + more(b) }\n",
      "greet/more.go": "package greet\n\nfunc more(b int) int { return b }\n",
    },
    "greet/add.go",
    "Add",
  ],
  "Go, a file alone": [
    ["go", "cc"],
    {
      "one.go": "package main\n\nfunc Add(a, b int) int { return a + b }\n",
    },
    "one.go",
    "Add",
  ],
  "Rust, a file of a crate": [
    ["rust>=1.88", "cc"],
    {
      "crate/Cargo.toml":
        `[package]\nname = "adder"\nversion = "0.1.0"\nedition = "2021"\n`,
      "crate/src/lib.rs":
        `mod more;\npub fn add(a: i32, b: i32) -> i32 { a + more::more(b) }\n`,
      "crate/src/more.rs": "pub fn more(b: i32) -> i32 { b }\n",
    },
    "crate/src/lib.rs",
    "add",
  ],
  "Rust, a file alone": [
    ["rust", "cc"],
    {
      "one.rs":
        `#[no_mangle]\npub extern "C" fn add(a: i32, b: i32) -> i32 { a + b }\n`,
    },
    "one.rs",
    "add",
  ],
  Zig: [
    ["zig", "cc"],
    {
      "one.zig": `const more = @import("more.zig");
export fn add(a: i32, b: i32) i32 { return a +% more.more(b); }
`,
      "more.zig": "pub fn more(b: i32) i32 { return b; }\n",
    },
    "one.zig",
    "add",
  ],
  "C++": [
    ["c++", "cc"],
    {
      "one.cpp": `extern "C" int add(int a, int b) { return a + b; }\n`,
    },
    "one.cpp",
    "add",
  ],
} as const;

for (const [name, [tools, files, source, add]] of Object.entries(LANGUAGES)) {
  // What builds a file alone is tried where it is built without an import.
  const needs = name.endsWith("alone") ? needReach : needBreadth;
  test(`import takes ${name}`, needs(...tools), async () => {
    const directory = project({
      ...files,
      "main.ts":
        `import { ${add} } from "./${source}";\nconsole.log(${add}(20, 22));\n`,
    });
    const ran = await runImporting(directory, "main.ts");
    assertEquals([ran.stderr, ran.stdout], ["", "42\n"]);
    // What it is made of is known: a change of each file is one of it.
    const target = readdirSync(join(directory, source, "..", BUILT))
      .find((name) => name !== ".gitignore")!;
    const record = JSON.parse(
      readFileSync(
        join(
          directory,
          source,
          "..",
          BUILT,
          target,
          `${basename(source)}.json`,
        ),
        "utf8",
      ),
    );
    const known = Object.keys(record.plugins[0].inputs).map((path) =>
      basename(path)
    );
    for (const file of Object.keys(files)) {
      assert(known.includes(basename(file)), `${file}: ${known}`);
    }
  });
}

const TYPED = `import plugin, { add, count } from "./hello.c";
const sum: number = add(1, 2);
const value: number = count.value + plugin.symbols.add(1, 2);
// @ts-expect-error: a text is no number
add("1", 2);
export { sum, value };
`;

test(
  "plugin import makes the types before the first run: tsc and deno check",
  needOnce("cc"),
  async () => {
    const directory = hello();
    await succeedSilently(plugin("import", join(directory, "hello.c")));
    edit(directory, "typed.ts", TYPED);
    edit(
      directory,
      "tsconfig.json",
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: "esnext",
          module: "nodenext",
          allowArbitraryExtensions: true,
          allowImportingTsExtensions: true,
          skipLibCheck: true,
          types: [],
          paths: { "@native/plugin": [join(ROOT, "mod.ts")] },
        },
        files: ["typed.ts"],
      }),
    );
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const ran = await run(process.execPath, ["run", "-A", tsc, "-p", "."], {
      cwd: directory,
    });
    const own = ran.stdout.split("\n").filter((line) =>
      /^(?:typed|hello)/.test(line)
    );
    assertEquals(own, []);
    // Deno has no allowArbitraryExtensions: a comment says where they are.
    edit(directory, "deno.ts", `// @ts-types="./hello.d.c.ts"\n${TYPED}`);
    const config = join(ROOT, "deno.json");
    await succeed(typeCheck(["deno.ts"], { cwd: directory, config }));
  },
);

/** Plugins that are called as a type of theirs is, and a program that says the type. */
const NAMESAKES = [
  {
    language: "C",
    options: needOnce("cc"),
    source: "ledger.c",
    files: {
      "ledger.c": `typedef struct Ledger { int total; } Ledger;
int total(const Ledger *ledger) { return ledger->total; }
`,
    },
    use: `const ledger: Ledger = new (plugin.type("Ledger"))({ total: 3 });
const sum: number = total(ledger);`,
    name: "total",
  },
  {
    language: "Rust",
    options: needRuntime("type checking", "rust", "cc"),
    source: "ledger/src/lib.rs",
    files: {
      "ledger/Cargo.toml":
        '[package]\nname = "ledger"\nversion = "0.1.0"\nedition = "2021"\n',
      "ledger/src/lib.rs": `pub struct Ledger { total: i32 }
impl Ledger {
    pub fn new() -> Self { Ledger { total: 3 } }
    pub fn total(&self) -> i32 { self.total }
}
`,
    },
    use: `const ledger: Ledger = new Ledger();
const sum: number = ledger.total();`,
    name: "Ledger",
  },
];

for (const { language, options, source, files, use, name } of NAMESAKES) {
  test(
    `a type of ${language} keeps its name in a plugin of that name`,
    options,
    async () => {
      const directory = project(files as Record<string, string>);
      await succeedSilently(plugin("import", join(directory, source)));
      const types = source.replace(/\.\w+$/, ".d$&.ts");
      const type = name === "Ledger" ? "" : `
import type { Ledger } from "./${types}";`;
      edit(
        directory,
        "use.ts",
        `// @ts-types="./${types}"
import plugin, { ${name} } from "./${source}";${type}
${use}
export { plugin, sum };
`,
      );
      const config = join(ROOT, "deno.json");
      await succeed(typeCheck(["use.ts"], { cwd: directory, config }));
      const declared = readFileSync(join(directory, types), "utf8");
      assertStringIncludes(declared, "export interface LedgerPlugin {");
    },
  );
}
