/**
 * Who may make what stands for memory. JavaScript knows of no private
 * constructor: whoever has an object has its class, and can call that.
 *
 * @module
 */

/** Given to a constructor by who may call it; nobody else sees it. */
export const OWN: unique symbol = Symbol("own");

/**
 * Refuses what is made by somebody else.
 *
 * @param key What the constructor was given first.
 * @param name The class.
 * @throws {TypeError} When it is not {@linkcode OWN}.
 */
export function assertOwn(key: unknown, name: string): void {
  if (key === OWN) return;
  throw new TypeError(`new ${name}(): it is made by a plugin alone`);
}
