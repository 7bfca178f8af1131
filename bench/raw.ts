/**
 * The runtime's own functions, bound by hand: the peer of every benchmark.
 *
 * @module
 */

import process from "node:process";

/** A function's signature in C's words that both runtimes share. */
export interface Signature {
  readonly params: readonly string[];
  readonly result: string;
}

// deno-lint-ignore no-explicit-any -- unchecked is what raw means
export type Raw = (...args: any[]) => any;

/** Binds symbols with the runtime's own `dlopen`, and nothing around it. */
export function bindRaw(
  path: string,
  signatures: Readonly<Record<string, Signature>>,
): Record<string, Raw> {
  const entries = Object.entries(signatures);
  if ("Deno" in globalThis) {
    const symbols = Object.fromEntries(
      entries.map(([name, { params, result }]) => [
        name,
        { parameters: params.map(forDeno), result: forDeno(result) },
      ]),
    );
    return Deno.dlopen(path, symbols as Deno.ForeignLibraryInterface)
      .symbols as Record<string, Raw>;
  }
  const { dlopen } = process.getBuiltinModule("bun:ffi" as "fs") as unknown as {
    dlopen(path: string, symbols: unknown): { symbols: Record<string, Raw> };
  };
  const symbols = Object.fromEntries(
    entries.map(([name, { params, result }]) => [
      name,
      { args: params.map(forBun), returns: forBun(result) },
    ]),
  );
  return dlopen(path, symbols).symbols;
}

/** A JavaScript function as the runtime makes it callable, for a parameter `"pointer"`. */
export function rawCallback(
  params: readonly string[],
  result: string,
  call: Raw,
): unknown {
  if ("Deno" in globalThis) {
    const definition = { parameters: params, result };
    return new Deno.UnsafeCallback(definition as never, call as never).pointer;
  }
  const { JSCallback } = process.getBuiltinModule(
    "bun:ffi" as "fs",
  ) as unknown as {
    JSCallback: new (call: Raw, definition: unknown) => { ptr: number };
  };
  const made = new JSCallback(call, { args: params, returns: result });
  kept.push(made);
  return made.ptr;
}

/** What native code can call must live. */
const kept: unknown[] = [];

function forDeno(type: string): Deno.NativeType {
  return (type === "cstring" ? "buffer" : type) as Deno.NativeType;
}

function forBun(type: string): string {
  return type === "usize" ? "u64_fast" : type;
}

/** A C string as the runtime's own users pass it. */
export const rawText: (text: string) => unknown = "Deno" in globalThis
  ? (text) => encoder.encode(`${text}\0`)
  : (text) => text; // Bun takes strings

const encoder = new TextEncoder();
