/**
 * Hides one tool at a time, and runs the tests that ask for it.
 *
 * That a test cannot start what it did not ask for holds in every run of the
 * tests; here it is what asked that has to be skipped, with the tool's name.
 *
 * @module
 */

import { readdirSync } from "node:fs";
import { join } from "@std/path";
import { programsOf } from "../../tests/helpers/tools.ts";
import { type Runtime, runtimes } from "../runtimes.ts";
import { testFiles, withHelpers } from "../testing/test_files.ts";
import { runFile, WORKERS } from "../testing/run_file.ts";

/**
 * Hides tool after tool.
 *
 * @param only Files of tests; all where it is empty.
 * @returns What was not as it has to be.
 */
export async function hidden(only: readonly string[]): Promise<string[]> {
  const asking = await askers(await testFiles(only));
  console.log(`Hiding one tool at a time: ${[...asking.keys()].join(", ")}`);
  const [deno] = await runtimes();
  const failed: string[] = [];
  const queue = [...asking].values();
  await Promise.all(Array.from({ length: WORKERS }, async () => {
    for (const [tool, files] of queue) {
      failed.push(...await hide(tool, files, deno!));
    }
  }));
  return failed;
}

/** Hides a tool from the files that ask for it: one process, most is skipped. */
async function hide(
  tool: string,
  files: readonly string[],
  deno: Runtime,
): Promise<string[]> {
  const path = await without(tool);
  const start = performance.now();
  const { count, reasons, output } = await runFile(deno, files, {
    env: {
      PATH: path,
      PLUGIN_TEST_PATH: path,
      PLUGIN_HIDDEN: tool,
      PLUGIN_REQUIRE: "", // the hidden tool is not required here
    },
  });
  await Deno.remove(path, { recursive: true });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `without ${tool}: ${files.length} files, ${count.skipped} skipped (${seconds} s)`,
  );
  const failed: string[] = [];
  if (count.failed > 0) {
    failed.push(`tests without ${tool}`);
    console.log(`\n=== without ${tool}\n${output.trim()}\n`);
  }
  const isNamed = reasons.some((reason) =>
    reason.startsWith("needs ") && reason.includes(tool)
  );
  if (!isNamed) failed.push(`nothing was skipped for want of ${tool}`);
  return failed;
}

/** What the tests can ask for, and a machine may lack. */
const TOOLS = [
  ...["cc", "c++", "gcc", "clang", "go", "rust", "zig", "npm", "git"],
  ...["readelf", "objcopy", "abidw", "openssl", "chromium", "python3"],
  ...["ld64.lld", "dsymutil", "qemu-aarch64", "valgrind"],
];

/** The files that ask for each tool, themselves or through what helps them. */
async function askers(
  files: readonly string[],
): Promise<Map<string, string[]>> {
  const asking = new Map<string, string[]>();
  for (const tool of TOOLS) {
    const quoted = new RegExp(
      `"${tool.replaceAll(/[+.]/g, "\\$&")}(?:>=[\\d.]+)?"`,
    );
    for (const file of files) {
      if (!quoted.test(await withHelpers(file))) continue;
      if (!asking.has(tool)) asking.set(tool, []);
      asking.get(tool)!.push(file);
    }
  }
  return asking;
}

/** A directory with everything that the PATH leads to, but for a tool. */
async function without(tool: string): Promise<string> {
  const programs = new Set(programsOf(tool));
  const made = await Deno.makeTempDir();
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of entries(directory)) {
      if (programs.has(name)) continue;
      // What stands first on the PATH stays.
      await Deno.symlink(join(directory, name), join(made, name))
        .catch(() => {});
    }
  }
  return made;
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
