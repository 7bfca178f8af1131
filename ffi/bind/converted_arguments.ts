/**
 * Memory that is made of what JavaScript gives, for the time of a call: of
 * plain objects, and of lists of objects and texts.
 *
 * @module
 */

import { type Check, checkOf, type Misfit } from "../check/argument_checks.ts";
import { accepts } from "../check/compile.ts";
import { countMisfit } from "../check/count_misfit.ts";
import { show } from "../check/show.ts";
import { byteLengthOfMemory, type Memory } from "../check/size_requirement.ts";
import type { Parameter } from "../check/wrong.ts";
import { heldIn } from "../handle/lent_memory.ts";
import { isPointer } from "../handle/pointer.ts";
import { dataOf, isStruct } from "../handle/struct.ts";
import { isVariable, memoryOfVariable } from "../handle/variable.ts";
import { resolveNames } from "../manifest/compatible.ts";
import type { Making } from "../manifest/manifest.ts";
import type { Codec } from "../memory/codec.ts";
import { codecOf } from "../memory/codecs.ts";
import { writeTexts } from "../memory/texts.ts";
import { type Encoding, encodingOf, type Type } from "../notation/type.ts";
import type { Space } from "../runtime/adapter.ts";
import { mirrorOf } from "../runtime/space.ts";
import { bufferOf, elementsOf, isArray, isBuffer } from "../runtime/views.ts";
import { encodeText, unitSize } from "../value/encoded_text.ts";
import { ARRAYS } from "../value/scalar.ts";
import {
  resolveType,
  type ScalarName,
  type Types,
  type Value,
} from "../value/value.ts";

/** What is given for memory and is some already, or none. */
function isMemory(given: unknown): boolean {
  return given === null || ArrayBuffer.isView(given) || isStruct(given) ||
    isPointer(given) || isVariable(given) || isBuffer(given);
}

/**
 * How memory is made of what is given for a pointer.
 *
 * @param making What of.
 * @param type The pointer.
 * @param types The types that it names.
 * @param plain The check of what is memory already.
 * @param said What it is said to be, where that is a list.
 */
export function converterOf(
  making: "struct" | "list",
  type: Type,
  types: Types,
  plain: Check,
  said?: Type,
): Pick<Parameter, "check" | "convert" | "plain"> {
  const codec = targetCodec(type, types);
  const of = said?.kind === "slice" ? said.of : undefined;
  const hasNulls = of?.kind === "optional";
  const encoding = of && encodingOf(hasNulls ? of.of : of);
  const array = arrayOf(type, types);
  const isTexts = making === "list" && codec.isAddress === true;
  const wanted = making === "struct"
    ? `a plain object, ${plain.wanted}`
    : `an array of ${
      isTexts
        ? hasNulls ? "strings and nulls" : "strings"
        : codec.parts === undefined
        ? "numbers"
        : "objects"
    }, ${plain.wanted}`;
  return {
    plain,
    check: {
      ...plain,
      // Of no elements there are no bytes.
      test: (x, constant) =>
        `(${x} !== undefined && (${plain.test(x, constant)}${
          making === "list"
            ? ` || isView(${x}) && isFixed(${x}) && byteLengthOf(${x}) === 0`
            : ""
        }))`,
      wanted,
      explain: (given) =>
        isMemory(given)
          ? undefined
          : isTexts
          ? isArray(given) ? countMisfit(given.length) : undefined
          : making === "struct"
          ? explainOne(codec, given)
          : explainList(codec, given),
    },
    convert(given, held) {
      if (isMemory(given)) return given;
      if (making === "struct") {
        if (typeof given !== "object") return undefined;
        return codec.open === undefined
          ? written(codec, [given], held)
          : codec.open.make(given, held);
      }
      if (!isArray(given)) return undefined;
      const list = elementsOf(given);
      if (list === undefined) return undefined;
      if (isTexts) {
        return encoding === undefined
          ? texts(list, held, hasNulls)
          : encodedTexts(list, held, hasNulls, encoding);
      }
      const bytes = written(codec, list, held);
      return array === undefined || bytes === undefined
        ? bytes
        : new array(bytes.buffer, 0, list.length);
    },
  };
}

const ADDRESS: Value = { kind: "pointer" };

/** A parameter for a text that is not UTF-8: memory is made of it for each call. */
export function encodedParameter(
  parameter: Parameter,
  { encoding }: Value & { kind: "encoded" },
): Parameter {
  return textParameter(parameter, (text) => encodeText(text, encoding));
}

/**
 * A parameter for a text of which memory is made for each call.
 *
 * @param encode Makes it; undefined where the text does not fit.
 */
