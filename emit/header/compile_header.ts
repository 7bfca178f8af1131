/**
 * How headers are compiled: what the compiler is told, and what it says when it
 * refuses.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import type { Image } from "../image/image.ts";
import { cc, isClang, SHARED } from "../toolchain/cc.ts";
import type { Ran } from "../toolchain/run.ts";
import { targetBeside } from "../toolchain/compiler_target.ts";

/** A description by headers that was asked for. */
export interface HeaderRequest {
  /** The library. */
  readonly image: Image;
  /** Headers as `#include` would name them; relative to the working directory first. */
  readonly headers: readonly string[];
  /** Where to look for headers. */
  readonly directories: readonly string[];
  /** Macros to define before the headers. */
  readonly defines: readonly string[];
  /** Further arguments for the compiler. */
  readonly flags: readonly string[];
  /** Exports to describe; all when missing. */
  readonly only?: ReadonlySet<string>;
  /** Whether a name is wanted that no library exports; all are when missing. */
  readonly isWanted?: (name: string) => boolean;
  /** Names of types that are described too, though no symbol may use them. */
  readonly typeNames?: ReadonlySet<string>;
  /** An empty directory, deleted afterwards. */
  readonly work: string;
}

/**
 * Runs the C compiler with no limit to the number of its errors: each says of
 * one name what is wrong with it.
 *
 * @param args The compiler's arguments.
 * @param of The library: it is compiled for its machine, where a `char` may have
 * no sign and a `long double` 64 bits.
 * @returns How it ended, whatever its exit status.
 */
export async function ccWithAllErrors(
  args: readonly string[],
  { image }: Pick<HeaderRequest, "image">,
): Promise<Ran> {
  const target = targetBeside(image);
  return await isClang(target)
    ? await cc(["-ferror-limit=0", ...args.flatMap(strictly)], target)
    : await cc(["-fmax-errors=0", ...args], target);
}

/**
 * What makes the compiler print less of each error, where there may be thousands
 * and only their lines are looked at.
 */
export async function briefly(
  { image }: Pick<HeaderRequest, "image">,
): Promise<string[]> {
  return await isClang(targetBeside(image))
    ? ["-fno-caret-diagnostics"]
    : ["-fno-diagnostics-show-caret", "-ftrack-macro-expansion=0"];
}

/**
 * Clang before 16 takes an unknown type that stands alone for the name of an
 * `int`, as K&R would: with -w even where that is to be an error.
 */
function strictly(arg: string): string[] {
  return arg === "-w" ? ["-Wno-everything", "-Werror=implicit-int"] : [arg];
}

/**
 * Runs the preprocessor over the headers.
 *
 * @param request The headers.
 * @param name The file name of the source that includes them.
 * @param source The source.
 * @param wanted The options that say what it is to print beside the code.
 * @returns What the preprocessor prints.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function preprocess(
  request: HeaderRequest,
  name: string,
  source: string,
  wanted: readonly string[],
): Promise<string> {
  const path = join(request.work, name);
  system.overwrite(path, source);
  const { status, stdout, stderr } = await cc([
    "-E",
    ...wanted,
    ...including(request),
    path,
  ], targetBeside(request.image));
  if (status !== 0) throw await refused(request, stderr);
  return stdout;
}

/** The error of headers that do not compile. */
export async function refused(
  { headers, image }: HeaderRequest,
  stderr: string,
): Promise<EmitError> {
  const names = headers.map((name) => JSON.stringify(name)).join(", ");
  const hint = await hintOf(stderr, headers, image);
  return new EmitError(
    "compile_failed",
    `Cannot read ${names}: the C compiler ${hint}says\n${stderr.trimEnd()}`,
    { path: image.path },
  );
}

/** A line of a header as compilers repeat it. */
const EXTERN_C = /^[\s|\d]*extern\s+"C"/m;

/** What to do about the first error, where the compiler's own words mislead. */
async function hintOf(
  stderr: string,
  headers: readonly string[],
  { path }: Image,
): Promise<string> {
  const error = /error: (.*)$/m.exec(stderr)?.[1] ?? "";
  const missing =
    /^(?:'([^']+)' file not found|([^:]+): No such file or directory)/.exec(
      error,
    );
  if (missing !== null) {
    // The headers of C++'s own library are the ones without an ending.
    const name = missing[1] ?? missing[2]!;
    if (/^[a-z_]+$/.test(name) && !headers.includes(name)) {
      return "does not know C++, which this header is written in: compile the " +
        "library with -g and leave --header out. It ";
    }
    const { placeOf } = await import("./missing_header.ts");
    const place = await placeOf(name, path);
    return place !== undefined
      ? `does not find ${name}; ${place}. It `
      : "does not find one; name its directory with -I, or give what " +
        '"pkg-config --cflags" prints behind "--". It ';
  }
  const asked = askedMacro(error);
  if (asked !== undefined) {
    return `wants the macro ${asked} before the headers: -D ${asked}, or ` +
      `-D ${asked}=value. It `;
  }
  if (
    /expected identifier or ['‘]\(['’]/.test(error) &&
    EXTERN_C.test(stderr)
  ) {
    return 'does not know extern "C", which is C++\'s: it belongs between ' +
      '"#ifdef __cplusplus" and "#endif". It ';
  }
  const unknown = /unknown type name ['‘](\w+)['’]/.exec(error)?.[1];
  if (unknown === undefined) return "";
  const standard = STANDARD.find(([, names]) => names.test(unknown));
  if (standard !== undefined) {
    return `does not know ${unknown} there: add --header ${standard[0]} ` +
      "before this one. It ";
  }
  return /^(?:class|namespace|template|using)$/.test(unknown)
    ? "does not know C++, which this header is written in: compile the " +
      "library with -g and leave --header out. It "
    : `does not know ${unknown} there; name the header that declares it ` +
      "with --header before this one. It ";
}

