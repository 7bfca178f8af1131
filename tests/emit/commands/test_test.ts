/**
 * `plugin test`: mistakes of native code, seen under a program's own tests.
 *
 * @module
 */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { basename, dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { EmitError } from "../../../emit/error.ts";
import { goCover } from "../../../emit/sanitize/go_cover.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import {
  need,
  needBreadth,
  needReach,
  RUNTIME,
  skip,
} from "../../helpers/need.ts";
import { FACE, ROOT } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import { REGISTER } from "../helpers/importing.ts";
import { succeed } from "../../helpers/succeed.ts";

const GCC = process.platform === "linux"
  ? need("gcc", "cc")
  : skip("what it preloads is Linux's");

const SOURCE = `#include <pthread.h>
#include <stdlib.h>
void too_far(int count) {
  volatile char *bytes = malloc((size_t)count);
  bytes[count] = 1;
  free((void *)bytes);
}
int too_large(int n) { return n + 2147483647; }
static int shared;
static void *add(void *none) {
  for (int i = 0; i < 1000; i++) shared++;
  return none;
}
int race(void) {
  pthread_t one, two;
  pthread_create(&one, 0, add, 0);
  pthread_create(&two, 0, add, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return shared;
}
`;

/** The names of C++'s functions have blanks in them. */
const CXX = `#include <pthread.h>
namespace far {
int too_far(int index, unsigned count) {
  volatile int *numbers = new int[count];
  numbers[0] = 1;
  int last = 0;
  last = numbers[index];
  delete[] numbers;
  return last;
}
int shared;
__attribute__((noinline)) void add(int count, int each) {
  for (int i = 0; i < count; i++) shared += each;
}
void *added(void *none) {
  add(1000, 2);
  return none;
}
}
extern "C" int too_far(int n) { return far::too_far(n, n); }
extern "C" int race(void) {
  pthread_t one, two;
  pthread_create(&one, 0, far::added, 0);
  pthread_create(&two, 0, far::added, 0);
  pthread_join(one, 0);
  pthread_join(two, 0);
  return far::shared;
}
`;

const RACY_MODULE = "module example.com/racy\n\ngo 1.18\n";

const RACY = `package main

import "sync"

var shared int

// Race counts without a lock.
func Race() int {
	var group sync.WaitGroup
	for i := 0; i < 4; i++ {
		group.Add(1)
		go func() {
			shared++
			group.Done()
		}()
	}
	group.Wait()
	return shared
}
`;

const HOST = `import { test } from "node:test";
import { open } from ${FACE};
const { symbols } = open(new URL("./plugin.so", import.meta.url));
test("twice", () => { for (let i = 0; i < 2; i++) CALL; });
`;

/** A plugin with mistakes, and tests that make one. */
function project(
  call: string,
  file = "plugin.c",
  text = SOURCE,
): { source: string; tests: string[] } {
  const directory = emptyDirectory();
  const source = join(directory, file);
  const host = join(directory, "host_test.mjs");
  writeFileSync(source, text);
  writeFileSync(host, HOST.replace("CALL", `symbols.${call}`));
  const tests = {
    Deno: ["test", "-A", "--no-check", `--config=${join(ROOT, "deno.json")}`],
    Bun: ["test"],
    Node: ["--test"],
  }[RUNTIME];
  // A Node that finds itself within tests runs none.
  const outside = ["env", "-u", "NODE_TEST_CONTEXT"];
  return { source, tests: [...outside, process.execPath, ...tests, host] };
}

const MISTAKES = {
  address: ["too_far(10)", 5, "too_far: heap-buffer-overflow"],
  undefined: ["too_large(8)", 8, "too_large: signed integer overflow: 8"],
  thread: ["race()", 11, "add: data race"],
} as const;

for (const [tool, [call, line, said]] of Object.entries(MISTAKES)) {
  test(`plugin test --sanitize ${tool} shows the mistake once`, {
    ...GCC,
    timeout: 600_000,
  }, async () => {
    const { source, tests } = project(call);
    const run = ["test", source, "--sanitize", tool, "--", ...tests];
    const { status, stdout } = await spawnPlugin(run);
    assertEquals(status, 1, stdout);
    const title = `plugin.c:${line} in ${said}`;
    assertEquals(stdout.split(title).length, 2, stdout);
    const text = SOURCE.split("\n")[line - 1];
    assertStringIncludes(stdout, `\n  ${line} | ${text}\n`);
    assertStringIncludes(stdout, `\n${tool}: 1 mistake; `);
    // Nothing was there before, and nothing is left.
    assert(!existsSync(source.replace(".c", ".so")));
  });
}

