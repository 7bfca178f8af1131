/**
 * The classes of a plugin: made of its manifest, each when it is first needed.
 *
 * @module
 */

import type { ClassDefinition } from "../manifest/manifest.ts";
import { type Binder, binderOf, define, type Method } from "./binder.ts";
import { addToJson, showFields } from "./fields.ts";
import { addIterators } from "./iterator.ts";
import { errorObjectOf } from "./native_error.ts";
import { isRefusedBy } from "./refusal.ts";
import { bytesOf, isIterable, pairsOf, stepsOf } from "./iterable_source.ts";
import {
  asFunction,
  describe,
  isLiving,
  isNativeObject,
  makeClass,
  type NativeObject,
  stateOf,
  type Wrap,
  wrongObject,
} from "./object.ts";
import type { Handle, NativeClass } from "./state.ts";
import { keepGiven, textOfThrown } from "./thrown.ts";
import { isPlainObject } from "../value/plain_object.ts";

/** A class of a plugin. */
export interface PluginClass extends NativeClass {
  /** The types of its plugin's manifest. */
  readonly types: object;
  /** What `plugin.symbols` has under its name. */
  readonly Type: typeof NativeObject;
  readonly wrap: Wrap;
  /** Makes an object of what JavaScript has in its place; undefined where that does not do. */
  readonly adapt: (value: unknown) => NativeObject | undefined;
}

/** The classes that were made, by the types of their manifests. */
const made = new WeakMap<object, Map<string, PluginClass>>();

/** How many objects of each class JavaScript holds, of the classes that were used. */
export function livingObjects(types: object): Record<string, number> {
  return Object.fromEntries(
    Array.from(made.get(types) ?? [], ([name, { living }]) => [name, living]),
  );
}

/**
 * A class of a plugin; the same for the same name.
 *
 * @param types The types of the plugin's manifest.
 */
export function classOf(
  types: object,
  name: string,
  definition: ClassDefinition,
): PluginClass {
  let known = made.get(types);
  if (known === undefined) made.set(types, known = new Map());
  let one = known.get(name);
  if (one === undefined) {
    known.set(name, one = make(types, name, definition, binderOf(types)));
  }
  return one;
}

function make(
  types: object,
  name: string,
  definition: ClassDefinition,
  binder: Binder,
): PluginClass {
  const { free, handle, accepts = [] } = definition;
  const others = new Set(accepts);
  const of = {
    name,
    types,
    accepts: (other: NativeClass) =>
      others.has(other.name) && (other as PluginClass).types === types,
    living: 0,
    free: free === undefined ? undefined : lazyFree(binder, free, handle),
    release: free === undefined
      ? undefined
      : once(() => binder.releaseOf(free, handle)),
  };
  const { Type, wrap } = makeClass(of);
  addMethods(Type.prototype, of, definition, binder);
  addMembers(Type.prototype, of, definition, binder);
  const adapt = adapterOf(of, definition, binder);
  const Face = faceOf(Type, name, definition, binder, adapt);
  const { call } = definition;
  if (call !== undefined) {
    for (const key of ["apply", "bind", "call"] as const) {
      Object.defineProperty(Type.prototype, key, {
        configurable: true,
        value: Function.prototype[key],
      });
    }
  }
  let bound: Method | undefined;
  const wrapped: Wrap = call === undefined
    ? wrap
    : (handle, parent, isBorrowed) =>
      asFunction(
        wrap(handle, parent, isBorrowed),
        () => bound ??= binder.bindMethod(call, name),
      );
  return Object.assign(of, { Type: Face, wrap: wrapped, adapt });
}