/** Headers of the language itself, with the types that each declares. */
const STANDARD: readonly (readonly [header: string, types: RegExp])[] = [
  ["stdint.h", /^u?int(?:(?:_least|_fast)?(?:8|16|32|64)|ptr|max)_t$/],
  ["stddef.h", /^(?:size|ptrdiff|wchar|max_align)_t$/],
  ["stdbool.h", /^bool$/],
  ["stdarg.h", /^va_list$/],
  ["stdio.h", /^FILE$/],
  ["time.h", /^time_t$/],
  ["sys/types.h", /^(?:ssize|off|pid|uid|gid|mode)_t$/],
  ["uchar.h", /^char(?:8|16|32)_t$/],
];

/**
 * The header that one names which is not to be included by itself:
 * `#error "Include <hb-ot.h> instead"`.
 *
 * @param text The header, or what the compiler says of it.
 */
export function insteadIn(text: string): string | undefined {
  return /#\s*error[^\n]*[<"]([\w./-]+\.h)[>"]/.exec(text)?.[1];
}

/** The macro that a header's own `#error` asks for. */
function askedMacro(error: string): string | undefined {
  return /\b([A-Z][A-Z\d_]{3,})\b[^.]*\b(?:must|has to|should|needs? to) be defined/
    .exec(error)?.[1] ??
    /\bdefine (?:the macro )?([A-Z][A-Z\d_]{3,})\b/.exec(error)?.[1];
}

/**
 * Clang takes functions that it knows as it declares them itself, without the
 * typedefs of the header: `size_t` would be an `unsigned long`.
 */
const NOT_BUILTIN = ["-fno-builtin"];

/** How an object is made that includes the headers, without debug information. */
export function compiling(request: HeaderRequest): string[] {
  return [
    ...["-c", "-g0", "-fPIC", ...NOT_BUILTIN],
    ...including(request),
    // Nothing would be in it before it is linked.
    "-fno-lto",
  ];
}

/** How a library is made that includes the headers, and is never loaded. */
export function linking(request: HeaderRequest): string[] {
  return [
    ...SHARED,
    // A struct without a tag has its name from a typedef that no function may use.
    "-fno-eliminate-unused-debug-types",
    ...NOT_BUILTIN,
    // What it refers to is in the library that is described, not here.
    ...(request.image.os === "darwin"
      ? ["-Wl,-undefined,dynamic_lookup"]
      // Both together are -nostdlib, at which Zig finds no header either.
      : ["-nostartfiles", "-nodefaultlibs"]),
    ...including(request),
  ];
}

/**
 * How a source is compiled of which only the compiler's errors are wanted. At
 * -fsyntax-only Zig compiles it, and writes into the working directory.
 *
 * @param source The file; what is made of it lies beside it.
 */
export function judging(source: string): string[] {
  return ["-S", "-o", `${source}.s`, source];
}

/** How the headers are found and read. */
export function including(request: HeaderRequest): string[] {
  return [
    "-w",
    "-iquote",
    ".",
    ...request.directories.map((path) => `-I${path}`),
    ...request.defines.map((define) => `-D${define}`),
    ...request.flags,
  ];
}

/** The lines that include the headers. */
export function prelude(headers: readonly string[]): string {
  return headers.map((header) => {
    if (/["\n\\]/.test(header)) {
      throw new EmitError("usage", `Cannot include ${JSON.stringify(header)}`);
    }
    return `#include "${header}"\n`;
  }).join("");
}

/**
 * The lines behind which names are what the headers declare: one may be a macro
 * of theirs as well, as zlib's `gzgetc` is.
 */
export function undefine(names: readonly string[]): string {
  return names.map((name) => `#undef ${name}\n`).join("");
}

/** What the compiler is told that the lines are in whose errors say which name is at fault. */
const LINES = "plugin:lines";

/** Numbers the lines that follow from 1, so that the line of an error says which name is at fault. */
export const setLines = `#line 1 "${LINES}"\n`;

/** Positions of the lines behind {@linkcode setLines} that the compiler's errors are about. */
export function atFault(stderr: string): number[] {
  // An error inside a macro is at the macro's line for gcc, which adds where
  // it was used.
  const error = new RegExp(
    `^${LINES}:(\\d+):(?:\\d+:)? (?:error:|note: in expansion of macro)`,
    "gm",
  );
  return Array.from(stderr.matchAll(error), ([, line]) => Number(line) - 1);
}

/** The first error of each of the lines behind {@linkcode setLines} that has any, by its position. */
export function faultsIn(stderr: string): Map<number, string> {
  const error = new RegExp(`^${LINES}:(\\d+):(?:\\d+:)? error: (.*)$`, "gm");
  const faults = new Map<number, string>();
  for (const [, line, text] of stderr.matchAll(error)) {
    const at = Number(line) - 1;
    if (!faults.has(at)) faults.set(at, text!);
  }
  return faults;
}

/** Positions of the lines behind {@linkcode setLines} that include what the compiler's errors are in. */
export function includesAtFault(stderr: string): number[] {
  const line = new RegExp(
    `^(?:In file included from |\\s+from )?${LINES}:(\\d+)[:,]`,
    "gm",
  );
  return Array.from(stderr.matchAll(line), ([, line]) => Number(line) - 1);
}
