/**
 * Columns of variants: the number of each value's case, then a column for each
 * case that occurs.
 *
 * @module
 */

import {
  type Column,
  MAX_VALUE_DEPTH,
  tooDeep,
  type Values,
  wholeMisfit,
  within,
} from "./column.ts";
import { PacketError } from "./packet.ts";

/** One case of a variant. */
export interface Case {
  readonly name: string;
  /** What comes with it, if anything does. */
  readonly column: (() => Column) | undefined;
  /** Whether what comes with it are members of the object itself, and not its `value`. */
  readonly isSpread: boolean;
}

/**
 * The column of a tagged union: `{ type: "Circle", value: 2 }`, or
 * `{ type: "Rect", w: 1, h: 2 }` where a record comes with a case.
 */
export function variantColumn(cases: readonly Case[]): Column {
  const numbers = new Map(cases.map(({ name }, number) => [name, number]));
  const wanted = `an object whose "type" is ${
    cases.map(({ name }) => JSON.stringify(name)).join(", ")
  }`;

  function caseOf(given: unknown): number | undefined {
    return typeof given === "object" && given !== null
      ? numbers.get((given as { type: string }).type)
      : undefined;
  }

  return {
    wanted,
    write(packet, values, depth) {
      if (depth > MAX_VALUE_DEPTH) return false;
      const n = values.length;
      const at = packet.column(n * 4);
      const contents: unknown[][] = cases.map(() => []);
      for (let i = 0; i < n; i++) {
        const given = values[i];
        const number = caseOf(given);
        if (number === undefined) return false;
        packet.view.setUint32(at + i * 4, number, true);
        contents[number]!.push(contentOf(given as object, cases[number]!));
      }
      return cases.every(({ column }, number) => {
        const content = contents[number]!;
        return column === undefined
          ? content.every((odd) => odd === undefined)
          : content.length === 0 || column().write(packet, content, depth + 1);
      });
    },
    read(packet, n) {
      const at = packet.column(n * 4);
      const { view } = packet;
      const counts = cases.map(() => 0);
      for (let i = 0; i < n; i++) {
        const number = view.getUint32(at + i * 4, true);
        if (number >= cases.length) {
          throw new PacketError(`a variant of ${cases.length} has ${number}`);
        }
        counts[number]!++;
      }
      const contents = cases.map(({ column }, number): Values =>
        column === undefined || counts[number] === 0
          ? []
          : column().read(packet, counts[number]!)
      );
      const next = cases.map(() => 0);
      return Array.from({ length: n }, (_, i) => {
        const number = view.getUint32(at + i * 4, true);
        const { name: type, column, isSpread } = cases[number]!;
        if (column === undefined) return { type };
        const value = contents[number]![next[number]!++];
        return isSpread ? { type, ...value as object } : { type, value };
      });
    },
    explain(given, depth) {
      const number = caseOf(given);
      if (number === undefined) return wholeMisfit(wanted, given);
      if (depth > MAX_VALUE_DEPTH) return tooDeep();
      const one = cases[number]!;
      const content = contentOf(given as object, one);
      if (one.column === undefined) {
        return content === undefined ? undefined : {
          path: "",
          wanted: `nothing beside "type" for ${JSON.stringify(one.name)}`,
          isRange: false,
        };
      }
      return within(
        one.isSpread ? "" : ".value",
        one.column().explain(content, depth + 1),
      );
    },
  };
}

/** What comes with a case; of one that has nothing, whatever else is there. */
function contentOf(given: object, { column, isSpread }: Case): unknown {
  const { type: _, ...rest } = given as { type: string };
  if (isSpread) return rest;
  const keys = Object.keys(rest);
  if (column === undefined) return keys.length === 0 ? undefined : rest;
  return keys.length === 1 ? (rest as { value?: unknown }).value : undefined;
}
