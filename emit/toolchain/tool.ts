/**
 * Programs that compile, and the variables that name others.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { ANSWER_TIME, run } from "./run.ts";

/**
 * The command line that a variable of the environment names, by custom one
 * with arguments: `CC="ccache gcc -m64"`.
 *
 * @param variable The variable's name.
 * @returns Its words; none where it is not set.
 */
export function wordsOf(variable: string): string[] {
  return (system.env(variable) ?? "").split(/\s+/).filter((word) =>
    word !== ""
  );
}

/** What to do where there is no Zig. */
export const INSTALL_ZIG =
  `install it from https://ziglang.org, or with "pip install ziglang"`;

/** Where Zig can be: on the PATH, or in its Python package. */
const PLACES: readonly (readonly string[])[] = [
  ["zig"],
  ["python3", "-m", "ziglang"],
];

/** The place that answered. */
let there: Promise<readonly string[] | undefined> | undefined;

/**
 * Finds Zig.
 *
 * @returns `$ZIG` where it is set, whatever it names; else the first place
 * that answers; undefined where none does.
 */
export async function findZig(): Promise<readonly string[] | undefined> {
  const words = wordsOf("ZIG");
  return words.length > 0 ? words : await (there ??= search());
}

async function search(): Promise<readonly string[] | undefined> {
  for (const place of PLACES) {
    const [program, ...args] = place;
    const ran = await run(program!, [...args, "version"], {
      timeout: ANSWER_TIME,
    }).catch(() => undefined);
    if (ran?.status === 0) return place;
  }
  return undefined;
}
