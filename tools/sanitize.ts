/**
 * Runs the tests of calls under AddressSanitizer and UndefinedBehaviorSanitizer:
 * their plugins are built with both, and every runtime has gcc's libraries of
 * them in it. A report of either fails the task; so does a plugin with a mistake
 * that none reports.
 *
 * Arguments are files or directories of tests; those of calls when there are none.
 *
 * @module
 */

import { readReports, sanitized } from "../emit/sanitize/sanitizer.ts";
import { capture, type Runtime, runtimes } from "./runtimes.ts";
import { testFiles } from "./testing/test_files.ts";
import { runFile } from "./testing/run_file.ts";
import { support } from "./testing/checkout_support.ts";

/** What calls native code. */
const SUITE = ["call", "callback", "memory", "bind", "make"]
  .map((room) => `tests/ffi/${room}`);

/** What all plugins of the tests are compiled with. What is undefined ends the process: no runner can overlook that. */
const FLAGS =
  "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer";

/** One mistake for each sanitizer. */
const MISTAKES = `#include <stdlib.h>
int too_far(int n) { char *p = malloc(n); p[n] = 1; int r = p[n - 1]; free(p); return r; }
int too_large(int n) { return n + 2147483647; }
`;

/** Runs one function of the plugin with the mistakes. */
const HOST = `import process from "node:process";
import { open } from "@native/plugin";
const [library, name] = process.argv.slice(2);
const { symbols } = open(library, { symbols: { too_far: "(i32) => i32", too_large: "(i32) => i32" } });
symbols[name](8);
`;

/**
 * Runs the tests.
 *
 * @param paths Files or directories; those of calls when empty.
 * @returns Whether nothing was reported, and all tests passed.
 */
export async function sanitize(paths: readonly string[]): Promise<boolean> {
  const directory = "build/sanitize";
  await Deno.mkdir(directory, { recursive: true });
  const compilers = {
    CC: `cc ${FLAGS}`,
    CXX: `c++ ${FLAGS}`,
    // Ours is brought before, as it is: its own tests have it with both.
    PLUGIN_SUPPORT: await support(),
  };
  const all = (await runtimes()).map((runtime) => ({
    ...runtime,
    env: { ...runtime.env, ...compilers },
  }));
  if (!await seesMistakes(all, directory)) return false;
  const files = await testFiles(paths.length > 0 ? paths : SUITE);
  let isFine = true;
  for (const file of files) {
    for (const runtime of all) {
      const reports = await Deno.makeTempDir();
      const { count, output } = await runFile(
        await logging(runtime, reports),
        file,
      );
      const found = readReports(reports);
      const isGood = found.length === 0 && count.failed === 0;
      const { passed, failed, skipped } = count;
      console.log(
        `${file} on ${runtime.name}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${found.length} reports`,
      );
      if (!isGood) console.log([output, ...found].join("\n"));
      isFine &&= isGood;
      await Deno.remove(reports, { recursive: true });
    }
  }
  return isFine;
}

/** The runtime with AddressSanitizer in it, and its reports in files, where no test runner keeps them back. */
async function logging(runtime: Runtime, directory: string): Promise<Runtime> {
  const address = await sanitized("address", directory);
  const UBSAN_OPTIONS = "print_stacktrace=1";
  return { ...runtime, env: { ...runtime.env, ...address.env, UBSAN_OPTIONS } };
}

/** Whether both sanitizers report their mistake, on every runtime. */
async function seesMistakes(
  all: readonly Runtime[],
  directory: string,
): Promise<boolean> {
  const source = `${directory}/mistakes.c`;
  const host = `${directory}/host.mjs`;
  const library = `${Deno.cwd()}/${directory}/mistakes.so`;
  await Deno.writeTextFile(source, MISTAKES);
  await Deno.writeTextFile(host, HOST);
  const flags = [...FLAGS.split(" "), "-shared", "-fPIC"];
  await capture("cc", [...flags, "-o", library, source]);
  for (const runtime of all) {
    for (const name of ["too_far", "too_large"]) {
      const reports = await Deno.makeTempDir();
      const { program, run, env } = await logging(runtime, reports);
      const { output } = await capture(
        program,
        [...run, host, library, name],
        { env },
      );
      const found = readReports(reports);
      await Deno.remove(reports, { recursive: true });
      if ([output, ...found].some((text) => text.includes(`in ${name}`))) {
        continue;
      }
      console.log(`${runtime.name}: nothing reports ${name}()\n${output}`);
      return false;
    }
  }
  return true;
}

if (import.meta.main) Deno.exit(await sanitize(Deno.args) ? 0 : 1);
