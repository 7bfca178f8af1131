/**
 * JavaScript functions into the plugin, as C's function pointers: each becomes
 * an address once, and stays one until it is freed, which waits for who is in it.
 * Those whose values cross whole, in packets, are answered by
 * `memory/packet_callback.ts`.
 *
 * @module
 */

import type {
  Address,
  DistantCallback,
  Primitive,
  RawFunction,
  Space,
} from "../runtime/adapter.ts";
import { PluginError } from "../error.ts";
import { homeOf } from "../runtime/space.ts";
import { freeKept } from "../handle/lent_memory.ts";
import { addressAnywhere, addressIn, isPointer } from "../handle/pointer.ts";
import { permitted } from "../runtime/permitted.ts";
import { adapter } from "../runtime/runtime.ts";
import type { Value } from "../value/value.ts";
import { FrameAnswer } from "./frame_answer.ts";
import { makeTrampoline } from "./trampoline.ts";
import {
  type CallbackHolder,
  isCallback,
  type JsCallback,
  jsCallbackOf,
} from "../handle/callback_handle.ts";
import {
  addressOfNativeFunction,
  jsCallbacks,
} from "../function/native_function.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import { callbacksExist, trap } from "../function/trap.ts";

/** The address of a callback that is not yet made. */
const NOWHERE: Address = 0;
/**
 * Milliseconds that a thread of the plugin is given to leave a callback that it
 * was answered by, before that is freed.
 */
const LEAVING = 100;

/**
 * Makes a JavaScript function callable.
 *
 * @param signature How the plugin calls it; one that can be answered.
 * @param call The function.
 * @param origin What errors call it.
 * @param owner What it stands for in another process: it lives as long as something keeps that.
 * @throws {PluginError} `permission_denied`.
 */
export function makeJsCallback(
  signature: FunctionPointer,
  call: RawFunction,
  origin: string,
  owner?: JsCallback,
): JsCallback {
  const { anyThread } = signature;
  let isLeaving = false;
  let keepers = 0;
  const callback = {
    signature,
    call,
    anyThread,
    address: NOWHERE,
    holders: [] as CallbackHolder[],
    running: 0,
    isClosed: false,
    isReachable: false,
    distant: undefined as DistantCallback | undefined,
    base: NOWHERE,
    answer: undefined as FrameAnswer | undefined,
    given: undefined as unknown[] | undefined,
    twins: new Map<object, JsCallback>(),
    isKept: false,
    keep() {
      keepers++;
      callback.isKept = true;
      return () => {
        if (--keepers > 0) return;
        callback.isKept = false;
        if (callback.isClosed) callback.close();
      };
    },
    close(isOver = false) {
      callback.isClosed = true;
      if ((callback.isKept || owner?.isKept === true) && !isOver) return;
      for (const [types, twin] of callback.twins) {
        twin.close();
        // One that a call has yet may be kept when that ends.
        if (jsCallbacks.get(twin.address) !== twin) {
          callback.twins.delete(types);
        }
      }
      const { running, holders } = callback;
      // Native code further up the stack may have it, and calls it yet, or returns from it.
      if (trap.running > 0 && (!isOver || running > 0)) isLeaving = true;
      // The last of them closes it again.
      if (running > 0 || holders.length > 0) return;
      if (!jsCallbacks.delete(callback.address)) return;
      // A caller may still be on the way out of it.
      if (anyThread && !native.isBehindC) setTimeout(free, LEAVING);
      else if (isLeaving) setTimeout(free);
      else free();
    },
  };
  const entry = makeTrampoline(
    callback,
    origin,
    (part, given) => functionAddress(part, given, origin)!,
  );
  const space = homeOf(signature.types);
  const [params, result] = primitivesOf(signature, space);
  const native = permitted(
    () => `Cannot make a ${origin}`,
    () => adapter.callback(params, result, entry, anyThread),
  );
  const free = () => {
    callback.answer?.close();
    if (callback.distant?.close() === false) setTimeout(free, LEAVING);
    else {
      native.close();
      freeKept(callback.given);
    }
  };
  callbacksExist(adapter.stuck?.());
  callback.isReachable = native.isBehindC === true;
  callback.base = callback.address = native.address;
  try {
    if (space !== undefined) {
      callback.isReachable ||= anyThread || adapter.otherThreads === "any";
      callback.distant = space.callback(
        native.address,
        params,
        result,
        callback.isReachable,
      );
    }
    if (signature.carrier !== undefined) {
      callback.answer = new FrameAnswer(signature, signature.carrier, space);
    }
    addressNow(callback);
  } catch (error) {
    free(); // nobody knows it
    throw error;
  }
  return callback;
}

