/**
 * JavaScript functions that the plugin can call, and the handle of one.
 *
 * @module
 */

import type {
  Address,
  DistantCallback,
  RawFunction,
} from "../runtime/adapter.ts";
import { assertOwn, OWN } from "./own_constructor.ts";
import { guardMembers } from "./own_members.ts";
import { cannotBePosted } from "./own_thread.ts";
import { type Pointer, pointerTo } from "./pointer.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";

/** An error, which may be any value. */
export interface Thrown {
  readonly error: unknown;
}

/** A call that runs on another thread, and was given callbacks. */
export interface CallbackHolder {
  /** What the first callback that failed has thrown. */
  failure: Thrown | undefined;
}

/** A JavaScript function that the plugin can call. */
export interface JsCallback {
  readonly signature: FunctionPointer;
  /** The function. */
  readonly call: RawFunction;
  /** Whether threads that the runtime does not own may call it. */
  readonly anyThread: boolean;
  /** Whether they can, though nobody has asked for it, and do not wait for ever. */
  readonly isReachable: boolean;
  /** What the plugin calls. */
  readonly address: Address;
  /** The same in the process that there is now, where the plugin is isolated. */
  readonly distant?: DistantCallback | undefined;
  /** Those that stand for it in other processes, by the types of the plugins there; they end with it. */
  readonly twins: Map<object, JsCallback>;
  /** The calls that were given it and have not ended, the oldest first. */
  readonly holders: CallbackHolder[];
  /** What the plugin may use of what it gave last: the memory of a text. It stays until it gives something else. */
  given: unknown[] | undefined;
  /** How often it runs just now. */
  running: number;
  /** Whether something goes on calling it. */
  readonly isKept: boolean;
  /** Keeps it from being freed, for something that goes on calling it; gives what ends that. */
  keep(): () => void;
  /** Whether it is to be freed. */
  isClosed: boolean;
  /** Frees it, as soon as no call has it and native code has left it. */
  close(isOver?: boolean): void;
}

/** Whether a value is a {@linkcode Callback}. */
export let isCallback: (value: unknown) => value is Callback; // its body: the static block of Callback

/** Makes a handle. */
export let makeCallbackHandle: (callback: JsCallback) => Callback; // its body: the static block of Callback

/** What a handle stands for; undefined when it was disposed of. */
export let jsCallbackOf: (handle: Callback) => JsCallback | undefined; // its body: the static block of Callback

/** Keeps what a handle stands for from being freed, also when it was disposed of and a call has it yet; gives what ends that. */
export let keepCallback: (handle: Callback) => () => void; // its body: the static block of Callback

/**
 * A JavaScript function as plugins see it: an address that they can call.
 *
 * {@linkcode callback} makes one. It lives until it is disposed of, by
 * `using` or by `[Symbol.dispose]()`.
 *
 * **Safety**: nobody can know whether the plugin still has the address. A
 * plugin that calls it after it was disposed of ends the process; dispose of
 * it only when the plugin has been told to forget it.
 */
export class Callback {
  readonly #callback: JsCallback;
  #isDisposed = false;
  /** @internal */
  readonly "cannot be posted" = cannotBePosted;

  static {
    isCallback = (value): value is Callback =>
      typeof value === "object" && value !== null && #callback in value;
    makeCallbackHandle = (callback) => new Callback(OWN, callback);
    jsCallbackOf = (handle) =>
      handle.#isDisposed ? undefined : handle.#callback;
    keepCallback = (handle) => handle.#callback.keep();
    guardMembers(Callback.prototype, "Callback", isCallback);
  }

  private constructor(key: typeof OWN, callback: JsCallback) {
    assertOwn(key, "Callback");
    this.#callback = callback;
  }

  /**
   * What the plugin calls.
   *
   * @throws {TypeError} When it was disposed of.
   */
  get pointer(): Pointer {
    if (this.#isDisposed) {
      throw new TypeError("Callback.pointer: it was disposed of");
    }
    return pointerTo(this.#callback.address);
  }

  /**
   * Frees it, after the asynchronous calls that were given it and the objects that
   * keep it, and when it no longer runs; once more does nothing.
   */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#callback.close();
  }
}
