/**
 * Runs a compiler and collects what it says.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { homedir } from "node:os";
import process from "node:process";
import { EmitError } from "../error.ts";

/** How a program ended, and what it printed. */
export interface Ran {
  /** Exit status; 128 or more when a signal ended it. */
  readonly status: number;
  /** Standard output as text. */
  readonly stdout: string;
  /** Standard error as text. */
  readonly stderr: string;
}

/** Where the user's own files are, for a process that was started without: Go and cargo keep what they have built there. */
function home(): { HOME?: string } {
  if (process.env["HOME"] !== undefined) return {};
  try {
    return { HOME: homedir() };
  } catch {
    return {}; // the system does not know the user
  }
}

/**
 * Runs `program` to its end, without a shell.
 *
 * @param program A name on the PATH, or a path.
 * @param args The program's arguments, passed as they are.
 * @param options Working directory, variables set on top of this process's own, standard input.
 * @returns How it ended, whatever its exit status.
 * @throws {EmitError} `no_tool` when there is no such program.
 */
export function run(
  program: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env?: Readonly<Record<string, string>>;
    input?: string;
  } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...home(), ...process.env, ...options.env },
      stdio: "pipe",
    });
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => stderr.push(chunk));
    child.on("error", (cause) => reject(notRun(program, cause)));
    child.on("close", (code) => {
      resolve({
        status: code ?? 128,
        stdout: text(stdout),
        stderr: text(stderr),
      });
    });
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(options.input ?? "");
  });
}

/**
 * Runs `program` to its end, without a shell, with this process's own input and
 * outputs. An interrupt is the program's: what comes after it is still done.
 *
 * @param program A name on the PATH, or a path.
 * @param args The program's arguments, passed as they are.
 * @param options Variables set on top of this process's own; whether all that
 * it prints goes to standard error.
 * @returns Its exit status; 128 when a signal ended it.
 * @throws {EmitError} `no_tool` when there is no such program.
 */
export function runShown(
  program: string,
  args: readonly string[],
  options: {
    env?: Readonly<Record<string, string>>;
    isQuiet?: boolean;
  } = {},
): Promise<number> {
  const stay = () => {};
  process.on("SIGINT", stay);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...home(), ...process.env, ...options.env },
      stdio: ["inherit", options.isQuiet ? 2 : "inherit", "inherit"],
    });
    child.on("error", (cause) => reject(notRun(program, cause)));
    child.on("close", (code) => resolve(code ?? 128));
  }).finally(() => process.off("SIGINT", stay));
}

function notRun(program: string, cause: Error): EmitError {
  return new EmitError("no_tool", `Cannot run "${program}": ${cause.message}`, {
    path: program,
    cause,
  });
}

function text(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join(
    "",
  ) +
    decoder.decode();
}

/**
 * The lines that a program prints, where it is there and knows an answer.
 *
 * @param program A name on the PATH.
 * @param args The program's arguments.
 * @returns None where it fails, or is not there.
 */
export async function output(
  program: string,
  ...args: string[]
): Promise<string[]> {
  const ran = await run(program, args, { env: { LC_ALL: "C" } })
    .catch(() => undefined);
  return ran?.status === 0
    ? ran.stdout.split("\n").filter((line) => line !== "")
    : [];
}
