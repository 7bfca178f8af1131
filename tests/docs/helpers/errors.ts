/**
 * Makes every error of docs/errors.md, for real.
 *
 * @module
 */

import { runProgram } from "../../helpers/program.ts";
import { until } from "../../helpers/wait.ts";
import { withVariable } from "../../helpers/variable.ts";
import { generateKeyPairSync } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { callback, open, type PluginErrorCode } from "@native/plugin";
import { fetchPlugin } from "../../../emit/fetch.ts";
import { ownLibc } from "../../../ffi/identity/executable.ts";
import { targetOf } from "../../../ffi/manifest/manifest.ts";
import { withSupport } from "../../helpers/support.ts";
import { plugin } from "../../emit/helpers/cli.ts";
import { builtOnce } from "../../helpers/built_once.ts";
import { spoil } from "../../helpers/fixture.ts";
import { succeed } from "../../helpers/succeed.ts";
import { compile, sharedLibrary } from "../../helpers/shared_library.ts";

/** One way to a code. */
export interface Mistake {
  /** Makes it with the plugin `hello.so` in a directory of its own, in C unless it is in Go. */
  readonly make: (directory: string) => unknown;
  /** Tools that it needs beside a C compiler. */
  readonly needs?: readonly string[];
  /** Where it cannot be made elsewhere. */
  readonly only?: "Deno" | "linux";
  readonly source?: string;
}

const C = `#include <stdarg.h>
#include <string.h>

int add(int a, int b) { return a + b; }
const char *name(void) { return 0; }
void blank(void *frame) { memset(frame, 0, 16); }
long double precise(void) { return 1; }
int sum(int count, ...) {
  va_list list;
  va_start(list, count);
  int total = 0;
  while (count-- > 0) total += va_arg(list, int);
  va_end(list);
  return total;
}
`;

const GO = `package main

import "errors"

func Divide(a, b int) (int, error) {
	if b == 0 {
		return 0, errors.New("division by zero")
	}
	return a / b, nil
}

func At(values []int32, i int) int32 { return values[i] }
`;

/** Functions that end their process. */
const ENDS = `#include <stdlib.h>
#include <unistd.h>
int decode(const char *text) { return *(volatile int *)8 + text[0]; }
void give_up(void) { exit(3); }
void wait_for_ever(void) { for (;;) pause(); }
`;

/** A function that waits for a thread which calls another one. */
const WAITS = `#include <pthread.h>
typedef int (*answer)(int);
static void *ask(void *f) { ((answer)f)(1); return 0; }
int ask_and_wait(answer f) {
  pthread_t thread;
  pthread_create(&thread, 0, ask, (void *)f);
  return pthread_join(thread, 0);
}
`;

/** A C library that others need: its functions, and the version that they have. */
const OTHER = "int other(void) { return 1; }\n";

