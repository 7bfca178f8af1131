/**
 * Struct types, as the caller sees them, and their views: objects whose properties
 * are memory; and arrays of such at an address.
 *
 * @module
 */

import { PluginError, showKind } from "../error.ts";
import type { CompositeDefinition } from "../manifest/manifest.ts";
import { assertOwn, OWN } from "./own_constructor.ts";
import { cannotBePosted } from "./own_thread.ts";
import { addressAnywhere, isPointer, type Pointer } from "./pointer.ts";
import { printAs } from "./print_as.ts";
import { Kept } from "./kept_alive.ts";
import { liveMemory, ownMemory } from "./raw_memory.ts";
import type { Space } from "../runtime/adapter.ts";
import {
  belong,
  isElsewhere,
  mirror,
  refresh,
  refreshNow,
} from "../runtime/space.ts";
import { isFixed, MAX_ELEMENTS, plainBytes } from "../runtime/views.ts";
import { isPlainObject } from "../value/plain_object.ts";

/** Whether a value is a {@linkcode Struct}. */
export let isStruct: (value: unknown) => value is Struct; // its body: the static block of Struct

/**
 * Whether a struct's memory is there, and what it points to, which can be
 * transferred; and all the elements that one made here says that it has.
 */
export function hasMemory(struct: Struct): boolean {
  return isFixed(memoryOf(struct)) && !keptBy(struct).isLost &&
    missingFrom(struct) === undefined;
}

/** What a struct that was made here says that it has, and has no memory for. */
export let missingFrom: (struct: Struct) => string | undefined; // its body: the static block of Struct

/** The memory of a struct, and no more. */
export let dataOf: (struct: Struct) => DataView; // its body: the static block of Struct

/** Memory that a struct lies in; {@linkcode placeOf} says where. */
export let memoryOf: (struct: Struct) => DataView; // its body: the static block of Struct

/** Where a struct begins in {@linkcode memoryOf} it. */
export let placeOf: (struct: Struct) => number; // its body: the static block of Struct

/** The definition that a struct's type was made from. */
export let definitionOf: (struct: Struct) => CompositeDefinition; // its body: the static block of Struct

/** What a struct's type is called. */
export function nameOf(struct: Struct): string {
  return names.get(definitionOf(struct)) ?? "struct";
}

/** What types are called, by their definitions. */
const names = new WeakMap<CompositeDefinition, string>();

/** What a struct's memory points to and nothing else keeps. */
export let keptBy: (struct: Struct) => Kept; // its body: the static block of Struct

/**
 * A window on the memory of one C struct or union.
 *
 * Its properties are the members: reading one reads the memory, writing one
 * checks the value and writes it. A member that is a struct is a view of its
 * own on the same memory, an array of numbers a typed array.
 *
 * Types come from {@linkcode Plugin.type}.
 */
export class Struct {
  #view: DataView;
  /** Where it begins there; not at 0 where other things lie there too. */
  #at: number;
  /** Bytes that it has there, with its open array. */
  readonly #size: number;
  readonly #definition: CompositeDefinition;
  readonly #kept: Kept;
  /** Of one that was made here and has an open array: native code may have more memory than is seen. */
  readonly #open: OpenEnd | undefined;
  /** @internal */
  readonly "cannot be posted" = cannotBePosted;

