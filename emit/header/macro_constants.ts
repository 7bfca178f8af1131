/**
 * Reads the values of a header's macros, without a parser for C: the compiler
 * evaluates them, and leaves them as bytes in a section of a library that is
 * never loaded.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import { globToRegExp } from "@std/path/glob-to-regexp";
import { join } from "../../ffi/system/path.ts";
import type { Constant } from "../../ffi/manifest/manifest.ts";
import { macrosIn } from "./macros.ts";
import { EmitError } from "../error.ts";
import {
  atFault,
  ccWithAllErrors,
  type HeaderRequest,
  linking,
  prelude,
  preprocess,
  refused,
  setLines,
} from "./compile_header.ts";
import { readLibrary } from "../image/library_file.ts";

/**
 * Reads the constants that headers define as macros: integers, floating-point
 * numbers, texts, and addresses such as `((void *) -1)`.
 *
 * @param request The headers, and how to compile them. Those that they include
 * are not meant.
 * @param globs Names of macros; one without a wildcard may be an enumerator's too.
 * @returns The values by name; macros that stand for anything else are left out.
 * @throws {EmitError} `usage` when a glob fits no constant; as `describeHeaders`.
 */
export async function readConstants(
  request: HeaderRequest,
  globs: readonly string[],
): Promise<Record<string, Constant>> {
  const patterns = globs.map((glob) => globToRegExp(glob));
  const macros = macrosIn(await list(request), SOURCE).filter((name) =>
    patterns.some((pattern) => pattern.test(name))
  );
  const enumerators = globs.filter((glob) => /^[A-Za-z_]\w*$/.test(glob));
  const names = [...new Set([...macros, ...enumerators])];
  const kinds = await classify(request, names);
  const constants = await evaluate(request, kinds);
  const found = Object.keys(constants);
  for (const [index, glob] of globs.entries()) {
    if (found.some((name) => patterns[index]!.test(name))) continue;
    throw new EmitError(
      "usage",
      `Cannot read the constants "${glob}": the headers define no macro and no enumerator of that name with a value`,
    );
  }
  return constants;
}

/** The file that includes the headers, as the preprocessor names it. */
const SOURCE = "plugin:headers";

/** All macros that the headers leave. */
function list(request: HeaderRequest): Promise<string> {
  const text = `#line 1 "${SOURCE}"\n${prelude(request.headers)}`;
  return preprocess(request, "macros.c", text, "-dD");
}

/** What a macro's value is, by what C's compilers call it (`__builtin_classify_type`). */
const KINDS = {
  integer: [1, 2, 3, 4],
  address: [5],
  float: [8],
} as const;

/** The number that stands for a text; the compilers have none. */
const TEXT = 100;

interface Kind {
  readonly name: string;
  readonly kind: number;
  /** Size in bytes. */
  readonly size: number;
}

// Of a name that is no expression the compiler says so, by its line; each has
// a declaration of its own, for one error spoils the whole of it. An address of
// something is not known before the library is loaded: half of it is no
// constant at all, where half of a number is one.
const CLASSIFY = `
#define PLUGIN_IS_TEXT(x) __builtin_types_compatible_p(__typeof__(x), char[sizeof(x)])
#define PLUGIN_KIND(n, x) static const struct plugin_kind plugin_kind_##n \\
  __attribute__((used, section(PLUGIN_SECTION))) = { n, \\
  PLUGIN_IS_TEXT(x) ? ${TEXT} : __builtin_classify_type(x), sizeof(x), \\
  (unsigned) ((unsigned long long) __builtin_choose_expr(PLUGIN_IS_TEXT(x), 0, x) >> 32) };
struct plugin_kind { unsigned index, kind, size, half; };
`;

async function classify(
  request: HeaderRequest,
  names: readonly string[],
): Promise<Kind[]> {
  let left = names;
  while (left.length > 0) {
    const lines = left.map((name, index) => `PLUGIN_KIND(${index}, ${name})\n`);
    const compiled = await compile(
      request,
      CLASSIFY + setLines + lines.join(""),
    );
    if (compiled.bytes !== undefined) {
      const view = viewOf(compiled.bytes);
      // The compiler chooses the order.
      return left.map((_, record) => ({
        name: left[view.getUint32(16 * record, true)]!,
        kind: view.getUint32(16 * record + 4, true),
        size: view.getUint32(16 * record + 8, true),
      }));
    }
    const wrong = new Set(atFault(compiled.stderr));
    const next = left.filter((_, index) => !wrong.has(index));
    if (next.length === left.length) throw refused(request, compiled.stderr);
    left = next;
  }
  return [];
}