function textParameter(
  parameter: Parameter,
  encode: (text: string) => Uint8Array | undefined,
): Parameter {
  const { check } = parameter;
  const takesNull = accepts(check)(null);
  const isMade = checkOf(ADDRESS, !takesNull);
  return {
    ...parameter,
    value: ADDRESS,
    isText: true,
    plain: { ...check, test: (x) => takesNull ? `${x} === null` : "false" },
    check: {
      ...check,
      test: (x, constant) =>
        `(${x} !== undefined && ${isMade.test(x, constant)})`,
    },
    convert: (given) =>
      typeof given === "string"
        ? encode(given)
        : given === null
        ? null
        : undefined,
  };
}

/** What the memory that was made of something points to. */
const pointedTo = new WeakMap<Uint8Array, unknown[]>();

/**
 * A parameter of which the plugin keeps the memory: that stays where it is, a
 * text gets memory of its own, and what other memory was made to point to lives
 * as long as that does.
 *
 * @param space The process that the plugin is in, which must see that memory; this one without it.
 */
export function keptParameter(
  parameter: Parameter,
  space: Space | undefined,
): Parameter {
  const one = parameter.value.kind === "cstring"
    ? textParameter(
      parameter,
      (text) => isText(text) ? encoder.encode(`${text}\0`) : undefined,
    )
    : parameter;
  const { convert, check } = one;
  const made: Parameter["convert"] = convert && ((given, held) => {
    const own = heldIn(space);
    const made = convert(given, own);
    held.push(...own);
    if (!(made instanceof Uint8Array) || made === given) return made;
    const seen = seenBy(space, made);
    pointedTo.set(seen, own);
    return seen;
  });
  if (space !== undefined) {
    return one.isText ? { ...one, convert: made } : keptThere(one, space, made);
  }
  return {
    ...one,
    check: usedOn(check),
    ...made === undefined ? {} : { plain: usedOn(one.plain!), convert: made },
  };
}

/** The same where the plugin is in another process: what that does not see is gone after the call. */
function keptThere(
  parameter: Parameter,
  space: Space,
  convert: Parameter["convert"] = (given) => given,
): Parameter {
  const { check } = parameter;
  if (parameter.value.kind !== "pointer") return parameter;
  return {
    ...parameter,
    check: {
      ...check,
      wanted:
        `${check.wanted}, of plugin.buffer() as the plugin goes on using it`,
    },
    plain: { ...check, test: () => "false" },
    convert: (given, held) =>
      isMemory(given) && !isSeen(space, given)
        ? undefined
        : convert(given, held),
  };
}

/** Whether memory lies where a process sees it, also when no call is there. */
function isSeen(space: Space, given: unknown): boolean {
  if (isVariable(given)) return memoryOfVariable(given) === undefined;
  const of = isStruct(given) ? dataOf(given) : given;
  if (!ArrayBuffer.isView(of) && !isBuffer(of)) return true;
  const view = ArrayBuffer.isView(of) ? of : new Uint8Array(of);
  return space.isShared(bufferOf(view)) || mirrorOf(view) !== undefined;
}

/** The check of what the plugin goes on using: it stays where it is. */
function usedOn(check: Check): Check {
  return {
    ...check,
    test: (x, constant) => `(${check.test(x, constant)} && staysUsed(${x}))`,
  };
}

/** The same bytes where a process sees them for as long as JavaScript does. */
function seenBy(space: Space | undefined, bytes: Uint8Array): Uint8Array {
  if (space === undefined || bytes.length === 0) return bytes;
  const shared = new Uint8Array(space.share(bytes.length));
  shared.set(bytes);
  return shared;
}

/** The check of bytes: what is memory, and knows how long it is. */
export function bytesCheck(plain: Check, isNullable: boolean): Check {
  const or = isNullable ? ", or null" : "";
  return {
    ...plain,
    test: (x) => `(${isNullable ? `${x} === null || ` : ""}isFixed(${x}))`,
    wanted:
      `a typed array, a DataView or an ArrayBuffer (neither resizable nor detached)${or}`,
  };
}

/** How a text is given with its length: what is memory already goes as it is. */
export function textConverter(
  check: Check,
): Pick<Parameter, "check" | "convert" | "plain"> {
  return {
    plain: check,
    check: { ...check, wanted: `a well-formed string, ${check.wanted}` },
    convert: (given) =>
      typeof given !== "string"
        ? given
        : given.isWellFormed()
        ? encoded(given)
        : undefined,
  };
}

/** A text in memory of its own, which does not move. */
function encoded(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  const memory = new Uint8Array(new ArrayBuffer(Math.max(bytes.length, 8)));
  memory.set(bytes);
  return memory.subarray(0, bytes.length);
}

