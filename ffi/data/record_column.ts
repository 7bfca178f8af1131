/**
 * Columns of records and tuples: a column for each member.
 *
 * @module
 */

import { show } from "../check/show.ts";
import { didYouMean } from "../did_you_mean.ts";
import { generate } from "../runtime/generate.ts";
import { isArray } from "../runtime/views.ts";
import {
  type Column,
  MAX_VALUE_DEPTH,
  tooDeep,
  type Values,
  wholeMisfit,
  within,
} from "./column.ts";
import type { PacketReader, PacketWriter } from "./packet.ts";
import { given } from "./left_out_member.ts";

/** A member of a record. */
export interface RecordMember {
  readonly name: string;
  /** Its column; asked for when it is first needed, because a type may contain itself. */
  readonly column: () => Column;
  /** What it is where it was left out; it has to be there without. */
  readonly zero?: () => unknown;
}

/**
 * The column of a record: plain objects with just these members.
 *
 * @param name What it is called.
 * @param members The record's members, in order.
 */
export function recordColumn(
  name: string,
  members: readonly RecordMember[],
): Column {
  const names = members.map((member) => JSON.stringify(member.name));
  const wanted = `an object with ${names.join(", ") || "no members"}`;
  const known = new Set(members.map((member) => member.name));
  const compiled = lazy(() => compileRecord(name, members));

  function explain(value: unknown, depth: number) {
    if (!isObject(value)) return wholeMisfit(wanted, value);
    if (depth > MAX_VALUE_DEPTH) return tooDeep();
    const odd = oddKey(value, known);
    if (odd !== undefined) {
      return {
        path: "",
        wanted,
        got: `one with ${JSON.stringify(odd)}${didYouMean(odd, known)}`,
        isRange: false,
      };
    }
    for (const { name, column, zero } of members) {
      const part = given((value as Record<string, unknown>)[name], zero);
      const inner = within(`.${name}`, column().explain(part, depth + 1));
      if (inner !== undefined) return inner;
    }
    return undefined;
  }

  return {
    wanted,
    write(packet, values, depth) {
      if (depth > MAX_VALUE_DEPTH) return false;
      const n = values.length;
      for (let i = 0; i < n; i++) {
        const value = values[i];
        if (!isObject(value) || oddKey(value, known) !== undefined) {
          return false;
        }
      }
      return compiled().write(packet, values, depth + 1);
    },
    read: (packet, n) => compiled().read(packet, n),
    explain,
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !isArray(value) &&
    !ArrayBuffer.isView(value);
}

/** A key of an object's own that none of its members has. */
function oddKey(value: object, known: ReadonlySet<string>): string | undefined {
  for (const key in value) {
    if (!known.has(key) && Object.hasOwn(value, key)) return key;
  }
  return undefined;
}

/** Makes a value when it is first asked for. */
function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

interface RecordCode {
  write(packet: PacketWriter, values: Values, depth: number): boolean;
  read(packet: PacketReader, n: number): Values;
}

/** The generated half: names and columns are values of its scope. */
function compileRecord(
  type: string,
  members: readonly RecordMember[],
): RecordCode {
  const scope: Record<string, unknown> = { given };
  const part = (i: number) =>
    members[i]!.zero ? `given(x[n${i}], z${i})` : `x[n${i}]`;
  members.forEach(({ name, column, zero }, i) => {
    scope[`n${i}`] = name;
    scope[`c${i}`] = column();
    scope[`z${i}`] = zero;
  });
  const each = members.map((_, i) => i);
  return generate(
    scope,
    `return {
  // ${JSON.stringify(type)}
  write(packet, values, depth) {
    const n = values.length;
    if (n === 1) {
      const x = values[0];
      ${
      each.map((i) =>
        `if (!c${i}.write(packet, [${part(i)}], depth)) return false;`
      )
        .join("\n      ")
    }
      return true;
    }
    ${each.map((i) => `const v${i} = new Array(n);`).join(" ")}
    for (let i = 0; i < n; i++) {
      const x = values[i];
      ${each.map((i) => `v${i}[i] = ${part(i)};`).join(" ")}
    }
    return ${
      each.map((i) => `c${i}.write(packet, v${i}, depth)`).join(" && ") ||
      "true"
    };
  },
  read(packet, n) {
    ${each.map((i) => `const v${i} = c${i}.read(packet, n);`).join(" ")}
    const values = new Array(n);
    for (let i = 0; i < n; i++) {
      values[i] = { ${each.map((i) => `[n${i}]: v${i}[i]`).join(", ")} };
    }
    return values;
  },
};`,
  );
}

/**
 * The column of a tuple: arrays of just as many elements.
 *
 * @param columns The columns of the elements.
 */
export function tupleColumn(columns: readonly Column[]): Column {
  const wanted = `an array of ${columns.length}: ${
    columns.map((column) => column.wanted).join("; ")
  }`;
  return {
    wanted,
    write(packet, values, depth) {
      if (depth > MAX_VALUE_DEPTH) return false;
      const parts = columns.map(() => new Array<unknown>(values.length));
      for (let i = 0; i < values.length; i++) {
        const tuple = values[i];
        if (!isArray(tuple) || tuple.length !== columns.length) {
          return false;
        }
        parts.forEach((part, k) => part[i] = tuple[k]);
      }
      return columns.every((column, k) =>
        column.write(packet, parts[k]!, depth + 1)
      );
    },
    read(packet, n) {
      const parts = columns.map((column) => column.read(packet, n));
      return Array.from({ length: n }, (_, i) => parts.map((part) => part[i]));
    },
    explain(value, depth) {
      if (!isArray(value)) return wholeMisfit(wanted, value);
      if (value.length !== columns.length) {
        return {
          path: "",
          wanted,
          got: `${show(value)} of ${value.length}`,
          isRange: false,
        };
      }
      if (depth > MAX_VALUE_DEPTH) return tooDeep();
      for (const [k, column] of columns.entries()) {
        const inner = within(`[${k}]`, column.explain(value[k], depth + 1));
        if (inner !== undefined) return inner;
      }
      return undefined;
    },
  };
}
