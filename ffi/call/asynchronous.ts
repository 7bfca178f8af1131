/**
 * Calls on another thread: what they use is theirs until they end.
 *
 * @module
 */

import type { Address, RawFunction, Space } from "../runtime/adapter.ts";
import type { CallbackHolder } from "../handle/callback_handle.ts";
import { release, retain } from "../callback/js_callback.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";
import { dropException } from "../function/trap.ts";
import { adapter } from "../runtime/runtime.ts";
import { argumentText, type Parameter } from "../check/wrong.ts";
import { Lent, MOST_HELD, releaseAll } from "../handle/lent_memory.ts";
import type { AsyncOptions } from "../support/async_options.ts";
import { startLater } from "./order_without_threads.ts";
import {
  allocate,
  free,
  isOutlived,
  type Outliving,
} from "../handle/outliving_memory.ts";
import { Frame, type Frames, framesOf, THUNK } from "./frame.ts";

/** A call that has begun and not yet ended. */
export interface AsyncCall extends CallbackHolder {
  /** Memory of its own, where it needs any. */
  readonly frame: Frame | undefined;
  /** The same, where it is not this thread's. */
  readonly memory: Outliving | undefined;
  /** What gives the frame back, where it is of another process. */
  readonly leave?: Frames["leave"];
  /** The callbacks that it was given. */
  readonly retained: Address[];
}

/** Calls of this thread that are under way. */
let underWay = 0;
/**
 * Of those that a runtime makes on its own threads there are so many at most: Deno
 * has 32, on which it reads files as well, and each call may wait for another one.
 */
const OWN_THREADS = 16;

/** Bytes of a frame that can be used again. */
const ROOM = 16_384;
/** Frames that nobody uses now. */
const idle: Frame[] = [];
/** Most of them that are kept. */
const KEPT = 16;

/**
 * Begins a call.
 *
 * @param size Bytes that its thunk needs.
 * @param options Its options.
 */
function begin(size = 0, options?: AsyncOptions): AsyncCall {
  const room = Math.max(size, ROOM);
  const memory = isOutlived() ? allocate(THUNK + room) : undefined;
  const frame = memory === undefined && size <= ROOM && idle.pop() ||
    new Frame(room, new Lent(), memory?.bytes.buffer);
  frame.top = THUNK + size;
  if (options?.inOrder !== undefined) (frame.held as Lent).isLater = true;
  return { frame, memory, retained: [], failure: undefined };
}

/**
 * The same for calls into a process.
 *
 * @param space The memory of the process; of this one without it.
 */
export function beginningIn(
  space: Space | undefined,
): typeof begin {
  if (space === undefined) return begin;
  const { enterThunk, leave } = framesOf(space);
  return (size = 0) => ({
    frame: enterThunk(size),
    memory: undefined,
    leave,
    retained: [],
    failure: undefined,
  });
}

/** Begins a call that needs no memory: of those there may be thousands under way. */
export function beginBare(): AsyncCall {
  return {
    frame: undefined,
    memory: undefined,
    retained: [],
    failure: undefined,
  };
}

function end(call: AsyncCall): void {
  underWay--;
  const { frame, memory, leave, retained } = call;
  for (const address of retained) release(address, call);
  if (frame === undefined) return;
  if (leave !== undefined) {
    leave(frame);
    return;
  }
  try {
    releaseAll(frame.held);
  } finally {
    if (memory !== undefined) free(memory);
    else if (idle.length < KEPT && frame.u8.length === THUNK + ROOM) {
      idle.push(frame);
    }
  }
}

/**
 * Runs a call.
 *
 * @param call The call.
 * @param start Puts the arguments in their places and calls; what it throws is thrown at once.
 * @param finish Makes the value of the runtime's result, while the frame is still the call's.
 * @returns What `finish` gives, or what a callback has thrown.
 */
export function run(
  call: AsyncCall,
  start: () => Promise<unknown>,
  finish: (result: unknown) => unknown,
): Promise<unknown> {
  let running: Promise<unknown>;
  underWay++;
  try {
    running = start();
  } catch (error) {
    end(call);
    throw error;
  }
  return running.then(
    (result) => settle(call, result, finish),
    (error) => {
      end(call);
      throw error;
    },
  );
}

