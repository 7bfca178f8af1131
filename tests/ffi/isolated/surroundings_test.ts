/**
 * What an isolated process gets from around it: the file that was checked, and
 * the host's three first descriptors.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { supportFile } from "../../../ffi/support/support_version.ts";
import { runProgram } from "../../helpers/program.ts";
import { evil } from "../helpers/beside.ts";
import { runScript } from "../helpers/program.ts";
import { mine, run as emit, sign } from "../helpers/signed.ts";
import { join } from "@std/path";
import { compile } from "../../helpers/shared_library.ts";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

/** `deno task isolated --pipes` has memory as other systems have. */
const SEALED = process.env.PLUGIN_SUPPORT?.includes("pipes-")
  ? skip("memory that is no memfd cannot be sealed")
  : NEEDS;

const ONE = "int one(void) { return 1; }\n";

async function signed(): Promise<string> {
  const path = compile(join(emptyDirectory(), "libone.so"), ONE);
  await emit("emit", path);
  await sign(path);
  return path;
}

test(
  "the loader takes no word in a file's name for another",
  NEEDS,
  async () => {
    const path = await signed();
    const real = path.replace("libone.so", "${ORIGIN}..${LIB}.so");
    for (const end of ["", ".json"]) renameSync(path + end, real + end);
    symlinkSync(real, path);
    for (const trust of [undefined, [mine.pem]]) {
      const options = { isolated: true, ...(trust && { trust }) } as const;
      const { code, message } = assertThrows(
        () => open(path, options),
        PluginError,
      );
      assertEquals([code, message.includes('"${ORIGIN}"')], [
        "load_failed",
        true,
      ]);
    }
  },
);

test("Workers that open the same bytes have a copy each", NEEDS, async () => {
  const path = await signed();
  const { output } = runScript(`
    import { Worker, isMainThread, parentPort } from "node:worker_threads";
    const WORKERS = 5;
    const { symbols } = open(${JSON.stringify(path)}, {
      isolated: true,
      trust: [${JSON.stringify(mine.pem)}],
    });
    if (isMainThread) {
      const sums = Array.from({ length: WORKERS }, () =>
        new Promise((resolve) => {
          const worker = new Worker(new URL(import.meta.url));
          worker.on("message", (given) => {
            resolve(given);
            worker.terminate();
          });
          worker.on("error", (error) => resolve(error.message));
        })
      );
      console.log(...await Promise.all(sums));
      process.exit(0);
    }
    parentPort.postMessage(symbols.one());`.replace(
    "import {",
    'import process from "node:process";\n    import {',
  ));
  assertEquals(output, "1 1 1 1 1");
});

/** Where the runners of a program are counted. */
const RUNNERS = JSON.stringify(
  new URL("../helpers/runners.ts", import.meta.url),
);

test(
  "eight Workers have a process each, which ends with its own",
  NEEDS,
  async () => {
    const path = await library("ends.c");
    const { output } = runScript(`
    import process from "node:process";
    import { Worker, isMainThread, parentPort } from "node:worker_threads";
    import { childrenOf, until } from ${RUNNERS};
    const { symbols } = open(${JSON.stringify(path)}, { isolated: true });
    if (isMainThread) {
      console.log(symbols.next(), symbols.next());
      const workers = [], said = [];
      for (let i = 0; i < 8; i++) {
        const worker = new Worker(new URL(import.meta.url));
        workers.push(worker);
        said.push(new Promise((resolve) => worker.once("message", resolve)));
      }
      console.log(...await Promise.all(said), childrenOf(process.pid).length);
      await Promise.all(workers.map((worker) => worker.terminate()));
      await until(() => childrenOf(process.pid).length === 1);
      console.log(symbols.next());
      process.exit(0);
    }
    parentPort.postMessage(symbols.next());
    setInterval(() => {}, 1000);`);
    assertEquals(output, "1 2\n1 1 1 1 1 1 1 1 9\n3");
  },
);

test(
  "a pack with files under the names of ours changes nothing",
  NEEDS,
  async () => {
    const directory = emptyDirectory();
    const pack = join(directory, "pack");
    const mark = join(directory, "it ran");
    await emit("pack", await library("ends.c"), "-o", pack);
    const places = [pack, ...directoriesIn(pack)];
    const theirs = compile(join(directory, "theirs.so"), evil(mark));
    for (const place of places) {
      for (
        const name of [
          supportFile(process.platform, process.arch),
          "plugin-runner",
          "plugin-reporter",
        ]
      ) cpSync(theirs, join(place, name));
    }
    const before = process.cwd();
    process.chdir(pack);
    try {
      using plugin = open(pack, { isolated: true });
      assertEquals(plugin.lookup("next", "() => i32")(), 1);
    } finally {
      process.chdir(before);
    }
    assertEquals(existsSync(mark), false);
  },
);

function directoriesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name));
}

test("memory of the host cannot be taken away from it", SEALED, async () => {
  const path = compile(
    join(emptyDirectory(), "shrinks.so"),
    `#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
/* How many of the host's descriptors are the memory of both; below zero if one shrank. */
int shrinks(void) {
  char name[64], target[64];
  int found = 0;
  snprintf(name, sizeof name, "/proc/%d/fd", (int)getppid());
  DIR *directory = opendir(name);
  for (struct dirent *entry; directory && (entry = readdir(directory));) {
    snprintf(name, sizeof name, "/proc/%d/fd/%.20s", (int)getppid(), entry->d_name);
    ssize_t length = readlink(name, target, sizeof target - 1);
    if (length < 0 || (target[length] = 0, !strstr(target, "plugin-arena"))) continue;
    int file = open(name, O_RDWR);
    found++;
    if (ftruncate(file, 0) == 0 || errno != EPERM) return -1;
    close(file);
  }
  closedir(directory);
  return found;
}
`,
  );
  await emit("emit", path);
  using plugin = open(path, { isolated: true });
  const shrinks = plugin.lookup("shrinks", "() => i32");
  assertEquals(shrinks() > 0, true);
  assertEquals(plugin.buffer(1 << 16).length, 1 << 16);
});

