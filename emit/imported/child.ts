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
import { escapeText } from "../../ffi/error.ts";
import { EmitError, type EmitErrorCode, type ErrorData } from "../error.ts";
import { withProgressNow } from "../terminal/progress.ts";

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
      () => runNow(path, ["import", "--json", file]),
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
  if (ran.status !== 0) throw errorOf(ran, file);
  if (ran.stderr !== "") system.stderr.write(ran.stderr); // warnings
}

/** What the command says in JSON of why it failed. */
function errorOf({ stdout, stderr }: Ran, path: string): EmitError {
  let said: ErrorData | undefined;
  try {
    said = (JSON.parse(stdout) as { error?: ErrorData }).error;
  } catch {
    // It did not come so far: the runtime has said why.
  }
  return new EmitError(
    said?.name === "EmitError" ? said.code as EmitErrorCode : "compile_failed",
    // Names that others have given are in it, and the runtime prints it.
    escapeText(said?.message ?? stderr.trim()),
    { path, at: said?.at },
  );
}

/** How a program ended, and what it said. */
interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is used here of Deno. */
interface Deno {
  execPath(): string;
  readonly Command: new (program: string, options: object) => {
    outputSync(): { code: number; stdout: Uint8Array; stderr: Uint8Array };
  };
}

/** Runs a module to its end, on this runtime. */
function runNow(module: string, args: readonly string[]): Ran {
  const { Deno } = globalThis as { Deno?: Deno };
  if (Deno !== undefined) {
    // The package needs no import map, and its user's may be for something else.
    const own = module.endsWith(".ts") ? [] : ["--no-config", "--no-lock"];
    // Deno's copy of Node's function would ask for the whole environment.
    const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", ...own, module, ...args],
      env: { NODE_OPTIONS: "" }, // Deno takes them too
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).outputSync();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { status: code, stdout: text(stdout), stderr: text(stderr) };
  }
  const { spawnSync } = nodeModule<typeof import("node:child_process")>(
    "node:child_process",
  );
  const { env, execPath } = nodeModule<typeof import("node:process")>(
    "node:process",
  );
  // A debugger is for the program, which waits meanwhile.
  const options = env.NODE_OPTIONS?.replace(/--inspect\S*/g, "");
  const { status, stdout, stderr, error } = spawnSync(execPath, [
    module,
    ...args,
  ], {
    encoding: "utf8",
    env: { ...env, NODE_OPTIONS: options, BUN_INSPECT: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}
