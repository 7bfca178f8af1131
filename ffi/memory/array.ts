/**
 * Arrays in memory.
 *
 * @module
 */

import type { Misfit } from "../check/argument_checks.ts";
import { countMisfit } from "../check/count_misfit.ts";
import { article, show } from "../check/show.ts";
import type { Value } from "../value/value.ts";
import type { Kept } from "../handle/kept_alive.ts";
import {
  elementsOf,
  isArray,
  kindTest,
  lengthOf,
  plainBytes,
} from "../runtime/views.ts";
import { isCharacter, writeCharacters } from "./char_array.ts";
import { type Codec, fits, type Free, isPointing } from "./codec.ts";
import { ARRAYS } from "../value/scalar.ts";

/**
 * The codec of `[length]of`.
 *
 * Numbers are a typed array, anything else an array. Bytes may also be written
 * as a string, which must leave room for its NUL. Of memory that is shown, an
 * array that is none of it is frozen: what is put into it, C would not see.
 */
export function arrayCodec(length: number, of: Value, element: Codec): Codec {
  const size = length * element.size;
  const kind = of.kind === "scalar" && of.name !== "bool"
    ? ARRAYS[of.name]
    : undefined;
  const test = kind === undefined ? () => false : kindTest(kind);
  const isKind = (value: unknown): value is ArrayBufferView => test(value);
  const isText = isCharacter(of);
  const wanted = `${
    kind === undefined ? "an array" : `${article(kind.name)} or an array`
  } of ${length}${isText ? ", or a string that fits" : ""}`;

  function write(
    view: DataView,
    at: number,
    value: unknown,
    held: unknown[],
  ): boolean {
    if (isText && typeof value === "string") {
      return writeCharacters(bytesOf(view, at, length), value);
    }
    if (isKind(value)) {
      if (lengthOf(value) !== length) return false;
      bytesOf(view, at, size).set(plainBytes(value));
      return true;
    }
    if (!isArray(value) || value.length !== length) return false;
    let list: readonly unknown[] = value;
    if (element.writeAll !== undefined) {
      const elements = elementsOf(value, length);
      if (elements === undefined) return false;
      list = elements;
      const isWritten = element.writeAll(view, at, list, held, element.size);
      if (isWritten !== undefined) return isWritten;
    }
    for (let i = 0; i < length; i++) {
      if (!element.write(view, at + i * element.size, list[i], held)) {
        return false;
      }
    }
    return true;
  }

  /** A copy that runs no code when it is read. */
  function copy(value: unknown): unknown {
    if (!isArray(value) || value.length !== length) return value;
    const parts = elementsOf(value, length);
    if (parts === undefined) return value;
    return element.parts === undefined ? parts : parts.map(element.parts.copy);
  }

  function each(read: (at: number) => unknown, at: number): unknown[] {
    return Array.from({ length }, (_, i) => read(at + i * element.size));
  }

  function read(view: DataView, at: number, free?: Free): unknown {
    if (kind === undefined) {
      return each((at) => element.read(view, at, free), at);
    }
    return new kind(bytesOf(view, at, size).slice().buffer);
  }

  function live(view: DataView, at: number, kept: Kept): unknown {
    const start = view.byteOffset + at;
    return kind !== undefined && start % kind.BYTES_PER_ELEMENT === 0
      ? new kind(view.buffer as ArrayBuffer, start, length)
      // Also in a packed struct: no typed array can lie there.
      : Object.freeze(each((at) => element.live(view, at, kept), at));
  }

  function glimpse(view: DataView, at: number, isShared: boolean): unknown {
    return kind === undefined
      ? each((at) => element.glimpse(view, at, isShared), at)
      : read(view, at);
  }

  function explain(value: unknown): Misfit | undefined {
    if (isArray(value) && value.length === length) {
      const tooMany = countMisfit(length);
      if (tooMany !== undefined) return tooMany;
      for (let i = 0; i < length; i++) {
        const inner = element.explain(value[i]);
        if (inner !== undefined && !fits(element, value[i])) {
          return { ...inner, path: `[${i}]${inner.path}` };
        }
      }
    }
    const given = isArray(value)
      ? `an array of ${value.length}`
      : isKind(value)
      ? `${article(kind!.name)} of ${lengthOf(value)}`
      : show(value);
    return { path: "", wanted, got: given, isRange: false };
  }

  return {
    size,
    align: element.align,
    isShown: kind !== undefined || element.isShown === true,
    parts: { isPointing: isPointing(element), copy },
    write,
    read,
    live,
    glimpse,
    explain,
  };
}

function bytesOf(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}
