/**
 * Commands and programs that have to succeed: what they say of it otherwise is
 * what the test fails with.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { program } from "./need.ts";

/** How something ended that was run, and what it said. */
interface Ended {
  readonly status: number | null;
  readonly stdout?: string;
  readonly stderr: string;
}

/**
 * What succeeds, whatever it has to say beside that.
 *
 * @param running A command or a program that was started.
 * @returns How it ended.
 *
 * @example
 * ```ts ignore
 * const { stdout } = await succeed(run("go", ["version"]));
 * ```
 */
export async function succeed<R extends Ended>(
  running: R | PromiseLike<R>,
): Promise<R> {
  const ran = await running;
  assertEquals(ran.status, 0, `${ran.stdout ?? ""}${ran.stderr}`);
  return ran;
}

/**
 * What succeeds, and has no word to say against anything.
 *
 * @param running A command or a program that was started.
 * @returns How it ended.
 *
 * @example
 * ```ts ignore
 * await succeedSilently(plugin("emit", path));
 * ```
 */
export async function succeedSilently<R extends Ended>(
  running: R | PromiseLike<R>,
): Promise<R> {
  const ran = await running;
  assertEquals([ran.status, ran.stderr], [0, ""], ran.stdout);
  return ran;
}

/**
 * Runs a program that has to succeed, and waits for it.
 *
 * @param tool A tool that the test asks for.
 * @param args Its arguments.
 * @param options The directory to run it in, and variables beside those that there are.
 * @returns What it printed.
 */
export function must(
  tool: string,
  args: readonly string[],
  { env, ...options }: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(program(tool), args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    ...options,
  });
  if (status === 0) return stdout;
  throw new Error(`${tool} ${args.join(" ")}: ${error ?? stderr}`);
}