/** What the plugin calls; it has an address that differs from process to process where it is isolated. */
function addressNow(
  callback: { address: Address; distant?: unknown },
): Address {
  const made = callback as MadeCallback;
  const base = made.distant?.address() ?? made.base;
  const now = made.answer?.before(base) ?? base;
  if (jsCallbacks.get(now) !== made) {
    jsCallbacks.delete(made.address);
    made.address = now;
    jsCallbacks.set(now, made);
  }
  return now;
}

/** What is made here of a JavaScript function that plugins can call. */
interface MadeCallback extends JsCallback {
  address: Address;
  /** What the runtime has made, in this process. */
  readonly base: Address;
  /** What stands before that. */
  readonly answer: FrameAnswer | undefined;
}

/** What the runtime is to make: where values lie in a frame, its address is all. */
function primitivesOf(
  { params, result, carrier }: FunctionPointer,
  space: Space | undefined,
): [params: Primitive[], result: Primitive] {
  if (carrier !== undefined) {
    return [[space === undefined ? "address" : "u64"], "void"];
  }
  const given = result && primitiveOf(result.value, space);
  return [
    params.map(({ value }) => primitiveOf(value, space)),
    given === undefined ? "void" : given === "text" ? "address" : given,
  ];
}

function primitiveOf(value: Value, space: Space | undefined): Primitive {
  // What is an address in another process is a word here.
  if (space !== undefined && value.kind !== "scalar") return "u64";
  switch (value.kind) {
    case "scalar":
      return value.name;
    case "cstring":
      return "text";
    default:
      return "address";
  }
}

/** The functions that were given as they are. They stay until the plugin's process ends: nobody knows for how long it keeps them. */
const plain = new WeakMap<FunctionPointer, WeakMap<RawFunction, JsCallback>>();

function plainCallback(
  signature: FunctionPointer,
  call: RawFunction,
  origin: string,
): JsCallback {
  let made = plain.get(signature);
  if (made === undefined) plain.set(signature, made = new WeakMap());
  let callback = made.get(call);
  if (callback === undefined) {
    callback = makeJsCallback(signature, call, origin);
    made.set(call, callback);
    const { onProcessEnd } = homeOf(signature.types) ?? {};
    onProcessEnd?.set(callback, () => letGo(callback!, true));
  }
  return callback;
}

/**
 * Lets go of a function that was given as it is: given again, it is another one.
 *
 * @param isOver Whether the process has ended that it was given to.
 */
function letGo(callback: JsCallback, isOver = false): void {
  const { signature, call } = callback;
  homeOf(signature.types)?.onProcessEnd.delete(callback);
  plain.get(signature)?.delete(call);
  recent.delete(callback);
  callback.close(isOver);
}

/**
 * The address of what was given for a function pointer.
 *
 * @param signature The pointer's signature.
 * @param given Checked to be a function, a handle, a pointer or null.
 * @param origin What errors call a callback that is made here.
 * @throws {PluginError} `permission_denied`; `unsupported` for the pointer of a
 * handle whose types another process's plugin has not got.
 */
