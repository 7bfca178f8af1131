/**
 * Runs a compiler and collects what it says.
 *
 * @module
 */

import { nodeModule } from "../../ffi/system/node_system.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";

// Of Node only where Deno has nothing of its own: on Deno they take as long to
// load as a small header does to compile.
const children = () =>
  nodeModule<typeof import("node:child_process")>("node:child_process");
const nodeProcess = () =>
  nodeModule<typeof import("node:process")>("node:process");

/** How a program ended, and what it printed. */
export interface Ran {
  /** Exit status; 128 or more when a signal ended it. */
  readonly status: number;
  /** Standard output as text. */
  readonly stdout: string;
  /** Standard error as text; its last line says which signal ended it, if one did. */
  readonly stderr: string;
}

/** What a program that was ended by a signal cannot say itself. */
function withEnd(stderr: string, program: string, signal: string | null) {
  if (signal === null) return stderr;
  const before = stderr === "" || stderr.endsWith("\n") ? "" : "\n";
  const why = signal === "SIGKILL"
    ? ", as the system does where memory runs out"
    : "";
  return `${stderr}${before}${program} was ended by ${signal}${why}\n`;
}

/** Where the user's own files are, for a process that was started without: Go and cargo keep what they have built there. */
function home(): { HOME?: string } {
  if (system.env("HOME") !== undefined) return {};
  try {
    const { homedir } = nodeModule<typeof import("node:os")>("node:os");
    return { HOME: homedir() };
  } catch {
    return {}; // the system does not know the user
  }
}

/** How a program is run. */
interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** After how many milliseconds it is given up; never where it is left out. */
  readonly timeout?: number;
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
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ran> {
  const { Deno: deno } = globalThis as { Deno?: DenoCommands };
  const { timeout } = options;
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const ended = deno === undefined
      ? runByNode(program, args, options, abort.signal)
      : runByDeno(deno, program, args, options, abort.signal);
    if (timeout === undefined) return await ended;
    // What it has started itself may go on, and keep its outputs open.
    const givenUp = new Promise<Ran>((resolve) => {
      timer = setTimeout(() => {
        const stderr = `${program} has not answered for ${timeout / 1000} s\n`;
        resolve({ status: 128, stdout: "", stderr });
        abort.abort();
      }, timeout);
    });
    return await Promise.race([ended, givenUp]);
  } catch (cause) {
    throw notRun(program, cause as Error);
  } finally {
    clearTimeout(timer);
  }
}

/** The members of `Deno` that are used here. */
interface DenoCommands {
  readonly Command: new (program: string, options: object) => {
    spawn(): {
      readonly stdin: WritableStream<Uint8Array>;
      output(): Promise<
        { code: number; signal: string | null } & Record<Output, Uint8Array>
      >;
    };
  };
}

type Output = "stdout" | "stderr";

async function runByDeno(
  { Command }: DenoCommands,
  program: string,
  args: readonly string[],
  { cwd, env, input }: RunOptions,
  signal: AbortSignal,
): Promise<Ran> {
  const child = new Command(program, {
    args,
    ...cwd !== undefined && { cwd },
    env: { ...home(), ...env },
    signal,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = child.output();
  if (input !== undefined) {
    new Blob([input]).stream().pipeTo(child.stdin)
      .catch(() => {}); // it may end without reading
  }
  const { code, signal: by, stdout, stderr } = await ended;
  return {
    status: code,
    stdout: text([stdout]),
    stderr: withEnd(text([stderr]), program, by),
  };
}

function runByNode(
  program: string,
  args: readonly string[],
  options: RunOptions,
  signal: AbortSignal,
): Promise<Ran> {
  const { env } = nodeProcess();
  return new Promise((resolve, reject) => {
    const child = children().spawn(program, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...home(), ...env, ...options.env },
      signal,
      stdio: "pipe",
    });
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    child.stdout.on("data", (chunk: Uint8Array) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Uint8Array) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code, by) => {
      resolve({
        status: code ?? BY_SIGNAL,
        stdout: text(stdout),
        stderr: withEnd(text(stderr), program, by),
      });
    });
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(options.input ?? "");
  });
}

/** The status of a program that a signal ended. */
export const BY_SIGNAL = 128;

/**
 * Runs `program` to its end, without a shell, with this process's own input and
 * outputs. An interrupt is the program's: what comes after it is still done.
 *
 * @param program A name on the PATH, or a path.
 * @param args The program's arguments, passed as they are.
 * @param options Variables set on top of this process's own; whether all that
 * it prints goes to standard error.
 * @returns Its exit status; {@linkcode BY_SIGNAL} when a signal ended it.
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
  const process = nodeProcess();
  const stay = () => {};
  process.on("SIGINT", stay);
  return new Promise<number>((resolve, reject) => {
    const child = children().spawn(program, args, {
      env: { ...home(), ...process.env, ...options.env },
      stdio: ["inherit", options.isQuiet ? 2 : "inherit", "inherit"],
    });
    child.on("error", (cause) => reject(notRun(program, cause)));
    child.on("close", (code) => resolve(code ?? BY_SIGNAL));
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

/** How long a program may take that is only asked for its version, in milliseconds. */
export const ANSWER_TIME = 10_000;

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
