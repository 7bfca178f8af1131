/**
 * Reads the values of a header's macros, without a parser for C: the compiler
 * evaluates them, and leaves them as bytes in a section of an object file.
 *
 * @module
 */

import { roundUp } from "../../ffi/notation/sequence.ts";
import { system } from "../../ffi/system/system.ts";
import { globToRegExp } from "@std/path/glob-to-regexp";
import { join } from "../../ffi/system/path.ts";
import type { Constant } from "../../ffi/manifest/manifest.ts";
import { integerConstant } from "../describe/scalars.ts";
import { withoutImpossible } from "./impossible_values.ts";
import {
  expressionsIn,
  type Listing,
  type Preprocessed,
  restoredIn,
} from "./list_macros.ts";
import { EmitError } from "../error.ts";
import {
  atFault,
  briefly,
  ccWithAllErrors,
  compiling,
  type HeaderRequest,
  prelude,
  refused,
  setLines,
} from "./compile_header.ts";
import { wideTextsIn } from "./wide_texts.ts";
import { sectionOfObject } from "../image/object_section.ts";

/**
 * Reads the constants that the library's own headers define as macros: integers,
 * floating-point numbers, texts, and addresses such as `((void *) -1)`.
 *
 * @param request The headers, and how to compile them.
 * @param listing What the preprocessor made of them.
 * @param expanded What macros become, where their text does not say it.
 * @returns The values by name; macros that stand for anything else are left out.
 * @throws {EmitError} As `describeHeaders`.
 */
export async function readConstants(
  request: HeaderRequest,
  { macros, files, tokens }: Preprocessed,
  expanded: ReadonlyMap<string, string>,
): Promise<Record<string, Constant>> {
  return await evaluate(
    request,
    withoutImpossible(expressionsIn(macros), {
      macros,
      code: tokens,
      restored: restoredIn(files),
      expanded,
    }),
    macros,
  );
}

/**
 * Reads the constants that are asked for by name.
 *
 * @param request The headers, and how to compile them.
 * @param listing The macros that they leave.
 * @param globs Names of macros of the library's own headers; one without a
 * wildcard may be that of any header, or an enumerator's.
 * @returns The values by name.
 * @throws {EmitError} `usage` when a glob fits no constant; as `describeHeaders`.
 */
