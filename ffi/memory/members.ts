/**
 * The members of structs and unions, and which lie over each other.
 *
 * @module
 */

import type { CompositeDefinition, Field } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import {
  resolveType,
  type ScalarName,
  type Types,
  type Value,
} from "../value/value.ts";
import { bitFieldCodec } from "./bit_field.ts";
import type { Codec } from "./codec.ts";

/** Gives the codec of a value. */
export type CodecOf = (value: Value, types: Types) => Codec;

/** One member, and how it lies. */
export interface Member {
  readonly name: string;
  readonly offset: number;
  readonly codec: Codec;
  /** Its type, where that is a scalar whose code is written in place. */
  readonly scalar: ScalarName | undefined;
  /** The bits that it has, counted from the beginning of the struct. */
  readonly start: number;
  readonly end: number;
  /** The members that share bits have one number; 0 shares with nobody. */
  readonly group: number;
}

/**
 * The members of a struct or a union.
 *
 * @param name What the type is called.
 * @param definition What the manifest says of the type.
 * @param types The named types of the manifest.
 * @param codecOf Gives the codecs of the members.
 */
export function membersOf(
  name: string,
  definition: CompositeDefinition,
  types: Types,
  codecOf: CodecOf,
): Member[] {
  return grouped(
    definition.fields.map((field) => memberOf(name, field, types, codecOf)),
  );
}

function memberOf(
  struct: string,
  { name, type, offset, bits }: Field,
  types: Types,
  codecOf: CodecOf,
): Omit<Member, "group"> {
  const value = resolveType(parseType(type), types);
  const first = offset * 8;
  if (bits !== undefined) {
    const codec = bitFieldCodec(`${struct}.${name}`, value, bits);
    const start = first + bits[0];
    const end = start + bits[1];
    return { name, offset, codec, scalar: undefined, start, end };
  }
  const codec = codecOf(value, types);
  return {
    name,
    offset,
    codec,
    scalar: value.kind === "scalar" ? value.name : undefined,
    start: first,
    end: first + codec.size * 8,
  };
}

/** Whether members may be left out, and their bytes are zero then: a bit-field has none of its own. */
export function areZero({ zero, fields }: CompositeDefinition): boolean {
  return zero === true && fields.every(({ bits }) => bits === undefined);
}

type Extent = Pick<Member, "start" | "end">;

/** Whether two members have a bit in common. */
export function overlap(a: Extent, b: Extent): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Numbers the members that overlap: those of a union, and of an unnamed union in a struct. */
function grouped(members: readonly Omit<Member, "group">[]): Member[] {
  const byStart = members.map((member, index) => ({ member, index }))
    .sort((a, b) => a.member.start - b.member.start);
  const groups = new Array<number>(members.length).fill(0);
  let group = 0;
  let end = 0;
  let last: number | undefined;
  for (const { member, index } of byStart) {
    if (member.start < end && last !== undefined) {
      if (groups[last] === 0) groups[last] = ++group;
      groups[index] = groups[last]!;
    }
    if (member.end > end) {
      end = member.end;
      last = index;
    }
  }
  return members.map((member, index) => ({ ...member, group: groups[index]! }));
}
