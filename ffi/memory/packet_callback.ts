/**
 * What answers a plugin that calls a JavaScript function whose arguments and
 * results cross whole, in packets.
 *
 * There is one native callback for all of these functions, and never one for
 * each: what tells them apart is a number, which the plugin gives back when
 * nothing in it can reach the function any more.
 *
 * A plugin may ask for another way to a function of plain numbers: a native
 * callback that takes its number and then its arguments, with no packet. It is
 * for calls of this thread's, as is the memory of an answer that the next one
 * takes: what answers another thread has a number, and stays until the plugin
 * gives that back.
 *
 * @module
 */

import { functionAddress, isReachable } from "../callback/js_callback.ts";
import { checkOf } from "../check/argument_checks.ts";
import { accepts } from "../check/compile.ts";
import { misfitError } from "../check/wrong.ts";
import type { Column } from "../data/column.ts";
import { columnOf } from "../data/columns.ts";
import { PacketReader, releaseWriter, takeWriter } from "../data/packet.ts";
import { trap } from "../function/trap.ts";
import { addressAnywhere, addressIn, type Pointer } from "../handle/pointer.ts";
import { liveMemory } from "../handle/raw_memory.ts";
import { parseType } from "../notation/parse_type.ts";
import type { FunctionType } from "../notation/type.ts";
import { released, type Settle, settleOf } from "../object/binder.ts";
import { classOf } from "../object/classes.ts";
import { ERROR_CLASS, errorObjectOf } from "../object/native_error.ts";
import { handleOf } from "../object/object.ts";
import { endWalk } from "../object/iterable_source.ts";
import { keepThrown, textOfThrown } from "../object/thrown.ts";
import type { Address, RawFunction, Space } from "../runtime/adapter.ts";
import { generate } from "../runtime/generate.ts";
import { adapter } from "../runtime/runtime.ts";
import { homeOf, livesIn } from "../runtime/space.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import { putWord, wordAt } from "../value/scalar.ts";
import type { Types } from "../value/value.ts";

/**
 * What a plugin hands to the native callback: number, request, reply, what was
 * thrown; and what it calls the promise, if it can wait for one.
 */
const CALL_SIZE = 48;
const [REQUEST, REPLY, THROWN, TOKEN] = [8, 24, 40, 48];

/** Stands for what was thrown: there is a promise. */
const PENDING = 2 ** 53 - 1;
/** The length of a request that asks for the way without packets: none of these is as short. */
const ASKS = 1;

/** The functions that plugins can call, by their numbers. */
export const functions = new Map<number, CallableFunction>();

/** The memory of an answer that a plugin may be reading. */
interface Reply {
  /** What keeps it from the collector, where it is this process's. */
  readonly bytes?: Uint8Array;
  /** Gives it back, where it is another's. */
  readonly free?: () => void;
}

/**
 * The answers that plugins may be reading, by their numbers. They lie here
 * themselves: `() => void reply` keeps nothing, as Bun makes `() => void 0` of it.
 */
export const answers = new Map<number, Reply>();

/**
 * The last number, which is even. Each thread begins somewhere else: a plugin has
 * the functions of all of them, and a thread's address comes again after its end.
 */
let last = Math.floor(Math.random() * 2 ** 31) * 2 ** 21;

/** How often a plugin is asked what it has let go of. */
const EVERY = 64;

/**
 * A number for a function, odd where any thread may call that, or for an answer.
 * Now and then those are let go of that the plugin has let go of.
 *
 * @param types Those of the plugin.
 */
export function numberFor(types: Types): number {
  const address = nativeCallback(types);
  if ((functions.size + answers.size) % EVERY === 0) {
    for (const number of released(types, address)) {
      forget(number);
      answers.get(number)?.free?.();
      answers.delete(number);
    }
  }
  last += 2;
  return isReachable(address) ? last + 1 : last;
}

/** Nothing in a plugin can reach a function any more. */
export function forget(number: number): void {
  const entry = functions.get(number);
  if (!functions.delete(number)) return;
  if (recent.number === number) [recent.number, recent.call] = [0, nobody];
  endWalk(entry!.call);
}

function nobody(): void {}

/** The function of plain numbers that was called last, which is mostly called next: to find it by its number takes longer than the call. */
const recent = { number: 0, call: nobody as CallableFunction["call"] };

function find(number: number): CallableFunction["call"] {
  recent.call = functions.get(number)!.call;
  recent.number = number;
  return recent.call;
}

/** A function that plugins can call. */
export interface CallableFunction {
  readonly call: (...args: unknown[]) => unknown;
  readonly signature: ClosureSignature;
}

/** A type of function. */
export interface ClosureSignature {
  readonly text: string;
  readonly params: readonly Column[];
  readonly results: readonly Column[];
  /** Whether the last argument, a list, is given as all further arguments. */
  readonly spreads: boolean;
  readonly types: Types;
  /** The same function as plain numbers, where it is of such. */
  readonly direct: FunctionPointer | undefined;
  /** What the way without packets is, when somebody has asked. */
  entry?: RawFunction;
}