/** Makes objects of a class of bytes, functions, errors, and objects with its methods. */
function adapterOf(
  of: NativeClass,
  { from = {}, new: construct }: ClassDefinition,
  binder: Binder,
): PluginClass["adapt"] {
  const {
    symbol,
    methods = [],
    bytes,
    call,
    data,
    fields,
    iterable,
    entries,
    error,
    values,
  } = from;
  /** So that one object of JavaScript is one of the plugin, for as long as it lives. */
  const adapted = new WeakMap<object, NativeObject>();
  const make = (symbol: string, ...args: unknown[]) =>
    binder.bind(symbol)(...args) as NativeObject;
  const adapt: PluginClass["adapt"] = (value) => {
    // What has ended is nothing that another could be made of: its methods would ask for that again.
    if (isNativeObject(value) && stateOf(value).life !== "alive") {
      return undefined;
    }
    if (typeof value === "function") {
      return call === undefined ? undefined : make(call, value);
    }
    if (typeof value !== "object" || value === null) return undefined;
    if (error !== undefined && value instanceof Error) {
      return errorObjectOf(value, of) ??
        make(error, textOfThrown(value), BigInt(keepGiven(value)));
    }
    if (bytes !== undefined && value instanceof Uint8Array) {
      return make(bytes, value);
    }
    if (iterable !== undefined && isIterable(value)) {
      return data !== undefined && Symbol.iterator in value
        ? make(data, Array.isArray(value) ? value : [...value])
        : make(iterable, stepsOf(value));
    }
    if (data !== undefined && !isNativeObject(value)) return make(data, value);
    if (entries !== undefined && isIterable(value)) {
      return make(entries, pairsOf(value));
    }
    if (bytes !== undefined && symbol !== undefined && isIterable(value)) {
      return make(symbol, bytesOf(value));
    }
    if (fields !== undefined && construct !== undefined) {
      return withFields(value, fields, () => make(construct));
    }
    if (symbol === undefined) return undefined;
    const known = adapted.get(value);
    if (known !== undefined && stateOf(known).life === "alive") return known;
    const functions: unknown[] = [];
    for (const method of methods) {
      const one: unknown = (value as Record<string, unknown>)[method];
      if (typeof one !== "function") return undefined;
      functions.push((...args: unknown[]) => one.apply(value, args));
    }
    const object = make(symbol, ...functions);
    adapted.set(value, object);
    return object;
  };
  if (values === undefined) return adapt;
  return (value) => adapt(value) ?? firstOf(values, value, make);
}

/**
 * Values that functions are being tried with. What such a one makes of them is
 * nothing that another may make something of again: classes can be made of each other.
 */
const tried: unknown[] = [];

/** What the first of some functions makes of an argument that others refuse. */
function firstOf(
  symbols: readonly string[],
  value: unknown,
  make: (symbol: string, value: unknown) => NativeObject,
): NativeObject | undefined {
  if (tried.includes(value)) return undefined;
  tried.push(value);
  try {
    for (const symbol of symbols) {
      try {
        return make(symbol, value);
      } catch (error) {
        if (!isRefusedBy(error, symbol)) throw error;
      }
    }
    return undefined;
  } finally {
    tried.pop();
  }
}

/** An object with the fields of a plain one; the others are zero. Undefined for one that has more. */
function withFields(
  value: object,
  fields: readonly string[],
  construct: () => NativeObject,
): NativeObject | undefined {
  if (!isPlainObject(value)) return undefined;
  const entries = Object.entries(value);
  if (!entries.every(([key]) => fields.includes(key))) return undefined;
  const object = construct() as unknown as Record<string, unknown>;
  for (const [key, one] of entries) {
    if (one !== undefined) object[key] = one;
  }
  return object as unknown as NativeObject;
}

/** A value that is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Binds the function that gives values back when the first one is. */
function lazyFree(
  binder: Binder,
  symbol: string,
  kind: ClassDefinition["handle"],
): (handle: Handle) => void {
  let free: ((handle: Handle) => void) | undefined;
  return (handle) => (free ??= binder.bindFree(symbol, kind))(handle);
}

function addMethods(
  prototype: NativeObject,
  own: NativeClass,
  definition: ClassDefinition,
  binder: Binder,
): void {
  const { name } = own;
  const { methods = {}, accessors = {}, text } = definition;
  const method = (key: string, symbol: string) =>
    binder.bindMethod(symbol, `${name}.${key}`);
  for (const [key, symbol] of Object.entries(methods)) {
    define(prototype, key, () => method(key, symbol));
  }
  for (const [key, { get, set }] of Object.entries(accessors)) {
    let read: Method | undefined;
    let write: Method | undefined;
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: true,
      get() {
        return (read ??= method(key, get)).call(this);
      },
      ...set === undefined ? {} : {
        set(value: unknown) {
          (write ??= method(key, set)).call(this, value);
        },
      },
    });
  }
  if (text !== undefined) {
    define(prototype, "toString", () => method("toString", text));
  }
  addToJson(prototype, own, definition, method);
  showFields(prototype, name, definition);
  const { iterator, next, stream, iterate } = definition;
  if ((iterator ?? next ?? stream ?? iterate) !== undefined) {
    addIterators(prototype, own, definition, method, binder);
  }
  addAsync(prototype, Object.keys(methods));
}

