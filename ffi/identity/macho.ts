/**
 * What a Mach-O file says of itself in its first bytes.
 *
 * @module
 */

import type { Identity } from "./library_bytes.ts";

const MH_DYLIB = 6;
const MH_BUNDLE = 8;

/** A file for one architecture. */
export function identifyMachO(head: DataView, size: number): Identity {
  return {
    os: "darwin",
    arch: [archOf(head.getUint32(4, true))],
    isShared: [MH_DYLIB, MH_BUNDLE].includes(head.getUint32(12, true)),
    size,
  };
}

/** A file for several. */
export function identifyFat(head: DataView, size: number): Identity {
  const count = Math.min(head.getUint32(4), 16);
  return {
    os: "darwin",
    arch: Array.from(
      { length: count },
      (_, index) => archOf(head.getUint32(8 + index * 20)),
    ),
    isShared: true,
    size,
  };
}

function archOf(cpuType: number): string {
  switch (cpuType) {
    case 0x01000007:
      return "x64";
    case 0x0100000c:
      return "arm64";
  }
  return `CPU type ${cpuType}`;
}
