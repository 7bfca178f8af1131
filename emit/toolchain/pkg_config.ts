/**
 * What pkg-config knows of a library.
 *
 * @module
 */

import { EmitError } from "../error.ts";
import { output, run } from "./run.ts";
import { wordsOf } from "./tool.ts";

/** How a package is compiled against and linked with. */
export interface Package {
  readonly name: string;
  /** What the compiler is given for its headers. */
  readonly flags: readonly string[];
  /** The directories among those, those of what it requires last. */
  readonly directories: readonly string[];
  /** Its own libraries, as `-l` names them: without those of what it requires, where there are others. */
  readonly libraries: readonly string[];
  /** Where they are looked for first. */
  readonly libraryDirectories: readonly string[];
  /** Where the package keeps headers. */
  readonly includeDirectory: string | undefined;
}

/**
 * Asks pkg-config for a package: `$PKG_CONFIG` when it is set.
 *
 * @param name The package: `"gtk4"`.
 * @returns What it says.
 * @throws {EmitError} `not_found` when it does not know the package; `no_tool`
 * when there is no pkg-config.
 */
export async function readPackage(name: string): Promise<Package> {
  if (name.startsWith("-")) {
    throw new EmitError("usage", `"${name}" is no name of a package`);
  }
  // The one that says what is wrong with a name.
  const flags = await ask(name, "--cflags");
  const [libraries, include, requires] = await Promise.all([
    ask(name, "--libs-only-L", "--libs-only-l"),
    ask(name, "--variable=includedir"),
    ask(name, "--print-requires"),
  ]);
  // A requirement may have a version: "glib-2.0 >= 2.66.0".
  const names = requires.filter((word) => /^[A-Za-z]/.test(word));
  const foreign = new Set(
    names.length === 0 ? [] : await ask(names, "--cflags", "--libs-only-l"),
  );
  const own = (words: readonly string[]) => [
    ...words.filter((word) => !foreign.has(word)),
    ...words.filter((word) => foreign.has(word)),
  ];
  const alone = libraries.filter((word) =>
    word.startsWith("-l") && !foreign.has(word)
  );
  const after = (prefix: string, words: readonly string[]) =>
    words.flatMap((word) =>
      word.startsWith(prefix) ? [word.slice(prefix.length)] : []
    );
  return {
    name,
    flags,
    directories: after("-I", own(flags)),
    libraries: after("-l", alone.length > 0 ? alone : libraries),
    libraryDirectories: after("-L", libraries),
    includeDirectory: include[0],
  };
}

async function ask(
  packages: string | readonly string[],
  ...options: string[]
): Promise<string[]> {
  const names = [packages].flat();
  const [program, ...first] = commandLine();
  const { status, stdout, stderr } = await run(
    program,
    [...first, ...options, ...names],
    { env: { LC_ALL: "C" } },
  );
  if (status === 0) return wordsIn(stdout);
  throw new EmitError(
    "not_found",
    `Cannot find the package "${
      names.join(" ")
    }": ${program} says\n${stderr.trimEnd()}`,
  );
}

/**
 * What pkg-config prints, where it is there and knows an answer.
 *
 * @param args Its arguments.
 * @returns Lines; none where it fails, or is not there.
 */
export async function pkgConfig(...args: string[]): Promise<string[]> {
  const [program, ...first] = commandLine();
  return await output(program, ...first, ...args);
}

/** The program, and its first arguments. */
function commandLine(): readonly [program: string, ...string[]] {
  const [program = "pkg-config", ...first] = wordsOf("PKG_CONFIG");
  return [program, ...first];
}

/** Words as a shell would cut them; what has a blank in it is escaped. */
function wordsIn(text: string): string[] {
  return Array.from(
    text.trim().matchAll(/(?:\\.|"[^"]*"|'[^']*'|[^\s\\"'])+/g),
    ([word]) => word.replace(/\\(.)|["']/g, "$1"),
  );
}
