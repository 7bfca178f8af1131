/**
 * A run that is ended from outside, by Ctrl-C or by who has started it: those
 * who run the tests are ended with it, and what they leave behind is taken
 * away.
 *
 * @module
 */

import { dirname, join } from "@std/path";

/** Milliseconds in which they have ended, who were told at the same time. */
const MOMENT = 1000;

/** The signals that end a run, and their numbers. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

type Signal = keyof typeof SIGNALS;

/** The runners of now: each leads a group of processes, all that it has started. */
const runners = new Set<number>();

/** Whether the run is being ended: then nothing is begun, and nothing goes on. */
let isEnding = false;

/**
 * Runs something in a group of processes of its own, which
 * {@linkcode endWhenInterrupted} tells when the run is ended. A terminal would
 * tell all of its group, and nobody else does.
 *
 * @param program What is run, with its options.
 * @returns What it has said.
 */
export async function inOwnGroup(
  program: string,
  options: Deno.CommandOptions,
): Promise<Deno.CommandOutput> {
  if (isEnding) return await forEver();
  const child = new Deno.Command(program, {
    ...options,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  runners.add(child.pid);
  try {
    const output = await child.output();
    return isEnding ? await forEver() : output;
  } finally {
    runners.delete(child.pid);
  }
}

function forEver(): Promise<never> {
  return new Promise(() => {});
}

/**
 * Makes the directory of a run, and takes away those of runs that were killed:
 * nobody can hear of that.
 *
 * @returns Its path. Its name has the number of this process.
 */
export async function directoryOfRun(): Promise<string> {
  const built = await Deno.makeTempDir({ prefix: `plugin-built-${Deno.pid}-` });
  const place = dirname(built);
  for (const { name } of Deno.readDirSync(place)) {
    const [, pid] = /^plugin-built-(\d+)-/.exec(name) ?? [];
    if (pid === undefined) continue;
    const left = join(place, name);
    // What another user has laid there may name any directory; a run in a
    // container has numbers of its own.
    if (!isOurs(left) || ageOf(left) < HOUR || await isRunning(pid)) continue;
    for (const path of [...directoriesIn(left), left]) remove(path);
  }
  return built;
}

const HOUR = 3_600_000;

function isOurs(path: string): boolean {
  try {
    const { isDirectory, uid } = Deno.lstatSync(path);
    return isDirectory && uid === Deno.uid();
  } catch {
    return false;
  }
}

/** Milliseconds since something was put into a directory, or it went. */
function ageOf(path: string): number {
  try {
    return Date.now() - Number(Deno.statSync(path).mtime);
  } catch {
    return 0;
  }
}

async function isRunning(pid: string): Promise<boolean> {
  // A shell has it in itself; a small machine has no program of that name.
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-c", 'kill -0 "$1"', "sh", pid],
    env: { LC_ALL: "C" },
  }).output();
  // Of another user it may not be told anything, but that it is there.
  return success || !/no such process/i.test(new TextDecoder().decode(stderr));
}

/**
 * Ends this process when it is interrupted, or told to end.
 *
 * @param built The directory of the run. In it stands, in `directories`, which
 * others its tests have made (`tests/helpers/directory.ts`).
 * @param say Says how far the run was.
 * @returns Leaves signals to whoever comes next.
 */
export function endWhenInterrupted(
  built: string,
  say: () => void,
): () => void {
  const listeners = Object.entries(SIGNALS).map(([name, number]) => {
    const signal = name as Signal;
    const end = () => {
      if (isEnding) return;
      isEnding = true;
      say();
      for (const runner of runners) tell(runner, signal);
      setTimeout(() => {
        for (const runner of runners) tell(runner, "SIGKILL");
        for (const path of [...directoriesIn(built), built]) remove(path);
        Deno.exit(128 + number); // as shells say it
      }, MOMENT);
    };
    Deno.addSignalListener(signal, end);
    return () => Deno.removeSignalListener(signal, end);
  });
  return () => listeners.forEach((remove) => remove());
}

/** Tells a runner, and all that it has started. */
function tell(runner: number, signal: Signal | "SIGKILL"): void {
  try {
    Deno.kill(-runner, signal);
  } catch {
    // They have ended by themselves.
  }
}

function directoriesIn(built: string): string[] {
  try {
    const text = Deno.readTextFileSync(`${built}/directories`);
    return text.split("\n").filter((path) => path !== "");
  } catch {
    return [];
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // It has gone by itself.
  }
}
