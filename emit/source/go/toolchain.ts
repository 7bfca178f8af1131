/**
 * The Go toolchain and the C compiler that it needs.
 *
 * @module
 */

import type { Target } from "../../../ffi/manifest/manifest.ts";
import { EmitError } from "../../error.ts";
import { run } from "../../toolchain/run.ts";
import { spell } from "../../toolchain/compiler_target.ts";
import { C, commandOf, CXX } from "../../toolchain/cc.ts";

/** What builds a package. */
export interface Toolchain {
  /** The version, as Go writes it: `"go1.26.8"`. */
  readonly version: string;
  /** What `GOFLAGS` has `go` told unasked. */
  readonly flags: string;
  /** Whether the directory is in no module, and `go` would have one. */
  readonly lacksModule: boolean;
  /** What the C linker is told, one flag in comma-separated parts; or nothing. */
  readonly linkerFlags: readonly string[];
  /** Variables of the environment that `go` is given. */
  readonly env: Readonly<Record<string, string>>;
}

/** The oldest Go 1 that has every flag which a build needs. */
const OLDEST = 18;
/** The oldest whose `go build` has `-cover`. */
const OLDEST_THAT_COUNTS = 20;

/**
 * Asks for the toolchain of a package: its go.mod can choose another.
 *
 * @param directory The package's directory.
 * @param target The machine to build for; this one where it is left out.
 * @param isCounted Whether its lines are counted.
 * @returns The toolchain, with which `go` in that directory builds.
 * @throws {EmitError} `no_tool`: says what to install.
 */
export async function toolchain(
  directory: string,
  target?: Target,
  isCounted?: boolean,
): Promise<Toolchain> {
  const names = ["GOVERSION", "GOOS", "CC", "GOFLAGS", "GOMOD"];
  const env = { CGO_ENABLED: "1", ...await crossing(target) };
  const options = { cwd: directory, env };
  const asked = await run("go", ["env", "-json", ...names], options)
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
  const said: Record<string, string> = JSON.parse(asked.stdout);
  const version = said.GOVERSION ?? "go";
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1] ?? OLDEST);
  if (minor < OLDEST) {
    throw new EmitError(
      "no_tool",
      `Cannot build Go: this is ${version}: install Go 1.${OLDEST} or later (https://go.dev/dl)`,
      { path: "go" },
    );
  }
  if (isCounted && minor < OLDEST_THAT_COUNTS) {
    throw new EmitError(
      "no_tool",
      `Cannot count the lines of Go: this is ${version}: install Go 1.${OLDEST_THAT_COUNTS} or later (https://go.dev/dl)`,
      { path: "go" },
    );
  }
  await compiler(said.CC ?? "cc");
  return {
    version,
    flags: said.GOFLAGS ?? "",
    lacksModule: said.GOMOD === "/dev/null", // and "" with GO111MODULE=off
    linkerFlags: said.GOOS === "linux" ? LINUX_FLAGS : [],
    env,
  };
}

/** What makes `go` build for another machine: Go does by itself, and cgo with a compiler that does. */
async function crossing(
  target: Target | undefined,
): Promise<Record<string, string>> {
  if (target === undefined) return {};
  if (target.endsWith("-musl")) {
    throw new EmitError(
      "no_tool",
      `Cannot build Go for ${target}: musl cannot load the shared libraries ` +
        `that Go makes (https://go.dev/issue/54805)`,
      { path: "go" },
    );
  }
  const cc = await commandOf(C, target);
  const cxx = await commandOf(CXX, target);
  return { ...spell(target).go, CC: cc.join(" "), CXX: cxx.join(" ") };
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
