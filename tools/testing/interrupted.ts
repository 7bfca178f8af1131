/**
 * A run that is ended by Ctrl-C: those who run the tests are ended with it, and
 * what they leave behind is taken away.
 *
 * @module
 */

/** Milliseconds in which they have ended, who were told at the same time. */
const MOMENT = 1000;

/**
 * Ends this process when it is interrupted.
 *
 * @param built The directory of the run. In it stands, in `directories`, which
 * others its tests have made (`tests/helpers/directory.ts`).
 * @param say Says how far the run was.
 * @returns Leaves interrupts to whoever comes next.
 */
export function endWhenInterrupted(
  built: string,
  say: () => void,
): () => void {
  const end = () => {
    say();
    setTimeout(() => {
      for (const path of [...directoriesIn(built), built]) remove(path);
      Deno.exit(130); // as shells say it of SIGINT
    }, MOMENT);
  };
  Deno.addSignalListener("SIGINT", end);
  return () => Deno.removeSignalListener("SIGINT", end);
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