/** How one kind of value is laid down and read back. */
interface Reader {
  readonly kind: Kind;
  readonly size: number;
  readonly member: string;
  readonly value: string;
  read(view: DataView, at: number): Constant | undefined;
}

async function evaluate(
  request: HeaderRequest,
  kinds: readonly Kind[],
): Promise<Record<string, Constant>> {
  const constants: Record<string, Constant> = Object.create(null);
  const readers = kinds.flatMap((kind) => readerOf(kind) ?? []);
  if (readers.length === 0) return constants;
  const members = readers.map(({ member }, index) =>
    `${member.replace("@", `m${index}`)};\n`
  );
  const { bytes, stderr } = await compile(
    request,
    `static const struct __attribute__((packed)) {
${
      members.join("")
    }} plugin_values __attribute__((used, section(PLUGIN_SECTION))) = {
${readers.map(({ value }) => `${value},\n`).join("")}};\n`,
  );
  if (bytes === undefined) throw refused(request, stderr);
  const view = viewOf(bytes);
  let at = 0;
  for (const { kind, size, read } of readers) {
    const value = read(view, at);
    if (value !== undefined) constants[kind.name] = value;
    at += size;
  }
  return constants;
}

function readerOf(kind: Kind): Reader | undefined {
  const { name, size } = kind;
  const is = (kinds: readonly number[]) => kinds.includes(kind.kind);
  if (kind.kind === TEXT) {
    return {
      kind,
      size,
      member: `char @[${size}]`,
      value: name,
      read: (view, at) => textAt(view, at, size - 1),
    };
  }
  if (is(KINDS.integer) && size <= 8) {
    return {
      kind,
      size: 16,
      member: "unsigned long long @[2]",
      value: `{ (${name}) < 0, (unsigned long long) (${name}) }`,
      read(view, at) {
        const isNegative = view.getBigUint64(at, true) !== 0n;
        return integer(
          isNegative
            ? view.getBigInt64(at + 8, true)
            : view.getBigUint64(at + 8, true),
        );
      },
    };
  }
  if (is(KINDS.address)) {
    return {
      kind,
      size: 8,
      member: "unsigned long long @",
      value: `(unsigned long long) (${name})`,
      read: (view, at) => ({
        type: "pointer",
        value: String(view.getBigInt64(at, true)),
      }),
    };
  }
  // A long double has no number that says as much.
  if (is(KINDS.float) && size <= 8) {
    return {
      kind,
      size: 8,
      member: "double @",
      value: `(double) (${name})`,
      read(view, at) {
        const value = view.getFloat64(at, true);
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : { type: "f64", value: Object.is(value, -0) ? "-0" : `${value}` };
      },
    };
  }
  return undefined;
}

function integer(value: bigint): Constant {
  const number = Number(value);
  return Number.isSafeInteger(number)
    ? number
    : { type: value < 0n ? "i64" : "u64", value: String(value) };
}

/** A text; nothing where its bytes are none in UTF-8. */
function textAt(view: DataView, at: number, size: number): string | undefined {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return undefined;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The section that the values lie in, by its ELF name. */
const SECTION = ".plugin_const";

async function compile(
  request: HeaderRequest,
  text: string,
): Promise<{ bytes: Uint8Array | undefined; stderr: string }> {
  const source = join(request.work, "constants.c");
  const library = join(request.work, "constants.so");
  const name = request.image.os === "darwin"
    ? "__DATA,__plugin_const"
    : SECTION;
  system.overwrite(
    source,
    `${prelude(request.headers)}#define PLUGIN_SECTION "${name}"\n${text}`,
  );
  const { status, stderr } = await ccWithAllErrors([
    ...linking(request),
    "-o",
    library,
    source,
  ]);
  if (status !== 0) return { bytes: undefined, stderr };
  const image = readLibrary(library).image;
  const bytes = image.section(SECTION);
  if (bytes === undefined) throw refused(request, `no section ${SECTION}`);
  return { bytes, stderr };
}