const NO_TYPES = { get: () => undefined };

/** What answers the plugins of this process, and those of each other one. */
const answerers = new WeakMap<object, () => Address>();

/** What native code calls for all of these functions; made when the first crosses. */
export function nativeCallback(types: Types): Address {
  const space = homeOf(types);
  const home = space ?? NO_TYPES;
  let addressOf = answerers.get(home);
  if (addressOf === undefined) {
    answerers.set(home, addressOf = answererIn(space));
  }
  return addressOf();
}

function answererIn(space: Space | undefined): () => Address {
  const types = { ...NO_TYPES };
  if (space !== undefined) livesIn(types, space);
  const type = parseType("(pointer) => void") as FunctionType;
  const signature = functionPointerOf({ type, types });
  /** What the last function gave, and what gives it back: this thread has read it before anything else runs. */
  const kept: { answer?: Uint8Array } = {};
  let freeLast = () => {};
  /** Whether another thread is answered, as this one is in no call, which gives the number of the answer back. */
  const isNumbered = (view: DataView) =>
    trap.lent === undefined && view.getBigInt64(THROWN, true) === -1n;
  /** Keeps the memory of an answer until then. */
  const number = (
    view: DataView,
    { signature }: CallableFunction,
    reply: Reply,
  ): void => {
    const number = numberFor(signature.types);
    answers.set(number, reply);
    putWord(view, 0, number);
  };
  /** Where the plugin is told what a function without packets has thrown. */
  let thrownAt: Float64Array | undefined;
  const answerHere = (at: Pointer): void => {
    const view = new DataView(liveMemory(addressIn(at), CALL_SIZE));
    if (wordAt(view, REQUEST + 8) === ASKS) {
      if (trap.lent === undefined) return; // and is told there what is thrown
      const word = wordAt(view, REQUEST);
      thrownAt ??= new Float64Array(liveMemory(adapter.toAddress(word), 8));
      putWord(view, REPLY, directEntry(view, thrownAt) ?? 0);
      return;
    }
    const entry = functions.get(Number(wordAt(view, 0)))!;
    const isKept = isNumbered(view);
    const reply = answer(
      entry,
      view,
      (word) => adapter.toAddress(word),
      () =>
        new DataView(liveMemory(addressIn(at), CALL_SIZE + 8))
          .getBigUint64(TOKEN, true),
    );
    putWord(view, REPLY, adapter.addressOf(reply));
    putWord(view, REPLY + 8, reply.length);
    if (isKept) number(view, entry, { bytes: reply });
    else kept.answer = reply;
  };
  const answerThere = (at: Pointer): void => {
    const address = addressAnywhere(at);
    const bytes = new Uint8Array(CALL_SIZE);
    const view = new DataView(bytes.buffer);
    adapter.copy(address, bytes);
    if (wordAt(view, REQUEST + 8) === ASKS) return; // there is none from there
    const entry = functions.get(Number(wordAt(view, 0)))!;
    const isKept = isNumbered(view);
    const reply = answer(
      entry,
      view,
      (word) => space!.toAddress(BigInt(word)),
      () => {
        const more = new Uint8Array(CALL_SIZE + 8);
        adapter.copy(address, more);
        return new DataView(more.buffer).getBigUint64(TOKEN, true);
      },
    );
    const place = space!.allocate(reply.length);
    adapter.store(adapter.toAddress(place), reply);
    putWord(view, REPLY, place);
    putWord(view, REPLY + 8, reply.length);
    const free = () => space!.free(place, reply.length);
    if (isKept) number(view, entry, { free });
    else {
      freeLast();
      freeLast = free;
    }
    adapter.store(address, bytes);
  };
  const call = space === undefined ? answerHere : answerThere;
  return () => functionAddress(signature, call, "function")!;
}

/**
 * Calls the function that a plugin asks for.
 *
 * @param entry The function.
 * @param view What the plugin says; it gets the number of what was thrown.
 * @param toAddress Makes an address of a word of it.
 * @param tokenAt Reads what the plugin calls a promise.
 * @returns The packet of what the function gave.
 */
function answer(
  { call, signature }: CallableFunction,
  view: DataView,
  toAddress: (word: number | bigint) => Address,
  tokenAt: () => bigint,
): Uint8Array {
  try {
    const args = argumentsIn(view, signature, toAddress);
    const given = call(...args);
    if (given instanceof Promise) {
      const settle = waitFor(given, signature);
      const token = tokenAt();
      given.then(
        (value) => settle(token, ...packed(value, signature)),
        (error) => settle(token, ...thrownAs(error, signature)),
      );
      putWord(view, THROWN, PENDING);
      return new Uint8Array(8);
    }
    const [packet] = written(given, signature);
    putWord(view, THROWN, 0);
    return packet;
  } catch (error) {
    const [packet, number] = thrownAs(error, signature);
    putWord(view, THROWN, number);
    return packet;
  }
}