test("plugin test --sanitize thread shows races of goroutines", {
  ...(process.platform === "linux" ? need("go", "cc") : GCC),
  timeout: 600_000,
}, async () => {
  const { source, tests } = project("Race()", "go.mod", RACY_MODULE);
  const directory = dirname(source);
  writeFileSync(join(directory, "racy.go"), RACY);
  const library = join(directory, "plugin.so");
  for (const isolated of [false, true]) {
    if (isolated) {
      const host = join(directory, "host_test.mjs");
      const text = readFileSync(host, "utf8");
      writeFileSync(
        host,
        text.replace(
          "import.meta.url))",
          "import.meta.url), { isolated: {} })",
        ),
      );
    }
    const { status, stdout } = await spawnPlugin([
      ...["test", directory, "-o", library, "--sanitize", "thread"],
      ...["--", ...tests],
    ]);
    assertEquals(status, 1, stdout);
    const title = "racy.go:13 in main.Race.func1: data race";
    assertEquals(stdout.split(title).length, 2, stdout);
    assertStringIncludes(stdout, "\n  13 | \t\t\tshared++\n");
    assertStringIncludes(stdout, "\nthread: 1 mistake; the tests passed\n");
  }
  const named = ["test", "go:errors", "--sanitize", "thread"];
  assertStringIncludes(
    (await spawnPlugin(named)).stderr,
    'Cannot test "go:errors" with --sanitize thread: it tells of races in a package that lies here',
  );
});

const TOO_FAR = "plugin.cpp:7 in far::too_far(int, unsigned int)";

for (
  const [tool, options, call, said] of [
    [
      "address",
      need("gcc", "c++", "cc"),
      "too_far(10)",
      `${TOO_FAR}: heap-buffer-overflow`,
    ],
    [
      "thread",
      need("gcc", "c++", "cc"),
      "race()",
      "plugin.cpp:13 in far::add(int, int): data race",
    ],
    [
      "valgrind",
      needReach("c++", "cc", "valgrind"), // a minute, where others work too
      "too_far(10)",
      `${TOO_FAR}: Invalid read of size 4`,
    ],
  ] as const
) {
  test(`plugin test --sanitize ${tool} shows one of a function of C++`, {
    ...(process.platform === "linux" ? options : GCC),
    timeout: 600_000,
  }, async () => {
    const { source, tests } = project(call, "plugin.cpp", CXX);
    const run = ["test", source, "--sanitize", tool, "--", ...tests];
    const { status, stdout } = await spawnPlugin(run);
    assertEquals(status, 1, stdout);
    assertEquals(stdout.split(said).length, 2, stdout);
  });
}

test("plugin test puts back what was there", {
  ...GCC,
  timeout: 600_000,
}, async () => {
  const { source, tests } = project("race()");
  const library = source.replace(".c", ".so");
  await plugin("build", source);
  const before = readFileSync(library);
  const run = ["test", source, "--sanitize", "undefined", "--json", "--"];
  const { status, stdout } = await spawnPlugin([...run, ...tests]);
  assertEquals([status, JSON.parse(stdout).mistakes], [0, []]);
  assertEquals(readFileSync(library), before);
  await succeed(plugin("check", library));
});

test("plugin test --coverage says which lines have run", {
  ...(process.platform === "linux" ? need("gcc", "cc", "gcov") : GCC),
  timeout: 600_000,
}, async () => {
  const { source, tests } = project("too_large(-8)");
  const run = ["test", source, "--coverage", "--", ...tests];
  const { stdout } = await succeed(spawnPlugin(run));
  assertStringIncludes(stdout, "\nplugin.c: 1 of 15 lines (6 %), not 3-7, 10-");
});

