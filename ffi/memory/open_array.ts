/**
 * C's flexible array member, `T items[]` at the end of a struct, where somebody
 * says which member has their number: the elements lie behind the struct, in
 * memory that is as long as there are elements.
 *
 * @module
 */

import type { Misfit } from "../check/check.ts";
import { show } from "../check/show.ts";
import type { Kept } from "../handle/kept_alive.ts";
import type { CompositeDefinition, Field } from "../manifest/manifest.ts";
import { parseType } from "../notation/type.ts";
import { isArray, kindOf, lengthOf } from "../runtime/views.ts";
import { type ArrayValue, resolveType, type Types } from "../value/value.ts";
import { arrayCodec } from "./array.ts";
import { assign, type Codec } from "./codec.ts";
import type { CodecOf } from "./members.ts";

/** Most bytes of a struct with all of its elements. */
const MOST = 2 ** 31;

/** The open array of a struct. */
export interface OpenArray {
  /** Its member. */
  readonly name: string;
  /** How many bytes a struct takes with its elements, as its memory says. */
  sizeAt(view: DataView): number;
  /** The same of one that is to be made. */
  sizeOf(members: object): number;
  get(view: DataView, kept: Kept): unknown;
  /** Writes as many elements as there is memory for. */
  set(view: DataView, value: unknown, kept: Kept): boolean;
  /** Why that refused some. */
  explain(view: DataView, value: unknown): Misfit;
  /** The elements as they are now. */
  read(view: DataView): unknown;
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
  const { of } = valueOf(field, types) as ArrayValue;
  const element = codecOf(of, types);
  const counter = fields.find(({ name }) => name === length)!;
  const counted = codecOf(valueOf(counter, types), types);
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

  /** The count, of elements that there is memory for. */
  function known(view: DataView): number {
    const count = countIn(view);
    const room = roomIn(view);
    if (count <= room) return count;
    throw new RangeError(
      `${struct}.${name}: ${length} says ${count}, and there is memory for ${room}: look at it again with ${struct}.at()`,
    );
  }

  return {
    name,
    sizeAt: (view) => bytes(countIn(view)),
    sizeOf: (members) => bytes(countOf(Reflect.get(members, name))),
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
  };
}

function valueOf({ type }: Field, types: Types) {
  return resolveType(parseType(type), types);
}

/** How many elements are given. */
function countOf(value: unknown): number {
  if (isArray(value)) return value.length;
  return ArrayBuffer.isView(value) && kindOf(value) !== undefined
    ? lengthOf(value)
    : 0;
}
