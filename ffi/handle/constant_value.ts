/**
 * Constants of a manifest as values.
 *
 * @module
 */

import type { Constant } from "../manifest/manifest.ts";
import { adapter } from "../runtime/runtime.ts";
import { type Pointer, pointerTo } from "./pointer.ts";

/** What a constant is in JavaScript. */
export type ConstantValue = number | bigint | string | Pointer | null;

/** The value of a constant. */
export function constantValue(constant: Constant): ConstantValue {
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
