/**
 * Reading a plugin's texts on Deno: the fastest way for each length.
 *
 * Measured with the call that gives the text: 24 ns for 11 characters and 35
 * for 24 by `memccpy` and one `String.fromCharCode`; 45 for any of those and 78
 * for 1000 by `Deno.UnsafePointerView.getCString`, which takes Deno's pointer
 * objects only; from a copy, 55 by `Buffer` up to 256, 160 by `TextDecoder`.
 *
 * @module
 */

import type { Address } from "./adapter.ts";
import { nodeModule } from "../system/node_system.ts";
import { SHORT, shortText } from "./short_text.ts";

/** The members of `Deno` that are used here. */
export interface DenoTextRuntime {
  // deno-lint-ignore no-explicit-any -- Deno types it by the definitions, which are only known at run time
  dlopen(path: string, symbols: any): { readonly symbols: any; close(): void };
  readonly permissions: {
    querySync(
      wanted: { name: "ffi"; path?: string },
    ): { readonly state: string };
  };
  readonly UnsafePointerView: {
    getCString(pointer: object): string;
  };
}

/** Reads texts. */
export interface DenoText {
  /** The NUL-terminated text at an address. */
  cstring(address: Address): string;
  /** Makes a reader of the texts behind Deno's pointer objects; it learns how long they are. */
  textReader(): (text: unknown) => string | null;
}

/** Bytes that are copied at a time in the search for a text's end. */
const CHUNK = 4096;
/** Up to this many bytes, `Buffer` is faster than `TextDecoder`. */
const MIDDLE = 256;

/**
 * Binds C's `memccpy` through a library.
 *
 * @param deno The global `Deno`.
 * @param path A library that is loaded.
 * @param addressOf Address of the first byte of a view.
 * @param valueOf The address that a pointer object stands for.
 * @throws Where the library needs no C library.
 */
export function copyingText(
  deno: DenoTextRuntime,
  path: string,
  addressOf: (view: ArrayBufferView) => bigint,
  valueOf: (pointer: object) => bigint,
): DenoText {
  // Of the address behind the NUL that it gives only the lower half is wanted:
  // a number, where all of it would be a bigint.
  const memccpy = (text: "u64" | "pointer"): object => ({
    __proto__: null,
    name: "memccpy",
    parameters: ["u64", text, "i32", "usize"],
    result: "u32",
  });
  const { byAddress, byPointer } = deno.dlopen(path, {
    byAddress: memccpy("u64"),
    byPointer: memccpy("pointer"),
  }).symbols;
  const bytes = new Uint8Array(CHUNK);
  // Loaded with the first text that is long enough for it.
  let buffer: Buffer | undefined;
  const middle = (length: number): string => {
    buffer ??= nodeModule<typeof import("node:buffer")>("node:buffer").Buffer
      .from(bytes.buffer);
    return buffer.toString("utf8", 0, length);
  };
  const start = addressOf(bytes);
  const low = Number(BigInt.asUintN(32, start));
  const all = BigInt(CHUNK);
  const beginning = BigInt(SHORT + 1);
  const { getCString } = deno.UnsafePointerView;

  /** The length of a text that was copied, of which `end` is behind its NUL; -1 when it goes on. */
  const lengthTo = (end: number): number => {
    const length = (end - low | 0) - 1;
    return length >= 0 && length < CHUNK && bytes[length] === 0 ? length : -1;
  };

  const cstring = (address: Address): string => {
    const length = lengthTo(byAddress(start, address, 0, all));
    if (length < 0) return long(address as bigint);
    return shortText(bytes, length) ??
      (length <= MIDDLE ? middle(length) : decode(bytes.subarray(0, length)));
  };

  const long = (address: bigint): string => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (let text = "";; address += all) {
      const length = lengthTo(byAddress(start, address, 0, all));
      const isEnd = length >= 0;
      text += decoder.decode(isEnd ? bytes.subarray(0, length) : bytes, {
        stream: !isEnd,
      });
      if (isEnd) return text;
    }
  };

  return {
    cstring,
    textReader() {
      if (deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
        return (given) =>
          given === null ? null : cstring(valueOf(given as object));
      }
      let isLong = false;
      return (given) => {
        if (given === null) return null;
        if (!isLong) {
          const length = lengthTo(byPointer(start, given, 0, beginning));
          const text = length < 0 ? undefined : shortText(bytes, length);
          if (text !== undefined) return text;
        }
        const text = getCString(given as object);
        isLong = text.length > SHORT;
        return text;
      };
    },
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const decode = (bytes: Uint8Array): string => decoder.decode(bytes);
