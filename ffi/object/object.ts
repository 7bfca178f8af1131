/**
 * Objects: values that stay on the native side, as JavaScript holds them.
 *
 * @module
 */

import {
  begin,
  end,
  FATE,
  type Handle,
  isIdle,
  keepBy,
  keepByNoMore,
  type NativeClass,
  releaseNow,
  releaseWith,
  revive,
  type State,
  unuse,
  use,
  useForever,
} from "./state.ts";
import { printAs } from "../handle/print_as.ts";
import { assertOwn, OWN } from "../handle/own_constructor.ts";
import { guardMembers } from "../handle/own_members.ts";
import { cannotBePosted } from "../handle/own_thread.ts";
import { Held, Use } from "../handle/lent_memory.ts";
import { isCallback, keepCallback } from "../handle/callback_handle.ts";
import {
  isFreed,
  isPointer,
  type Pointer,
  releasePointer,
  retainPointer,
} from "../handle/pointer.ts";
import { isOver } from "../runtime/space.ts";
import { throwLater } from "../system/throw_later.ts";

/** Whether a value is an object of a plugin, living or not. */
export let isNativeObject: (value: unknown) => value is NativeObject; // its body: the static block of NativeObject

/** The state of an object. */
export let stateOf: (object: NativeObject) => State; // its body: the static block of NativeObject

/** Whether a value is a living object of a class; for generated checks: a plain function that asks {@linkcode stateOf} takes half a nanosecond more. */
export let isLiving: (value: unknown, of: NativeClass) => boolean; // its body: the static block of NativeObject

/** The object that another one needs. */
let parentOf: (object: NativeObject) => NativeObject | undefined; // its body: the static block of NativeObject

/** An object if it is of a class, or the nearest of those that it needs. */
let nearestOf: (
  object: NativeObject,
  name: string,
) => NativeObject | undefined; // its body: the static block of NativeObject

/** The handle of an object; for generated calls, behind {@linkcode isLiving}. */
export let handleOf: (object: NativeObject) => Handle; // its body: the static block of NativeObject

/** The nearest object of a class that another one needs, if there is any. */
interface Nearest {
  readonly name: string;
  readonly object: NativeObject | undefined;
}

/** Gives back what JavaScript has let go of without `using`. */
const registry = new FinalizationRegistry<State>((state) => {
  try {
    end(state, "disposed");
  } catch (error) {
    // Deno lets nobody catch what is thrown right here.
    if (!isOver(state.handle)) throwLater(error);
    // Of the end of an isolated plugin's process the next call tells, if it matters to it.
    else console.warn(String(error));
  }
});

/** The state of an object that a call uses until `unuse` ends that; for generated calls. */
export let useObject: (object: NativeObject) => State; // its body: the static block of NativeObject

/** The objects behind those that are functions. */
const called = new WeakMap<object, NativeObject>();

function own(object: NativeObject): NativeObject {
  return typeof object === "function" ? called.get(object)! : object;
}

/**
 * A function that is an object of a plugin. Its `async` calls it on another
 * thread, and has the methods that do.
 *
 * @param object The object; nobody else sees it.
 * @param call What is called, on the object.
 */
export function asFunction(
  object: NativeObject,
  call: () => Called,
): NativeObject {
  let bound: Called | undefined;
  const made = (...args: unknown[]): unknown =>
    (bound ??= call()).apply(object, args);
  called.set(made, object);
  // It has the methods of its class, and those of functions.
  Object.setPrototypeOf(made, Object.getPrototypeOf(object));
  Object.defineProperties(made, {
    name: { value: stateOf(object).class.name },
    async: {
      configurable: true,
      get() {
        const { async } = object as unknown as { async: object };
        if (typeof async === "function") return async; // a method of that name
        const later = (...args: unknown[]) =>
          (bound ??= call()).async.apply(object, args);
        Object.setPrototypeOf(later, async);
        Object.defineProperty(made, "async", { value: later });
        return later;
      },
    },
    [Symbol.dispose]: { value: () => object[Symbol.dispose]() },
  });
  return made as unknown as NativeObject;
}

/** What is called of an object that is a function. */
interface Called {
  (this: unknown, ...args: unknown[]): unknown;
  readonly async: (this: unknown, ...args: unknown[]) => Promise<unknown>;
}