test(
  "where the memory's place is taken there, another process is started",
  NEEDS,
  async () => {
    const directory = emptyDirectory();
    // It is in the runner before that is begun, and takes the place: twice.
    const takes = compile(
      join(directory, "takes.so"),
      `#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
__attribute__((constructor)) static void take(int count, char **arguments) {
  if (count < 4 || strcmp(arguments[0], "plugin-runner") != 0) return;
  char *address = (char *)strtoull(arguments[2], NULL, 16);
  for (int i = 1; i <= 2; i++) {
    char file[512];
    snprintf(file, sizeof file, "%s.%d", TAKEN, i);
    if (open(file, O_CREAT | O_EXCL | O_WRONLY, 0600) < 0) continue;
    mmap(address, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    return;
  }
}
`,
      `-DTAKEN="${join(directory, "taken")}"`,
    );
    const path = JSON.stringify(await library("ends.c"));
    const { stdout, stderr, status } = runProgram(
      `
      const plugin = open(${path}, { isolated: { restart: "next" } });
      const { next, give_up } = plugin.symbols;
      console.log(next(), plugin.buffer(16).length);
      try { give_up(); } catch (error) { console.log(error.signal, next()); }
      plugin.close();`,
      { env: { LD_PRELOAD: takes } },
    );
    assertEquals(
      [stdout, stderr, status],
      ["1 16\nSIGABRT 1\n", "", 0],
    );
    assertEquals(readdirSync(directory).sort(), [
      "taken.1",
      "taken.2",
      "takes.so",
    ]);
  },
);

test(
  "it has the loader's and the C library's variables as the program began with them",
  NEEDS,
  async () => {
    const path = compile(
      join(emptyDirectory(), "libtells.so"),
      `#include <stdlib.h>
const char *variable(const char *name) { return getenv(name); }
`,
    );
    await emit("emit", path);
    const ask = (isolated: string) =>
      `((name) => open(${JSON.stringify(path)}, {
        isolated: ${isolated},
        symbols: { variable: "(cstring) => cstring" },
      }).symbols.variable(name))`;
    const { stdout } = runProgram(
      `
      import process from "node:process";
      const names = [
        "GLIBC_TUNABLES", "MALLOC_ARENA_MAX", "GCONV_PATH", "LOCPATH", "MALLOC_TOP_PAD_",
        "LD_BIND_NOW", "MALLOC", "TZ",
      ];
      for (const name of names) process.env[name] = "set";
      console.log(...names.map(${ask("true")}));
      console.log(...names.map(${ask("{ permissions: {} }")}));
      console.log(...names.map(${ask('{ permissions: { env: ["M*"] } }')}));`,
      {
        env: {
          GLIBC_TUNABLES: "glibc.malloc.arena_max=3",
          MALLOC_ARENA_MAX: "3",
          LOCPATH: "/nowhere",
        },
      },
    );
    const tunables = "glibc.malloc.arena_max=3";
    // What a program sets on Bun is known to Bun alone.
    const set = RUNTIME === "Bun" ? null : "set";
    assertEquals(stdout.split("\n"), [
      `${tunables} 3 null /nowhere null null ${set} ${set}`,
      `${tunables} null null null null null null null`,
      `${tunables} 3 null null null null ${set} null`,
      "",
    ]);
  },
);

test(
  "what it opens is none of the three first descriptors",
  NEEDS,
  async () => {
    const directory = emptyDirectory();
    const path = compile(
      join(directory, "libopens.so"),
      `#include <fcntl.h>
#include <stdio.h>
int opens(const char *path) {
  int file = open(path, O_CREAT | O_WRONLY, 0600);
  puts("said");
  fflush(stdout);
  return file;
}
`,
    );
    await emit("emit", path);
    const file = join(directory, "file");
    const { output } = runScript(`
    const { symbols } = open(${JSON.stringify(path)}, { isolated: true });
    console.log(symbols.opens(${JSON.stringify(file)}) > 2);`);
    assertEquals(output, "said\ntrue");
    assertEquals(readFileSync(file, "utf8"), "");
  },
);

test("a struct of it is given to nobody else", NEEDS, async () => {
  const path = await library("kept.c");
  const here = open(path);
  const apart = open(path, { isolated: true });
  const text = new (apart.type("Text"))();
  text.text = apart.lookup("copy_of", "(cstring) => pointer")("there");
  assertEquals(apart.lookup("text_length")(text), 5);
  for (const type of ["(pointer) => i32", "(buffer) => i32"]) {
    assertThrows(
      () => here.lookup("text_length", type as string)(text),
      TypeError,
      "Text: it is a struct of an isolated plugin",
    );
  }
});

test("the next process has its functions where they are", NEEDS, async () => {
  const path = compile(
    join(emptyDirectory(), "libpairs.so"),
    `#include <stdlib.h>
#include <signal.h>
struct pair { double a, b; };
struct pair doubled(struct pair of) { return (struct pair){of.a * 2, of.b * 2}; }
void crash(void) { abort(); }
`,
    "-g",
  );
  await emit("emit", path, "--thunks");
  const { symbols } = open<Record<string, (given?: unknown) => unknown>>(path, {
    isolated: { restart: "next" },
  });
  for (let a = 1; a < 4; a++) {
    assertEquals(symbols.doubled!({ a, b: 1 }), { a: 2 * a, b: 2 });
    assertThrows(() => symbols.crash!(), PluginError, "SIGABRT");
  }
});
