/**
 * Errors on their way through native code, which knows of none: what callbacks
 * throw, and that threads would have waited for each other.
 *
 * What a callback throws is kept, and the plugin gets zero. The native call
 * that led there ends some time later, and its JavaScript half throws what was
 * kept. In between nothing else of JavaScript runs than further callbacks of
 * the same native call, and they give zero at once: one place is enough,
 * however deep plugins and callbacks call each other.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { isPointer } from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { patienceOf } from "../support/patience.ts";
import { throwLater } from "../system/throw_later.ts";
import type { JsCallback, Thrown } from "../handle/callback_handle.ts";

/** What was thrown and not yet rethrown. Read after every native call: a field that nobody writes costs nothing. */
export const trap: {
  thrown: Thrown | undefined;
  /** How many threads have given up waiting for this one: a native call waited for them. */
  stuck: Uint32Array;
  /** How many callbacks run: then there is native code further up the stack. */
  running: number;
  /** The memory that the native call on top of the stack was lent: one thing or several; see {@linkcode isLost}. */
  lent: unknown;
} = {
  thrown: undefined,
  stuck: new Uint32Array(2),
  running: 0,
  lent: undefined,
};

let areThere = false;
/** What each function does when the first callback is made. */
const guards = new WeakMap<object, readonly (() => void)[]>();
/** Those functions, as long as somebody has them: in a program without callbacks nothing else lets go of them. */
let guarded: WeakRef<object>[] = [];
/** At how many it is looked which of them are still there. */
let crowd = 1024;

/** Runs something when the first callback is made, or at once when there is one. */
export type WhenCallbacksExist = (guard: () => void) => void;

/**
 * Makes a function that becomes another one when the first callback is made:
 * until then no call can have led to an error of JavaScript.
 *
 * @param make Makes it; what is to be done then is no longer needed when the function is not.
 */
export function guarding<F extends object>(
  make: (whenCallbacksExist: WhenCallbacksExist) => F,
): F {
  const own: (() => void)[] = [];
  const made = make((guard) => own.push(guard));
  if (areThere) { for (const guard of own) guard(); }
  if (areThere || own.length === 0) return made;
  guards.set(made, own);
  if (guarded.length >= crowd) {
    guarded = guarded.filter((one) => one.deref() !== undefined);
    crowd = Math.max(1024, guarded.length * 2);
  }
  guarded.push(new WeakRef(made));
  return made;
}

/**
 * Says that there are callbacks from now on; `makeJsCallback` of
 * `callback/js_callback.ts` does, before it gives out the first.
 *
 * @param stuck Where it is counted that threads have given up waiting for this one.
 */
export function callbacksExist(stuck: Uint32Array | undefined): void {
  areThere = true;
  if (stuck !== undefined) trap.stuck = stuck;
  for (const one of guarded.splice(0)) {
    const made = one.deref();
    if (made === undefined) continue;
    for (const guard of guards.get(made)!) guard();
  }
}

/**
 * Gives back what the plugin gave away in a call that throws: nobody gets it.
 *
 * @throws When nothing says how; the call has something else to throw.
 */
export function dropException(given: unknown): void {
  if (isPointer(given)) given[Symbol.dispose]();
}

/**
 * Statements of generated code that make its `raw`, which calls into another
 * process, forget what a callback has thrown when that process ends in the call:
 * then that is thrown, and nothing comes back to throw the other.
 */
export const FORGET_LATER = `const bare = raw;
whenCallbacksExist(() => {
  raw = function (...given) {
    try {
      return bare(...given);
    } catch (error) {
      trap.thrown = undefined;
      throw error;
    }
  };
});`;

/**
 * Statements of generated code that throw what a callback has thrown. They call
 * nothing before it is forgotten: where the stack ends, a call throws in its
 * place, and the next native call would find it.
 */
export const RETHROW = `const { thrown } = trap;
    const stuck = trap.stuck[0];
    trap.thrown = undefined;
    trap.stuck[0] = 0;
    if (thrown !== undefined) throw thrown.error;
    throwStuck(stuck);`;

/**
 * A function of the plugin that gives something back. The call that this is a
 * part of may have an error already, or have ended: what a callback has thrown
 * meanwhile is thrown here, or the next native call would.
 *
 * @param raw The runtime's own.
 */