function settle(
  call: AsyncCall,
  result: unknown,
  finish: (result: unknown) => unknown,
): unknown {
  try {
    // One that fails was cancelled before native code has seen anything.
    if (call.frame !== undefined) call.frame.held.isBegun = true;
    if (call.failure === undefined) return finish(result);
    try {
      dropException(finish(result));
    } catch {
      // The callback's error came first.
    }
    throw call.failure.error;
  } finally {
    end(call);
  }
}

/**
 * Binds a function of which the calls hold memory: where the runtime can keep
 * that until a call ends, also when this thread ends before, it is asked to.
 *
 * @param bind Binds the function with so many buffers behind its parameters,
 * which it does not know of: neither calling convention minds.
 * @param bindApart Binds it for a thread that is none of the runtime's, where there are such.
 * @param space The memory of the process that it is in; of this one without it.
 * @returns Takes the call, its options, and then the arguments.
 */
export function bindHolding(
  bind: (holds: number) => RawFunction,
  bindApart: () => RawFunction | undefined,
  space: Space | undefined,
): (
  call: AsyncCall,
  options: AsyncOptions | undefined,
  ...args: unknown[]
) => Promise<unknown> {
  if (space !== undefined) {
    const raw = bind(0);
    return ({ frame }, options, ...args) => {
      const start = (): Promise<unknown> => raw(...args, frame);
      return options === undefined ? start() : startLater(options, start);
    };
  }
  if (!adapter.holdsBuffers) {
    const raw = bind(0);
    return (_call, options, ...args) =>
      options === undefined ? raw(...args) : raw(...args, options);
  }
  const bound = new Map<number, RawFunction>();
  let apart: RawFunction | null | undefined;
  return ({ frame }, options, ...args) => {
    const views: ArrayBufferView[] = [];
    if (frame !== undefined) {
      views.push(frame.u8);
      for (const one of frame.held) {
        if (ArrayBuffer.isView(one) && views.length < MOST_HELD) {
          views.push(one);
        }
      }
    }
    // A frame is nobody else's, who could transfer it; in a Worker it goes with that.
    const needsNone = views.length < 2 && !adapter.isWorker;
    const start = (): Promise<unknown> => {
      if (needsNone && underWay > OWN_THREADS) {
        if (apart === undefined) apart = bindApart() ?? null;
        if (apart !== null) return apart(...args);
      }
      let raw = bound.get(views.length);
      if (raw === undefined) bound.set(views.length, raw = bind(views.length));
      return raw(...args, ...views);
    };
    return options === undefined ? start() : startLater(options, start);
  };
}

/** Gives the address of a checked function to a call, which retains it; one that crosses by number has no signature, and is refused. */
export type RetainCallback = (
  call: AsyncCall,
  signature: FunctionPointer | undefined,
  given: unknown,
  index: number,
) => Address | null;

/**
 * Makes what retains functions for the calls of one function of a plugin.
 *
 * @param name The function.
 * @param parameters The function's parameters.
 * @returns Throws where this runtime cannot call back from another thread.
 */
export function callbackRetainer(
  name: string,
  parameters: readonly Parameter[],
): RetainCallback {
  const origin = `callback of ${name}()`;
  return (call, signature, given, index) => {
    const address = signature && retain(signature, given, origin, call);
    if (address === undefined) {
      const { name: parameter } = parameters[index]!;
      const what = `${name}.async(): ${argumentText(index, parameter)}: ` +
        `${adapter.name} cannot call it back from another thread`;
      const handle = 'a callback(type, function, { threads: "any" })';
      const refusal = adapter.withoutThreads(
        signature && adapter.otherThreads === "void"
          ? `${what}, but as ${handle} without a result`
          : what,
      );
      if (refusal !== undefined) throw refusal;
      throw new TypeError(`${what}; give ${handle}`);
    }
    if (address !== null) call.retained.push(address);
    return address;
  };
}

const makers = new WeakMap<RawFunction, () => RawFunction>();

/** What every function of a plugin has beside what every function has. */
const prototype: object = Object.create(Function.prototype, {
  async: {
    get(this: RawFunction): RawFunction | undefined {
      const made = makers.get(this)?.();
      if (made !== undefined) {
        Object.defineProperty(this, "async", { value: made });
      }
      return made;
    },
    configurable: true,
  },
});

/**
 * Gives a function its `.async`.
 *
 * @param call The function.
 * @param make Makes the other one, when it is first asked for.
 * @returns The function.
 */
export function withAsync(
  call: RawFunction,
  make: () => RawFunction,
): RawFunction {
  makers.set(call, make);
  return Object.setPrototypeOf(call, prototype);
}
