/**
 * Exported variables.
 *
 * @module
 */

import type { Pointer } from "./pointer.ts";

/** How a variable's value is read and written; made by the binding of its symbol. */
export interface Access<T, W = T> {
  /** Bytes that it has. */
  readonly size: number;
  /** Whether it lies in memory of JavaScript's, which goes when nobody has it. */
  readonly isOurs?: true;
  get(): T;
  set(value: W): void;
  pointer(): Pointer;
}

/** Whether a value is a {@linkcode Variable}. */
export let isVariable: (value: unknown) => value is Variable<unknown>;

/** How many bytes a variable has. */
export let sizeOfVariable: (variable: Variable<unknown>) => number;

/** Whether a variable's memory is JavaScript's. */
export let isOurs: (variable: Variable<unknown>) => boolean;

/** Makes a variable. */
export let variableOf: <T>(access: Access<T>) => Variable<T>;

/**
 * A variable: a window on the plugin's own memory, or on that of
 * {@linkcode variable}.
 *
 * What it shows is what the plugin sees, at the time of the access; nothing is
 * remembered on the JavaScript side.
 *
 * @typeParam T What is read.
 * @typeParam W What may be written.
 *
 * @example
 * ```ts ignore
 * const v = plugin.lookup("V", "isize");
 * v.value = 7;
 * plugin.lookup("F", "() => void")(); // Hello, number 7
 * ```
 */
export class Variable<T, W = T> {
  readonly #access: Access<T, W>;

  static {
    isVariable = (value): value is Variable<unknown> =>
      value instanceof Variable && #access in value;
    isOurs = (variable) => variable.#access.isOurs === true;
    sizeOfVariable = (variable) => variable.#access.size;
    variableOf = (access) => new Variable(access);
  }

  private constructor(access: Access<T, W>) {
    this.#access = access;
  }

  /**
   * The value now.
   *
   * Writing throws `TypeError` or `RangeError` for a value that does not fit,
   * and `TypeError` for a variable that can only be read. Reading an `isize`
   * or `usize` throws `RangeError` when no number is exact.
   */
  get value(): T {
    return this.#access.get();
  }

  set value(value: W) {
    this.#access.set(value);
  }

  /**
   * Where the variable lies.
   *
   * @throws {TypeError} When it can only be read and written through functions (Go's strings and slices).
   */
  get pointer(): Pointer {
    return this.#access.pointer();
  }
}
