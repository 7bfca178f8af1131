/**
 * Structs and unions in memory.
 *
 * A struct comes out as a plain object. A union, and a struct whose members
 * lie over each other, comes out as a view of a copy of its bytes: nobody knows
 * which of its members is meant, so none is read before it is asked for, and
 * what is written to one is there when it is given back.
 *
 * @module
 */

import { misfitError } from "../check/wrong.ts";
import { Kept } from "../handle/kept_alive.ts";
import { copied, copyBytes, ownMemory } from "../handle/raw_memory.ts";
import type { CompositeDefinition } from "../manifest/manifest.ts";
import type { Space } from "../runtime/adapter.ts";
import { belong, homeOf, ownerOf } from "../runtime/space.ts";
import { isWord } from "../value/scalar.ts";
import { readingFrom } from "../value/unreadable.ts";
import type { Types } from "../value/value.ts";
import { assign, type Codec, isPointing } from "./codec.ts";
import { clash, explainMembers } from "./explain_members.ts";
import { type OpenArray, openArrayOf, openCodec } from "./flexible_array.ts";
import { areZero, type CodecOf, type Member, membersOf } from "./members.ts";
import { compileMembers } from "./members_code.ts";
import {
  dataOf,
  definitionOf,
  hasMemory,
  isStruct,
  keptBy,
  type MemberAccessor,
  type StructType,
  structType,
} from "../handle/struct.ts";

/** A codec that knows the type it is of. */
export interface CompositeCodec extends Codec {
  readonly type: StructType;
}

const known = new WeakMap<CompositeDefinition, CompositeCodec>();

/**
 * The codec of a struct or a union.
 *
 * @param name What the type is called.
 * @param definition What the manifest says of the type.
 * @param types The named types of the manifest.
 * @param codecOf Gives the codecs of the members.
 */
export function compositeCodec(
  name: string,
  definition: CompositeDefinition,
  types: Types,
  codecOf: CodecOf,
): CompositeCodec {
  let codec = known.get(definition);
  if (codec === undefined) {
    const members = membersOf(name, definition, types, codecOf);
    known.set(
      definition,
      codec = make(
        name,
        definition,
        members,
        openArrayOf(name, definition, types, codecOf),
        homeOf(types),
      ),
    );
  }
  return codec;
}

function make(
  name: string,
  definition: CompositeDefinition,
  members: readonly Member[],
  open: OpenArray | undefined,
  home: Space | undefined,
): CompositeCodec {
  const { size, align } = definition;
  const isOverlapping = members.some(({ group }) => group > 0);
  const isShown = members.some(({ codec }) => codec.isShown);
  const code = compileMembers(definition, members);

  function glimpse(view: DataView, at: number, isShared: boolean): object {
    return Object.fromEntries(
      members.map(({ name, codec, offset, group }) => [
        name,
        codec.glimpse(view, at + offset, isShared || group > 0),
      ]),
    );
  }

  /** What makes a view of bytes of its own. */
  function copyOf(view: DataView, at: number): unknown {
    const owner = ownerOf(view.buffer);
    if (!isShown && align <= 8 && owner === undefined) {
      const copy = copied(view, at, size);
      return over(copy.view, new Kept(), copy.at);
    }
    const own = ownMemory(size, align);
    belong(own.buffer, owner);
    copyBytes(own, 0, view, at, size);
    return over(own, new Kept());
  }

  function copy(value: unknown): unknown {
    if (!isStruct(value)) return code.copy(value);
    if (definitionOf(value) !== definition) return code.copy(value);
    return hasMemory(value) ? over(dataOf(value), keptBy(value)) : undefined;
  }

  const asAccessor = (
    { name: member, offset, codec, scalar }: Member,
  ): MemberAccessor => ({
    name: member,
    get:
      ((get: MemberAccessor["get"]) =>
        scalar !== undefined && isWord(scalar)
          ? readingFrom(`${name}.${member}`, get)
          : get)((view, at, kept) => codec.live(view, at + offset, kept)),
    set(view, at, value, kept) {
      if (assign(codec, view, at + offset, value, kept)) return;
      throw misfitError(`${name}.${member}`, codec.explain(value)!);
    },
  });
  const openMember: MemberAccessor | undefined = open && {
    name: open.name,
    isOpen: true,
    get: (view, _at, kept) => open.get(view, kept),
    set(view, _at, value, kept) {
      if (open.set(view, value, kept)) return;
      throw misfitError(`${name}.${open.name}`, open.explain(view, value));
    },
  };
  const withOpen = <T extends object>(members: T, view: DataView): T =>
    open === undefined ? members : { ...members, [open.name]: open.read(view) };
  const { type, over } = structType(
    name,
    definition,
    members.map((member) =>
      member.name === open?.name ? openMember! : asAccessor(member)
    ),
    {
      read: (view) => withOpen(read(view, 0) as Record<string, unknown>, view),
      glimpse: (view) => withOpen(glimpse(view, 0, false), view),
      clash: (names) => clash(members, names),
      ...open && { open },
    },
    home,
  );
  const read: Codec["read"] = isOverlapping ? copyOf : code.read;
  const isZero = areZero(definition);
  return {
    ...open && { open: openCodec(open, members, isZero, code) },
    size,
    align,
    isShown,
    parts: {
      isPointing: members.some(({ codec }) => isPointing(codec)),
      copy,
    },
    write: code.write,
    ...isOverlapping ? {} : { writeAll: code.writeAll, readAll: code.readAll },
    read,
    live: (view, at, kept) =>
      over(new DataView(view.buffer, view.byteOffset + at, size), kept),
    glimpse,
    explain: (value) => explainMembers(members, value, isZero),
    type,
  };
}
