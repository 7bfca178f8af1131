/**
 * The Go toolchain and the C compiler that it needs.
 *
 * @module
 */

import { EmitError } from "../../error.ts";
import { run } from "../../run.ts";

/** What builds a package. */
export interface Toolchain {
  /** The version, as Go writes it: `"go1.26.8"`. */
  readonly version: string;
  /** What the C linker is told, one flag in comma-separated parts; or nothing. */
  readonly linkerFlags: readonly string[];
}

/** The oldest Go 1 that has every flag which a build needs. */
const OLDEST = 18;

/**
 * Asks for the toolchain of a package: its go.mod can choose another.
 *
 * @param directory The package's directory.
 * @returns The toolchain, with which `go` in that directory builds.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export async function toolchain(directory: string): Promise<Toolchain> {
  const names = ["GOVERSION", "GOOS", "CC"];
  const asked = await run("go", ["env", "-json", ...names], { cwd: directory })
    .catch((cause) => {
      throw new EmitError(
        "no_tool",
        `Cannot build Go: there is no "go" on the PATH: install Go 1.${OLDEST} or later (https://go.dev/dl, or your system's package "golang")`,
        { path: "go", cause },
      );
    });
  if (asked.status !== 0) {
    throw new EmitError("no_tool", `Cannot build Go: ${asked.stderr.trim()}`, {
      path: "go",
    });
  }
  const env: Record<string, string> = JSON.parse(asked.stdout);
  const version = env.GOVERSION ?? "go";
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? OLDEST);
  if (minor < OLDEST) {
    throw new EmitError(
      "no_tool",
      `Cannot build Go: this is ${version}: install Go 1.${OLDEST} or later (https://go.dev/dl)`,
      { path: "go" },
    );
  }
  await compiler(env.CC ?? "cc");
  return {
    version,
    linkerFlags: env.GOOS === "linux" ? LINUX_FLAGS : [],
  };
}

/**
 * A library that names what it lacks when it is loaded, not when it is used;
 * and an identity made from its bytes. Apple's linker does both unasked.
 */
const LINUX_FLAGS = ["-Wl", "-z", "now", "-z", "defs", "--build-id=sha1"];

/** Makes sure that the C compiler of cgo is there; `CC` may have arguments. */
async function compiler(command: string): Promise<void> {
  const [program = "cc", ...args] = command.split(/\s+/).filter(Boolean);
  await run(program, [...args, "--version"]).catch((cause) => {
    throw new EmitError(
      "no_tool",
      `Cannot build Go: its C compiler "${program}" is not on the PATH: install one (Debian and Ubuntu: apt install gcc; Fedora: dnf install gcc; macOS: xcode-select --install)`,
      { path: program, cause },
    );
  });
}
