/**
 * Structs that clang passes as no other compiler does, and as nothing is passed
 * that can be written of what a manifest says of them: in registers where a
 * typedef lets a member lie where its type may not, and in memory where one is
 * atomic, or a `nullptr_t` of C++.
 *
 * ```c
 * typedef int64_t near __attribute__((aligned(1)));
 * struct { char c; near v; };
 * struct { _Atomic int n; };
 * ```
 *
 * @module
 */

import { type CType, sizeOf, strip, type StructType } from "../dwarf/c_type.ts";
import { naturalAlign } from "./alignment.ts";

/** Deepest nesting of structs by value that is followed. */
const MAX_DEPTH = 16;

/** Most members that are looked at. */
const MAX_MEMBERS = 4096;

/**
 * Why a struct cannot be passed.
 *
 * @param struct A complete one.
 * @returns Undefined where it can.
 */
export function whyNotByValue(struct: StructType): string | undefined {
  return new Search().in(struct, 0, 0);
}

/** Why a value of a type cannot be passed, where that is its own. */
export function whyNotPassed(type: CType): string | undefined {
  return strip(type).type.kind === "struct" && isClangsAtomic(type)
    ? "an atomic struct, which only clang passes so"
    : undefined;
}

/** What is wrong with a struct lies anywhere in it. */
class Search {
  #seen = 0;

  in(struct: StructType, offset: number, depth: number): string | undefined {
    for (const { name, type, offset: at, bits } of struct.members) {
      if (++this.#seen > MAX_MEMBERS) return undefined;
      if (isClangsAtomic(type)) {
        return `its member ${
          JSON.stringify(name)
        } is atomic, which only clang passes so`;
      }
      if (bits !== undefined) continue;
      const why = this.#at(type, offset + at, depth + 1, name);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #at(
    declared: CType,
    offset: number,
    depth: number,
    name: string,
  ): string | undefined {
    const { type } = strip(declared);
    if (depth > MAX_DEPTH) return undefined;
    switch (type.kind) {
      case "array":
        // The second element may lie where the first may not.
        return this.#at(type.of, offset, depth + 1, name) ??
          this.#at(type.of, offset + (sizeOf(type.of) ?? 0), depth + 1, name);
      case "struct":
        return this.in(type, offset, depth);
      case "base":
      case "enum":
      case "pointer": {
        if (type.kind === "pointer" && type.isClangsNull === true) {
          return `its member ${
            JSON.stringify(name)
          } is a nullptr_t, which only clang passes so`;
        }
        const typedef = offset % naturalAlign(type, 1) === 0
          ? undefined
          : aligning(declared);
        return typedef &&
          `its member ${
            JSON.stringify(name)
          } is aligned less than its type by the typedef ${
            JSON.stringify(typedef)
          }, which only clang passes so`;
      }
      default:
        return undefined;
    }
  }
}

function isClangsAtomic(declared: CType): boolean {
  for (
    let type = declared;
    type.kind === "typedef" || type.kind === "qualified" ||
    type.kind === "array";
    type = type.of
  ) {
    if (type.kind === "qualified" && type.isClangs === true) return true;
  }
  return false;
}

/** The typedef that aligns a type, if there is one. */
function aligning(declared: CType): string | undefined {
  for (
    let type = declared;
    type.kind === "typedef" || type.kind === "qualified";
    type = type.of
  ) {
    if (type.kind === "typedef" && type.align !== undefined) return type.name;
  }
  return undefined;
}