export async function readNamedConstants(
  request: HeaderRequest,
  { macros }: Listing,
  globs: readonly string[],
): Promise<Record<string, Constant>> {
  const patterns = globs.map((glob) => globToRegExp(glob));
  const own = expressionsIn(macros).filter((name) =>
    patterns.some((pattern) => pattern.test(name))
  );
  const exact = globs.filter((glob) => /^[A-Za-z_]\w*$/.test(glob));
  const constants = await evaluate(
    request,
    [...new Set([...own, ...exact])],
    macros,
  );
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

/** What a macro's value is, by what C's compilers call it (`__builtin_classify_type`). */
const KINDS = {
  integer: [1, 2, 3, 4],
  address: [5],
  float: [8],
} as const;

/** The number that stands for a text; the compilers have none. */
const TEXT = 100;

/** Those of texts in wide characters: `u"…"`, and `U"…"` and `L"…"`. */
const [TEXT16, TEXT32] = [TEXT + 2, TEXT + 4];

/** How many bytes a character of texts has. */
const CHARACTER: ReadonlyMap<number, number> = new Map([
  [TEXT, 1],
  [TEXT16, 2],
  [TEXT32, 4],
]);

// Of a name that is no expression the compiler says so, by its line; each has
// a declaration of its own, for one error spoils the whole of it. An address of
// something is not known before the library is loaded: half of it is no
// constant at all, where half of a number is one. Who says how a variable is
// aligned gets it so: else the compiler would leave room between them.
const RECORDS = `
#define PLUGIN_CHOOSE(c, x, y) __builtin_choose_expr(c, x, y)
#define PLUGIN_IS_ARRAY(x, type) __builtin_types_compatible_p(__typeof__(x), type[sizeof(x) / sizeof(type)])
#define PLUGIN_IS_TEXT(x) (PLUGIN_IS_ARRAY(x, char) || PLUGIN_IS_ARRAY(x, unsigned char))
#define PLUGIN_KIND(x) PLUGIN_CHOOSE(PLUGIN_IS_TEXT(x), ${TEXT}, __builtin_classify_type(x))
#define PLUGIN_WHOLE(x) PLUGIN_CHOOSE(PLUGIN_KIND(x) <= ${
  KINDS.address[0]
} && sizeof(x) <= 8, x, 0)
#define PLUGIN_TEXT(x) PLUGIN_CHOOSE(PLUGIN_IS_TEXT(x), x, "")
#define PLUGIN_RECORD(n, type, room) static const struct { \
  unsigned index, kind, size, half; \
  unsigned long long negative, whole; double real; \
  type text[((room) + 7) / 8 * 8 / sizeof(type)]; \
} plugin_constant_##n __attribute__((used, aligned(8), section(PLUGIN_SECTION)))
#define PLUGIN_CONSTANT(n, x) PLUGIN_RECORD(n, char, sizeof(PLUGIN_TEXT(x))) = { \
  n, PLUGIN_KIND(x), sizeof(x), \
  (unsigned) ((unsigned long long) PLUGIN_WHOLE(x) >> 32), \
  PLUGIN_WHOLE(x) < 0, (unsigned long long) PLUGIN_WHOLE(x), \
  (double) PLUGIN_CHOOSE(PLUGIN_KIND(x) == ${
  KINDS.float[0]
}, x, 0), PLUGIN_TEXT(x) };
#define PLUGIN_LITERAL(n, x) PLUGIN_RECORD(n, char, sizeof(x)) = { \
  n, ${TEXT}, sizeof(x), 0, 0, 0, 0, "" x };
`;

// An array of wide characters is a text where it is a literal: the compiler
// takes `(int[]){ 1, 2, 3 }` for the beginning of an array as well.
const WIDE_RECORDS = `
#define PLUGIN_IS_WIDE(x) (__builtin_constant_p(x) && (PLUGIN_IS_ARRAY(x, __CHAR16_TYPE__) || \
  PLUGIN_IS_ARRAY(x, __CHAR32_TYPE__) || PLUGIN_IS_ARRAY(x, __WCHAR_TYPE__)))
#define PLUGIN_NARROW(x) PLUGIN_CHOOSE(PLUGIN_IS_WIDE(x), 0, x)
#define PLUGIN_ANY_TEXT(x) PLUGIN_CHOOSE(PLUGIN_IS_WIDE(x), x, PLUGIN_TEXT(x))
#define PLUGIN_ANY_KIND(x) PLUGIN_CHOOSE(PLUGIN_IS_WIDE(x), \
  ${TEXT} + (int) sizeof(*PLUGIN_ANY_TEXT(x)), PLUGIN_KIND(x))
#define PLUGIN_WIDE(n, x) PLUGIN_RECORD(n, __typeof__(*PLUGIN_ANY_TEXT(x)), sizeof(PLUGIN_ANY_TEXT(x))) = { \
  n, PLUGIN_ANY_KIND(x), sizeof(x), \
  (unsigned) ((unsigned long long) PLUGIN_WHOLE(PLUGIN_NARROW(x)) >> 32), \
  PLUGIN_WHOLE(PLUGIN_NARROW(x)) < 0, (unsigned long long) PLUGIN_WHOLE(PLUGIN_NARROW(x)), \
  (double) PLUGIN_CHOOSE(PLUGIN_KIND(x) == ${
  KINDS.float[0]
}, x, 0), PLUGIN_ANY_TEXT(x) };
`;

// The body of a macro is not what it stands for where `#pragma pop_macro` has
// given that back, which no preprocessor prints. Then the compiler takes no
// shorter way: nothing but a text goes behind "", nothing but an integer with |.

/** A body that is a text and nothing else: what it is need not be asked. */
const LITERAL = /^"(?:[^"\\]|\\.)*"$/;

/** A body that is one whole number, which every compiler takes. */
const NUMBER =
  /^(?=[^()]*$|\(.*\)$)\(?[-+]?(?:0[xX][\da-fA-F]{1,16}|0[0-7]{0,20}|[1-9]\d{0,17})(?:[uU]?(?:ll?|LL?)?|(?:ll?|LL?)[uU])\)?$/;

// Most macros of most headers are such: in one array they take a tenth of the
// time that a declaration for each does.
const NUMBERS = `
#define PLUGIN_NUMBER(n, x) { n, ${
  KINDS.integer[0]
}, sizeof(x), 0, (x) < 0, (unsigned long long) ((x) | 0), 0, "" },
static const struct { \
  unsigned index, kind, size, half; \
  unsigned long long negative, whole; double real; char text[8]; \
} plugin_numbers[] __attribute__((used, aligned(8), section(PLUGIN_SECTION))) = {
`;

/** Bytes of a record before its text. */
const RECORD = 40;

