/**
 * The system's C compiler.
 *
 * @module
 */

import process from "node:process";
import { EmitError } from "../error.ts";
import { type Ran, run } from "../run.ts";

/**
 * Runs the C compiler: `$CC` when it is set, `cc` otherwise.
 *
 * @param args Its arguments.
 * @returns How it ended, whatever its exit status.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export async function cc(args: readonly string[]): Promise<Ran> {
  // $CC is a command line by custom: "ccache gcc -m64".
  const words = (process.env.CC ?? "").split(/\s+/).filter((w) => w !== "");
  const [program = "cc", ...first] = words;
  try {
    // Its errors are read, so they have to be in the language they are
    // expected in, and without its colours.
    return await run(program, [...first, ...args], { env: { LC_ALL: "C" } });
  } catch (cause) {
    if (!(cause instanceof EmitError) || cause.code !== "no_tool") throw cause;
    throw new EmitError(
      "no_tool",
      words.length > 0
        ? `Cannot compile C: $CC names "${program}", which is not there`
        : `Cannot compile C: there is no "cc" on the PATH: install one with ` +
          INSTALL,
      { path: program, cause },
    );
  }
}

const INSTALL = process.platform === "darwin"
  ? `"xcode-select --install"`
  : `"apt install gcc libc6-dev" (Debian, Ubuntu), ` +
    `"apk add gcc musl-dev" (Alpine) or "dnf install gcc" (Fedora)`;

/**
 * What every compile needs.
 *
 * `-gno-record-gcc-switches` keeps the command line, and so this machine's
 * paths, out of the debug information.
 */
export const COMPILE: readonly string[] = [
  "-g",
  "-gno-record-gcc-switches",
  "-fPIC",
];

/** What every compile that ends in a shared library needs. */
export const SHARED: readonly string[] = [...COMPILE, "-shared"];

/**
 * How shared libraries are linked: every symbol resolved when they are loaded,
 * none left out, to their own definitions first, with a build id.
 *
 * Without `-Bsymbolic` a plugin's call of its own function `index` would go to
 * the C library's, which every process has loaded before.
 */
export const LINK: readonly string[] = process.platform === "darwin" ? [] : [
  "-Wl,-z,now",
  "-Wl,-z,defs",
  "-Wl,-Bsymbolic",
  "-Wl,--build-id=sha1",
];
