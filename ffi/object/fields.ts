/**
 * What lies in an object, for those who read it as data: `toJSON()`, and what
 * `console.log` shows; objects that lead back to themselves are refused. A property is on the prototype of its class, where neither
 * `JSON.stringify` nor a console would look.
 *
 * @module
 */

import { printAs } from "../handle/print_as.ts";
import {
  type ClassDefinition,
  fieldsOf,
  jsonOf,
} from "../manifest/manifest.ts";
import { define, type Method } from "./binder.ts";
import { inJson, valueInJson } from "./json.ts";
import { ERROR_CLASS } from "./native_error.ts";
import {
  assertThis,
  describe,
  isLiving,
  isNativeObject,
  type NativeObject,
  stateOf,
} from "./object.ts";
import type { NativeClass } from "./state.ts";

/** An object whose properties are read by their names. */
type Readable = Readonly<Record<string, unknown>>;

/**
 * Adds what JSON has in the place of an object, if the class has not said it.
 *
 * @param own The class.
 * @param method Binds a method by its key and its symbol.
 */
export function addToJson(
  prototype: NativeObject,
  own: NativeClass,
  definition: ClassDefinition,
  method: (key: string, symbol: string) => Method,
): void {
  const { name } = own;
  const source = jsonOf(definition);
  if (source.by === "itself") return;
  define(prototype, "toJSON", () => {
    switch (source.by) {
      case "language": {
        const { get, is } = source.json;
        const bytes = method("toJSON", get);
        return function (this: unknown): unknown {
          return inJson(bytes.call(this) as Uint8Array, is);
        };
      }
      case "fields":
        return function (this: NativeObject): unknown {
          assertThis(this, own, "toJSON()");
          const meet = deeper(name, this);
          const readable = this as unknown as Readable;
          return Object.fromEntries(
            source.fields.map((field) => [
              field,
              valueInJson(readable[field], meet),
            ]),
          );
        };
      case "elements": {
        const all = method("toJSON", source.symbol);
        return function (this: NativeObject): unknown {
          const given = all.call(this);
          // What is walked through step by step has nothing by itself.
          return valueInJson(
            isNativeObject(given) && Symbol.iterator in given
              ? [...given as Iterable<unknown>]
              : given,
            deeper(name, this),
          );
        };
      }
      case "text": {
        const text = method("toJSON", source.symbol);
        return function (this: unknown): unknown {
          return text.call(this);
        };
      }
      case "nothing":
        return function (): never {
          throw new TypeError(
            `${name}.toJSON(): an object of ${name} has no fields that JSON could have: write what its methods give`,
          );
        };
    }
  });
}

/** Most levels of objects, lists and maps that JSON has: engines have stack for half as many more. */
const MOST_IN_JSON = 4000;

/** The level that an object lies on, from when one above it was asked until it is itself. */
const levels = new WeakMap<NativeObject, number>();

/**
 * Counts the levels down to the objects in an object. Those that lead back to it
 * would be without an end, and each look gives others: nobody can tell that it was
 * there.
 *
 * @returns Is told of each object in it, and how many levels further down that is.
 * @throws {TypeError} When it lies too deep itself.
 */
function deeper(
  name: string,
  object: NativeObject,
): (met: NativeObject, further: number) => void {
  const level = levels.get(object) ?? 0;
  levels.delete(object);
  if (level < MOST_IN_JSON) {
    return (met, further) => levels.set(met, level + further);
  }
  throw new TypeError(
    `${name}.toJSON(): it is circular, or has more than ${MOST_IN_JSON} levels`,
  );
}

/**
 * Most objects in one another that are shown: those that lead to one another would
 * be without an end, as each look at one gives another object, and of two that do
 * there are twice as many with each step.
 */
const MOST_DEEP = 8;

/**
 * `console.log` shows the fields of an object: no function that somebody has written is
 * called, but the one that says what an error is, as it is where one is thrown.
 */
export function showFields(
  prototype: NativeObject,
  name: string,
  definition: ClassDefinition,
): void {
  const fields = fieldsOf(definition);
  const saysItself = name === ERROR_CLASS && definition.text !== undefined;
  if (fields.length === 0 && !saysItself) return;
  printAs(prototype, function (depth, options, inspect) {
    if (!isNativeObject(this) || !isLiving(this, stateOf(this).class)) {
      return describe(this, name);
    }
    if (saysItself) return `[${name}: ${text(this)}]`;
    const further = Math.min(depth ?? MOST_DEEP, MOST_DEEP);
    if (further < 0) return `[${name}]`;
    const shown = Object.fromEntries(
      fields.map((field) => [field, glimpse(this, field)]),
    );
    return `${name} ${inspect(shown, { ...options, depth: further })}`;
  });
}

/** A field, or why it cannot be read: it is in use, or no number is exactly what it is. */
function glimpse(object: NativeObject, field: string): unknown {
  try {
    return (object as unknown as Readable)[field];
  } catch (error) {
    const unread = {};
    printAs(unread, () => reasonOf(error));
    return unread;
  }
}

/** What an object says of itself, or why it does not. */
function text(object: NativeObject): string {
  try {
    return String(object);
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const [reason] = String((error as Error).message).split("\n");
  return `<${reason}>`;
}
