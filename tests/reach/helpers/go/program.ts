/**
 * What the programs share that use a Go package: its plugin is their argument.
 *
 * @module
 */

import console from "node:console";
import process from "node:process";
import { open } from "@native/plugin";

/** What the package exports, and its constants. */
export const { symbols: go, constants } = open(
  process.argv[2]!,
  // deno-lint-ignore no-explicit-any
) as unknown as { symbols: any; constants: Record<string, any> };

/** Prints a line of values with a space between them, as fmt.Println does. */
export function print(...values: unknown[]): void {
  console.log(
    values.map((value) =>
      Array.isArray(value) || ArrayBuffer.isView(value)
        ? `[${[...value as unknown as unknown[]].join(" ")}]`
        : String(value)
    ).join(" "),
  );
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of bytes. */
export function text(from: Uint8Array): string {
  return decoder.decode(from);
}

/** A writer that keeps what is written to it. */
export function buffer(): { write(some: Uint8Array): void; all(): Uint8Array } {
  const parts: Uint8Array[] = [];
  return {
    write(some) {
      parts.push(some.slice());
    },
    all: () => Uint8Array.from(parts.flatMap((part) => [...part])),
  };
}
