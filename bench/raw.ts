/**
 * The runtime's own functions, bound by hand: the peer of every benchmark.
 *
 * @module
 */

import process from "node:process";

/** A function's signature in C's words that all runtimes share. */
export interface Signature {
  readonly params: readonly string[];
  readonly result: string;
}

// deno-lint-ignore no-explicit-any -- unchecked is what raw means
export type Raw = (...args: any[]) => any;

/** What this file uses of a runtime, in its own words. */
interface Own {
  bind(
    path: string,
    signatures: Readonly<Record<string, Signature>>,
  ): Record<string, Raw>;
  callback(signature: Signature, call: Raw): unknown;
  /** A C string as the runtime's own users pass it. */
  text(text: string): unknown;
  /** A `bool` as the runtime takes it. */
  bool(value: unknown): unknown;
}

const encoder = new TextEncoder();
/** What native code can call must live. */
const kept: unknown[] = [];

function onDeno(): Own {
  const native = (type: string) =>
    (type === "cstring" ? "buffer" : type) as Deno.NativeType;
  const definition = ({ params, result }: Signature) => ({
    parameters: params.map(native),
    result: native(result),
  });
  return {
    bind: (path, signatures) =>
      Deno.dlopen(
        path,
        mapped(signatures, definition) as Deno.ForeignLibraryInterface,
      ).symbols as Record<string, Raw>,
    callback: (signature, call) =>
      new Deno.UnsafeCallback(definition(signature) as never, call as never)
        .pointer,
    text: (text) => encoder.encode(`${text}\0`),
    bool: (value) => value,
  };
}

function onBun(): Own {
  const { dlopen, JSCallback } = builtin("bun:ffi") as {
    dlopen(path: string, symbols: unknown): { symbols: Record<string, Raw> };
    JSCallback: new (call: Raw, definition: unknown) => { ptr: number };
  };
  const native = (type: string) => type === "usize" ? "u64_fast" : type;
  const definition = ({ params, result }: Signature) => ({
    args: params.map(native),
    returns: native(result),
  });
  return {
    bind: (path, signatures) =>
      dlopen(path, mapped(signatures, definition)).symbols,
    callback(signature, call) {
      const made = new JSCallback(call, definition(signature));
      kept.push(made);
      return made.ptr;
    },
    text: (text) => text,
    bool: (value) => value,
  };
}

function onNode(): Own {
  const { DynamicLibrary } = builtin("node:ffi") as {
    DynamicLibrary: new (path: string | null) => {
      getFunctions(definitions: unknown): Record<string, Raw>;
      registerCallback(definition: unknown, call: Raw): bigint;
    };
  };
  const native = (type: string) =>
    type === "usize" ? "u64" : type === "cstring" ? "string" : type;
  const definition = ({ params, result }: Signature) => ({
    arguments: params.map(native),
    return: native(result),
  });
  const open = (path: string | null) => {
    const library = new DynamicLibrary(path);
    kept.push(library);
    return library;
  };
  return {
    bind: (path, signatures) =>
      open(path).getFunctions(mapped(signatures, definition)),
    callback: (signature, call) =>
      open(null).registerCallback(definition(signature), call),
    text: (text) => text,
    bool: (value) => value ? 1 : 0,
  };
}

function builtin(name: string): unknown {
  return process.getBuiltinModule(name as "fs");
}

function mapped<T, U>(
  values: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, change(value)]),
  );
}

const own = "Deno" in globalThis
  ? onDeno()
  : "Bun" in globalThis
  ? onBun()
  : onNode();

/** Binds symbols with the runtime's own means, and nothing around it. */
export const bindRaw = own.bind;

/** A JavaScript function as the runtime makes it callable, for a parameter `"pointer"`. */
export const rawCallback = own.callback;

/** A C string as the runtime's own users pass it. */
export const rawText = own.text;

/** A `bool` as the runtime takes it. */
export const rawBool = own.bool;
