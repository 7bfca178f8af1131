/**
 * Reading a plugin's memory on Deno.
 *
 * `Deno.UnsafePointerView` takes pointer objects only, which cost 40 ns to
 * make, and is denied where only one library is permitted. C's own `memcpy` and
 * `memccpy` are neither: every plugin brings them along, for a symbol is also
 * looked for in the libraries that it needs.
 *
 * @module
 */

import type { Address } from "./adapter.ts";
import { bufferOf } from "./views.ts";
import {
  copyingText,
  type DenoText,
  type DenoTextRuntime,
} from "./deno_text.ts";

/** The members of `Deno` that are used here. */
export interface DenoMemoryRuntime extends DenoTextRuntime {
  readonly UnsafePointer: {
    create(address: bigint): object | null;
    of(view: ArrayBufferView): object | null;
    value(pointer: object | null): bigint;
  };
  readonly UnsafePointerView: DenoTextRuntime["UnsafePointerView"] & {
    getArrayBuffer(pointer: object, length: number): ArrayBuffer;
    copyInto(pointer: object, destination: Uint8Array): void;
  };
}

/** Reads and writes the memory of plugins. */
export interface DenoMemory extends DenoText {
  /** The address that one of Deno's pointer objects stands for. */
  addressOfPointer(pointer: object | null): bigint;
  /** Address of the first byte of a view. */
  addressOf(view: ArrayBufferView): bigint;
  /** Copies as many bytes as `to` has from an address into it. */
  copy(from: Address, to: Uint8Array): void;
  /** Copies all bytes of `from` to an address. */
  store(to: Address, from: Uint8Array): void;
}

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
  // For no bytes at all `memcpy` gives the address of what it was given; the
  // other way round it takes its buffer as the source.
  const { memcpy, store, locate, value } = deno.dlopen(path, {
    memcpy: {
      __proto__: null,
      parameters: ["buffer", "u64", "usize"],
      result: "void",
    },
    store: {
      __proto__: null,
      name: "memcpy",
      parameters: ["u64", "buffer", "usize"],
      result: "void",
    },
    locate: {
      __proto__: null,
      name: "memcpy",
      parameters: ["buffer", "buffer", "usize"],
      result: "u64",
    },
    value: {
      __proto__: null,
      name: "memcpy",
      parameters: ["pointer", "pointer", "usize"],
      result: "u64",
    },
  }).symbols;
  // A small view may not have memory of its own before its buffer is asked for.
  const addressOf = (view: ArrayBufferView): bigint =>
    bufferOf(view) === null ? 0n : locate(view, view, 0n);
  const addressOfPointer = (pointer: object | null): bigint =>
    value(pointer, pointer, 0n);
  let text: DenoText | undefined;
  const texts = (): DenoText =>
    text ??= copyingText(deno, path, addressOf, addressOfPointer);
  return {
    addressOfPointer,
    addressOf,
    copy: (from, to) => memcpy(to, from, BigInt(to.length)),
    store: (to, from) => store(to, from, BigInt(from.length)),
    cstring: (address) => texts().cstring(address),
    textReader: () => texts().textReader(),
  };
}

function viewing(
  { UnsafePointer, UnsafePointerView }: DenoMemoryRuntime,
): DenoMemory {
  const pointer = (address: Address): object =>
    UnsafePointer.create(BigInt(address))!;
  return {
    addressOfPointer: UnsafePointer.value,
    addressOf: (view) => UnsafePointer.value(UnsafePointer.of(view)),
    copy: (from, to) => UnsafePointerView.copyInto(pointer(from), to),
    store: (to, from) =>
      new Uint8Array(
        UnsafePointerView.getArrayBuffer(pointer(to), from.length),
      ).set(from),
    cstring: (address) => UnsafePointerView.getCString(pointer(address)),
    textReader: () => (text) =>
      text === null ? null : UnsafePointerView.getCString(text as object),
  };
}
