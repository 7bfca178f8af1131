/**
 * What the processor of this machine has that libraries are compiled for, as the
 * directories below `glibc-hwcaps` are called.
 *
 * The flags are those that glibc asks for (`sysdeps/x86/dl-hwcap.c` and the psABI's
 * levels); `ld.so --help` says what came of it.
 *
 * @module
 */

import { system } from "./system.ts";

/** What each level has beside those above it here, as Linux calls it; the best is the last. */
const LEVELS: readonly (readonly [name: string, flags: readonly string[]])[] = [
  ["x86-64-v2", [
    "cx16",
    "lahf_lm",
    "popcnt",
    "pni",
    "sse4_1",
    "sse4_2",
    "ssse3",
  ]],
  ["x86-64-v3", [
    "avx",
    "avx2",
    "bmi1",
    "bmi2",
    "f16c",
    "fma",
    "abm",
    "movbe",
  ]],
  ["x86-64-v4", ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]],
];

const CPUINFO = "/proc/cpuinfo";

let known: readonly string[] | undefined;

/**
 * The levels of this machine's processor, the best first.
 *
 * @returns Undefined where the system does not say: nobody is asked for a permission.
 */
export function processorLevels(): readonly string[] | undefined {
  if (known !== undefined) return known;
  try {
    if (!system.mayRead(CPUINFO)) return undefined;
    return known = levelsIn(system.readText(CPUINFO));
  } catch {
    return undefined;
  }
}

/**
 * Reads levels out of what Linux says of the processors.
 *
 * @param cpuinfo The text of `/proc/cpuinfo`.
 */
export function levelsIn(cpuinfo: string): string[] {
  const line = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? "";
  const flags = new Set(line.split(" "));
  const levels: string[] = [];
  for (const [name, wanted] of LEVELS) {
    if (!wanted.every((flag) => flags.has(flag))) break;
    levels.unshift(name);
  }
  return levels;
}
