/**
 * What compilers call the machines that they compile for.
 *
 * @module
 */

import type { Libc } from "../../ffi/identity/library_bytes.ts";
import {
  type LibraryInfo,
  type Target,
  targetOf,
  TARGETS,
} from "../../ffi/manifest/manifest.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";

/** A target, as each toolchain spells it. */
export interface Spelling {
  readonly os: LibraryInfo["os"];
  /** What Zig, and so `zig cc`, calls it. */
  readonly zig: string;
  /** What Rust calls it. */
  readonly rust: string;
  /** What Go calls it. */
  readonly go: { readonly GOOS: string; readonly GOARCH: string };
}

/**
 * Reads a target that the user named.
 *
 * @param text What was written.
 * @returns The target.
 * @throws {EmitError} `usage`: lists them all.
 */
export function parseTarget(text: string): Target {
  const found = TARGETS.find((target) => target === text);
  if (found !== undefined) return found;
  throw new EmitError(
    "usage",
    `There is no target "${text}"${didYouMean(text, TARGETS)} ` +
      `(${TARGETS.join(", ")})`,
  );
}

/** What a library for a target needs of a machine. */
export function machineOf(
  target: Target,
): Pick<LibraryInfo, "os" | "arch" | "libc"> {
  const [os, arch, libc = "gnu"] = target.split("-") as [
    LibraryInfo["os"],
    LibraryInfo["arch"],
    LibraryInfo["libc"]?,
  ];
  return os === "linux" ? { os, arch, libc } : { os, arch };
}

/**
 * How the toolchains spell a target.
 *
 * @param target The target.
 */
export function spell(target: Target): Spelling {
  const { os, arch, libc } = machineOf(target);
  const cpu = arch === "x64" ? "x86_64" : "aarch64";
  const isMac = os === "darwin";
  return {
    os,
    zig: isMac ? `${cpu}-macos` : `${cpu}-linux-${libc}`,
    rust: isMac ? `${cpu}-apple-darwin` : `${cpu}-unknown-linux-${libc}`,
    go: { GOOS: os, GOARCH: arch === "x64" ? "amd64" : arch },
  };
}

/**
 * The target that a compiler means, as `cc -v` prints it.
 *
 * @param triple `"x86_64-linux-gnu"`, `"arm64-apple-darwin23.1.0"`.
 * @returns The target; undefined where it is none of them.
 */
export function targetOfTriple(triple: string): Target | undefined {
  const [cpu = "", ...rest] = triple.trim().split("-");
  const arch = { x86_64: "x64", aarch64: "arm64", arm64: "arm64" }[cpu];
  const os = rest.includes("linux")
    ? "linux"
    : rest.some((part) => /^(?:darwin|macos)/.test(part))
    ? "darwin"
    : undefined;
  const libc = rest.at(-1) === "musl" ? "-musl" : "";
  return TARGETS.find((target) => target === `${os}-${arch}${libc}`);
}

/**
 * The system that a build is for.
 *
 * @param target The target; this machine where there is none.
 */
export function osOf(target: Target | undefined): string {
  return target === undefined ? system.os : spell(target).os;
}

/**
 * The target that whatever lies beside a library has to be compiled for.
 *
 * @param library What the library needs of a machine.
 * @returns Its target; undefined where it needs no C library and is for this
 * system and architecture, so that whatever this machine's compiler makes fits.
 */
export function targetBeside(
  library: Pick<LibraryInfo, "os" | "arch"> & { readonly libc?: Libc },
): Target | undefined {
  const { os, arch, libc } = library;
  const fits = libc === undefined && os === system.os &&
    arch === system.arch;
  if (fits) return undefined;
  // What is for Android is refused where it is described.
  return targetOf({
    os,
    arch,
    ...libc !== undefined && libc !== "bionic" && { libc },
  });
}