/** Plugins of other languages, the call of their test, and what is said of it. */
const COUNTED = [
  {
    by: "go build -cover",
    options: need("go>=1.20", "cc"),
    files: {
      "go.mod": "module example.com/words\n\ngo 1.20\n",
      "words.go": `package words

// Abs is how far it is from 0.
func Abs(n int) int {
	if n > 0 {
		// no test
		return n
	}
	return -n
}
`,
    },
    call: "Abs(-1)",
    said: "\nwords.go: 3 of 4 lines (75 %), not 7\n",
  },
  {
    by: "llvm-cov, from Rust",
    options: needBreadth("rust", "cc"),
    files: {
      "Cargo.toml":
        '[package]\nname = "words"\nversion = "0.1.0"\nedition = "2021"\n',
      "src/lib.rs": `pub fn abs(n: i32) -> i32 {
    if n > 0 {
        return n;
    }
    -n
}
`,
    },
    call: "abs(-1)",
    said: "\nsrc/lib.rs: 5 of 6 lines (83 %), not 3\n",
    missing: "rustup component add llvm-tools",
  },
  {
    by: "llvm-cov, from clang",
    options: needBreadth("clang", "llvm-cov"),
    input: "words.c",
    files: {
      "words.c": `int abs_of(int n) {
  if (n > 0) {
    return n;
  }
  return -n;
}
`,
    },
    env: { CC: "clang" },
    call: "abs_of(-1)",
    said: "\nwords.c: 4 of 6 lines (66 %), not 3-4\n",
    missing: "clang with its compiler-rt",
  },
];

for (const { by, options, files, input, env, call, said, missing } of COUNTED) {
  test(`plugin test --coverage counts by ${by}, or says what is missing`, {
    ...(process.platform === "linux" ? options : GCC),
    timeout: 600_000,
  }, async () => {
    const { source, tests } = project(call);
    const directory = join(source, "../words");
    const temporary = join(source, "../a place");
    mkdirSync(temporary);
    for (const [name, text] of Object.entries(files)) {
      const path = join(directory, name);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, text);
    }
    const { status, stdout, stderr } = await spawnPlugin([
      "test",
      join(directory, input ?? "."),
      "-o",
      source.replace(".c", ".so"),
      "--coverage",
      "--",
      ...tests,
    ], { env: { ...env, TMPDIR: temporary } });
    if (status !== 0 && missing !== undefined) {
      assertStringIncludes(stderr, missing);
      return;
    }
    assertEquals(status, 0, stderr);
    assertStringIncludes(stdout, said);
  });
}

test("counts of Go that nobody can read are told of", {
  ...need("go"),
  timeout: 600_000,
}, async () => {
  const directory = emptyDirectory();
  const { read } = goCover(directory);
  const hash = "0".repeat(32);
  for (const name of [`covmeta.${hash}`, `covcounters.${hash}.1.1`]) {
    writeFileSync(join(directory, "go", name), "cut off");
  }
  const error = await assertRejects(
    () => read("words.so", [directory]),
    EmitError,
  );
  assertEquals(error.code, "no_tool");
  assertStringIncludes(error.message, "Cannot read what was counted: go says");
  assertStringIncludes(error.message, "covmeta");
});

test(
  "plugin test --coverage takes what has lines here, and whose they can be counted",
  GCC,
  async () => {
    const named = await plugin("test", "go:strings", "--coverage");
    assertEquals(named.status, 2);
    assertStringIncludes(named.stderr, "of a package that lies here");
    const source = join(emptyDirectory(), "a.zig");
    writeFileSync(source, "");
    const zig = await plugin("test", source, "--coverage");
    assertStringIncludes(
      zig.stderr,
      "lines of C, C++, Go and Rust are counted",
    );
  },
);

/** Tests that import a plugin by its source, and how they are run. */
function importing(
  files: Readonly<Record<string, string>>,
  source: string,
  body: string,
): { directory: string; tests: string[] } {
  const directory = emptyDirectory();
  const host = join(directory, "imported_test.mjs");
  for (
    const [name, text] of Object.entries<string>({
      ...files,
      [basename(host)]: `import { test } from "node:test";
test("imported", async () => {
  const { default: plugin } = await import("./${source}");
  ${body}
});
`,
    })
  ) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  const config = `--config=${join(ROOT, "deno.json")}`;
  const tests = {
    Deno: ["test", "-A", "--no-check", config, "--preload", REGISTER],
    Bun: ["test", "--preload", REGISTER],
    Node: ["--import", pathToFileURL(REGISTER).href, "--test"],
  }[RUNTIME];
  const outside = ["env", "-u", "NODE_TEST_CONTEXT"];
  return { directory, tests: [...outside, process.execPath, ...tests, host] };
}

const REPEAT = `#include <stdlib.h>
#include <string.h>
char *repeat(const char *text, unsigned times) {
  size_t length = strlen(text);
  char *all = malloc(length * times + 1);
  for (unsigned i = 0; i < times; i++) memcpy(all + i * length, text, length);
  all[length * times] = 0;
  return all;
}
`;