  static {
    isStruct = (value): value is Struct =>
      typeof value === "object" && value !== null && #view in value;
    memoryOf = (struct) => {
      refresh?.(struct.#view);
      return struct.#view;
    };
    placeOf = (struct) => struct.#at;
    dataOf = (struct) => {
      const size = struct.#size;
      if (struct.#at > 0 || struct.#view.byteLength > size) {
        const { buffer, byteOffset } = struct.#view;
        struct.#view = new DataView(buffer, byteOffset + struct.#at, size);
        struct.#at = 0;
      }
      refresh?.(struct.#view);
      return struct.#view;
    };
    missingFrom = (struct) =>
      struct.#open === undefined
        ? undefined
        : struct.#open.missing(dataOf(struct));
    definitionOf = (struct) => struct.#definition;
    keptBy = (struct) => struct.#kept;
  }

  /** Made by the types of a plugin. */
  protected constructor(
    key: typeof OWN,
    definition: CompositeDefinition,
    view: DataView,
    kept: Kept,
    at = 0,
    size?: number,
    open?: OpenEnd,
  ) {
    assertOwn(key, "Struct");
    this.#size = size ?? definition.size;
    this.#definition = definition;
    this.#view = view;
    this.#at = at;
    this.#kept = kept;
    this.#open = open;
  }
}

/**
 * The type of a struct or a union of a plugin.
 *
 * @typeParam Out Its members, as they are read.
 * @typeParam In Its members, as they can be given.
 */
// deno-lint-ignore no-explicit-any -- without a generated declaration they are only known at run time
export interface StructType<Out extends object = any, In extends object = any> {
  /**
   * Makes one in memory of its own, all zero but for the members given; given
   * another of its type, a copy of that.
   *
   * @throws {TypeError} For a member that it has not got, or a wrong value.
   * @throws {RangeError} For a value that is out of range.
   */
  new (members?: Readonly<Partial<In>> | Struct): Struct & Out;
  /** Its name. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** Alignment in bytes. */
  readonly align: number;
  /**
   * The one that lies at an address. Whether it is still there cannot be known.
   *
   * @throws {TypeError} When `pointer` is not a {@linkcode Pointer}.
   */
  at(pointer: Pointer): Struct & Out;
  /**
   * Those that lie one behind the other from an address on, as a `T *` and a
   * count have them in C. Whether there are so many cannot be known.
   *
   * The array is frozen: nothing can be pushed, and no element be exchanged for
   * another. To write to the plugin's memory, assign to the members of an element.
   *
   * @param count How many, from 0.
   * @throws {TypeError} When `pointer` is not a {@linkcode Pointer}.
   * @throws {RangeError} When `count` is no whole number from 0.
   */
  array(pointer: Pointer, count: number): (Struct & Out)[];
  /**
   * A plain object with the members as they are now; of a union, and of a
   * struct with members over each other, a copy.
   */
  toObject(struct: Struct): Out;
}

/** One member as an accessor. */
export interface MemberAccessor {
  readonly name: string;
  /** Whether it reaches beyond what all structs of the type have: it is given the whole of one. */
  readonly isOpen?: boolean;
  get(view: DataView, at: number, kept: Kept): unknown;
  /** Writes a value that fits, or throws what is wrong with it. */
  set(view: DataView, at: number, value: unknown, kept: Kept): void;
}

/** What the type of one definition knows of its members together. */
export interface Whole {
  /** Gives a plain object; of what has members over each other a copy of its own. */
  read(view: DataView): object;
  /** Gives what a person is shown. */
  glimpse(view: DataView): object;
  /** The first two of some members that lie over each other. */
  clash(names: readonly string[]): readonly [string, string] | undefined;
  /** Of those which end in an open array. */
  readonly open?: OpenEnd;
}

/** How large structs are which end in an open array. */
interface OpenEnd {
  /** The member that is the array. */
  readonly name: string;
  /** By what lies there. */
  sizeAt(view: DataView): number;
  /** By the elements that are to lie there. */
  sizeFor(elements: unknown): number;
  /** What one says that it has, and has no memory for. */
  missing(view: DataView): string | undefined;
}

/** Makes a view of memory; that is not checked to be large enough. */
export type Over = (
  view: DataView,
  kept: Kept,
  at?: number,
  bytes?: number,
) => Struct;

/**
 * Makes the type of one definition.
 *
 * @param name What it is called.
 * @param definition The type's size and alignment.
 * @param members The type's members, in order.
 * @param whole All of them together.
 * @param home The process that its addresses are of; this one without it.
 * @returns The type: a class of views.
 */
export function structType(
  name: string,
  definition: CompositeDefinition,
  members: readonly MemberAccessor[],
  whole: Whole,
  home?: Space,
): { type: StructType; over: Over } {
  const { size, align } = definition;
  const { open, clash } = whole;
  names.set(definition, name);
  const byName = new Map(members.map((member) => [member.name, member]));

  class Type extends Struct {
    static readonly size = size;
    static readonly align = align;

    constructor(
      given?: unknown,
      view?: DataView,
      kept?: Kept,
      at?: number,
      whole?: number,
    ) {
      if (given === OWN) {
        super(OWN, definition, view!, kept!, at, whole);
        return;
      }
      // Each member is read once, before there is memory for it.
      const entries = entriesOf(given);
      const bytes = open === undefined ? size : sizeFor(given, entries, open);
      const memory = newMemory(home, bytes, align);
      if (isStruct(given) && definitionOf(given) === definition) {
        super(OWN, definition, memory, copy(given, memory), 0, bytes, open);
        return;
      }
      super(OWN, definition, memory, new Kept(), 0, bytes, open);
      if (given === undefined) return;
      const wanted = `new ${name}(): wanted an object with its members`;
      if (isPointer(given)) {
        throw new TypeError(`${wanted}; ${name}.at() takes a Pointer`);
      }
      if (entries === undefined) throw new TypeError(wanted);
      const both = clash(
        entries.flatMap(([key, value]) => value === undefined ? [] : [key]),
      );
      if (both !== undefined) {
        throw new TypeError(
          `new ${name}(): ${
            both.map((key) => JSON.stringify(key)).join(" and ")
          } lie over each other, wanted one of them`,
        );
      }
      for (const [key, value] of entries) {
        const member = byName.get(key);
        if (member === undefined) {
          throw new TypeError(
            `new ${name}(): it has no member ${JSON.stringify(key)}, only ${
              [...byName.keys()].map((name) => JSON.stringify(name)).join(", ")
            }`,
          );
        }
        // By a property it might be one of a class that extends this one.
        if (value !== undefined) put(this, member, value);
      }
    }

    static at(pointer: Pointer): Struct {
      const view = lookAt("at", pointer, size);
      if (open !== undefined) refreshNow(view);
      const all = open?.sizeAt(view) ?? size;
      return all === size
        ? over(view, new Kept())
        : over(lookAt("at", pointer, all), new Kept(), 0, all);
    }

    static array(pointer: Pointer, count: number): Struct[] {
      // Each is an object: of more of them the engine would end the process.
      if (!Number.isSafeInteger(count) || count < 0 || count >= MAX_ELEMENTS) {
        throw new RangeError(
          `${name}.array(): wanted a whole number from 0, below ${MAX_ELEMENTS}, got ${
            showKind(count)
          }`,
        );
      }
      const view = lookAt("array", pointer, size * count);
      // What is put into it, C would not see.
      return Object.freeze(
        Array.from(
          { length: count },
          (_, index) => over(view, new Kept(), size * index),
        ),
      ) as Struct[];
    }

    static toObject(struct: Struct): object {
      if (!isStruct(struct) || definitionOf(struct) !== definition) {
        throw new TypeError(`${name}.toObject(): wanted a ${name}`);
      }
      return whole.read(dataOf(struct));
    }
  }

  /** The bytes that one is to have of which this is given. */
  function sizeFor(
    given: unknown,
    entries: readonly [string, unknown][] | undefined,
    end: OpenEnd,
  ): number {
    if (isStruct(given) && definitionOf(given) === definition) {
      return dataOf(given).byteLength;
    }
    return end.sizeFor(entries?.find(([key]) => key === end.name)?.[1]);
  }

  /** So much memory, from an address on. */
  function lookAt(method: string, pointer: Pointer, bytes: number): DataView {
    if (!isPointer(pointer)) {
      throw new TypeError(`${name}.${method}(): wanted a Pointer`);
    }
    if (size === 0) {
      throw new PluginError("unsupported", `${name} has no bytes to look at`);
    }
    if (bytes === 0) return new DataView(new ArrayBuffer(0));
    const address = addressAnywhere(pointer);
    return new DataView(
      isElsewhere(address)
        ? mirror(() => address, bytes)
        : liveMemory(address, bytes),
    );
  }

  function over(view: DataView, kept: Kept, at = 0, bytes = size): Struct {
    return new Type(OWN, view, kept, at, bytes);
  }

  function put(it: Struct, member: MemberAccessor, value: unknown): void {
    if (member.isOpen) member.set(dataOf(it), 0, value, keptBy(it));
    else member.set(memoryOf(it), placeOf(it), value, keptBy(it));
  }

  /** Accessors can be called on anything. */
  function check(it: unknown, member: string): void {
    if (isStruct(it) && definitionOf(it) === definition) return;
    throw new TypeError(`${name}.${member}: wanted a ${name}`);
  }

  for (const member of members) {
    Object.defineProperty(Type.prototype, member.name, {
      get(this: Struct) {
        check(this, member.name);
        if (member.isOpen) return member.get(dataOf(this), 0, keptBy(this));
        return member.get(memoryOf(this), placeOf(this), keptBy(this));
      },
      set(this: Struct, value: unknown) {
        check(this, member.name);
        put(this, member, value);
      },
      enumerable: true,
      configurable: true,
    });
  }
  Object.defineProperty(Type, "name", { value: name });
  // Another prototype would be called with what is ours.
  Object.preventExtensions(Type);
  makePrintable(Type.prototype, name, whole.glimpse);
  return { type: Type as unknown as StructType, over };
}

/** The members that an object has, which may be none; undefined where it is nothing that has any, as a `Map`. */
function entriesOf(given: unknown): [string, unknown][] | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  if (isStruct(given) || isPointer(given)) return undefined;
  const entries = Object.entries(given);
  return entries.length > 0 || isPlainObject(given) ? entries : undefined;
}

function newMemory(
  home: Space | undefined,
  size: number,
  align: number,
): DataView {
  const view = ownMemory(size, align);
  belong(view.buffer, home);
  return view;
}

/** Copies the bytes, and gives what they need to stay valid. */
function copy(struct: Struct, to: DataView): Kept {
  const from = dataOf(struct);
  plainBytes(to).set(plainBytes(from));
  return keptBy(struct)
    .part(from.byteOffset, from.byteLength, to.byteOffset);
}

/** `console.log` shows the members. */
function makePrintable(
  prototype: Struct,
  name: string,
  glimpse: (view: DataView) => object,
): void {
  printAs(prototype, function (_depth, options, inspect) {
    return isStruct(this)
      ? `${name} ${inspect(glimpse(dataOf(this)), options)}`
      : name;
  });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name });
}
