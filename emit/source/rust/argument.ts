/**
 * What a wrapper does with an argument, and how long there is what it was given.
 *
 * @module
 */

import type { Slot } from "./frame_value.ts";
import type { Type } from "./rust_type.ts";

/** How long there is what a call was given. */
export interface Term {
  /** Whether the argument itself is kept for as long as it is wanted. */
  readonly isKept: boolean;
  /** Whether it stays for ever. */
  readonly isForEver?: boolean;
  /** The lifetime of what it borrows from: `'static` where that is kept, and else one of the call, which rustc lets nothing outlive. */
  readonly inside: string;
}

/** Of what is there for the call, and borrows from nothing or has it kept. */
export const FOR_CALL: Term = { isKept: false, inside: "'static" };

/** What a wrapper does with a parameter. */
export interface Incoming {
  /** The type in the notation. */
  readonly notation: string;
  readonly slot: Slot;
  /** Statements that take the value from the frame's field, which may return an error. */
  readonly take: (field: string, name: string, term: Term) => string;
  /** The argument. */
  readonly value: (name: string, term: Term) => string;
  /** Whether it is a function that is given what borrows. */
  readonly isGivenBorrows?: boolean;
  /** What the argument has become, of one that is written to. */
  readonly back?: Type;
  /** The type of its elements, where they lie in the caller's memory. */
  readonly element?: string;
  /** Whether its elements are written where they lie. */
  readonly isWritten?: boolean;
  /** Whether there is no null of it, where its type in JavaScript has one. */
  readonly isNonnull?: boolean;
}
