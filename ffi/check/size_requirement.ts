/**
 * The memory that a call promises to the plugin: as many elements as another
 * argument says.
 *
 * @module
 */

import type { Bytes } from "../handle/bytes.ts";
import { ARRAYS } from "../value/scalar.ts";
import { SCALAR_SIZE } from "../notation/scalar_size.ts";
import { dataOf, isStruct, type Struct } from "../handle/struct.ts";
import { addressAnywhere, isPointer, type Pointer } from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { byteLengthOf, plainBytes } from "../runtime/views.ts";
import type { ScalarName } from "../value/value.ts";
import {
  isVariable,
  sizeOfVariable,
  type Variable,
} from "../handle/variable.ts";

/** An argument that says how much memory another one must have. */
export interface Count {
  /** Position of the argument. */
  readonly position: number;
  /** The integer that it is, or that it points to. */
  readonly of: ScalarName;
  /** Whether it is the integer's address. */
  readonly isAddress: boolean;
}

/** How much memory an argument must have. */
export interface SizeRequirement {
  /** As the manifest writes it: `"size * count"`. */
  readonly text: string;
  /** What is multiplied with each other, and then added up. */
  readonly terms: readonly {
    readonly counts: readonly Count[];
    readonly factor: number;
  }[];
  /** And multiplied with it: bytes. */
  readonly unit: number;
}

/** The expression of the bytes that a call's arguments `a0`, `a1`, … ask for. */
export function sizeRequirementCode({ terms, unit }: SizeRequirement): string {
  const products = terms.map(({ counts, factor }) => {
    const factors = counts.map(({ position, of, isAddress }) =>
      isAddress
        ? `readCount(a${position}, "${of}")`
        : SCALAR_SIZE[of] === 8
        ? `Number(a${position})`
        : `a${position}`
    );
    return [...factors, `${Math.abs(factor) * unit}`].join(" * ");
  });
  const signed = products.map((product, index) =>
    `${Math.sign(terms[index]!.factor)}, ${product}`
  );
  return products.length === 1 ? products[0]! : `sumOf(${signed.join(", ")})`;
}

/** The sum of some lengths, each behind its sign; the first one below 0, where one is. */
export function sumOf(...signed: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < signed.length; index += 2) {
    const length = signed[index + 1]!;
    if (!(length >= 0)) return length;
    sum += signed[index]! * length;
  }
  return sum;
}

/** What may be given where the plugin takes memory, once it is checked. */
export type Memory = Bytes | Struct | Pointer | Variable<unknown> | null;

/**
 * How many bytes an argument has.
 *
 * @param given Checked to be memory.
 * @returns None for null; for a `Pointer`, of which nobody knows, as many as it takes.
 */
export function byteLengthOfMemory(given: Memory): number {
  if (given === null) return 0;
  if (isPointer(given)) return Infinity;
  if (isVariable(given)) return sizeOfVariable(given);
  return byteLengthOf(isStruct(given) ? dataOf(given) : given);
}

/**
 * The integer that an argument points to.
 *
 * @param given Checked to be memory.
 * @param of The integer.
 * @returns 0 for null, with which nothing is asked for; no number where the
 * argument is too short to hold one.
 */
export function readCount(given: Memory, of: ScalarName): number {
  if (given === null) return 0;
  const array = ARRAYS[of];
  const size = SCALAR_SIZE[of];
  if (byteLengthOfMemory(given) < size) return NaN;
  let bytes: Uint8Array;
  if (isPointer(given) || isVariable(given)) {
    const from = isPointer(given) ? given : given.pointer;
    bytes = new Uint8Array(size);
    adapter.copy(addressAnywhere(from), bytes);
  } else {
    bytes = plainBytes(isStruct(given) ? dataOf(given) : given)
      .slice(0, size);
  }
  return Number(new array(bytes.buffer as ArrayBuffer)[0]);
}
