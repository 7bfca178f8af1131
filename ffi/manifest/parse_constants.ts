/**
 * Reads and validates the constants of a manifest.
 *
 * @module
 */

import {
  field,
  object,
  oneOf,
  type Read,
  record,
  show,
  string,
  ValidationError,
} from "./field.ts";
import { type Constant, CONSTANT_TYPES } from "./format.ts";

/** Reads one constant. */
export const constant: Read<Constant> = (value) => {
  if (typeof value === "string" || Number.isFinite(value)) {
    return value as Constant;
  }
  if (typeof value !== "object") {
    throw new ValidationError(
      show(value),
      "a finite number, a string or an object",
    );
  }
  const from = object(value);
  const type = field(from, "type", oneOf(CONSTANT_TYPES));
  const text = field(from, "value", string);
  const { pattern, wanted } = DECIMAL[type];
  if (!pattern.test(text) || !isInRange(type, text)) {
    throw new ValidationError(show(text), wanted).withPath(".value");
  }
  return { type, value: text };
};

const WHOLE = /^-?\d{1,20}$/;

const DECIMAL = {
  i64: { pattern: WHOLE, wanted: "a whole number of 64 bits" },
  u64: { pattern: /^\d{1,20}$/, wanted: "a whole number of 64 bits, from 0" },
  pointer: {
    pattern: WHOLE,
    wanted: "an address as a whole number of 64 bits",
  },
  f64: {
    pattern: /^(?:-?Infinity|NaN|-0)$/,
    wanted: "Infinity, -Infinity, NaN or -0",
  },
} as const;

function isInRange(type: typeof CONSTANT_TYPES[number], text: string): boolean {
  return type === "f64" || BigInt(text) ===
      (type === "u64"
        ? BigInt.asUintN(64, BigInt(text))
        : BigInt.asIntN(64, BigInt(text)));
}

/** Reads the constants by name. */
export const constants: Read<Readonly<Record<string, Constant>>> = record(
  constant,
);
