/**
 * Describes a library by its headers, without a parser for C: the compiler
 * reads them, and says in debug information what it read.
 *
 * ```c
 * #include "zlib.h"
 * #undef crc32
 * __typeof__(crc32) *plugin_ref_crc32 = &crc32;
 * ```
 *
 * @module
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "@std/path";
import type {
  FunctionDefinition,
  SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/type.ts";
import { withDebugFiles } from "../image/debug_files.ts";
import { describePointees, exportsOf } from "../describe/describe.ts";
import { isMangled, LEFT_OUT } from "../describe/mangled.ts";
import { EmitError } from "../error.ts";
import { type Export, type Image, readImage } from "../image/image.ts";
import { cc, SHARED } from "../toolchain/cc.ts";
import { docsOf, withDocs } from "../csource/doc.ts";
import { parameterNames } from "../csource/params.ts";
import type { Description } from "../describe/description.ts";
import { tokens } from "../csource/tokens.ts";

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
  /** An empty directory, deleted afterwards. */
  readonly work: string;
}

/** What the references are called; no header of the world declares these. */
const PREFIX = "plugin_ref_";

/** Why an export is not in the manifest. */
const UNDECLARED = "no header given declares it";

/**
 * Describes a library by its headers.
 *
 * @param request The library, its headers, and how to compile them.
 * @returns What the headers say of what the library exports; exports that they
 * do not declare are in `skipped`.
 * @throws {EmitError} `compile_failed` when the headers do not compile;
 * `no_tool` without a compiler; `usage` for a header that cannot be included.
 */
export async function describeHeaders(
  request: HeaderRequest,
): Promise<Description> {
  const exports = exportsOf(request.image, request.only);
  const headers = [...tokens(await preprocess(request))];
  // Asking for each name that is nowhere in the headers takes gcc seconds for
  // a libc: it looks for a word like it every time.
  const words = new Set(
    headers.flatMap(({ kind, text }) => kind === "name" ? [text] : []),
  );
  const { library, declared } = await compile(
    request,
    exports.filter(({ kind, name }) => kind !== "tls" && words.has(name))
      .map(({ name }) => name),
  );
  const bytes = await readFile(library);
  const found = describePointees(
    withDebugFiles(readImage(bytes, library)),
    PREFIX,
    request.image,
  );
  const names = parameterNames(headers, new Set(declared));

  const symbols: Record<string, SymbolDefinition> = Object.create(null);
  const skipped: Record<string, string> = Object.create(null);
  let mangled = 0;
  for (const symbol of exports) {
    const { name } = symbol;
    const definition = Object.hasOwn(found.symbols, name)
      ? found.symbols[name]
      : undefined;
    const why = definition === undefined
      ? absent(symbol, found)
      : disagreement(symbol, definition);
    if (why === UNDECLARED && isMangled(name)) mangled++;
    else if (why !== undefined) skipped[name] = why;
    else symbols[name] = complete(symbol, definition!, names.get(name));
  }
  if (mangled > 0) skipped[LEFT_OUT] = namesOfCxx(mangled);
  return withDocs(
    { types: found.types, symbols, skipped, language: "C" },
    docsOf(headers),
  );
}

function namesOfCxx(count: number): string {
  return `${count} ${
    count === 1 ? "name" : "names"
  } of C++: headers are read as C`;
}

function absent({ name, kind }: Export, found: Description): string {
  if (kind === "tls") return "each thread has its own";
  return Object.hasOwn(found.skipped, name) ? found.skipped[name]! : UNDECLARED;
}

/** A header of another version may call a variable what is a function now. */
function disagreement(
  { kind }: Export,
  definition: SymbolDefinition,
): string | undefined {
  const is = kind === "variable" ? "variable" : "function";
  return is === definition.kind
    ? undefined
    : `the header declares a ${definition.kind}, the library has a ${is}`;
}

function complete(
  symbol: Export,
  definition: SymbolDefinition,
  names: readonly string[] | undefined,
): SymbolDefinition {
  if (definition.kind === "variable") {
    return symbol.readonly ? { ...definition, const: true } : definition;
  }
  return names === undefined || names.length !== countOf(definition)
    ? definition
    : { ...definition, params: names };
}

function countOf({ type }: FunctionDefinition): number {
  const parsed = parseType(type);
  return parsed.kind === "function" ? parsed.params.length : -1;
}

interface Compiled {
  readonly library: string;
  /** The names that the headers declare. */
  readonly declared: readonly string[];
}

/** Most compiles before giving up: one finds what is not declared, one succeeds. */
const ROUNDS = 4;

async function compile(
  request: HeaderRequest,
  names: readonly string[],
): Promise<Compiled> {
  const source = join(request.work, "refs.c");
  const library = join(request.work, "refs.so");
  const top = prelude(request.headers);
  let declared = names;
  for (let round = 1;; round++) {
    await writeFile(source, top + references(declared));
    const { status, stderr } = await cc([
      ...linking(request),
      "-o",
      library,
      source,
    ]);
    if (status === 0) return { library, declared };
    const wrong = new Set(atFault(stderr));
    const left = declared.filter((_, index) => !wrong.has(index));
    if (round === ROUNDS || left.length === declared.length) {
      throw refused(request, stderr);
    }
    declared = left;
  }
}

async function preprocess(request: HeaderRequest): Promise<string> {
  const source = join(request.work, "headers.c");
  await writeFile(source, prelude(request.headers));
  const { status, stdout, stderr } = await cc([
    "-E",
    // With its comments: they are what the headers say of each function.
    "-C",
    ...including(request),
    source,
  ]);
  if (status !== 0) throw refused(request, stderr);
  return stdout;
}

/** The error of headers that do not compile. */
export function refused(
  { headers, image }: HeaderRequest,
  stderr: string,
): EmitError {
  const names = headers.map((name) => JSON.stringify(name)).join(", ");
  const missing = /(?:No such file or directory|file not found)$/m.test(stderr)
    ? "does not find one; name its directory with -I. It "
    : "";
  return new EmitError(
    "compile_failed",
    `Cannot read ${names}: the C compiler ${missing}says\n${stderr.trimEnd()}`,
    { path: image.path },
  );
}

/** How a library is made that includes the headers, and is never loaded. */
export function linking(request: HeaderRequest): string[] {
  return [
    ...SHARED,
    // What it refers to is in the library that is described, not here.
    ...(request.image.os === "darwin"
      ? ["-Wl,-undefined,dynamic_lookup"]
      : ["-nostdlib"]),
    ...including(request),
    "-fmax-errors=0",
  ];
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

/** What the compiler is told that the lines are in whose errors say which name is at fault. */
const LINES = "plugin:lines";

/** Numbers the lines that follow from 1, so that the line of an error says which name is at fault. */
export const setLines = `#line 1 "${LINES}"\n`;

// A name may be a macro of the headers as well, as zlib's gzgetc is; the
// function is meant.
function references(names: readonly string[]): string {
  const undefs = names.map((name) => `#undef ${name}\n`).join("");
  const refs = names.map((name) =>
    `__typeof__(${name}) *${PREFIX}${name} = &${name};\n`
  );
  return undefs + setLines + refs.join("");
}

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
