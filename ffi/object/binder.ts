/**
 * What a plugin binds for its classes: its functions as their methods, each when
 * it is first asked for.
 *
 * @module
 */

import type { ClassDefinition } from "../manifest/manifest.ts";
import type { Address } from "../runtime/adapter.ts";
import type { NativeObject } from "./object.ts";
import type { Release } from "./ledger.ts";
import type { Handle } from "./state.ts";

/** A function with a version of it that gives a promise. */
export type Method = ((this: unknown, ...args: unknown[]) => unknown) & {
  readonly async: (this: unknown, ...args: unknown[]) => Promise<unknown>;
};

/**
 * Tells a plugin what came of a promise.
 *
 * @param token What the plugin calls it.
 * @param packet What came of it.
 * @param thrown The number of the error, or 0.
 */
export type Settle = (
  token: bigint,
  packet: Uint8Array,
  thrown: number,
) => void;

/** What a plugin binds for its classes. */
export interface Binder {
  /** A function of the plugin. */
  bind(symbol: string): (...args: unknown[]) => unknown;
  /** A function of the plugin whose first argument is `this`. */
  bindMethod(symbol: string, name: string): Method;
  /** The numbers of functions, called by that address, that the plugin has let go of. */
  released?(address: Address): readonly number[];
  /** What tells the plugin what came of a promise; undefined where it cannot wait for one. */
  readonly settle?: () => Settle | undefined;
  /** Reads a member of the struct at the address of an object of a class. */
  bindMember(
    of: string,
    member: string,
  ): (object: NativeObject) => unknown;
  /** A given value as errors show it. */
  show(value: unknown): string;
  /** What gives a value back. */
  bindFree(symbol: string, handle: ClassDefinition["handle"]): (
    handle: Handle,
  ) => void;
  /** Where that function lies; undefined where it is of another process. */
  releaseOf(symbol: string, handle: ClassDefinition["handle"]):
    | Release
    | undefined;
}

/** The binders of the plugins that are open, by the types of their manifests. */
const binders = new WeakMap<object, Binder>();

/** Lets a plugin's functions be found by its classes. */
export function registerBinder(types: object, binder: Binder): void {
  binders.set(types, binder);
}

/** What the plugin with these types binds. */
export function binderOf(types: object): Binder {
  return binders.get(types)!;
}

/** The numbers of functions, called by that address, that a plugin has let go of. */
export function released(types: object, address: Address): readonly number[] {
  return binders.get(types)?.released?.(address) ?? [];
}

/** What tells a plugin what came of a promise. */
export function settleOf(types: object): Settle | undefined {
  return binders.get(types)?.settle?.();
}

/** A property that finds its value when it is first read. */
export function define(
  object: object,
  key: PropertyKey,
  find: () => unknown,
): void {
  Object.defineProperty(object, key, {
    configurable: true,
    get() {
      const value = find();
      // V8 looks up in a slow way, for good, in a prototype whose accessor became
      // a value; what is deleted and added is as before.
      delete object[key as never];
      Object.defineProperty(object, key, { configurable: true, value });
      return value;
    },
  });
}
