/**
 * Where the system keeps its libraries.
 *
 * @module
 */

import { system } from "./system.ts";

/** Where the system's loader looks for a bare name: its own variable first, then the directories that distributions use. */
export function systemDirectories(): string[] {
  const isMac = system.os === "darwin";
  const variable = isMac ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  const triplet = system.arch === "arm64"
    ? "aarch64-linux-gnu"
    : "x86_64-linux-gnu";
  const usual = isMac ? ["/usr/local/lib", "/opt/homebrew/lib", "/usr/lib"] : [
    "/usr/local/lib",
    `/lib/${triplet}`,
    `/usr/lib/${triplet}`,
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
  ];
  return [
    ...listIn(variable).split(":").filter((path) => path !== ""),
    ...usual,
  ];
}

/** A variable of the environment; empty where it may not be asked for. */
function listIn(variable: string): string {
  try {
    return system.env(variable) ?? "";
  } catch {
    return "";
  }
}
