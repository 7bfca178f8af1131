/**
 * Whether a struct of another language is laid out as C would do it.
 *
 * @module
 */

import type { CType, Member, StructType } from "./c_type.ts";

/**
 * A struct that is known by its address alone.
 *
 * @param struct The struct, without its members.
 * @param notByValue Why a value of it cannot be passed.
 */
export function opaque(
  { kind, keyword, name, offset, size, align }: Omit<
    StructType,
    "members" | "declaration" | "notByValue"
  >,
  notByValue: string,
): StructType {
  return {
    kind,
    keyword,
    name,
    offset,
    size,
    align,
    declaration: false,
    notByValue,
    members: [],
  };
}

/**
 * The same struct with another judgement of it, which is made when it is asked
 * for: its members are read then, and those may be structs again.
 *
 * @param struct The struct.
 * @param judgement Why a value of it cannot be passed, and the members that C would see.
 * @param name What it is called.
 */
export function withLazyLayout(
  { kind, keyword, offset, size, align, isAlignOfAll, declaration, roundsBits }:
    StructType,
  judgement: {
    notByValue(): string | undefined;
    members(): readonly Member[];
  },
  name: string | undefined,
): StructType {
  return {
    kind,
    keyword,
    name,
    offset,
    size,
    align,
    isAlignOfAll,
    declaration,
    roundsBits,
    get notByValue() {
      return judgement.notByValue();
    },
    get members() {
      return judgement.members();
    },
  };
}

/**
 * The same struct, opaque where its layout is not C's.
 *
 * @param struct A struct; its members are read when they are first asked for.
 * @param sentence Makes the reason of what is wrong, such as
 * `"is not laid out as C would"`.
 * @param name What it is called.
 */
export function checkCLayout(
  struct: StructType,
  sentence: (reason: string) => string,
  name = struct.name,
): StructType {
  let checked: { ordered: boolean; reason: string | undefined } | undefined;
  const check = () => checked ??= checkLayout(struct);
  return withLazyLayout(struct, {
    notByValue() {
      const { reason } = check();
      return reason === undefined ? undefined : sentence(reason);
    },
    members: () => check().ordered ? struct.members.filter(takesPart) : [],
  }, name);
}

/** `PhantomData` and `()` are in no C struct; `[0]T` is one of open length there. */
function takesPart({ type }: Member): boolean {
  return type.kind === "array" || !isEmpty(type);
}

/** Rust and Zig move fields for size, so that the order of offsets tells. */
function checkLayout(
  { members, keyword }: StructType,
): { ordered: boolean; reason: string | undefined } {
  let last = -1;
  let reason: string | undefined;
  let usable = 0;
  for (const { name, type, offset } of members) {
    if (isEmpty(type)) continue;
    const isFirst = last < 0;
    const moved = keyword === "union"
      ? offset !== 0
      : isFirst
      ? offset !== 0
      : offset <= last;
    if (moved) return { ordered: false, reason: "is not laid out as C would" };
    last = offset;
    if (isUnfit(type)) reason ??= `has the field "${name}" that C has not`;
    else usable++;
  }
  return { ordered: usable > 0 || members.length === 0, reason };
}

function isUnfit(type: CType): boolean {
  while (type.kind === "array" || type.kind === "qualified") type = type.of;
  return type.kind === "unknown" ||
    (type.kind === "struct" && type.notByValue !== undefined);
}

/** Whether values of a type take no room. */
export function isEmpty(type: CType): boolean {
  switch (type.kind) {
    case "void":
      return true;
    case "base":
    case "struct":
      return type.size === 0;
    case "array":
      return type.length === 0 || isEmpty(type.of);
    default:
      return false;
  }
}