export function rethrowing<A extends readonly unknown[]>(
  raw: (...args: A) => unknown,
): (...args: A) => void {
  let call = raw;
  const { reserveStack } = adapter;
  return guarding((whenCallbacksExist) => {
    whenCallbacksExist(() => {
      call = (...args) => {
        const before = trap.thrown;
        const stuckBefore = trap.stuck[0];
        let own: typeof before;
        trap.thrown = own;
        try {
          reserveStack?.();
          raw(...args);
          ({ thrown: own } = trap);
        } finally {
          trap.thrown = before;
        }
        // What was there before is for the call that this is a part of.
        const stuck = stuckBefore === 0 ? trap.stuck[0]! : 0;
        if (stuck !== 0) trap.stuck[0] = 0;
        if (own !== undefined) throw own.error;
        if (stuck !== 0) throwStuck(stuck);
      };
    });
    return (...args) => void call(...args);
  });
}

/** Throws what kept a callback from running, as `trap.stuck` had it. */
export function throwStuck(stuck: number): never {
  throw stuck === NOT_RUN ? new RangeError(NO_ROOM) : wouldDeadlock();
}

/** Only in `stuck`: a callback could not begin. */
const NOT_RUN = 0x8000_0000;

/** As a callback begins, only the end of the stack can be in its way. */
const NO_ROOM =
  "A JavaScript function that the plugin called could not begin: the stack has no room for it";

/** Where a call waits for a thread that waits for an answer of this one, which gave up. */
function wouldDeadlock(): PluginError {
  return new PluginError(
    "would_deadlock",
    `A thread of the plugin called a JavaScript function, and this thread did not answer for ${
      patienceOf(trap.stuck)
    }: ` +
      "it slept in a call that waits for that thread, which then got zero; call with .async what waits for threads",
  );
}

/**
 * How long an uncaught error waits, so that the thread that called back is out
 * of the callback when the process ends. Deno frees its callbacks before that:
 * on a busy machine a program without any of this crashes there too, and does
 * not show the error. Nobody can know when the thread is out, so it stays
 * possible.
 */
const RETURN_MS = 20;

/**
 * Keeps what a callback has thrown for the call that led there: the native
 * call on the stack; below an event loop the oldest of the asynchronous calls
 * that were given the callback; or nobody, and then it is an uncaught error.
 *
 * Called by the function that native code has called, and by nobody else.
 */
export function captureException(
  { holders }: Pick<JsCallback, "holders">,
  error: unknown,
): void {
  // Where the stack does not say, one that a call on another thread has is that call's.
  if (!(isCalledByLoop() ?? holders.length > 0)) {
    trap.thrown = { error };
    return;
  }
  const holder = holders.at(0);
  if (holder !== undefined) holder.failure ??= { error };
  else throwLater(error, RETURN_MS);
}

/**
 * Whether a callback gives zero without running, because the asynchronous
 * call that led there has failed.
 *
 * Called by the function that native code has called, and by nobody else.
 */
export function isCancelled(
  { holders }: Pick<JsCallback, "holders">,
): boolean {
  // Compared, so that this is no tail call: Bun would leave its frame out.
  return holders.at(0)?.failure !== undefined && isCalledByLoop() !== false;
}

/** The frames of {@linkcode isCalledByLoop}, of its caller, and of the function that native code has called. */
const OWN = 3;

/**
 * The frames below those among which `answerForeignCall` is where the event loop
 * answers another thread: the runtimes put one of their own between, or none. A
 * call of the plugin's from within the answer has two at least.
 */
const SERVING = 2;

/**
 * Whether it was the event loop that called back, and no native call of
 * JavaScript: then there is nobody further up the stack.
 *
 * @returns Undefined where the program keeps stacks from being read.
 */
function isCalledByLoop(): boolean | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  // A program may have frozen it: then it is left as it is, and asked all the same.
  Reflect.set(Error, "stackTraceLimit", OWN + SERVING);
  if (prepareStackTrace !== undefined) {
    Reflect.set(Error, "prepareStackTrace", undefined);
  }
  let stack: unknown;
  try {
    if (!(Error.stackTraceLimit >= OWN + SERVING)) return undefined;
    ({ stack } = new Error());
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit);
    if (prepareStackTrace !== undefined) {
      Reflect.set(Error, "prepareStackTrace", prepareStackTrace);
    }
  }
  if (typeof stack !== "string") return undefined;
  const frames = stack.split("\n").filter((line) =>
    /^\s*at /.test(line) && !line.includes("calledThroughNodeApi")
  );
  if (frames.length < OWN) return undefined;
  return frames.length === OWN ||
    frames.slice(OWN, OWN + SERVING)
      .some((line) => line.includes("answerForeignCall"));
}
