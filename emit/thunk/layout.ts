/**
 * Finds the declaration behind the offsets of a struct: which of its fields
 * lie over each other, and which are packed or aligned further than they ask.
 *
 * A description has the fields of unnamed members as fields of their owner, so
 * that several of them may share an offset. How a struct travels in registers
 * depends on the types and offsets of its fields and not on how they are
 * nested, so any nesting that leads to the same offsets will do.
 *
 * @module
 */

import { roundUp } from "../../ffi/notation/sequence.ts";

/** A field: where it lies, and what it takes there. */
export interface Slot {
  readonly offset: number;
  readonly size: number;
  readonly align: number;
}

/** A member of the declaration. */
export type Member =
  & {
    /** Offset from the start of the declaration that it is a member of. */
    readonly offset: number;
    /** What it has to be aligned to, where that is not what its type asks for. */
    readonly attribute?: MemberAlign;
  }
  & (
    | { readonly kind: "field"; readonly index: number }
    | { readonly kind: "union"; readonly alternatives: readonly Body[] }
  );

/** An alignment that is not that of the member's type. */
export interface MemberAlign {
  readonly align: number;
  /** Whether it is less than the type asks for. */
  readonly packed: boolean;
}

/** The members of a struct in order, and what they add up to. */
export interface Body {
  readonly members: readonly Member[];
  /** Where the last of them ends. */
  readonly end: number;
  readonly align: number;
}

/** A struct or union as it can be declared. */
export interface Layout {
  /** The bodies that lie over each other; one for a struct. */
  readonly alternatives: readonly Body[];
  /** The alignment of the whole, where that is more than the members ask for. */
  readonly align?: number;
}

/**
 * Finds a declaration.
 *
 * @param kind What is declared.
 * @param slots The declaration's fields, in the order of their declaration.
 * @param whole Size and alignment of all of it.
 * @returns The declaration, or undefined where none leads to these offsets:
 * then there are bytes that the description does not know of.
 */
export function layOut(
  kind: "struct" | "union",
  slots: readonly Slot[],
  whole: { readonly size: number; readonly align: number },
): Layout | undefined {
  const fields = slots.map((slot, index) => ({ ...slot, index }));
  // In a packed struct an unnamed member may be packed as well, or not.
  return assembled(kind, fields, whole, Infinity) ??
    assembled(kind, fields, whole, whole.align);
}

/** `inner` is what the fields of unnamed members are aligned to at most. */
function assembled(
  kind: "struct" | "union",
  fields: readonly Field[],
  whole: { readonly size: number; readonly align: number },
  inner: number,
): Layout | undefined {
  const caps = { own: whole.align, inner };
  const alternatives = kind === "union"
    ? split(fields, 0, caps)
    : [body(fields, 0, caps)];
  if (!complete(alternatives)) return undefined;
  const align = Math.max(1, ...alternatives.map((body) => body.align));
  const end = Math.max(...alternatives.map((body) => body.end));
  if (roundUp(end, Math.max(align, whole.align)) !== whole.size) {
    return undefined;
  }
  return {
    alternatives,
    ...(align < whole.align ? { align: whole.align } : {}),
  };
}

/** Most that fields are aligned to: those of the body itself, and those further in. */
interface Caps {
  readonly own: number;
  readonly inner: number;
}

interface Field extends Slot {
  readonly index: number;
}

/** Each field that is back at the start begins another alternative. */
function parts(fields: readonly Field[], start: number): Field[][] {
  const found: Field[][] = [];
  for (const field of fields) {
    if (field.offset === start || found.length === 0) found.push([field]);
    else found.at(-1)!.push(field);
  }
  return found;
}

function split(
  fields: readonly Field[],
  start: number,
  caps: Caps,
): (Body | undefined)[] {
  return parts(fields, start).map((part) => body(part, start, caps));
}

function body(
  fields: readonly Field[],
  start: number,
  caps: Caps,
): Body | undefined {
  const members: Member[] = [];
  let end = 0;
  let align = 1;
  for (const region of regions(fields)) {
    const offset = region[0]!.offset - start;
    if (offset < end) return undefined;
    const made = member(region, start, caps.inner);
    if (made === undefined) return undefined;
    const attribute = alignment(end, offset, made.align, caps.own);
    if (attribute === undefined) return undefined;
    members.push({
      ...made.member,
      offset,
      ...(attribute === "natural" ? {} : { attribute }),
    });
    align = Math.max(
      align,
      attribute === "natural" ? made.align : attribute.align,
    );
    end = offset + made.size;
  }
  return { members, end, align };
}

/** Runs of fields that lie over each other. */
function regions(fields: readonly Field[]): Field[][] {
  const found: { fields: Field[]; end: number }[] = [];
  for (const field of fields) {
    let region = { fields: [field], end: field.offset + field.size };
    // A field further up may lie over several that seemed to be apart.
    for (
      let last = found.at(-1);
      last !== undefined && field.offset < last.end;
      last = found.at(-1)
    ) {
      found.pop();
      region = {
        fields: [...last.fields, ...region.fields],
        end: Math.max(last.end, region.end),
      };
    }
    found.push(region);
  }
  return found.map(({ fields }) => fields);
}

type Bare<T> = T extends unknown ? Omit<T, "offset" | "attribute"> : never;

function member(
  region: readonly Field[],
  start: number,
  cap: number,
): { member: Bare<Member>; size: number; align: number } | undefined {
  const [first, ...others] = region;
  const { index, size, align, offset } = first!;
  if (others.length === 0) {
    return { member: { kind: "field", index }, size, align };
  }
  // Every alternative starts where the union does, or it was none.
  if (offset < start || others.some((other) => other.offset < offset)) {
    return undefined;
  }
  // What is no smaller than before would never come to an end.
  if (parts(region, offset).length < 2) return undefined;
  const alternatives = split(region, offset, { own: cap, inner: cap });
  if (!complete(alternatives)) return undefined;
  const inner = Math.max(...alternatives.map((body) => body.align));
  const end = Math.max(...alternatives.map((body) => body.end));
  return {
    member: { kind: "union", alternatives },
    size: roundUp(end, inner),
    align: inner,
  };
}

function complete(
  alternatives: readonly (Body | undefined)[],
): alternatives is Body[] {
  return alternatives.length > 0 &&
    alternatives.every((body) => body !== undefined);
}

/** Largest alignment that an attribute is tried with. */
const MAX_ALIGN = 4096;

/** How a member that follows `end` comes to lie at `offset`. */
function alignment(
  end: number,
  offset: number,
  natural: number,
  cap: number,
): "natural" | MemberAlign | undefined {
  if (natural <= cap && roundUp(end, natural) === offset) return "natural";
  // The nearest alignment to the natural one: less first, as in a packed struct.
  for (let align = Math.min(natural, cap); align >= 1; align /= 2) {
    if (roundUp(end, align) === offset) {
      return { align, packed: align < natural };
    }
  }
  for (let align = natural * 2; align <= Math.min(cap, MAX_ALIGN); align *= 2) {
    if (roundUp(end, align) === offset) return { align, packed: false };
  }
  return undefined;
}