async function evaluate(
  request: HeaderRequest,
  names: readonly string[],
  macros: Listing["macros"],
): Promise<Record<string, Constant>> {
  const constants: Record<string, Constant> = Object.create(null);
  const bodyOf = (name: string) => macros.get(name)?.body.trim() ?? "";
  const literals = new Set(names.filter((name) => LITERAL.test(bodyOf(name))));
  const wide = wideTextsIn(macros);
  let numbers = names.filter((name) => NUMBER.test(bodyOf(name)));
  let left = names.filter((name) => !NUMBER.test(bodyOf(name)));
  while (numbers.length + left.length > 0) {
    const lines = left.map((name, index) =>
      `PLUGIN_${
        literals.has(name) ? "LITERAL" : wide.has(name) ? "WIDE" : "CONSTANT"
      }(${index}, ${name})\n`
    );
    const array = numbers.map((name, index) =>
      `PLUGIN_NUMBER(${left.length + index}, ${name})\n`
    );
    const { bytes, stderr } = await compile(
      request,
      array.length === 0 ? "" : `${NUMBERS}${array.join("")}};\n`,
      lines.join(""),
    );
    if (bytes !== undefined) {
      const all = [...left, ...numbers];
      for (const [index, value] of valuesIn(dataView(bytes))) {
        constants[all[index]!] = value;
      }
      break;
    }
    const wrong = new Set(atFault(stderr));
    const before = left.length + literals.size;
    left = left.filter((name, index) =>
      !wrong.has(index) || literals.delete(name)
    );
    if (left.length + literals.size < before) continue;
    if (numbers.length > 0) {
      left = [...left, ...numbers];
      numbers = [];
    } else throw await refused(request, stderr);
  }
  return constants;
}

/** The values in the records; the compiler chooses their order. */
function* valuesIn(view: DataView): Generator<[index: number, Constant]> {
  for (let at = 0; at + RECORD < view.byteLength;) {
    const index = view.getUint32(at, true);
    const kind = view.getUint32(at + 4, true);
    const size = view.getUint32(at + 8, true);
    const value = valueAt(view, at, kind, size);
    if (value !== undefined) yield [index, value];
    const text = CHARACTER.has(kind) ? size : 1;
    at += RECORD + roundUp(text, 8);
  }
}

function valueAt(
  view: DataView,
  at: number,
  kind: number,
  size: number,
): Constant | undefined {
  const is = (kinds: readonly number[]) => kinds.includes(kind);
  const character = CHARACTER.get(kind);
  if (character !== undefined) {
    const bytes = size - character;
    return character === 4 ? ofCodePoints(view, at + RECORD, bytes) : textAt(
      view,
      at + RECORD,
      bytes,
      character === 2 ? "utf-16le" : "utf-8",
    );
  }
  // What is wider has no number that says as much.
  if (size > 8) return undefined;
  if (is(KINDS.integer)) {
    const isNegative = view.getBigUint64(at + 16, true) !== 0n;
    return integerConstant(
      isNegative
        ? view.getBigInt64(at + 24, true)
        : view.getBigUint64(at + 24, true),
    );
  }
  if (is(KINDS.address)) {
    return { type: "pointer", value: String(view.getBigInt64(at + 24, true)) };
  }
  return is(KINDS.float) ? real(view.getFloat64(at + 32, true)) : undefined;
}

function real(value: number): Constant {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : { type: "f64", value: Object.is(value, -0) ? "-0" : `${value}` };
}

/** A text; nothing where its bytes are none in that encoding. */
function textAt(
  view: DataView,
  at: number,
  size: number,
  encoding: string,
): string | undefined {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
      .decode(bytes);
  } catch {
    return undefined;
  }
}

/** A text of characters of 32 bits; nothing where one of them is none. */
function ofCodePoints(
  view: DataView,
  at: number,
  size: number,
): string | undefined {
  let text = "";
  const end = at + size;
  for (; at < end; at += 4) {
    const point = view.getUint32(at, true);
    if (point > 0x10ffff || point >= 0xd800 && point <= 0xdfff) {
      return undefined;
    }
    text += String.fromCodePoint(point);
  }
  return text;
}

function dataView({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** The section that the values lie in, by its ELF name. */
const SECTION = ".plugin_const";

async function compile(
  request: HeaderRequest,
  numbers: string,
  lines: string,
): Promise<{ bytes: Uint8Array | undefined; stderr: string }> {
  const source = join(request.work, "constants.c");
  const object = join(request.work, "constants.o");
  const name = request.image.os === "darwin"
    ? "__DATA,__plugin_const"
    : SECTION;
  system.overwrite(
    source,
    `${
      prelude(request.headers)
    }#define PLUGIN_SECTION "${name}"\n${RECORDS}${WIDE_RECORDS}${numbers}${setLines}${lines}`,
  );
  const { status, stderr } = await ccWithAllErrors([
    ...await briefly(request),
    ...compiling(request),
    "-o",
    object,
    source,
  ], request);
  if (status !== 0) return { bytes: undefined, stderr };
  const bytes = sectionOfObject(system.read(object), object, SECTION);
  if (bytes === undefined) {
    throw await refused(request, `no section ${SECTION}`);
  }
  return { bytes, stderr };
}
