/**
 * Constants of a crate that a manifest can say.
 *
 * @module
 */

import type { Constant } from "../../../ffi/manifest/manifest.ts";
import { integerConstant } from "../../describe/scalars.ts";
import type { Type } from "./rust_type.ts";

/**
 * A constant as the manifest writes it.
 *
 * @param type What it is.
 * @param value What rustdoc has computed, where it has.
 * @param expr The expression in the source.
 * @returns Undefined for what only the crate itself can say.
 */
export function constantOf(
  type: Type,
  value: string | null | undefined,
  expr: string,
): Constant | undefined {
  const text = value ?? expr;
  if (type.kind === "primitive" && /^-?\d/.test(text)) {
    return numberConstant(
      text.replace(/_|[iuf](?:8|16|32|64|128|size)$/g, ""),
    );
  }
  if (text === "true" || text === "false") return text === "true" ? 1 : 0;
  return /^"[^"\\]*"$/.test(expr) ? expr.slice(1, -1) : undefined;
}

/** A number as the manifest writes it; undefined for one of more than 64 bits. */
function numberConstant(digits: string): Constant | undefined {
  if (!/^-?\d+$/.test(digits)) return Number(digits);
  const value = BigInt(digits);
  const fits = BigInt.asIntN(64, value) === value ||
    BigInt.asUintN(64, value) === value;
  return fits ? integerConstant(value) : undefined;
}
