/**
 * Members of a class that are called on what is none of it. JavaScript lets
 * anybody do that, and then speaks of private fields.
 *
 * @module
 */

import { showKind } from "../error.ts";

const { apply } = Reflect;

/**
 * Makes sure of each member of a class that it is called on one of the class.
 *
 * @param prototype The class's, with its members.
 * @param name What the class is called.
 * @param isOne Whether a value is one of the class.
 * @param hot Members that make sure themselves: no other function may stand before them.
 */
export function guardMembers(
  prototype: object,
  name: string,
  isOne: (it: unknown) => boolean,
  hot: readonly PropertyKey[] = [],
): void {
  for (const key of Reflect.ownKeys(prototype)) {
    if (key === "constructor" || hot.includes(key)) continue;
    const own: PropertyDescriptor = {
      __proto__: null, // what is put into Object.prototype is none of it
      ...Object.getOwnPropertyDescriptor(prototype, key)!,
    } as PropertyDescriptor;
    const { get, set, value } = own;
    const member = typeof key === "symbol"
      ? `${name}[${key.description}]`
      : `${name}.${key}`;
    const assertOne = (it: unknown): void => {
      if (isOne(it)) return;
      throw wrongThis(member, name, it);
    };
    if (typeof value === "function") {
      own.value = likeIt(value, function (this: unknown, ...args: unknown[]) {
        assertOne(this);
        return apply(value, this, args);
      });
    }
    if (get !== undefined) {
      own.get = likeIt(get, function (this: unknown) {
        assertOne(this);
        return apply(get, this, []);
      });
    }
    if (set !== undefined) {
      own.set = likeIt(set, function (this: unknown, given: unknown) {
        assertOne(this);
        apply(set, this, [given]);
      });
    }
    Object.defineProperty(prototype, key, own);
  }
}

/**
 * The error of a member that is called on what is none of its class.
 *
 * @param member The member, with its class.
 * @param name The class.
 * @param it What it was called on.
 */
export function wrongThis(
  member: string,
  name: string,
  it: unknown,
): TypeError {
  return new TypeError(
    `${member}: this: wanted a ${name}, got ${showKind(it)}`,
  );
}

/** Gives a function the name and the number of parameters of another. */
function likeIt<F extends (...args: never[]) => unknown>(
  // deno-lint-ignore ban-types -- of any type
  one: Function,
  made: F,
): F {
  const { name, length } = one;
  return Object.defineProperties(made, {
    name: { configurable: true, value: name },
    length: { configurable: true, value: length },
  });
}
