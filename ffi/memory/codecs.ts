/**
 * The codec of every value.
 *
 * @module
 */

import { type Addressable, addressOfAny } from "../handle/address.ts";
import { checkOf } from "../check/argument_checks.ts";
import { accepts } from "../check/compile.ts";
import { generate } from "../runtime/generate.ts";
import { functionAddress } from "../callback/js_callback.ts";
import { functionAt } from "../function/native_function.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import { isPointer } from "../handle/pointer.ts";
import { classOf } from "../object/classes.ts";
import { handleOf, hold, type NativeObject } from "../object/object.ts";
import { addressKept, pointerHeld } from "../handle/lent_memory.ts";
import { adapter } from "../runtime/runtime.ts";
import { handleFrom } from "../runtime/space.ts";
import { encodeText, textAt } from "../value/encoded_text.ts";
import { sizeOf } from "../value/value_size.ts";
import type { ObjectValue, Types, Value } from "../value/value.ts";
import { arrayCodec } from "./array.ts";
import { checkMisfit, type Codec } from "./codec.ts";
import { compositeCodec } from "./composite.ts";
import {
  loadCode,
  putWord,
  SCALAR_SCOPE,
  storeCode,
  wordAt,
} from "../value/scalar.ts";
import { SCALAR_SIZE } from "../notation/scalar_size.ts";
import { addressAt, pointerReader, readPointer } from "./span.ts";
import { sliceCodec, STRING } from "./span_codecs.ts";
import { closureCodec } from "./closure.ts";
import { dataCodec } from "./packet_codec.ts";
import { readTexts, writeTexts } from "./texts.ts";

/**
 * The codec of a value.
 *
 * @param value What lies there.
 * @param types The named types of its manifest.
 */
export function codecOf(value: Value, types: Types): Codec {
  switch (value.kind) {
    case "scalar":
      return cached(SCALARS, value.name, () => scalarCodec(value));
    case "cstring":
      return CSTRING;
    case "encoded":
      return cached(ENCODED, value.encoding, () => encodedCodec(value));
    case "pointer":
      return value.struct !== undefined
        ? cached(STRUCTS, value.struct.definition, () => pointerCodec(value))
        : value.array !== undefined
        ? cached(
          ARRAYS_BY_SIZE,
          sizeOf(value.array),
          () => pointerCodec(value),
        )
        : value.target !== undefined
        ? cached(STRUCTS, value.target.definition, () => pointerCodec(value))
        : cached(
          POINTERS,
          value.isToAddress ? "address" : value.of,
          () => pointerCodec(value),
        );
    case "function": {
      const signature = functionPointerOf(value);
      return cached(
        FUNCTIONS,
        signature,
        () => functionCodec(value, signature),
      );
    }
    case "array":
      return arrayCodec(value.length, value.of, codecOf(value.of, types));
    case "composite":
      return compositeCodec(value.name, value.definition, types, codecOf);
    case "string":
      return STRING;
    case "slice":
      return sliceCodec(value);
    case "object":
      return objectCodec(value);
    case "closure":
      return closureCodec(value);
    case "data":
      return dataCodec(value);
  }
}

// Some of a codec is generated, and generated code stays: one for each type,
// and never for each object.
const SCALARS = new Map<string, Codec>();
const ENCODED = new Map<string, Codec>();
const POINTERS = new Map<string | undefined, Codec>();
const ARRAYS_BY_SIZE = new Map<number, Codec>();
const STRUCTS = new WeakMap<object, Codec>();
const FUNCTIONS = new WeakMap<FunctionPointer, Codec>();

function cached<K>(
  known: { get(key: K): Codec | undefined; set(key: K, codec: Codec): unknown },
  key: K,
  make: () => Codec,
): Codec {
  let codec = known.get(key);
  if (codec === undefined) known.set(key, codec = make());
  return codec;
}

function scalarCodec(value: Value & { kind: "scalar" }): Codec {
  const check = checkOf(value);
  const size = SCALAR_SIZE[value.name];
  const { write, read } = generate(
    SCALAR_SCOPE,
    `return {
  write(view, at, x) {
    if (!(${check.test("x", "")})) return false;
    ${storeCode(value.name, "at", "x")}
    return true;
  },
  read(view, at) {
    return ${loadCode(value.name, "at")};
  },
};`,
  );
  const explain = (given: unknown) => checkMisfit(check, given);
  return {
    size,
    align: size,
    parts: undefined,
    write,
    read,
    live: read,
    glimpse: read,
    explain,
  };
}

const encoder = new TextEncoder();
const TEXT = checkOf({ kind: "cstring" });

function readText(view: DataView, at: number): string | null {
  const address = addressAt(view, at);
  return address === null ? null : adapter.cstring(address);
}