/**
 * A value of a plugin that stays on the native side. Its classes come from the
 * manifest: methods, accessors, `toString`, iteration.
 *
 * `using` gives it back at once; without it, the collector does when it comes
 * round, which in a loop that never waits it does not. Once it is given back,
 * whatever takes it throws. It belongs to the thread that got it: posting it
 * to a Worker throws.
 */
export class NativeObject implements Disposable {
  readonly #state: State;
  /** The object that must not be given back before this one. */
  readonly #parent: NativeObject | undefined;
  /** What was found last among those that it needs: they can be many, and do not change. */
  #nearest: Nearest | undefined;
  /** @internal */
  readonly "cannot be posted" = cannotBePosted;

  static {
    isNativeObject = (value): value is NativeObject =>
      typeof value === "object" && value !== null && #state in value ||
      typeof value === "function" && called.has(value);
    stateOf = (object) => own(object).#state;
    isLiving = (value, of) => {
      if (typeof value === "function") value = called.get(value);
      if (typeof value !== "object" || value === null) return false;
      if (!(#state in value)) return false;
      const state = value.#state;
      if (isOver(state.handle)) end(state, "lost");
      return state.life === "alive" &&
        (state.class === of || of.accepts(state.class));
    };
    handleOf = (object) => own(object).#state.handle;
    useObject = (object) => {
      const state = own(object).#state;
      state.calls++;
      return state;
    };
    parentOf = (object) => own(object).#parent;
    nearestOf = (object, name) => {
      let at: NativeObject | undefined = object;
      while (at !== undefined && stateOf(at).class.name !== name) {
        const known: Nearest | undefined = own(at).#nearest;
        const isKnown: boolean = known?.name === name;
        at = isKnown ? known!.object : own(at).#parent;
        if (isKnown) break;
      }
      if (at !== object) own(object).#nearest = { name, object: at };
      return at;
    };
    guardMembers(
      NativeObject.prototype,
      "NativeObject",
      (it) => typeof it === "object" && it !== null && #state in it,
    );
  }

  /** Made by the classes of a plugin. */
  protected constructor(
    key: typeof OWN,
    state: State,
    parent?: NativeObject,
  ) {
    assertOwn(key, "NativeObject");
    this.#state = state;
    this.#parent = parent;
    registry.register(this, state, state);
    if (state.class.living === MANY) warn(state.class);
  }

  /** Gives the value back to the plugin; nothing happens the second time. */
  [Symbol.dispose](): void {
    registry.unregister(this.#state);
    end(this.#state, "disposed");
  }
}

/** As many living objects as a program hardly means to hold. */
const MANY = 1_000_000;

const warned = new WeakSet<NativeClass>();

function warn(of: NativeClass): void {
  if (warned.has(of)) return;
  warned.add(of);
  console.warn(
    `There are ${MANY} living objects of the class ${of.name}: hold them with "using", or let the event loop turn now and then so that the collector can give them back`,
  );
}

/** So many that an object needs are looked at for the one that a function has given. */
const NEAR = 64;

/**
 * The object that a function has given once more: one of some objects, or of
 * those that they need, if it is not far.
 *
 * @param of The object's class.
 * @param handle What its plugin has given.
 */
export function findKnown(
  objects: readonly NativeObject[],
  of: NativeClass,
  handle: Handle,
): NativeObject | undefined {
  const isIt = (object: NativeObject): boolean => {
    const state = stateOf(object);
    return state.class === of && state.handle === handle;
  };
  const found = objects.find(isIt);
  if (found !== undefined) return found;
  for (const object of objects) {
    const nearest = nearestOf(object, of.name);
    if (nearest === undefined) continue;
    let at: NativeObject | undefined = nearest;
    for (let i = 0; at !== undefined && i < NEAR; i++) {
      if (isIt(at)) return at;
      at = parentOf(at);
    }
  }
  return undefined;
}

/** The first of some objects that is of a class, or of those that they need. */
export function findOfClass(
  objects: readonly NativeObject[],
  name: string,
): NativeObject | undefined {
  const found = objects.find((object) => stateOf(object).class.name === name);
  if (found !== undefined) return found;
  for (const object of objects) {
    const above = nearestOf(object, name);
    if (above !== undefined) return above;
  }
  return undefined;
}

/** An object for the time of a call: what is disposed of meanwhile is given back at its end. */
class ObjectUse extends Use {
  readonly #object: NativeObject;

  constructor(object: NativeObject) {
    super();
    this.#object = object;
    use(stateOf(object));
  }

  override end(): void {
    unuse(stateOf(this.#object));
  }

  /** The object that something is which a call holds. */
  static objectOf(held: unknown): unknown {
    return held instanceof ObjectUse ? held.#object : held;
  }
}

/**
 * Holds a living object, as long as a call or some memory needs it.
 *
 * @param held What holds it.
 */
export function hold(object: NativeObject, held: unknown[]): void {
  held.push(held instanceof Held ? new ObjectUse(object) : object);
}

/**
 * The object that a call has given again: what it was given, or what was made of
 * that for it.
 *
 * @param given What it was given, or null.
 * @param held What the call holds.
 * @param handle The object's handle.
 */
export function givenAgain(
  given: unknown,
  held: readonly unknown[],
  handle: Handle,
): NativeObject | null {
  if (given === null || isNativeObject(given)) return given;
  for (const one of held) {
    const object = ObjectUse.objectOf(one);
    if (isNativeObject(object) && stateOf(object).handle === handle) {
      return object;
    }
  }
  throw new Error(String(handle)); // the call has written it into its frame
}

/** What objects go on using. */
const kept = new WeakMap<object, Set<unknown>>();

/** What those objects go on using that are the plugin's own, and never given back. */
const forever = new Set<unknown>();

/**
 * Keeps something for as long as an object lives: what would end it before waits.
 *
 * @param holder The object; of one that is a part of another, that one has it.
 * @param thing What it goes on using; null is nothing.
 */
export function keepWith(holder: NativeObject, thing: unknown): void {
  if (thing === null) return;
  let at: NativeObject | undefined = holder;
  while (at !== undefined && stateOf(at).isBorrowed) at = parentOf(at);
  if (at === undefined) {
    keepForever(thing);
    return;
  }
  let things = kept.get(at);
  if (things === undefined) kept.set(at, things = new Set());
  if (things.has(thing)) return;
  things.add(thing);
  const state = stateOf(at);
  const release = retained(thing);
  if (release !== undefined) releaseWith(state, thing, release);
  // A function tells itself that its thread has ended.
  if (typeof thing === "function" && !isNativeObject(thing)) return;
  keepBy(state, isNativeObject(thing) ? stateOf(thing) : undefined);
}

/**
 * An object no longer uses what it was passed: that lives as if it never had.
 *
 * @param holder As above.
 * @param thing What it has gone on using; what it has not is left as it is.
 */
export function keepNoMore(holder: NativeObject, thing: unknown): void {
  let at: NativeObject | undefined = holder;
  while (at !== undefined && stateOf(at).isBorrowed) at = parentOf(at);
  if (at === undefined || kept.get(at)?.delete(thing) !== true) return;
  const state = stateOf(at);
  releaseNow(state, thing);
  if (isNativeObject(thing)) keepByNoMore(state, stateOf(thing));
}

/** Keeps something for as long as there is its plugin, whatever becomes of the object that stands for the holder. */
function keepForever(thing: unknown): void {
  if (forever.has(thing)) return;
  forever.add(thing);
  retained(thing);
  if (isNativeObject(thing)) useForever(stateOf(thing));
}

/** Keeps what can be freed from being freed; undefined where nothing frees it. */
function retained(thing: unknown): (() => void) | undefined {
  if (isCallback(thing)) return keepCallback(thing);
  const isOne = typeof thing === "object" && thing !== null &&
    (isPointer(thing) || isFreed(thing)); // its call has it yet
  return isOne && retainPointer(thing as Pointer)
    ? () => releasePointer(thing)
    : undefined;
}

/**
 * Whether an object may be given away: it does not belong to another one, and no
 * call is using it.
 */
export function isFree(object: NativeObject): boolean {
  const state = stateOf(object);
  return !state.isBorrowed && isIdle(state);
}

/** Whether an object is another one, or belongs to it. */
export function isPartOf(object: NativeObject, whole: NativeObject): boolean {
  const sought = stateOf(whole);
  let at: State | undefined = stateOf(object);
  while (at !== undefined && at !== sought) at = at.parent;
  return at !== undefined;
}

/**
 * The state of an object that a call gives away, until `unuse` ends that: from now
 * on it is the plugin's, which may free it before it gives it back.
 *
 * @throws {TypeError} When the same call has given it away.
 */
export function giveObject(object: NativeObject): State {
  consume(object);
  return stateOf(object);
}

/** The same, as what it ends. */
function consume(object: NativeObject): readonly State[] {
  const state = stateOf(object);
  if (state.life !== "alive") {
    throw new TypeError(`${describe(object)}: it can be given away once`);
  }
  registry.unregister(state);
  use(state);
  return end(state, "consumed");
}

/** An object that a call has given away, if the plugin has seen it. */
class Gift extends Use {
  readonly #object: NativeObject;
  readonly #ended: readonly State[];

  constructor(object: NativeObject) {
    super();
    this.#object = object;
    this.#ended = consume(object);
  }

  override end(isBegun: boolean): void {
    const state = stateOf(this.#object);
    try {
      if (!isBegun) {
        registry.register(this.#object, state, state);
        revive(this.#ended);
      }
    } finally {
      unuse(state);
    }
  }
}

/**
 * Gives an object away in a call.
 *
 * @param held What the call holds.
 * @throws {TypeError} As {@linkcode giveObject}.
 */
export function give(object: NativeObject, held: Held): void {
  held.push(new Gift(object));
}

/** A class of a plugin whose instances are made from handles. */
export type Wrap = (
  handle: Handle,
  parent?: NativeObject,
  isBorrowed?: boolean,
) => NativeObject;

/**
 * Makes a class of objects.
 *
 * @param of The class, as its plugin has it.
 * @returns The class, and what makes an instance of a handle.
 */
export function makeClass(
  of: NativeClass,
): { Type: typeof NativeObject; wrap: Wrap } {
  class Type extends NativeObject {
    static wrap(
      handle: Handle,
      parent?: NativeObject,
      isBorrowed = false,
    ): NativeObject {
      const above = parent && stateOf(parent);
      return new Type(OWN, begin(of, handle, above, isBorrowed), parent);
    }
  }
  Object.defineProperty(Type, "name", { value: of.name });
  makePrintable(Type.prototype, of.name);
  return { Type, wrap: Type.wrap };
}

/** `console.log` shows the class, and what became of the value. */
function makePrintable(prototype: NativeObject, name: string): void {
  printAs(prototype, function () {
    return describe(this, name);
  });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name });
}

/**
 * Whether an object is one of a plugin's, and there.
 *
 * @param types The types of the plugin's manifest, which its classes know.
 */
export function isLivingIn(types: object, object: NativeObject): boolean {
  const { class: of } = stateOf(object);
  return (of as { readonly types?: object }).types === types &&
    isLiving(object, of);
}

/** What is said behind the name of an object where one of a class is wanted that is called the same. */
export function whoseIs(value: unknown, wanted: NativeClass): string {
  if (!isNativeObject(value)) return "";
  const { class: of, life } = stateOf(value);
  return life === "alive" && of !== wanted && of.name === wanted.name
    ? " of another plugin"
    : "";
}

/** An object, for a person: its class, and what became of it. */
export function describe(object: NativeObject, name?: string): string {
  if (!isNativeObject(object)) return name ?? "";
  const { class: of, life } = stateOf(object);
  return life === "alive" ? `${of.name} {}` : `${of.name} ${FATE[life]}`;
}

/**
 * Makes sure that a member of a class is called on an object of it; whether that
 * lives is for what it calls to say.
 *
 * @param it What it is called on, which can be anything.
 * @param own The class.
 * @param member How errors call it.
 * @throws {TypeError} When it is something else.
 */
export function assertThis(
  it: unknown,
  own: NativeClass,
  member: string,
): asserts it is NativeObject {
  if (isNativeObject(it)) {
    const { class: of } = stateOf(it);
    if (of === own || own.accepts(of)) return;
  }
  throw wrongObject(it, own, member);
}

/** The error of a member that is called on something else than a living object of its class. */
export function wrongObject(
  it: unknown,
  own: NativeClass,
  member: string,
): TypeError {
  return new TypeError(
    `${own.name}.${member}: this: wanted ${own.name}, got ${
      describe(it as NativeObject, "something else")
    }`,
  );
}
