/**
 * The constants of a manifest as values.
 *
 * @module
 */

import type { Constant } from "../manifest/manifest.ts";
import { type Pointer, pointerTo } from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";

/** What a constant is in JavaScript. */
type Value = number | bigint | string | Pointer | null;

/**
 * Makes values of constants.
 *
 * @param constants Constants of a manifest, which were validated.
 * @returns The values by name; nothing else is found by any name.
 */
export function constantsOf(
  constants: Readonly<Record<string, Constant>>,
): Readonly<Record<string, Value>> {
  const values: Record<string, Value> = Object.create(null);
  for (const [name, constant] of Object.entries(constants)) {
    values[name] = constantValue(constant);
  }
  return Object.freeze(values);
}

function constantValue(constant: Constant): Value {
  if (typeof constant !== "object") return constant;
  const { type, value } = constant;
  switch (type) {
    case "f64":
      return Number(value);
    case "i64":
    case "u64":
      return BigInt(value);
    case "pointer":
      return value === "0" ? null : pointerTo(adapter.toAddress(BigInt(value)));
  }
}