/** What tells the plugin what came of a promise, where somebody can wait for it. */
function waitFor(
  given: Promise<unknown>,
  { text, types }: ClosureSignature,
): Settle {
  // In a call on this thread no promise settles.
  const settle = trap.lent === undefined ? settleOf(types) : undefined;
  if (settle !== undefined) return settle;
  given.catch(() => {}); // nobody else looks at it
  throw new TypeError(
    `${text}: gave a promise, for which ${
      trap.lent === undefined
        ? "this plugin cannot wait"
        : "a call on this thread cannot wait: make the call with .async"
    }`,
  );
}

/** A packet, and the number of what was thrown, or 0. */
type AnswerPacket = readonly [packet: Uint8Array, thrown: number];

/** What a function gave, or what is wrong with it. */
function packed(given: unknown, signature: ClosureSignature): AnswerPacket {
  try {
    return written(given, signature);
  } catch (error) {
    return thrownAs(error, signature);
  }
}

function written(
  given: unknown,
  { text, results }: ClosureSignature,
): AnswerPacket {
  const writer = takeWriter();
  try {
    const values = results.length === 1
      ? [given]
      : results.length === 0
      ? []
      : given as unknown[];
    results.forEach((column, index) => {
      const value = values?.[index];
      writer.begin(value);
      if (column.write(writer, [value], 0)) return;
      throw misfitError(
        `${text}: result${results.length === 1 ? "" : ` ${index + 1}`}`,
        column.explain(value, 0)!,
      );
    });
    const packet = writer.end();
    if (packet !== undefined) return [packet.slice(), 0];
    throw new TypeError(`${text}: gave text that is not well-formed`);
  } finally {
    releaseWriter(writer);
  }
}

/** What was thrown: its text, and the handle of an error that came from the plugin. */
function thrownAs(error: unknown, { types }: ClosureSignature): AnswerPacket {
  const writer = takeWriter();
  try {
    columnOf(parseType("string"), NO_TYPES).write(
      writer,
      [textOfThrown(error)],
      0,
    );
    const definition = types.get(ERROR_CLASS);
    const own = definition?.kind === "class"
      ? errorObjectOf(error, classOf(types, ERROR_CLASS, definition))
      : undefined;
    if (own !== undefined) {
      const at = writer.column(8);
      putWord(writer.view, at, handleOf(own));
    }
    return [writer.end()!.slice(), keepThrown(error)];
  } finally {
    releaseWriter(writer);
  }
}

/** The address of the way without packets to the function that a plugin names. */
function directEntry(
  view: DataView,
  thrownAt: Float64Array,
): Address | null | undefined {
  const { signature } = functions.get(Number(wordAt(view, 0)))!;
  const { direct } = signature;
  if (direct === undefined) return undefined;
  const { result } = direct;
  const fits = result && accepts(checkOf(result.value));
  const nothing = result?.type.kind === "basic" && result.type.name === "bool"
    ? false
    : result !== undefined && fits!(0)
    ? 0
    : 0n;
  signature.entry ??= compileEntry(
    direct.params.length - 1,
    fits ?? ((given) => !(given instanceof Promise)),
    (given) => {
      if (given instanceof Promise) waitFor(given, signature);
      if (fits === undefined) return given;
      throw misfitError(
        `${signature.text}: result`,
        signature.results[0]!.explain(given, 0)!,
      );
    },
    (error) => {
      thrownAt[0] = keepThrown(error);
      return nothing;
    },
  );
  return functionAddress(direct, signature.entry, "function");
}

/**
 * Compiles what calls functions of plain numbers, for as many as they take: all
 * of them by the number that comes first.
 *
 * @param count How many they take.
 * @param fits Whether a function may have given that.
 * @param refuse Throws where it may not.
 * @param failed Notes what was thrown, and gives what stands for the result.
 */
function compileEntry(
  count: number,
  fits: (given: unknown) => boolean,
  refuse: (given: unknown) => unknown,
  failed: (error: unknown) => unknown,
): RawFunction {
  const args = Array.from({ length: count }, (_, i) => `a${i}`);
  return generate(
    { recent, find, fits, refuse, failed },
    `return (${["number", ...args].join(", ")}) => {
  try {
    const call = number === recent.number ? recent.call : find(number);
    const given = call(${args.join(", ")});
    return fits(given) ? given : refuse(given);
  } catch (error) {
    return failed(error);
  }
};`,
  );
}

function argumentsIn(
  view: DataView,
  { params, spreads }: ClosureSignature,
  toAddress: (word: number | bigint) => Address,
): unknown[] {
  const bytes = new Uint8Array(Number(wordAt(view, REQUEST + 8)));
  if (bytes.length > 0) adapter.copy(toAddress(wordAt(view, REQUEST)), bytes);
  const packet = new PacketReader(bytes);
  const args = params.map((column) => column.read(packet, 1)[0]);
  packet.end();
  return spreads ? [...args.slice(0, -1), ...args.at(-1) as unknown[]] : args;
}