const CSTRING: Codec = {
  size: 8,
  align: 8,
  isAddress: true,
  parts: undefined,
  write(view, at, value, held) {
    if (value === null) putWord(view, at, 0);
    else if (isPointer(value)) putWord(view, at, pointerHeld(value, held));
    else {
      if (typeof value !== "string") return false;
      if (value.includes("\0") || !value.isWellFormed()) return false;
      const bytes = encoder.encode(`${value}\0`);
      putWord(view, at, addressKept(bytes, held));
    }
    return true;
  },
  writeAll: writeTexts,
  readAll: (_view, _at, count, stride, place) =>
    readTexts(place, count, stride),
  read: readText,
  live: readText,
  glimpse: (view, at, isShared) =>
    isShared ? readPointer(view, at) : readText(view, at),
  explain: (given) => checkMisfit(TEXT, given),
};

/** The codec of a NUL-terminated text that is not UTF-8. */
function encodedCodec(value: Value & { kind: "encoded" }): Codec {
  const check = checkOf(value);
  const { encoding } = value;
  function read(view: DataView, at: number): string | null {
    const address = addressAt(view, at);
    return address === null ? null : textAt(address, encoding);
  }
  return {
    size: 8,
    align: 8,
    isAddress: true,
    parts: undefined,
    write(view, at, given, held) {
      if (given === null) putWord(view, at, 0);
      else if (isPointer(given)) putWord(view, at, pointerHeld(given, held));
      else {
        const bytes = typeof given === "string"
          ? encodeText(given, encoding)
          : undefined;
        if (bytes === undefined) return false;
        putWord(view, at, addressKept(bytes, held));
      }
      return true;
    },
    read,
    live: read,
    glimpse: (view, at, isShared) =>
      isShared ? readPointer(view, at) : read(view, at),
    explain: (given) => checkMisfit(check, given),
  };
}

function pointerCodec(value: Value & { kind: "pointer" }): Codec {
  const check = checkOf(value);
  const fits = accepts(check);
  const read = pointerReader(value.target);
  return {
    size: 8,
    align: 8,
    isAddress: true,
    parts: undefined,
    write(view, at, given, held) {
      if (!fits(given)) return false;
      putWord(view, at, addressOfAny(given as Addressable, held) ?? 0);
      return true;
    },
    read,
    live: read,
    glimpse: readPointer,
    explain: (given) => checkMisfit(check, given),
  };
}

function objectCodec(value: ObjectValue): Codec {
  const check = checkOf(value);
  const fits = accepts(check);
  const { name, definition, types } = value;
  const made = classOf(types, name, definition);
  function read(view: DataView, at: number): unknown {
    const handle = wordAt(view, at);
    return handle === 0 ? null : made.wrap(handleFrom(view.buffer, handle));
  }
  return {
    size: 8,
    align: 8,
    isAddress: true,
    // To make one of what JavaScript has runs its code.
    parts: definition.from === undefined
      ? undefined
      : { isPointing: false, copy: (given) => given },
    write(view, at, given, held) {
      if (given === null && value.isNullable) {
        putWord(view, at, 0);
        return true;
      }
      const object = fits(given) ? given : made.adapt(given);
      if (object === undefined) return false;
      hold(object as NativeObject, held);
      putWord(view, at, handleOf(object as NativeObject));
      return true;
    },
    read,
    live: read,
    glimpse: readPointer, // to look at it is not to own it
    explain(given) {
      if (fits(given)) return undefined;
      const said = checkMisfit(check, given);
      const more = alternativesTo(definition);
      return more === "" ? said : { ...said, wanted: said.wanted + more };
    },
  };
}

/** What of JavaScript is taken in place of an object, for a person. */
function alternativesTo({ from = {} }: ObjectValue["definition"]): string {
  const { methods = [], symbol, bytes, call, data, fields, iterable, entries } =
    from;
  const isMade = data !== undefined || from.values !== undefined;
  return [
    ...bytes === undefined ? [] : [", or a Uint8Array"],
    ...call === undefined ? [] : [", or a function"],
    ...symbol === undefined
      ? []
      : [`, or an object with the methods ${methods.join(", ")}`],
    ...isMade ? [", or what it is made of"] : [],
    ...iterable === undefined ? [] : [", or an iterable"],
    ...entries === undefined ? [] : [", or an iterable of pairs"],
    ...fields === undefined
      ? []
      : [`, or a plain object with fields of ${fields.join(", ")}`],
  ].join("");
}

function functionCodec(value: Value, signature: FunctionPointer): Codec {
  const check = checkOf(value);
  const fits = accepts(check);
  const origin = `callback ${signature.text}`;
  function read(view: DataView, at: number): unknown {
    const address = addressAt(view, at);
    return address === null ? null : functionAt(signature, address);
  }
  return {
    size: 8,
    align: 8,
    isAddress: true,
    parts: undefined,
    write(view, at, given) {
      if (!fits(given)) return false;
      putWord(view, at, functionAddress(signature, given, origin) ?? 0);
      return true;
    },
    read,
    live: read,
    glimpse: (view, at, isShared) =>
      isShared ? readPointer(view, at) : read(view, at),
    explain: (given) => checkMisfit(check, given),
  };
}
