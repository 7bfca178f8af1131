/**
 * Builds what is imported in a process of its own.
 *
 * An import waits, and is of one thread; a build is neither. On Deno the process
 * may do what a build needs, and the program need not.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { basename } from "../../ffi/system/path.ts";
import { nodeModule } from "../../ffi/system/node_system.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { withProgressNow } from "../progress.ts";

/**
 * Runs `plugin import`.
 *
 * @param file Absolute path of what is imported.
 * @param cli The module of the command.
 * @throws {EmitError} With the compiler's words.
 */
export function importByChild(file: string, cli: string): void {
  const path = cli.startsWith("file:") ? fileURLToPath(cli) : cli;
  let ran: Ran;
  try {
    ran = withProgressNow(
      `plugin import ${basename(file)}`,
      () => runNow(path, ["import", file]),
    );
  } catch (cause) {
    throw new EmitError(
      "no_tool",
      `it has to be built, and no program can be started: ${
        (cause as Error).message
      }`,
      { path: file, cause },
    );
  }
  if (ran.status !== 0) {
    throw new EmitError(
      ran.status === 3 ? "no_tool" : "compile_failed",
      ran.stderr.replace(/^error: /, "").trim(),
      { path: file },
    );
  }
  if (ran.stderr !== "") system.stderr.write(ran.stderr); // warnings
}

/** How a program ended, and what it complained of. */
interface Ran {
  readonly status: number | null;
  readonly stderr: string;
}

/** What is used here of Deno. */
interface Deno {
  execPath(): string;
  readonly Command: new (program: string, options: object) => {
    outputSync(): { code: number; stderr: Uint8Array };
  };
}

/** Runs a module to its end, on this runtime. */
function runNow(module: string, args: readonly string[]): Ran {
  const { Deno } = globalThis as { Deno?: Deno };
  if (Deno !== undefined) {
    // The package needs no import map, and its user's may be for something else.
    const own = module.endsWith(".ts") ? [] : ["--no-config", "--no-lock"];
    // Deno's copy of Node's function would ask for the whole environment.
    const { code, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", ...own, module, ...args],
      env: { NODE_OPTIONS: "" }, // Deno takes them too
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).outputSync();
    return { status: code, stderr: new TextDecoder().decode(stderr) };
  }
  const { spawnSync } = nodeModule<typeof import("node:child_process")>(
    "node:child_process",
  );
  const { env, execPath } = nodeModule<typeof import("node:process")>(
    "node:process",
  );
  // A debugger is for the program, which waits meanwhile.
  const options = env.NODE_OPTIONS?.replace(/--inspect\S*/g, "");
  const { status, stderr, error } = spawnSync(execPath, [module, ...args], {
    encoding: "utf8",
    env: { ...env, NODE_OPTIONS: options, BUN_INSPECT: undefined },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (error !== undefined) throw error;
  return { status, stderr };
}
