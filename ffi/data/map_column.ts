/**
 * Columns of maps: counts, all keys, all values.
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
import { show } from "../check/show.ts";
import { entriesOf, isMap } from "./map_entries.ts";
import { isPlainObject } from "../value/plain_object.ts";

/**
 * The column of `map<key, value>`.
 *
 * With texts for keys it is an object without a prototype, and given as any
 * plain object or `Map`; with other keys it is a `Map`.
 */
export function mapColumn(
  key: Column,
  value: Column,
  hasTextKeys: boolean,
): Column {
  const wanted = hasTextKeys ? "a plain object or a Map" : "a Map";

  function fits(given: unknown): given is object {
    // The own names of a Date, say, would be an empty map; what can be walked
    // through is a list, as the arguments of a function are.
    return isMap(given) ||
      hasTextKeys && isPlainObject(given) && !(Symbol.iterator in given);
  }

  return {
    wanted,
    write(packet, values, depth) {
      if (depth > MAX_VALUE_DEPTH) return false;
      const n = values.length;
      const at = packet.column(n * 4);
      const keys: unknown[] = [];
      const all: unknown[] = [];
      for (let i = 0; i < n; i++) {
        const map = values[i];
        if (!fits(map)) return false;
        const before = keys.length;
        for (const [k, v] of entriesOf(map)) {
          keys.push(k);
          all.push(v);
        }
        packet.view.setUint32(at + i * 4, keys.length - before, true);
      }
      return keys.length === 0 ||
        key.write(packet, keys, depth + 1) &&
          value.write(packet, all, depth + 1);
    },
    read(packet, n) {
      const counts = new Array<number>(n);
      const sum = packet.counts(n, (count, i) => counts[i] = count);
      const keys: Values = sum === 0 ? [] : key.read(packet, sum);
      const all: Values = sum === 0 ? [] : value.read(packet, sum);
      let at = 0;
      return counts.map((count) => {
        const end = at + count;
        if (!hasTextKeys) {
          const map = new Map<unknown, unknown>();
          for (; at < end; at++) map.set(keys[at], all[at]);
          return map;
        }
        const object: Record<string, unknown> = Object.create(null);
        for (; at < end; at++) object[keys[at] as string] = all[at];
        return object;
      });
    },
    explain(given, depth) {
      if (!fits(given)) return wholeMisfit(wanted, given);
      if (depth > MAX_VALUE_DEPTH) return tooDeep();
      for (const [k, v] of entriesOf(given)) {
        const name = typeof k === "string"
          ? JSON.stringify(k)
          : Object(k) === k
          ? show(k)
          : String(k);
        const inner = within(`key ${name}`, key.explain(k, depth + 1)) ??
          within(`[${name}]`, value.explain(v, depth + 1));
        if (inner !== undefined) return inner;
      }
      return undefined;
    },
  };
}
