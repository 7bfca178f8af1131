/**
 * The Go code of structs as they lie in frames and in the caller's memory,
 * and of the way from there into Go's own and back.
 *
 * @module
 */

import { type GoStruct, symbolOf } from "./package.ts";
import type { Slots } from "./frame_slots.ts";
import { give, take } from "./wrapper_values.ts";

/**
 * Writes a struct type with the layout that the manifest tells, and its two
 * methods: `take` fills a struct of Go, `give` is filled from one.
 *
 * @param from The struct.
 * @param slots How its fields lie.
 * @returns The Go code.
 */
export function structCode(from: GoStruct, slots: Slots): string {
  const name = symbolOf("struct", from.name);
  const fields = from.fields.map((field) =>
    [field.name, slots.of(field).go] as const
  );
  const takes = from.fields.map((field) =>
    `\t${take(field, `v.${field.name}`, `f.${field.name}`, slots)}\n`
  );
  const gives = from.fields.map((field) =>
    `\t${give(field, `v.${field.name}`, `f.${field.name}`, slots)}\n`
  );
  return `
type ${name} struct {
${aligned(fields).join("\n")}
}

func (f *${name}) take(v *${from.go}) {
${takes.join("")}}

func (f *${name}) give(v *${from.go}) {
${gives.join("")}}
`;
}

/** Fields of a struct, with their types in one column. */
export function aligned(
  fields: readonly (readonly [string, string])[],
): string[] {
  const width = Math.max(...fields.map(([name]) => [...name].length));
  return fields.map(([name, type]) =>
    `\t${name}${" ".repeat(width - [...name].length)} ${type}`
  );
}
