/**
 * Exported variables.
 *
 * @module
 */

import { printAs } from "./print_as.ts";
import { isFixed } from "../runtime/views.ts";
import { assertOwn, OWN } from "./own_constructor.ts";
import { guardMembers, wrongThis } from "./own_members.ts";
import { cannotBePosted } from "./own_thread.ts";
import type { Pointer } from "./pointer.ts";

/** How a variable's value is read and written; made by the binding of its symbol. */
export interface Access<T, W = T> {
  /** Bytes that it has. */
  readonly size: number;
  /** The memory of JavaScript's that it lies in, which goes when nobody has it. */
  readonly memory?: ArrayBuffer;
  /** Its name and its type, as `console.log` shows them. */
  readonly label: () => string;
  /** Whether its value can be shown without following a pointer. */
  readonly isPlain: boolean;
  /** Whether it is no memory, but holds a value that crosses whole. */
  readonly isWhole?: boolean;
  get(): T;
  set(value: W): void;
  pointer(): Pointer;
}

/** Whether a value is a {@linkcode Variable}. */
export let isVariable: (value: unknown) => value is Variable<unknown>; // its body: the static block of Variable

/** How a variable is read and written. */
let accessOf: (variable: Variable<unknown>) => Access<unknown>; // its body: the static block of Variable

/** Makes a variable. */
export let variableOf: <T>(access: Access<T>) => Variable<T>; // its body: the static block of Variable

/** Whether a value is a variable that holds one which crosses whole. */
export function isWholeVariable(value: unknown): value is Variable<unknown> {
  return isVariable(value) && accessOf(value).isWhole === true;
}

/** How many bytes a variable has. */
export function sizeOfVariable(variable: Variable<unknown>): number {
  return accessOf(variable).size;
}

/** The memory of JavaScript's that a variable lies in. */
export function memoryOfVariable(
  variable: Variable<unknown>,
): ArrayBuffer | undefined {
  return accessOf(variable).memory;
}

/** Whether a variable's memory is JavaScript's. */
export function isOurs(variable: Variable<unknown>): boolean {
  return memoryOfVariable(variable) !== undefined;
}

/** How many bytes a variable has now: none where its memory was transferred. */
export function byteLengthOfVariable(variable: Variable<unknown>): number {
  const memory = memoryOfVariable(variable);
  return memory === undefined || isFixed(memory)
    ? sizeOfVariable(variable)
    : -1;
}

/**
 * A variable: a window on the plugin's own memory, or on that of
 * {@linkcode variable}.
 *
 * `value` reads it and writes it, and `pointer` is where it lies. What it shows
 * is what the plugin sees, at the time of the access; nothing is remembered on
 * the JavaScript side.
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
  /** @internal */
  readonly "cannot be posted" = cannotBePosted;

  static {
    isVariable = (value): value is Variable<unknown> =>
      typeof value === "object" && value !== null && #access in value;
    accessOf = (variable) => variable.#access;
    variableOf = (access) => new Variable(OWN, access);
    guardMembers(Variable.prototype, "Variable", isVariable, ["value"]);
    printAs(Variable.prototype, function (_depth, options, inspect) {
      if (!isVariable(this)) return "Variable {}";
      const { label, isPlain } = this.#access;
      let value = "";
      try {
        if (isPlain) value = ` = ${inspect(this.value, options)}`;
      } catch {
        // There is nothing to show: an inexact number, memory that went away.
      }
      return `[Variable ${options.stylize(label(), "special")}${value}]`;
    });
  }

  private constructor(key: typeof OWN, access: Access<T, W>) {
    assertOwn(key, "Variable");
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
    if (!isVariable(this)) throw wrongThis("Variable.value", "Variable", this);
    return this.#access.get();
  }

  set value(value: W) {
    if (!isVariable(this)) throw wrongThis("Variable.value", "Variable", this);
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
