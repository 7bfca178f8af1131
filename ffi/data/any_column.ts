/**
 * Columns of anything that JSON could say, and of dates, bytes, maps and large
 * integers: what a language calls `any`.
 *
 * @module
 */

import { isPlainObject } from "../value/plain_object.ts";
import { isWholeVariable, type Variable } from "../handle/variable.ts";
import { isFixed } from "../runtime/views.ts";
import {
  type Column,
  MAX_VALUE_DEPTH,
  tooDeep,
  type Values,
  wholeMisfit,
  within,
} from "./column.ts";
import { isList, listColumn } from "./list_column.ts";
import { JSONS } from "./json_column.ts";
import { mapColumn } from "./map_column.ts";
import { isMap } from "./map_entries.ts";
import { BIGINTS } from "./number_column.ts";
import { PacketError, type PacketReader, type PacketWriter } from "./packet.ts";
import { scalarColumn } from "./scalar_column.ts";
import { BYTES, TEXTS } from "./text_column.ts";
import { DATES, DURATIONS } from "./time_column.ts";

const WANTED =
  "null, a boolean, a number, a bigint, a string, bytes, a Date, an array, a Map or a plain object";

/** Further kinds of values that a column of anything may hold: objects of a plugin's classes. */
export interface FurtherKind {
  /** Whether a value is of it. */
  is(value: unknown): boolean;
  readonly column: Column;
}

/** The numbers of the kind that is added, and of what variables hold. */
const [FURTHER, HELD] = [13, 15];

/** One kind of value: its number is its place in the list. */
interface Kind {
  readonly is: (value: unknown) => boolean;
  /** Its column; nothing lies in it for null. */
  readonly column: Column | undefined;
}

/**
 * The column of `any`: the number of each value's kind (u8), then a column for
 * each kind that occurs, in this order: null, bool, i64, u64, f64, string,
 * bytes, list, map with texts for keys, map, date, duration, bigint, what is
 * added, JSON, which only comes out, and what only goes in: what a variable holds,
 * and bigints that are i64.
 *
 * A number that is a safe integer goes in as i64, any other as f64; a bigint is
 * told from it, as a language may have several types of integers.
 *
 * @param further What a plugin adds to these.
 */
export function anyColumn(further?: FurtherKind): Column {
  const self: Column = { wanted: WANTED, write, read, explain };
  const never = () => false;
  const kinds: readonly Kind[] = [
    { is: (x) => x === null, column: undefined },
    { is: (x) => typeof x === "boolean", column: scalarColumn("bool") },
    { is: isSafeInteger, column: scalarColumn("i64") },
    { is: isUint64, column: scalarColumn("u64") },
    { is: (x) => typeof x === "number", column: scalarColumn("f64") },
    { is: (x) => typeof x === "string", column: TEXTS },
    { is: isBytes, column: BYTES },
    { is: isList, column: listColumn(self, undefined) },
    { is: isPlainObject, column: mapColumn(TEXTS, self, true) },
    { is: isMap, column: mapColumn(self, self, false) },
    { is: (x) => x instanceof Date, column: DATES },
    { is: never, column: DURATIONS },
    { is: (x) => typeof x === "bigint" && !isInt64(x), column: BIGINTS },
    { is: further?.is ?? never, column: further?.column },
    { is: never, column: JSONS },
    { is: isWholeVariable, column: held(self) },
    { is: isInt64, column: scalarColumn("i64") },
  ];

  function kindOf(value: unknown): number {
    if (further?.is(value)) return FURTHER;
    return kinds.findIndex(({ is }) => is(value));
  }

  function write(packet: PacketWriter, values: Values, depth: number): boolean {
    if (depth > MAX_VALUE_DEPTH) return false;
    const n = values.length;
    const at = packet.column(n);
    const byKind: unknown[][] = kinds.map(() => []);
    for (let i = 0; i < n; i++) {
      const value = values[i];
      const kind = kindOf(value);
      // Within others there is nobody to give it back to.
      if (kind < 0 || kind === HELD && depth > 0) return false;
      packet.view.setUint8(at + i, kind);
      byKind[kind]!.push(value);
    }
    return kinds.every(({ column }, kind) =>
      column === undefined || byKind[kind]!.length === 0 ||
      column.write(packet, byKind[kind]!, depth + 1)
    );
  }

  function read(packet: PacketReader, n: number): Values {
    const at = packet.column(n);
    const { view } = packet;
    const counts = kinds.map(() => 0);
    for (let i = 0; i < n; i++) {
      const kind = view.getUint8(at + i);
      if (kind > 0 && kinds.at(kind)?.column === undefined) {
        throw new PacketError(`there is no kind ${kind} of value`);
      }
      counts[kind]!++;
    }
    const byKind = kinds.map(({ column }, kind): Values =>
      column === undefined || counts[kind] === 0
        ? []
        : column.read(packet, counts[kind]!)
    );
    const next = kinds.map(() => 0);
    return Array.from({ length: n }, (_, i) => {
      const kind = view.getUint8(at + i);
      if (kind === 0) return null;
      const value = byKind[kind]![next[kind]!++];
      return typeof value === "bigint" ? narrowed(value) : value;
    });
  }

  function explain(value: unknown, depth: number) {
    const kind = kindOf(value);
    if (kind < 0 || kind === HELD && depth > 0) {
      return wholeMisfit(WANTED, value);
    }
    if (depth > MAX_VALUE_DEPTH) return tooDeep();
    return within("", kinds[kind]!.column?.explain(value, depth + 1));
  }

  return self;
}

/** The column of what variables hold. */
function held(values: Column): Column {
  const valueIn = (variable: unknown) => (variable as Variable<unknown>).value;
  return {
    wanted: WANTED,
    write: (packet, variables, depth) =>
      values.write(packet, Array.from(variables, valueIn), depth),
    read() {
      throw new PacketError("a variable came out");
    },
    explain: (variable, depth) =>
      within(".value", values.explain(valueIn(variable), depth)),
  };
}

/** An integer as a number where one is exact. */
function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function isSafeInteger(value: unknown): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

function isInt64(value: unknown): boolean {
  return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
}

function isUint64(value: unknown): boolean {
  return typeof value === "bigint" && !isInt64(value) &&
    BigInt.asUintN(64, value) === value;
}

function isBytes(value: unknown): boolean {
  return (value instanceof Uint8Array || value instanceof ArrayBuffer ||
    value instanceof DataView) && isFixed(value);
}