export function functionAddress(
  signature: FunctionPointer,
  given: unknown,
  origin: string,
): Address | null {
  const isElsewhere = homeOf(signature.types) !== undefined;
  if (typeof given === "function") {
    return addressOfNativeFunction(signature, given as RawFunction) ??
      addressNow(plainCallback(signature, given as RawFunction, origin));
  }
  if (isCallback(given)) {
    const callback = jsCallbackOf(given)!;
    // One that was made for another process has no address in this one either.
    const isThere = isElsewhere || callback.distant !== undefined;
    if (!isThere) return callback.address;
    return addressNow(
      callback.signature.types === signature.types
        ? callback
        : twinOf(callback, signature),
    );
  }
  if (!isPointer(given)) return adapter.null;
  if (!isElsewhere) return addressIn(given);
  // That of a handle is one of this process.
  const address = addressAnywhere(given);
  const own = jsCallbacks.get(address);
  return own === undefined || own.distant !== undefined
    ? address
    : addressNow(twinOf(own, signature));
}

/** What stands for a handle in another process. */
function twinOf(
  callback: JsCallback,
  { types }: FunctionPointer,
): JsCallback {
  let twin = callback.twins.get(types);
  if (twin === undefined) {
    // It is called as the handle says, which may know more than the plugin.
    const own = functionPointerOf({ ...callback.signature, types });
    const origin = `callback ${own.text}`;
    if (own.cannotAnswer !== undefined) {
      throw new PluginError(
        "unsupported",
        `Cannot make a ${origin} in another process: ${own.cannotAnswer}; give the plugin there a plugin.callback() of its own`,
      );
    }
    twin = makeJsCallback(own, callback.call, origin, callback);
    callback.twins.set(types, twin);
  }
  return twin;
}

/** Whether any thread may call what lies at an address that a function of this thread's was given. */
export function isReachable(address: Address): boolean {
  return jsCallbacks.get(address)?.isReachable === true;
}

/** Whether what was given for a function is a handle that any thread may call. */
export function isForAnyThread(given: unknown): boolean {
  return isCallback(given) && jsCallbackOf(given)?.anyThread === true;
}

/**
 * The same for a call that runs on another thread, which holds the callback
 * until {@linkcode release}.
 *
 * @param holder The call; what the callback throws while it runs is its.
 * @returns Undefined where this runtime cannot call the callback from there.
 */
export function retain(
  signature: FunctionPointer,
  given: unknown,
  origin: string,
  holder: CallbackHolder,
): Address | null | undefined {
  // A function as it is becomes one for any thread, where those are others.
  const wanted = typeof given === "function" && adapter.otherThreads === "made"
    ? functionPointerOf({ ...signature, anyThread: true })
    : signature;
  const address = functionAddress(wanted, given, origin);
  const callback = address === null ? undefined : jsCallbacks.get(address);
  if (callback === undefined) return address;
  if (adapter.otherThreads !== "any" && !callback.anyThread) return undefined;
  callback.holders.push(holder);
  if (wanted !== signature) keepRecent(callback);
  return address;
}

/** The functions that calls on other threads were given as they are, the one of longest ago first. */
const recent = new Set<JsCallback>();
/** How many of them stay when their calls have ended: there is not room for every one that a program ever makes. */
const MOST_RECENT = 48;

function keepRecent(callback: JsCallback): void {
  recent.delete(callback);
  recent.add(callback);
  if (recent.size <= MOST_RECENT) return;
  for (const oldest of recent) {
    if (oldest.holders.length > 0) continue;
    letGo(oldest);
    return;
  }
}

/** Ends what {@linkcode retain} began. */
export function release(address: Address, holder: CallbackHolder): void {
  const callback = jsCallbacks.get(address);
  const index = callback?.holders.indexOf(holder) ?? -1;
  if (callback === undefined || index < 0) return;
  callback.holders.splice(index, 1);
  if (callback.isClosed) callback.close();
}
