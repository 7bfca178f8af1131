/**
 * Writes declarations of C: names, structs and unions, and the proof that the
 * compiler lays them out as they were described.
 *
 * @module
 */

import type { Body, Layout, Member } from "./layout.ts";

/** A type as C writes it, around the name that it declares. */
export interface CType {
  /** What stands before the name: `"double"`. */
  readonly before: string;
  /** What stands behind it: `"[2][3]"`. */
  readonly after: string;
  readonly size: number;
  readonly align: number;
}

/**
 * Declares a name of that type.
 *
 * @param type The type.
 * @param name The name; none in a cast or a list of parameters.
 * @returns The declaration without its semicolon.
 */
export function declarator(type: CType, name = ""): string {
  const space = name === "" || type.before.endsWith("*") ? "" : " ";
  return `${type.before}${space}${name}${type.after}`;
}

/**
 * Declares a struct or union.
 *
 * @param head What it is: `"struct plugin_Point"`.
 * @param kind The same as one word.
 * @param layout The declaration's members.
 * @param types The members' types, by the index that the layout knows them by.
 * @returns Lines of C.
 */
export function declare(
  head: string,
  kind: "struct" | "union",
  layout: Layout,
  types: readonly CType[],
): string[] {
  const align = layout.align === undefined
    ? ""
    : ` __attribute__((aligned(${layout.align})))`;
  const lines = kind === "union"
    ? alternativesOf(layout.alternatives, types, "")
    : membersOf(layout.alternatives[0]!.members, types, "");
  return [`${head} {`, ...lines.map((line) => `  ${line}`), `}${align};`];
}

/** Names of members say where they stand: `m0`, `m1_0_2`. */
function membersOf(
  members: readonly Member[],
  types: readonly CType[],
  path: string,
): string[] {
  return members.flatMap((member, index) => {
    const name = `m${path}${index}`;
    const attribute = attributeOf(member);
    if (member.kind === "field") {
      return [`${declarator(types[member.index]!, name)}${attribute};`];
    }
    const inner = alternativesOf(
      member.alternatives,
      types,
      `${path}${index}_`,
    );
    return [
      "union {",
      ...inner.map((line) => `  ${line}`),
      `} ${name}${attribute};`,
    ];
  });
}

function alternativesOf(
  alternatives: readonly Body[],
  types: readonly CType[],
  path: string,
): string[] {
  return alternatives.flatMap(({ members }, index) => {
    const inner = membersOf(members, types, `${path}${index}_`);
    const [only] = members;
    return members.length === 1 && only?.kind === "field" ? inner : [
      "struct {",
      ...inner.map((line) => `  ${line}`),
      `} a${path}${index};`,
    ];
  });
}

function attributeOf({ attribute }: Member): string {
  if (attribute === undefined) return "";
  const packed = attribute.packed ? "packed, " : "";
  return ` __attribute__((${packed}aligned(${attribute.align})))`;
}

/**
 * Asserts of a struct or union what the description says of it, so that a
 * mistake here stops the compiler and never becomes a wrong call.
 *
 * @param type What it is: `"struct plugin_Point"`.
 * @param layout The declaration's members.
 * @param whole Size and alignment of all of it.
 * @returns Lines of C.
 */
export function prove(
  type: string,
  layout: Layout,
  { size, align }: { size: number; align: number },
): string[] {
  const lines = [
    `_Static_assert(sizeof(${type}) == ${size}, "size");`,
    `_Static_assert(_Alignof(${type}) == ${align}, "alignment");`,
  ];
  const offsets = (
    alternatives: readonly Body[],
    union: boolean,
    way: string,
    path: string,
    base: number,
  ): void => {
    for (const [index, { members }] of alternatives.entries()) {
      const at = union ? `${path}${index}_` : path;
      const wrapped = union &&
        !(members.length === 1 && members[0]!.kind === "field");
      const inside = wrapped ? `${way}a${path}${index}.` : way;
      for (const [place, member] of members.entries()) {
        const name = `${inside}m${at}${place}`;
        const offset = base + member.offset;
        lines.push(
          `_Static_assert(__builtin_offsetof(${type}, ${name}) == ${offset}, "offset");`,
        );
        if (member.kind === "union") {
          offsets(
            member.alternatives,
            true,
            `${name}.`,
            `${at}${place}_`,
            offset,
          );
        }
      }
    }
  };
  offsets(layout.alternatives, type.startsWith("union"), "", "", 0);
  return [...lines, ""];
}