/** Members of the struct that an object's address points to. */
function addMembers(
  prototype: NativeObject,
  own: NativeClass,
  { of, members = [] }: ClassDefinition,
  binder: Binder,
): void {
  for (const member of members) {
    let read: ((object: NativeObject) => unknown) | undefined;
    Object.defineProperty(prototype, member, {
      configurable: true,
      enumerable: true,
      get(this: NativeObject) {
        if (!isLiving(this, own)) throw wrongObject(this, own, member);
        read ??= binder.bindMember(of!, member);
        return read(this);
      },
    });
  }
}

/** `object.async.method()`: the method on another thread, as a promise. */
function addAsync(prototype: NativeObject, keys: readonly string[]): void {
  class Async {
    readonly #object: NativeObject;

    constructor(object: NativeObject) {
      this.#object = object;
    }

    /** The object behind a view, or behind a function that has its methods; what is neither is for the method to refuse. */
    static of(given: unknown): unknown {
      const view = typeof given === "function"
        ? Object.getPrototypeOf(given)
        : given;
      const isView = typeof view === "object" && view !== null &&
        #object in view;
      return isView ? view.#object : given;
    }
  }
  for (const key of keys) {
    define(Async.prototype, key, () => {
      const method = (prototype as unknown as Record<string, Method>)[key]!;
      // One that always runs on another thread has no other version.
      const call = (method as Partial<Method>).async ?? method;
      return function (this: unknown, ...args: unknown[]) {
        return call.apply(Async.of(this), args);
      };
    });
  }
  if (keys.includes("async")) return;
  Object.defineProperty(prototype, "async", {
    configurable: true,
    get(this: NativeObject) {
      return new Async(this);
    },
  });
}

/**
 * The class as its users see it: `new` calls its constructor, or makes one of
 * what does for it; statics and constants are its properties.
 */
function faceOf(
  Type: typeof NativeObject,
  name: string,
  { new: symbol, statics = {}, constants = {}, from = {} }: ClassDefinition,
  binder: Binder,
  adapt: PluginClass["adapt"],
): typeof NativeObject {
  const { data, fields } = from;
  const isLiteral = data !== undefined || fields !== undefined;
  let construct: ((...args: unknown[]) => unknown) | undefined;
  function Face(...args: unknown[]): unknown {
    if (new.target === undefined) {
      throw new TypeError(`${name}() is a class: call it with new`);
    }
    if (symbol === undefined) {
      throw new TypeError(
        `new ${name}(): it has no constructor; functions of its plugin give objects of it`,
      );
    }
    const [value] = args;
    const isOne = args.length === 1 && typeof value === "object";
    if (isLiteral && isOne && value !== null) {
      const made = adapt(value);
      if (made !== undefined) return made;
      const wanted = fields === undefined
        ? "what it is made of"
        : `a plain object with fields of ${fields.join(", ")}`;
      const got = isPlainObject(value)
        ? `one of ${Object.keys(value).join(", ")}`
        : isNativeObject(value)
        ? describe(value)
        : "something else";
      throw new TypeError(`new ${name}(): wanted ${wanted}, got ${got}`);
    }
    return (construct ??= binder.bind(symbol))(...args);
  }
  Object.defineProperties(Face, {
    name: { value: name },
    prototype: { value: Type.prototype, writable: false },
  });
  Object.defineProperty(Type.prototype, "constructor", {
    configurable: true,
    writable: true,
    value: Face,
  });
  for (const [key, function_] of Object.entries(statics)) {
    define(Face, key, () => binder.bind(function_));
  }
  for (const [key, function_] of Object.entries(constants)) {
    Object.defineProperty(Face, key, {
      configurable: true,
      get: () => binder.bind(function_)(),
    });
  }
  return Face as unknown as typeof NativeObject;
}