function explainOne(codec: Codec, given: unknown): Misfit | undefined {
  return typeof given === "object"
    ? (codec.open ?? codec).explain(given)
    : undefined;
}

function explainList(codec: Codec, given: unknown): Misfit | undefined {
  if (!isArray(given)) return undefined;
  const list = elementsOf(given);
  if (list === undefined) return countMisfit(given.length);
  for (const [index, one] of list.entries()) {
    if (written(codec, [one], []) !== undefined) continue;
    const misfit = codec.explain(one);
    return misfit && { ...misfit, path: `[${index}]${misfit.path}` };
  }
  return undefined;
}

/** Values in a row; undefined where one does not fit. */
function written(
  codec: Codec,
  values: readonly unknown[],
  held: unknown[],
): Uint8Array<ArrayBuffer> | undefined {
  const { size, parts } = codec;
  const bytes = new Uint8Array(
    new ArrayBuffer(Math.max(size * values.length, 8)),
  );
  const view = new DataView(bytes.buffer);
  const areWritten = codec.writeAll?.(view, 0, values, held, size);
  if (areWritten !== undefined) {
    return areWritten ? bytes.subarray(0, size * values.length) : undefined;
  }
  for (const [index, value] of values.entries()) {
    const given = parts?.isPointing ? parts.copy(value) : value;
    if (!codec.write(view, index * size, given, held)) return undefined;
  }
  return bytes.subarray(0, size * values.length);
}

const encoder = new TextEncoder();

/** The addresses of texts, and a null behind them; undefined where one is none. */
function texts(
  list: readonly unknown[],
  held: unknown[],
  hasNulls: boolean,
): Uint8Array | undefined {
  if (!hasNulls && list.includes(null)) return undefined;
  const words = new Uint8Array(new ArrayBuffer(8 * (list.length + 1)));
  if (list.length === 0) return words;
  const isWritten = writeTexts(
    new DataView(words.buffer),
    0,
    list,
    held,
    8,
  );
  return isWritten === true ? words : undefined;
}

/** The same for texts that are not UTF-8. */
function encodedTexts(
  list: readonly unknown[],
  held: unknown[],
  hasNulls: boolean,
  encoding: Encoding,
): Uint8Array | undefined {
  const words = new Uint8Array(new ArrayBuffer(8 * (list.length + 1)));
  const view = new DataView(words.buffer);
  const { write } = codecOf({ kind: "encoded", encoding }, NO_TYPES);
  const areAll = list.every((text, index) =>
    (typeof text === "string" || hasNulls && text === null) &&
    write(view, 8 * index, text, held)
  );
  return areAll ? words : undefined;
}

const NO_TYPES: Types = new Map();

function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0") &&
    value.isWellFormed();
}

/** The typed array that is taken for a pointer to numbers. */
function arrayOf(
  type: Type,
  types: Types,
): typeof ARRAYS[ScalarName] | undefined {
  const pointer = resolveNames(type, types);
  const value = pointer.kind === "pointer"
    ? resolveType(pointer.to, types)
    : undefined;
  return value?.kind === "scalar" ? ARRAYS[value.name] : undefined;
}

/** How what a pointer points to lies in memory. */
function targetCodec(type: Type, types: Types): Codec {
  const pointer = resolveNames(type, types);
  if (pointer.kind !== "pointer") throw new Error(show(type));
  return codecOf(resolveType(pointer.to, types), types);
}

/**
 * Counts what is given for a parameter, when it was checked: bytes of texts
 * and of memory of nothing known, elements of everything else.
 *
 * @param making What is made of it.
 * @param type The parameter.
 * @param types The types that it names.
 * @returns Gives `Infinity` for a `Pointer`, of which nobody knows.
 */
export function countOf(
  making: Making,
  type: Type,
  types: Types,
): (given: unknown) => number {
  const encoding = encodingOf(resolveNames(type, types));
  const size = encoding === undefined
    ? unitOf(type, types)
    : unitSize(encoding);
  // A null ends them.
  const isEnded = encoding !== undefined ||
    making === "list" && targetCodec(type, types).isAddress === true;
  return (given) => {
    if (given === null) return 0;
    if (typeof given === "string") return encoder.encode(given).length;
    const count = Math.floor(byteLengthOfMemory(given as Memory) / size);
    return isEnded ? Math.max(count - 1, 0) : count;
  };
}

/** Bytes of an element of what a pointer points to. */
export function unitOf(type: Type, types: Types): number {
  const pointer = resolveNames(type, types);
  if (pointer.kind !== "pointer") return 1;
  try {
    return Math.max(codecOf(resolveType(pointer.to, types), types).size, 1);
  } catch {
    return 1; // nothing is known of what lies there
  }
}
