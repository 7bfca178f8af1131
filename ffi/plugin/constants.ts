/**
 * The constants of a manifest as values.
 *
 * @module
 */

import type { Constant } from "../manifest/manifest.ts";
import { type ConstantValue, constantValue } from "../handle/constant_value.ts";

/**
 * Makes values of constants.
 *
 * @param constants Constants of a manifest, which were validated.
 * @returns The values by name; nothing else is found by any name.
 */
export function constantsOf(
  constants: Readonly<Record<string, Constant>>,
): Readonly<Record<string, ConstantValue>> {
  const values: Record<string, ConstantValue> = Object.create(null);
  for (const [name, constant] of Object.entries(constants)) {
    values[name] = constantValue(constant);
  }
  return Object.freeze(values);
}
