/**
 * Libraries with symbols that the runtime exports too: `napi_get_version` is one of all three.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { once } from "node:events";
import process from "node:process";
import { writeFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needRuntime, RUNTIME, skip } from "../../helpers/need.ts";
import { runScript } from "../helpers/program.ts";
import { compile, needs } from "../../helpers/shared_library.ts";

const LINUX = process.platform === "linux" ? need("cc") : skip("Linux only");

/** A function and a variable of the runtime's name, used within the library. */
const OWN = `
int napi_get_version(int x) { return x + 1; }
int napi_module_register = 7;
int version(void) { return napi_get_version(41); }
int value(void) { return napi_module_register; }
`;
const OWN_EARLY = OWN + `
static int early;
__attribute__((constructor)) static void begin(void) { early = napi_get_version(40); }
int at_start(void) { return early; }
`;
const OWN_SYMBOLS = {
  version: "() => i32",
  value: "() => i32",
} as const;

const USES_NEED = `
int napi_get_version(int x);
int version(void);
int own(void) { return napi_get_version(1); }
int needs_own(void) { return version(); }
`;
const USES_NEED_SYMBOLS = {
  own: "() => i32",
  needs_own: "() => i32",
} as const;

/** C's own loader, as a program might call it. */
function plainDlopen(path: string): void {
  open("libc.so.6", { symbols: { dlopen: "(cstring, i32) => pointer" } })
    .symbols.dlopen(path, 1);
}

test(
  "a library's own symbols win within it, also in its initialisers",
  LINUX,
  () => {
    const path = compile(join(emptyDirectory(), "own.so"), OWN_EARLY);
    const { version, value, at_start } = open(path, {
      symbols: { ...OWN_SYMBOLS, at_start: "() => i32" },
    }).symbols;
    assertEquals([version(), value(), at_start()], [42, 7, 41]);
  },
);

test(
  "those of a library that it needs win too, and of one that another plugin loaded before",
  LINUX,
  () => {
    const directory = emptyDirectory();
    compile(join(directory, "libneed.so"), OWN);
    const flags = needs(directory, "libneed.so");
    for (const name of ["first.so", "second.so"]) {
      const path = compile(join(directory, name), USES_NEED, ...flags);
      const { own, needs_own } = open(path, { symbols: USES_NEED_SYMBOLS })
        .symbols;
      assertEquals([own(), needs_own()], [2, 42], name);
    }
  },
);

test("they win where the older table of symbols is", LINUX, () => {
  const path = compile(
    join(emptyDirectory(), "sysv.so"),
    OWN,
    "-Wl,--hash-style=sysv",
  );
  assertEquals(open(path, { symbols: OWN_SYMBOLS }).symbols.version(), 42);
});

test(
  "a Worker that opens the same library finds it as it is",
  LINUX,
  async () => {
    const directory = emptyDirectory();
    const path = compile(join(directory, "own.so"), OWN);
    const script = join(directory, "worker.ts");
    const face = new URL("../../../mod.ts", import.meta.url).href;
    writeFileSync(
      script,
      `import { parentPort } from "node:worker_threads";
import { open } from ${JSON.stringify(face)};
const { symbols } = open(${JSON.stringify(path)}, { symbols: ${
        JSON.stringify(OWN_SYMBOLS)
      } });
parentPort.postMessage([symbols.version(), symbols.value()]);`,
    );
    const { symbols } = open(path, { symbols: OWN_SYMBOLS });
    const worker = new Worker(script);
    try {
      assertEquals((await once(worker, "message"))[0], [42, 7]);
    } finally {
      await worker.terminate();
    }
    assertEquals(symbols.version(), 42);
  },
);

test(
  "one that was loaded before by other means is told, with its symbols",
  LINUX,
  () => {
    const directory = emptyDirectory();
    const need = compile(join(directory, "libneed.so"), OWN);
    plainDlopen(need);
    const flags = needs(directory, "libneed.so");
    const path = compile(join(directory, "late.so"), USES_NEED, ...flags);
    const error = assertThrows(
      () => open(path, { symbols: USES_NEED_SYMBOLS }),
      PluginError,
    );
    assertEquals(error.code, "symbol_conflict");
    assertStringIncludes(error.message, `"libneed.so" uses napi_get_version`);
    assertStringIncludes(error.message, `which ${RUNTIME} has too`);
  },
);

test(
  "one that uses none of its symbols by name is nobody's affair",
  LINUX,
  () => {
    const path = compile(
      join(emptyDirectory(), "bound.so"),
      OWN,
      "-Wl,-Bsymbolic",
    );
    plainDlopen(path);
    assertEquals(open(path, { symbols: OWN_SYMBOLS }).symbols.version(), 42);
  },
);

test("variables that there is but one of in a process stay one", {
  ...process.platform === "linux" ? need("cc", "c++") : skip("Linux only"),
}, () => {
  const path = compile(
    join(emptyDirectory(), "shared.so"),
    `#include <cstdlib>
#include <iostream>
#include <sstream>
extern "C" char **environ;
extern "C" int napi_get_version(int x) { return x + 1; }
extern "C" int version(void) { return napi_get_version(41); }
extern "C" int variables(void) { setenv("OURS", "1", 1); int n = 0; while (environ[n]) n++; return n; }
extern "C" int writes(void) { std::ostringstream text; text << 1.5; std::cout << std::flush; return std::cout.good() && text.str() == "1.5"; }
extern "C" int catches(void) { try { throw 3; } catch (int x) { return x; } }`,
    "-lstdc++",
    "-Wl,-z,relro",
  );
  const { symbols } = open(path, {
    symbols: {
      version: "() => i32",
      variables: "() => i32",
      writes: "() => i32",
      catches: "() => i32",
    },
  });
  assertEquals(symbols.version(), 42);
  assertEquals(symbols.variables() > 1, true);
  assertEquals([symbols.writes(), symbols.catches()], [1, 3]);
});

test(
  "where C's loader may not be called, open names the flag and the symbols",
  {
    ...needRuntime("permissions for one library", "cc"),
  },
  () => {
    const directory = emptyDirectory();
    const path = compile(join(directory, "own.so"), OWN);
    for (const read of ["--allow-read", `--allow-read=${directory}`]) {
      const { output } = runScript(
        `try { open(${JSON.stringify(path)}, { symbols: ${
          JSON.stringify(OWN_SYMBOLS)
        } }); } catch (error) { console.log(error.code, error.message); }`,
        [read, `--allow-ffi=${path}`],
      );
      assertStringIncludes(output, "permission_denied");
      assertStringIncludes(output, "napi_get_version");
      assertStringIncludes(output, "--allow-ffi without a path");
    }
  },
);

test("the first error of the loader is its own words", LINUX, () => {
  const directory = emptyDirectory();
  const gone = compile(
    join(directory, "libgone.so"),
    "int gone(void) { return 1; }",
  );
  const path = compile(
    join(directory, "top.so"),
    "int gone(void); int top(void) { return gone(); }",
    ...needs(directory, "libgone.so"),
  );
  const { output } = runScript(
    `import { rmSync } from "node:fs";
rmSync(${JSON.stringify(gone)});
try { open(${
      JSON.stringify(path)
    }, { symbols: { top: "() => i32" } }); } catch (error) { console.log(error.code, error.message); }`,
  );
  assertStringIncludes(output, "missing_library");
  assertStringIncludes(output, `"libgone.so"`);
});