/** Every code, and a way to it: the compiler says which one is missing. */
export const MISTAKES: Readonly<Record<PluginErrorCode, Mistake>> = {
  not_found: { make: (directory) => open(join(directory, "missing.so")) },
  not_a_library: {
    make(directory) {
      const path = join(directory, "hello.so");
      rmSync(path); // the one that is there may be loaded
      writeFileSync(path, "hello ".repeat(100));
      open(path);
    },
  },
  no_manifest: {
    make(directory) {
      rmSync(join(directory, "hello.so.json"));
      open(join(directory, "hello.so"));
    },
  },
  bad_manifest: {
    make(directory) {
      edit(directory, (json) => json.symbols.add.type = 7);
      open(join(directory, "hello.so")).lookup("add");
    },
  },
  fetch_failed: {
    make: () =>
      fetchPlugin("@me/hello", {
        [
          targetOf({
            os: process.platform as "linux" | "darwin",
            arch: process.arch as "x64" | "arm64",
            libc: ownLibc() ?? "gnu",
          })
        ]: {
          manifest: "hello.so",
          files: {
            // No service has this port.
            "hello.so": { url: "http://127.0.0.1:9/hello.so", sha256: "" },
          },
        },
      }),
  },
  wrong_target: {
    make(directory) {
      edit(directory, (json) => {
        json.library.arch = process.arch === "x64" ? "arm64" : "x64";
      });
      open(join(directory, "hello.so"));
    },
  },
  wrong_library: {
    make(directory) {
      edit(directory, (json) => json.library.buildId = "00ff");
      open(join(directory, "hello.so"));
    },
  },
  replaced: {
    async make(directory) {
      const opened = open(join(directory, "hello.so"));
      writeFileSync(join(directory, "hello.c"), `${C}int more;\n`);
      await build(directory, "hello.c");
      await until(() => open(join(directory, "hello.so")) !== opened);
    },
  },
  contract: {
    make: (directory) =>
      open(join(directory, "hello.so"), {
        symbols: { add: "(f64, f64) => f64", subtract: "(i32, i32) => i32" },
      }),
  },
  missing_library: {
    only: "linux",
    async make(directory) {
      await needsOther(directory);
      rmSync(join(directory, "libother.so"));
      open(join(directory, "hello.so"));
    },
  },
  missing_version: {
    only: "linux",
    async make(directory) {
      await needsOther(directory, "OTHER_2");
      other(directory, OTHER, "OTHER_1");
      open(join(directory, "hello.so"));
    },
  },
  missing_symbol: {
    only: "linux",
    async make(directory) {
      await needsOther(directory);
      other(directory, "int another;\n");
      open(join(directory, "hello.so"));
    },
  },
  symbol_conflict: {
    only: "linux",
    make(directory) {
      const path = join(directory, "hello.so");
      for (const file of [path, `${path}.json`]) rmSync(file);
      compile(
        join(directory, "hello.so"),
        "int napi_get_version(void) { return 1; }\nint version(void) { return napi_get_version(); }\n",
      );
      const loader = { dlopen: "(cstring, i32) => pointer" } as const;
      open("libc.so.6", { symbols: loader }).symbols.dlopen(path, 1);
      open(path, { symbols: { version: "() => i32" } });
    },
  },
  unsigned: {
    make: (directory) =>
      open(join(directory, "hello.so"), { trust: [publicKey()] }),
  },
  untrusted: {
    async make(directory) {
      await sign(directory);
      open(join(directory, "hello.so"), { trust: [publicKey()] });
    },
  },
  bad_signature: {
    async make(directory) {
      const trust = [await sign(directory)];
      edit(directory, (json) => json.symbols.add.doc = "Subtracts.");
      open(join(directory, "hello.so"), { trust });
    },
  },
  unsigned_need: {
    only: "linux",
    async make(directory) {
      const trust = [await sign(directory)];
      withVariable(
        "LD_LIBRARY_PATH",
        "/usr/lib:",
        () => open(join(directory, "hello.so"), { trust }),
      );
    },
  },
  wrong_plugin: {
    async make(directory) {
      const keys = [await sign(directory)];
      open(join(directory, "hello.so"), { trust: { keys, name: "world" } });
    },
  },
  outdated: {
    async make(directory) {
      const keys = [await sign(directory, "--version", "1.4")];
      open(join(directory, "hello.so"), {
        trust: { keys, minVersion: "1.5" },
      });
    },
  },
  revoked: {
    async make(directory) {
      const keys = [await sign(directory, "--version", "1.4")];
      const list = join(directory, "revocations.json");
      const key = join(directory, "key.pem");
      await done("revoke", "--key", key, "-o", list, "hello@1.4.2");
      const revocations = [readFileSync(list, "utf8")];
      open(join(directory, "hello.so"), { trust: { keys, revocations } });
    },
  },
  bad_revocations: {
    async make(directory) {
      const keys = [await sign(directory)];
      open(join(directory, "hello.so"), {
        trust: { keys, revocations: ["{}"] },
      });
    },
  },
  no_copy: {
    make(directory) {
      const others = join(directory, "others");
      mkdirSync(others);
      process.getBuiltinModule("node:fs").chmodSync(others, 0o777);
      withVariable(
        "TMPDIR",
        others,
        () => open(join(directory, "hello.so"), { fresh: true }),
      );
    },
  },
  load_failed: {
    only: "linux",
    make(directory) {
      const path = join(directory, "hello.so");
      spoil(path);
      open(path);
    },
  },
  permission_denied: {
    only: "Deno",
    make(directory) {
      const path = JSON.stringify(join(directory, "hello.so"));
      const { stdout } = runProgram(
        `try {
  open(${path});
} catch (error) {
  console.log(JSON.stringify(error), error.message);
}
`,
        { flags: ["--allow-read"] },
      );
      const [, json, message] = /^(\{.*?\}) (.*)$/m.exec(stdout)!;
      throw Object.assign(new Error(message), JSON.parse(json!));
    },
  },
  unknown_symbol: {
    make: (directory) => open(join(directory, "hello.so")).lookup("ad"),
  },
  unknown_type: {
    make: (directory) => open(join(directory, "hello.so")).type("Line"),
  },
  skipped_symbol: {
    make: (directory) => open(join(directory, "hello.so")).lookup("precise"),
  },
  bad_type: {
    make: (directory) =>
      open(join(directory, "hello.so")).lookup("add", "(i32" as string),
  },
  type_mismatch: {
    make: (directory) =>
      open(join(directory, "hello.so")).lookup("add", "(f64, f64) => f64"),
  },
  needs_thunk: {
    make: (directory) => open(join(directory, "hello.so")).lookup("sum"),
  },
  unsupported: {
    make: () => callback("([3]i32) => void" as string, () => {}),
  },
  would_deadlock: {
    source: WAITS,
    async make(directory) {
      await withSupport();
      process.env.PLUGIN_PATIENCE = "0.1";
      using answer = callback("(i32) => i32", (x) => x, { threads: "any" });
      open(join(directory, "hello.so"))
        .lookup("ask_and_wait", "((i32) => i32) => i32")(answer);
    },
  },
  null_result: {
    make(directory) {
      edit(directory, (json) => json.symbols.name.nonnull = ["return"]);
      open(join(directory, "hello.so")).lookup("name", "() => cstring")();
    },
  },
  bad_data: {
    make(directory) {
      edit(directory, (json) => {
        json.symbols.names = {
          kind: "function",
          type: "() => []string",
          thunk: { symbol: "blank", size: 16, params: [], results: [0] },
        };
      });
      open(join(directory, "hello.so")).lookup("names")();
    },
  },
  returned_error: {
    needs: ["go"],
    source: GO,
    make: (directory) =>
      open(join(directory, "hello.so"))
        .lookup("Divide", "(isize, isize) => isize")(1, 0),
  },
  panicked: {
    needs: ["go"],
    source: GO,
    make: (directory) =>
      open(join(directory, "hello.so"))
        .lookup("At", "([]i32, isize) => i32")(new Int32Array(2), 7),
  },
  crashed: {
    only: "linux",
    source: ENDS,
    async make(directory) {
      await withSupport();
      open(join(directory, "hello.so"), { isolated: true })
        .lookup("decode", "(cstring) => i32")("a");
    },
  },
  exited: {
    only: "linux",
    source: ENDS,
    async make(directory) {
      await withSupport();
      open(join(directory, "hello.so"), { isolated: true })
        .lookup("give_up", "() => void")();
    },
  },
  timed_out: {
    only: "linux",
    source: ENDS,
    async make(directory) {
      await withSupport();
      open(join(directory, "hello.so"), { isolated: { timeout: 2000 } })
        .lookup("wait_for_ever", "() => void")();
    },
  },
  closed: {
    only: "linux",
    async make(directory) {
      await withSupport();
      const hello = open(join(directory, "hello.so"), { isolated: true });
      const add = hello.lookup("add", "(i32, i32) => i32");
      hello.close();
      add(1, 2);
    },
  },
};

