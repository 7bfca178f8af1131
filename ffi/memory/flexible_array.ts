/**
 * C's flexible array member, `T items[]` at the end of a struct, where somebody
 * says which member has their number: the elements lie behind the struct, in
 * memory that is as long as there are elements.
 *
 * @module
 */

import type { Misfit } from "../check/argument_checks.ts";
import { show } from "../check/show.ts";
import type { Kept } from "../handle/kept_alive.ts";
import type { CompositeDefinition, Field } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { isArray, kindOf, lengthOf } from "../runtime/views.ts";
import { type ArrayValue, resolveType, type Types } from "../value/value.ts";
import { arrayCodec } from "./array.ts";
import {
  assign,
  type Codec,
  fits,
  type OpenCodec,
  type Parts,
} from "./codec.ts";
import { explainMembers } from "./explain_members.ts";
import type { CodecOf, Member } from "./members.ts";

/** Most bytes of a struct with all of its elements. */
const MOST = 2 ** 31;

/** The open array of a struct. */
export interface OpenArray {
  /** Its member. */
  readonly name: string;
  /** How many bytes a struct takes with its elements, as its memory says. */
  sizeAt(view: DataView): number;
  /** The same of one that is to have these elements. */
  sizeFor(elements: unknown): number;
  /** What a struct says that it has, and has no memory for. */
  missing(view: DataView): string | undefined;
  get(view: DataView, kept: Kept): unknown;
  /** Writes as many elements as there is memory for. */
  set(view: DataView, value: unknown, kept: Kept): boolean;
  /** Why that refused some. */
  explain(view: DataView, value: unknown): Misfit;
  /** The elements as they are now. */
  read(view: DataView): unknown;
  /** Writes elements that there is memory for, as {@linkcode Codec.write} does. */
  write(view: DataView, value: unknown, held: unknown[]): boolean;
  /** What is wrong with the elements of a plain object. */
  misfit(members: Readonly<Record<string, unknown>>): Misfit | undefined;
}

/**
 * The open array of a struct, if it has one.
 *
 * @param struct What the struct is called.
 * @param definition What the manifest says of it.
 * @param types The named types of the manifest.
 * @param codecOf Gives the codecs of members.
 */
export function openArrayOf(
  struct: string,
  { size, fields }: CompositeDefinition,
  types: Types,
  codecOf: CodecOf,
): OpenArray | undefined {
  const field = fields.find(({ length }) => length !== undefined);
  if (field === undefined) return undefined;
  const { name, offset, length } = field;
  const { of } = fieldValue(field, types) as ArrayValue;
  const element = codecOf(of, types);
  const counter = fields.find(({ name }) => name === length)!;
  const counted = codecOf(fieldValue(counter, types), types);
  const bytes = (count: number): number =>
    Math.max(size, offset + count * element.size);
  const roomIn = (view: DataView): number =>
    Math.floor(Math.max(view.byteLength - offset, 0) / element.size);
  const codec = (count: number): Codec => arrayCodec(count, of, element);

  function countIn(view: DataView): number {
    const count = Number(counted.read(view, counter.offset));
    if (count >= 0 && bytes(count) <= MOST) return count;
    throw new RangeError(
      `${struct}.${name}: ${length} says ${count}, wanted a number from 0 of at most ${MOST} bytes`,
    );
  }

  function missing(view: DataView): string | undefined {
    const count = Number(counted.read(view, counter.offset));
    const room = roomIn(view);
    return count >= 0 && count <= room
      ? undefined
      : `${length} says ${count}, and there is memory for ${room}`;
  }

  /** The count, of elements that there is memory for. */
  function known(view: DataView): number {
    const count = countIn(view);
    const lacks = missing(view);
    if (lacks === undefined) return count;
    throw new RangeError(
      `${struct}.${name}: ${lacks}: look at it again with ${struct}.at()`,
    );
  }

  return {
    name,
    sizeAt: (view) => bytes(countIn(view)),
    sizeFor: (elements) => bytes(countOf(elements)),
    missing,
    get(view, kept) {
      const count = known(view);
      return codec(count).live(view, offset, kept);
    },
    set(view, value, kept) {
      const count = countOf(value);
      return count <= roomIn(view) &&
        assign(codec(count), view, offset, value, kept);
    },
    explain(view, value) {
      const count = countOf(value);
      const room = roomIn(view);
      return count > room
        ? {
          path: "",
          wanted: `at most the ${room} elements that it was made with`,
          got: `${count}`,
          isRange: true,
        }
        : codec(count).explain(value) ??
          { path: "", wanted: "an array", got: show(value), isRange: false };
    },
    read(view) {
      const count = known(view);
      return codec(count).read(view, offset);
    },
    write(view, value, held) {
      const { parts, write } = codec(countOf(value));
      const given = parts?.isPointing ? parts.copy(value) : value;
      return write(view, offset, given, held);
    },
    misfit(members) {
      const elements = members[name];
      const count = countOf(elements);
      const all = codec(count);
      const inner = fits(all, elements) ? undefined : all.explain(elements);
      if (inner !== undefined) {
        // The codec is of as many elements as there are.
        const wanted = inner.path === "" && !inner.isRange
          ? "an array"
          : inner.wanted;
        return { ...inner, wanted, path: `.${name}${inner.path}` };
      }
      const said = members[length!] as number | bigint;
      if (said < 0) {
        return {
          path: `.${length}`,
          wanted: "a number from 0",
          got: `${said}`,
          isRange: true,
        };
      }
      return said <= count ? undefined : {
        path: `.${name}`,
        wanted: `the ${said} elements that ${length} says`,
        got: `${count}`,
        isRange: true,
      };
    },
  };
}

/** How a plain object gets into memory that is as long as its elements need. */
export function openCodec(
  open: OpenArray,
  members: readonly Member[],
  isZero: boolean,
  { copy, write }: Pick<Codec, "write"> & Pick<Parts, "copy">,
): OpenCodec {
  const { name } = open;
  return {
    make(value, held) {
      const all = copy(value) as Record<string, unknown> | undefined;
      if (all === undefined) return undefined;
      const elements = all[name];
      const size = open.sizeFor(elements);
      const bytes = new Uint8Array(new ArrayBuffer(Math.max(size, 8)));
      const view = new DataView(bytes.buffer);
      const isWritten = write(view, 0, { ...all, [name]: [] }, held) &&
        open.write(view, elements, held) && open.missing(view) === undefined;
      return isWritten ? bytes.subarray(0, size) : undefined;
    },
    explain(value) {
      if (typeof value !== "object" || value === null) {
        return explainMembers(members, value, isZero);
      }
      const all = { ...value } as Record<string, unknown>;
      const head = { ...all, [name]: [] };
      return fits({ size: open.sizeFor([]), write }, head)
        ? open.misfit(all)
        : explainMembers(members, head, isZero);
    },
  };
}

function fieldValue({ type }: Field, types: Types) {
  return resolveType(parseType(type), types);
}

/** How many elements are given. */
function countOf(value: unknown): number {
  if (isArray(value)) return value.length;
  return ArrayBuffer.isView(value) && kindOf(value) !== undefined
    ? lengthOf(value)
    : 0;
}
