/**
 * Columns of objects that stay on the native side: their handles.
 *
 * @module
 */

import { article } from "../check/show.ts";
import type { Made } from "../object/classes.ts";
import { handleOf, isLiving, type NativeObject } from "../object/object.ts";
import { putWord, wordAt } from "../value/scalar.ts";
import { type Column, misfit } from "./column.ts";

/**
 * The column of a class: n handles (u64), 0 for null.
 *
 * @param made The class.
 * @param isNullable Whether null may be given.
 */
export function objectColumn(made: Made, isNullable: boolean): Column {
  const wanted = `${article(made.name)}${isNullable ? ", or null" : ""}`;
  const isNull = (value: unknown) => isNullable && value == null;
  return {
    wanted,
    write(packet, values) {
      const n = values.length;
      const at = packet.column(n * 8);
      for (let i = 0; i < n; i++) {
        const value = values[i];
        if (isNull(value)) {
          putWord(packet.view, at + i * 8, 0);
        } else {
          if (!isLiving(value, made)) return false;
          packet.held.push(value);
          putWord(packet.view, at + i * 8, handleOf(value as NativeObject));
        }
      }
      return true;
    },
    read(packet, n) {
      const at = packet.column(n * 8);
      return Array.from({ length: n }, (_, i) => {
        const handle = wordAt(packet.view, at + i * 8);
        return handle === 0 ? null : made.wrap(handle);
      });
    },
    explain: (value) =>
      isNull(value) || isLiving(value, made)
        ? undefined
        : misfit(wanted, value),
  };
}