/** Builds the plugin of a mistake. */
export async function prepare(
  { source = C }: Mistake,
  directory: string,
): Promise<void> {
  const isGo = source === GO;
  const name = isGo ? "hello.go" : "hello.c";
  const tools = isGo ? ["go", "cc"] : ["cc"];
  const built = await builtOnce(tools, ["errors.md", source], (directory) => {
    writeFileSync(join(directory, name), source);
    return build(directory, name);
  });
  cpSync(built, directory, { recursive: true });
}

async function build(
  directory: string,
  source: string,
  ...flags: string[]
): Promise<void> {
  const library = join(directory, "hello.so");
  await done("build", join(directory, source), "-o", library, ...flags);
}

async function done(...args: string[]): Promise<void> {
  await succeed(plugin(...args));
}

/** Makes the plugin need `libother.so` beside it, and a version of its function. */
async function needsOther(directory: string, version?: string): Promise<void> {
  other(directory, OTHER, version);
  writeFileSync(
    join(directory, "hello.c"),
    "int other(void);\nint add(int a, int b) { return a + b + other(); }\n",
  );
  const from = [`-L${directory}`, "-lother", `-Wl,-rpath,${directory}`];
  await build(directory, "hello.c", "--", ...from);
}

function other(
  directory: string,
  source: string,
  version?: string,
): void {
  const input = join(directory, "other.c");
  writeFileSync(input, source);
  const script = join(directory, "other.map");
  writeFileSync(script, `${version} { global: *; };\n`);
  const made = join(directory, "libother.so.new");
  sharedLibrary(made, [
    "-Wl,-soname,libother.so",
    ...version === undefined ? [] : [`-Wl,--version-script=${script}`],
    input,
  ]);
  renameSync(made, join(directory, "libother.so"));
}

// deno-lint-ignore no-explicit-any -- manifests that are broken on purpose
function edit(directory: string, change: (json: any) => void): void {
  const path = join(directory, "hello.so.json");
  const json = JSON.parse(readFileSync(path, "utf8"));
  change(json);
  writeFileSync(path, JSON.stringify(json));
}

function publicKey(): string {
  return generateKeyPairSync("ed25519").publicKey
    .export({ type: "spki", format: "pem" }).toString();
}

/** Signs the plugin; gives the public key. */
async function sign(directory: string, ...more: string[]): Promise<string> {
  const key = join(directory, "key");
  await done("keygen", "-o", key);
  const manifest = join(directory, "hello.so.json");
  await done("sign", "--key", `${key}.pem`, manifest, ...more);
  return readFileSync(`${key}.pub.pem`, "utf8");
}