const CALL_REPEAT = `const type = "(cstring, u32) => cstring";
  for (let i = 0; i < 2; i++) {
    const text = plugin.lookup("repeat", type, { free: "free" })("ab", 4);
    if (text !== "abababab") throw new Error(text);
  }`;

test("plugin test watches a plugin whose source the tests import", {
  ...GCC,
  timeout: 600_000,
}, async () => {
  const { directory, tests } = importing(
    { "repeat.c": REPEAT },
    "repeat.c",
    CALL_REPEAT,
  );
  const source = join(directory, "repeat.c");
  const run = ["test", source, "--sanitize", "address", "--", ...tests];
  const right = await succeed(spawnPlugin(run));
  assertStringIncludes(right.stdout, "address: no mistake; the tests passed");
  writeFileSync(source, REPEAT.replace("times + 1", "times"));
  const wrong = await spawnPlugin(run);
  assertEquals(wrong.status, 1);
  assertStringIncludes(
    wrong.stdout,
    "repeat.c:7 in repeat: heap-buffer-overflow\n  7 |   all[length * times] = 0;",
  );
  // What imports build is not what was watched.
  assert(!existsSync(join(directory, ".plugin")));
});

/** Plugins that tests import, and what is said of their lines. */
const IMPORTED = [
  {
    language: "C",
    options: need("gcc", "cc", "gcov"),
    files: { "repeat.c": REPEAT },
    input: "repeat.c",
    source: "repeat.c",
    body: CALL_REPEAT,
    said: "repeat.c: 6 of 6 lines (100 %)",
  },
  {
    language: "Go",
    options: need("go>=1.20", "cc"),
    files: COUNTED[0]!.files,
    input: ".",
    source: "words.go",
    body: "plugin.symbols.Abs(-1);",
    said: COUNTED[0]!.said,
  },
  {
    language: "Rust",
    options: needBreadth("rust", "cc"),
    files: COUNTED[1]!.files,
    input: ".",
    source: "src/lib.rs",
    body: "plugin.symbols.abs(-1);",
    said: COUNTED[1]!.said,
    missing: COUNTED[1]!.missing,
  },
];

for (
  const { language, options, files, input, source, body, said, missing }
    of IMPORTED
) {
  test(`plugin test --coverage counts ${language} that the tests import`, {
    ...(process.platform === "linux" ? options : GCC),
    timeout: 600_000,
  }, async () => {
    const { directory, tests } = importing(
      files as Record<string, string>,
      source,
      body,
    );
    const run = ["test", join(directory, input), "--coverage", "--", ...tests];
    const { status, stdout, stderr } = await spawnPlugin(run);
    if (status !== 0 && missing !== undefined && stderr.includes(missing)) {
      return;
    }
    assertEquals(status, 0, stdout + stderr);
    assertStringIncludes(stdout, said);
  });
}

test("plugin test says that no test opened what it has built", {
  ...(process.platform === "linux" ? need("gcc", "cc", "gcov") : GCC),
  timeout: 600_000,
}, async () => {
  const { source, tests } = project("race()");
  const library = join(dirname(source), "elsewhere.so");
  await plugin("build", source); // the tests open that, which no tool watches
  for (
    const [how, purpose] of [
      [["--sanitize", "address"], "for --sanitize address"],
      [["--coverage"], "to be counted"],
    ] as const
  ) {
    const run = ["test", source, "-o", library, ...how, "--", ...tests];
    const { status, stderr } = await spawnPlugin(run);
    assertEquals(status, 1);
    assertStringIncludes(
      stderr,
      `elsewhere.so", which was built ${purpose}; the tests passed: have them open it there (-o says where), or import its source`,
    );
  }
});

test("plugin test says what no tool can do", GCC, async () => {
  const directory = emptyDirectory();
  const source = join(directory, "a.go");
  writeFileSync(source, "package main\n");
  const go = await plugin("test", source, "--sanitize", "address");
  assertEquals(go.status, 2);
  assertStringIncludes(
    go.stderr,
    "Cannot test Go with --sanitize address: only C and C++ are compiled",
  );
  const none = await plugin("test", source, "--sanitize", "speed");
  assertStringIncludes(
    none.stderr,
    "one of address, undefined, thread, valgrind",
  );
});
