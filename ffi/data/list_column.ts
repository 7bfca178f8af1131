/**
 * Columns of lists: of any number of elements, of a fixed number, and of one
 * or none.
 *
 * @module
 */

import { countMisfit } from "../check/count_misfit.ts";
import { elementCount, isArray, isFixed, lengthOf } from "../runtime/views.ts";
import { ARRAYS } from "../value/scalar.ts";
import type { ScalarName } from "../value/value.ts";
import {
  type Column,
  MAX_VALUE_DEPTH,
  tooDeep,
  type Values,
  wholeMisfit,
  within,
} from "./column.ts";
import { NIL, type PacketWriter } from "./packet.ts";

/** What a list is given as. */
export function isList(value: unknown): value is Values {
  return isArray(value) ||
    ArrayBuffer.isView(value) && !(value instanceof DataView) && isFixed(value);
}

/** How many elements a list says that it has: a proxy, or a property of a typed array, may say anything. */
function lengthOfList(list: Values): number {
  return ArrayBuffer.isView(list) ? lengthOf(list) : list.length;
}

/** Whether nothing of a typed array's own stands in for its length. */
function isUnchanged(array: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(array);
  return prototype !== null && !Object.hasOwn(array, "length") &&
    !Object.hasOwn(prototype, "length") &&
    Object.getPrototypeOf(prototype) === TYPED_ARRAY;
}

const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype);

/**
 * Adds what a list has to others, each element read once: a proxy may say
 * something else the next time.
 *
 * @returns How many it has; undefined where that is no number of elements, or
 * more than can be passed.
 */
function append(
  packet: PacketWriter,
  all: unknown[],
  list: Values,
): number | undefined {
  const count = elementCount(lengthOfList(list));
  if (count === undefined) return undefined;
  packet.expect(all.length + count);
  for (let i = 0; i < count; i++) all.push(list[i]);
  return count;
}

/** Cuts what was read into lists; typed arrays stay typed arrays. */
function cut(all: Values, from: number, to: number): Values {
  return ArrayBuffer.isView(all)
    ? (all as unknown as Float64Array).slice(from, to)
    : (all as unknown[]).slice(from, to);
}

/** Numbers that come as a typed array. */
function numbersOf(scalar: ScalarName | undefined) {
  return scalar === undefined || scalar === "bool" || scalar === "isize" ||
      scalar === "usize"
    ? undefined
    : ARRAYS[scalar];
}

/** A list as it comes out: a column of a single number was read as an array of one. */
function finished(
  list: Values,
  numbers: ReturnType<typeof numbersOf>,
): Values {
  if (numbers === undefined || ArrayBuffer.isView(list)) return list;
  const array = new numbers(list.length);
  for (let i = 0; i < list.length; i++) array[i] = list[i] as never;
  return array;
}

/**
 * The column of `[]of`: counts, then all elements.
 *
 * @param of The lists' elements.
 * @param scalar What scalar they are, if they are one.
 */
export function listColumn(
  of: Column,
  scalar: ScalarName | undefined,
): Column {
  const wanted = scalar === undefined || scalar === "bool"
    ? "an array"
    : `an array or a ${ARRAYS[scalar].name}`;
  const numbers = numbersOf(scalar);
  return {
    wanted,
    write(packet, values, depth) {
      const n = values.length;
      if (depth > MAX_VALUE_DEPTH) return false;
      const at = packet.column(n * 4);
      const only = values[0];
      if (n === 1 && ArrayBuffer.isView(only) && isUnchanged(only)) {
        if (!isList(only)) return false;
        packet.view.setUint32(at, only.length, true);
        return only.length === 0 || of.write(packet, only, depth + 1);
      }
      const all: unknown[] = [];
      for (let i = 0; i < n; i++) {
        const list = values[i];
        if (!isList(list)) return false;
        const count = append(packet, all, list);
        if (count === undefined) return false;
        packet.view.setUint32(at + i * 4, count, true);
      }
      // What is empty ends a type that contains itself.
      return all.length === 0 || of.write(packet, all, depth + 1);
    },
    read(packet, n) {
      if (n === 1) {
        const count = packet.counts(1, () => {});
        const all = count === 0 ? [] : of.read(packet, count);
        return [finished(all, numbers)];
      }
      const counts = new Array<number>(n);
      const sum = packet.counts(n, (count, i) => {
        counts[i] = count === NIL ? 0 : count;
      });
      const all = sum === 0 ? [] : of.read(packet, sum);
      const lists = new Array<Values>(n);
      let at = 0;
      for (let i = 0; i < n; i++) {
        const count = counts[i]!;
        lists[i] = finished(cut(all, at, at += count), numbers);
      }
      return lists;
    },
    explain(value, depth) {
      if (!isList(value)) return wholeMisfit(wanted, value);
      if (depth > MAX_VALUE_DEPTH) return tooDeep();
      return explainElements(value, of, depth);
    },
  };
}

/** The column of `[length]of`: all elements. */
export function arrayColumn(
  length: number,
  of: Column,
  scalar: ScalarName | undefined,
): Column {
  const inner = listColumn(of, scalar);
  const wanted = `${inner.wanted} of ${length}`;
  const numbers = numbersOf(scalar);
  return {
    wanted,
    write(packet, values, depth) {
      const all: unknown[] = [];
      for (let i = 0; i < values.length; i++) {
        const list = values[i];
        if (!isList(list) || append(packet, all, list) !== length) return false;
      }
      return all.length === 0 || of.write(packet, all, depth + 1);
    },
    read(packet, n) {
      const all = n * length === 0 ? [] : of.read(packet, n * length);
      return Array.from(
        { length: n },
        (_, i) => finished(cut(all, i * length, (i + 1) * length), numbers),
      );
    },
    explain(value, depth) {
      if (!isList(value)) return wholeMisfit(wanted, value);
      if (value.length !== length) {
        return {
          path: "",
          wanted,
          got: String(value.length),
          isRange: false,
        };
      }
      return explainElements(value, of, depth);
    },
  };
}

function explainElements(value: Values, of: Column, depth: number) {
  const tooMany = countMisfit(lengthOfList(value));
  if (tooMany !== undefined) return tooMany;
  for (let i = 0; i < value.length; i++) {
    const inner = within(`[${i}]`, of.explain(value[i], depth + 1));
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The column of `?of`: for each a byte that says whether it is there, then those that are. */
export function optionalColumn(of: Column): Column {
  const wanted = `${of.wanted}, or null`;
  return {
    wanted,
    write(packet, values, depth) {
      const n = values.length;
      const at = packet.column(n);
      const there: unknown[] = [];
      for (let i = 0; i < n; i++) {
        const value = values[i];
        const isThere = value !== null && value !== undefined;
        packet.view.setUint8(at + i, isThere ? 1 : 0);
        if (isThere) there.push(value);
      }
      return there.length === 0 || of.write(packet, there, depth);
    },
    read(packet, n) {
      const at = packet.column(n);
      const { view } = packet;
      let count = 0;
      for (let i = 0; i < n; i++) if (view.getUint8(at + i) !== 0) count++;
      const there = count === 0 ? [] : of.read(packet, count);
      const values = new Array<unknown>(n);
      for (let i = 0, next = 0; i < n; i++) {
        values[i] = view.getUint8(at + i) === 0 ? null : there[next++];
      }
      return values;
    },
    explain(value, depth) {
      if (value === null || value === undefined) return undefined;
      const inner = of.explain(value, depth);
      return inner?.path === "" && !inner.isRange
        ? wholeMisfit(wanted, value)
        : inner;
    },
  };
}
