/**
 * Reading a plugin's memory on Deno.
 *
 * `Deno.UnsafePointerView` is slow for what is small (a C string of 8
 * characters: 90 ns), and denied where only one library is permitted. C's own
 * `memcpy` and `memccpy` are neither: every plugin brings them along, for a
 * symbol is also looked for in the libraries that it needs.
 *
 * @module
 */

import type { Address } from "./adapter.ts";

/** The members of `Deno` that are used here. */
export interface DenoMemoryRuntime {
  // deno-lint-ignore no-explicit-any -- Deno types it by the definitions, which are only known at run time
  dlopen(path: string, symbols: any): { readonly symbols: any };
  readonly UnsafePointer: {
    create(address: bigint): object | null;
    of(view: ArrayBufferView): object | null;
    value(pointer: object | null): bigint;
  };
  readonly UnsafePointerView: {
    getCString(pointer: object): string;
    getArrayBuffer(pointer: object, length: number): ArrayBuffer;
    copyInto(pointer: object, destination: Uint8Array): void;
  };
}

/** Reads the memory of plugins. */
export interface DenoMemory {
  /** The address that one of Deno's pointer objects stands for. */
  valueOf(pointer: object | null): bigint;
  /** Address of the first byte of a view. */
  addressOf(view: ArrayBufferView): bigint;
  /** Copies as many bytes as `to` has from an address into it. */
  copy(from: Address, to: Uint8Array): void;
  /** Copies all bytes of `from` to an address. */
  store(to: Address, from: Uint8Array): void;
  /** The NUL-terminated text at an address. */
  cstring(address: Address): string;
}

/** Bytes that are copied at a time in the search for a text's end. */
const CHUNK = 4096;
/** Up to this many characters, building a string beats `TextDecoder`. */
const SHORT = 32;

/**
 * Binds C's functions through a library.
 *
 * @param deno The global `Deno`.
 * @param path A library that is loaded.
 * @returns What reads memory; with `Deno.UnsafePointerView` where the library needs no C library.
 */
export function denoMemory(deno: DenoMemoryRuntime, path: string): DenoMemory {
  try {
    return copying(deno, path);
  } catch {
    return viewing(deno);
  }
}

function copying(deno: DenoMemoryRuntime, path: string): DenoMemory {
  const { memcpy, memccpy } = deno.dlopen(path, {
    memcpy: { parameters: ["buffer", "u64", "usize"], result: "void" },
    // Of the address behind the NUL that it gives only the lower half is
    // wanted: a number, where all of it would be a bigint.
    memccpy: { parameters: ["u64", "u64", "i32", "usize"], result: "u32" },
  }).symbols;
  // The other way round the same function takes its buffer as the source, and
  // for no bytes at all it gives the address of one.
  const { store, locate, value } = deno.dlopen(path, {
    value: {
      name: "memcpy",
      parameters: ["pointer", "pointer", "usize"],
      result: "u64",
    },
    store: {
      name: "memcpy",
      parameters: ["u64", "buffer", "usize"],
      result: "void",
    },
    locate: {
      name: "memcpy",
      parameters: ["buffer", "buffer", "usize"],
      result: "u64",
    },
  }).symbols;
  // A small view may not have memory of its own before its buffer is asked for.
  const addressOf = (view: ArrayBufferView): bigint =>
    view.buffer === null ? 0n : locate(view, view, 0n);
  const bytes = new Uint8Array(new ArrayBuffer(CHUNK));
  const start = addressOf(bytes);
  const low = Number(BigInt.asUintN(32, start));
  const room = BigInt(CHUNK);
  const decoder = new TextDecoder();

  /** The length of the text whose beginning is now in `bytes`; -1 when it goes on. */
  function take(address: bigint): number {
    const end: number = memccpy(start, address, 0, room);
    const length = (end - low | 0) - 1;
    return length >= 0 && length < CHUNK && bytes[length] === 0 ? length : -1;
  }

  return {
    valueOf: (pointer) => value(pointer, pointer, 0n),
    addressOf,
    copy: (from, to) => memcpy(to, from, BigInt(to.length)),
    store: (to, from) => store(to, from, BigInt(from.length)),
    cstring(address) {
      const length = take(address as bigint);
      if (length < 0) return long(address as bigint);
      return short(bytes, length) ?? decoder.decode(bytes.subarray(0, length));
    },
  };

  function long(address: bigint): string {
    const decoder = new TextDecoder();
    let text = "";
    for (;; address += room) {
      const length = take(address);
      if (length >= 0) {
        return text + decoder.decode(bytes.subarray(0, length));
      }
      text += decoder.decode(bytes, { stream: true });
    }
  }
}

/** A short text of ASCII. */
function short(bytes: Uint8Array, length: number): string | undefined {
  if (length > SHORT) return undefined;
  let text = "";
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const a = bytes[at]!, b = bytes[at + 1]!;
    const c = bytes[at + 2]!, d = bytes[at + 3]!;
    if ((a | b | c | d) > 127) return undefined;
    text += String.fromCharCode(a, b, c, d);
  }
  for (; at < length; at++) {
    const code = bytes[at]!;
    if (code > 127) return undefined;
    text += String.fromCharCode(code);
  }
  return text;
}

function viewing(
  { UnsafePointer, UnsafePointerView }: DenoMemoryRuntime,
): DenoMemory {
  const pointer = (address: Address): object =>
    UnsafePointer.create(BigInt(address))!;
  return {
    valueOf: UnsafePointer.value,
    addressOf: (view) => UnsafePointer.value(UnsafePointer.of(view)),
    copy: (from, to) => UnsafePointerView.copyInto(pointer(from), to),
    store: (to, from) =>
      new Uint8Array(
        UnsafePointerView.getArrayBuffer(pointer(to), from.length),
      ).set(from),
    cstring: (address) => UnsafePointerView.getCString(pointer(address)),
  };
}
