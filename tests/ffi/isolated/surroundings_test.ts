/**
 * What an isolated process gets from around it: the file that was checked, and
 * the host's three first descriptors.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { readFileSync, renameSync, symlinkSync } from "node:fs";
import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { compile } from "../helpers/beside.ts";
import { runScript } from "../helpers/program.ts";
import { mine, run as emit, sign } from "../helpers/signed.ts";
import { join } from "@std/path";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

const ONE = "int one(void) { return 1; }\n";

async function signed(): Promise<string> {
  const path = await compile(join(emptyDirectory(), "libone.so"), ONE);
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

test(
  "what it opens is none of the three first descriptors",
  NEEDS,
  async () => {
    const directory = emptyDirectory();
    const path = await compile(
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
  const path = await compile(
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
