/**
 * What is often found in the place of a library: those of another system, what
 * a library is made of, and what a download has left.
 *
 * @module
 */

/**
 * Says what a file is that begins as no library does that can be read.
 *
 * @param bytes The file, or its beginning.
 * @returns Undefined where that is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { foreignFormat } from "./foreign_format.ts";
 *
 * const dll = new TextEncoder().encode("MZ\x90\0");
 * assertEquals(foreignFormat(dll), "a library or a program of Windows (PE)");
 * ```
 */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  const begin = String.fromCharCode(...bytes.subarray(0, 32));
  return formats().find(([magic]) => begin.startsWith(magic))?.[1];
}

/** What files begin with, as it is read from ISO 8859-1, and what they then are: no start of a program needs to have it. */
function formats(): readonly (readonly [string, string])[] {
  return [
    ["MZ", "a library or a program of Windows (PE)"],
    ["d\x86", "an object file of Windows (COFF)"],
    ["d\xaa", "an object file of Windows (COFF)"],
    ["\0asm", "a module of WebAssembly"],
    ["BC\xc0\xde", "code for LLVM (bitcode), not for a machine"],
    ["\xde\xc0\x17\x0b", "code for LLVM (bitcode), not for a machine"],
    ["!<arch>\ndebian-binary", "a package of Debian (unpack it)"],
    ["!<arch>\n", "a static library"],
    ["!<thin>\n", "a static library"],
    ["--- !tapi", "a text for macOS's linker (.tbd)"],
    ["\xce\xfa\xed\xfe", "a 32-bit Mach-O file"],
    ["\xfe\xed\xfa", "a big-endian Mach-O file"],
    ["\xed\xab\xee\xdb", "an RPM package (unpack it)"],
    ["PK\x03\x04", "a ZIP archive (unpack it)"],
    ["\x1f\x8b", "compressed by gzip (unpack it)"],
    ["\xfd7zXZ", "compressed by xz (unpack it)"],
    ["(\xb5/\xfd", "compressed by zstd (unpack it)"],
    ["BZh", "compressed by bzip2 (unpack it)"],
    ["version https://git-lfs", "a pointer of Git LFS (run git lfs pull)"],
    ["#!", "a script"],
    ["<!DOCTYPE", "a web page, as a download that failed leaves it"],
    ["<!doctype", "a web page, as a download that failed leaves it"],
    ["<html", "a web page, as a download that failed leaves it"],
  ];
}
