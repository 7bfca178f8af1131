/**
 * Columns of objects that stay on the native side: their handles.
 *
 * @module
 */

import { article } from "../check/show.ts";
import type { PluginClass } from "../object/classes.ts";
import {
  handleOf,
  isLiving,
  isLivingIn,
  isNativeObject,
  type NativeObject,
  stateOf,
  whoseIs,
} from "../object/object.ts";
import { handleIn, homeOf } from "../runtime/space.ts";
import { putWord, wordAt } from "../value/scalar.ts";
import type { FurtherKind } from "./any_column.ts";
import { type Column, wholeMisfit } from "./column.ts";
import { PacketError } from "./packet.ts";

/**
 * The column of a class: n handles (u64), 0 for null.
 *
 * @param made The class.
 * @param isNullable Whether null may be given.
 */
export function objectColumn(made: PluginClass, isNullable: boolean): Column {
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
          const object = isLiving(value, made) ? value : made.adapt(value);
          if (object === undefined) return false;
          packet.held.push(object);
          putWord(packet.view, at + i * 8, handleOf(object as NativeObject));
        }
      }
      return true;
    },
    read(packet, n) {
      const at = packet.column(n * 8);
      return Array.from({ length: n }, (_, i) => {
        const handle = wordAt(packet.view, at + i * 8);
        return handle === 0
          ? null
          : made.wrap(handleIn(homeOf(made.types), handle));
      });
    },
    explain(value) {
      if (isNull(value) || isLiving(value, made)) return undefined;
      // Another one of the list is what is wrong.
      if (made.adapt(value) !== undefined) return undefined;
      const wrong = wholeMisfit(wanted, value);
      return { ...wrong, got: `${wrong.got}${whoseIs(value, made)}` };
    },
  };
}

/**
 * Objects of any class of a plugin, among other values: n numbers of classes
 * (u32), then n handles (u64).
 *
 * @param classes The classes, in the order of their names.
 * @param ofFunctions The one of them that functions of JavaScript are of, if there is one.
 * @param ofErrors The one that errors of JavaScript are of, if there is one.
 * @param types The types of the plugin's manifest.
 */
export function instances(
  classes: readonly (() => PluginClass)[],
  ofFunctions: (() => PluginClass) | undefined,
  ofErrors: (() => PluginClass) | undefined,
  types: object,
): FurtherKind {
  const wanted = "an object of its plugin";

  /** The class of which something of JavaScript becomes an object. */
  function classFor(value: unknown): (() => PluginClass) | undefined {
    if (typeof value === "function") return ofFunctions;
    return value instanceof Error ? ofErrors : undefined;
  }

  function is(value: unknown): boolean {
    if (isNativeObject(value)) return isLivingIn(types, value);
    return classFor(value) !== undefined;
  }

  const column: Column = {
    wanted,
    write(packet, values) {
      const n = values.length;
      const numbers = packet.column(n * 4);
      const at = packet.column(n * 8);
      for (let i = 0; i < n; i++) {
        const value = values[i];
        if (!is(value)) return false;
        const object = isNativeObject(value)
          ? value
          : classFor(value)!().adapt(value);
        if (object === undefined) return false;
        const { class: of } = stateOf(object);
        const number = classes.findIndex((made) => made() === of);
        packet.held.push(object);
        packet.view.setUint32(numbers + i * 4, number, true);
        putWord(packet.view, at + i * 8, handleOf(object));
      }
      return true;
    },
    read(packet, n) {
      const numbers = packet.column(n * 4);
      const at = packet.column(n * 8);
      return Array.from({ length: n }, (_, i) => {
        const number = packet.view.getUint32(numbers + i * 4, true);
        const made = classes.at(number);
        if (made === undefined) {
          throw new PacketError(`there is no class ${number}`);
        }
        return made().wrap(
          handleIn(homeOf(types), wordAt(packet.view, at + i * 8)),
        );
      });
    },
    explain: (value) => is(value) ? undefined : wholeMisfit(wanted, value),
  };
  return { is, column };
}
