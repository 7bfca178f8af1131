/**
 * What native code calls when it calls JavaScript: a generated function that
 * makes what arrives into values, checks what the function gives, and keeps
 * what it throws. For `(i32, cstring) => i32` on Deno it is
 *
 * ```js ignore
 * return (call, callback, wrong, lost, from, addressOfFunction) => function (a0, a1) {
 *   if (trap.thrown !== undefined) return 0;
 *   callback.running++;
 *   trap.running++;
 *   try {
 *     if (callback.holders.length > 0 && isCancelled(callback)) return 0;
 *     const r = call(a0, text(a1));
 *     if (trap.lent !== undefined && isLost(trap.lent)) lost();
 *     if (!fits(r)) wrong(r);
 *     return (r | 0);
 *   } catch (error) {
 *     try { captureException(callback, from(error)); } catch { trap.thrown = { error }; }
 *     return 0;
 *   } finally {
 *     trap.running--;
 *     if (--callback.running === 0 && callback.isClosed) {
 *       try { callback.close(); } catch {}
 *     }
 *   }
 * };
 * ```
 *
 * Node ends the process where an error leaves this function: nothing outside the
 * `try` can throw, and the handlers, which can where the stack ends, have a `try`.
 *
 * The text is generated once for each type of callbacks: V8 keeps what it has
 * compiled, 3 KB of it, long after the callback is gone.
 *
 * @module
 */

import type { Address, RawFunction, Space } from "../runtime/adapter.ts";
import { type Check, checkOf } from "../check/argument_checks.ts";
import { misfitError, misfitOf } from "../check/wrong.ts";
import { accepts } from "../check/compile.ts";
import { generate } from "../runtime/generate.ts";
import { encodeText, textAt } from "../value/encoded_text.ts";
import { isWord, safe } from "../value/scalar.ts";
import { unreadableFrom } from "../value/unreadable.ts";
import {
  addressAnywhere,
  addressIn,
  isPointer,
  type Pointer,
  pointerTo,
} from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { belong, displace, homeOf } from "../runtime/space.ts";
import type { Value } from "../value/value.ts";
import { isVariable } from "../handle/variable.ts";
import type { JsCallback } from "../handle/callback_handle.ts";
import {
  addressFor,
  addressKept,
  freeKept,
  heldIn,
  isLost,
} from "../handle/lent_memory.ts";
import { functionAt } from "../function/native_function.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import type { Carrier } from "../value/pointer_thunks.ts";
import { captureException, isCancelled, trap } from "../function/trap.ts";
import { framePartsOf } from "./frame_answer.ts";

/** What of a callback its entry needs. */
type Entered = Pick<
  JsCallback,
  | "signature"
  | "call"
  | "holders"
  | "running"
  | "isClosed"
  | "close"
  | "given"
>;

/** Makes the entry of one JavaScript function. */
type Factory = (
  call: RawFunction,
  callback: Entered,
  wrong: (given: unknown) => never,
  lost: () => never,
  from: (error: unknown) => unknown,
  addressOfFunction: (signature: FunctionPointer, given: unknown) => Address,
) => RawFunction;

const factories = new WeakMap<FunctionPointer, Factory>();

/**
 * Makes the entry of a JavaScript function.
 *
 * @param callback The callback that this becomes part of.
 * @param origin Who is at fault when the result is wrong.
 * @param addressOfFunction The address of a function that is its result.
 * @returns The entry: what the runtime calls.
 */
export function makeTrampoline(
  callback: Entered,
  origin: string,
  addressOfFunction: (signature: FunctionPointer, given: unknown) => Address,
): RawFunction {
  const { signature, call } = callback;
  let factory = factories.get(signature);
  if (factory === undefined) {
    factories.set(signature, factory = compileFactory(signature));
  }
  const wrong = (given: unknown): never => {
    const { type, value } = signature.result!;
    const misfit = value.kind === "composite"
      ? framePartsOf(signature).result!.explain(given)
      : misfitOf(type, checkOfResult(value), given);
    throw misfitError(`${origin}, result`, misfit);
  };
  const lost = (): never => {
    throw new TypeError(
      `${origin}: it transferred a buffer that the running call works on; transfer it when the call has ended`,
    );
  };
  const from = (error: unknown) => unreadableFrom(origin, error);
  return factory(call, callback, wrong, lost, from, addressOfFunction);
}

function compileFactory(signature: FunctionPointer): Factory {
  const { params, result, anyThread, carrier } = signature;
  const home = homeOf(signature.types);
  const values = result === undefined ? params : [...params, result];
  const signatures = values.map(({ value }) =>
    value.kind === "function" ? functionPointerOf(value) : undefined
  );
  const names = carrier === undefined
    ? params.map((_, index) => `a${index}`)
    : ["frame"];
  const args = carrier !== undefined
    ? ["...argumentsIn(frame)"]
    : params.map(({ value }, index) =>
      home === undefined ? fromNative(value, index) : fromDistant(value, index)
    );
  const scope = {
    trap,
    captureException,
    isCancelled,
    isLost,
    none: adapter.null,
    safe,
    text: home !== undefined
      ? (word: bigint) =>
        word === 0n ? null : home.cstring(home.toAddress(word))
      : params.some(({ value }) => value.kind === "cstring")
      ? adapter.textReader()
      : undefined,
    textAt,
    there: (word: bigint) => home!.toAddress(word),
    pointerTo,
    functionAt,
    signatures,
    addressOf: home === undefined
      ? addressOf
      : (given: unknown) => home.toWord(addressAnywhere(pointerOf(given))),
    fits: result === undefined || result.value.kind === "composite"
      ? () => true
      : accepts(checkOfResult(result.value)),
    keepText: textKeeper(result?.value, home),
    ...carrier && framed(signature, carrier, home),
    noteForeignCall: adapter.noteForeignCall,
  };
  const zero = result === undefined || carrier !== undefined
    ? "undefined"
    : home !== undefined && result.value.kind !== "scalar"
    ? "0n"
    : zeroOf(result.value);
  const tells = anyThread && adapter.noteForeignCall !== undefined;
  return generate(
    scope,
    `return (call, callback, wrong, lost, from, addressOfFunction) => function (${
      names.join(", ")
    }) {
  if (trap.thrown !== undefined) return ${zero};
  callback.running++;
  trap.running++;
  try {
    if (callback.holders.length > 0 && isCancelled(callback)) return ${zero};
    const r = call(${args.join(", ")});
    if (trap.lent !== undefined && isLost(trap.lent)) lost();
    ${
      result === undefined
        ? "return;"
        : carrier !== undefined
        ? "if (!fits(r) || !answer(frame, r, callback)) wrong(r);"
        : `if (!fits(r)) wrong(r);
    return ${
          home === undefined
            ? toNative(result.value, params.length)
            : toDistant(result.value, params.length)
        };`
    }
  } catch (error) {
    try { captureException(callback, from(error)); } catch { trap.thrown = { error }; }
    return ${zero};
  } finally {
    trap.running--;
    if (--callback.running === 0 && callback.isClosed) {
      try { callback.close(); } catch {}
    }${tells ? "\n    noteForeignCall();" : ""}
  }
};`,
  );
}

/** What generated code calls where values lie in a frame. */
function framed(
  signature: FunctionPointer,
  { thunks: { thunk: { size } } }: Carrier,
  home: Space | undefined,
) {
  const { read, result } = framePartsOf(signature);
  const at = (frame: Address) =>
    home === undefined ? frame : home.toAddress(BigInt(frame));
  return {
    argumentsIn(frame: Address): unknown[] {
      const bytes = new Uint8Array(size);
      adapter.copy(at(frame), bytes);
      belong(bytes.buffer, home);
      return read(new DataView(bytes.buffer));
    },
    answer(frame: Address, given: unknown, callback: Entered): boolean {
      const { at: offset, size, write } = result!;
      const view = new DataView(belong(new ArrayBuffer(size), home));
      const held = heldIn(home);
      if (!write(view, given, held)) return false;
      adapter.store(displace(at(frame), offset), new Uint8Array(view.buffer));
      replaceGiven(callback, held);
      return true;
    },
  };
}

/** What makes an address of a text that is given, which stays until the next one; undefined of one that there is not in C. */
function textKeeper(value: Value | undefined, home: Space | undefined) {
  if (value?.kind !== "cstring" && value?.kind !== "encoded") return undefined;
  const encode = value.kind === "encoded"
    ? (text: string) => encodeText(text, value.encoding)
    : (text: string) =>
      text.includes("\0") || !text.isWellFormed()
        ? undefined
        : encoder.encode(`${text}\0`);
  return (given: unknown, callback: Entered): Address | undefined => {
    const held = heldIn(home);
    const bytes = isPointer(given) ? undefined : encode(given as string);
    const address = isPointer(given)
      ? addressFor(given, held)
      : bytes && addressKept(bytes, held);
    if (address !== undefined) replaceGiven(callback, held);
    return address;
  };
}

/** What a function gives stays until it gives this. */
function replaceGiven(callback: Entered, held: unknown[]): void {
  const { given } = callback;
  callback.given = held;
  freeKept(given);
}

const encoder = new TextEncoder();

/** The expression of the argument at `index`. */
function fromNative(value: Value, index: number): string {
  const x = `a${index}`;
  switch (value.kind) {
    case "scalar": {
      const given = adapter.marshals[value.name].fromNative?.(x) ?? x;
      return isWord(value.name) ? `safe(${given})` : given;
    }
    case "cstring":
      return `text(${x})`;
    case "encoded":
      return `(${x} === none ? null : textAt(${x}, "${value.encoding}"))`;
    case "function":
      return `(${x} === none ? null : functionAt(signatures[${index}], ${x}))`;
    default:
      return `(${x} === none ? null : pointerTo(${x}))`;
  }
}

/** The same where it came from another process, and is a word of that. */
function fromDistant(value: Value, index: number): string {
  const x = `a${index}`;
  switch (value.kind) {
    case "scalar":
      return fromNative(value, index);
    case "cstring":
      return `text(${x})`;
    case "encoded":
      return `(${x} === 0n ? null : textAt(there(${x}), "${value.encoding}"))`;
    case "function":
      return `(${x} === 0n ? null : functionAt(signatures[${index}], there(${x})))`;
    default:
      return `(${x} === 0n ? null : pointerTo(there(${x})))`;
  }
}

/** The expression of the checked result `r` that goes there. */
function toDistant(value: Value, index: number): string {
  switch (value.kind) {
    case "scalar":
      return toNative(value, index);
    case "cstring":
    case "encoded":
      return `(r === null ? 0n : BigInt.asUintN(64, BigInt(keepText(r, callback) ?? wrong(r))))`;
    case "function":
      return `(r === null ? 0n : BigInt.asUintN(64, addressOfFunction(signatures[${index}], r)))`;
    default:
      return `(r === null ? 0n : addressOf(r))`;
  }
}

/** The expression of the checked result `r`. */
function toNative(value: Value, index: number): string {
  switch (value.kind) {
    case "scalar":
      return adapter.marshals[value.name].toNative?.("r") ?? "r";
    case "cstring":
    case "encoded":
      return `(r === null ? none : keepText(r, callback) ?? wrong(r))`;
    case "function":
      return `(r === null ? none : addressOfFunction(signatures[${index}], r))`;
    default:
      return `(r === null ? none : addressOf(r))`;
  }
}

/** What the plugin gets from a function that threw. */
function zeroOf(value: Value): string {
  if (value.kind !== "scalar") return "none";
  switch (value.name) {
    case "bool":
      return adapter.marshals.bool.toNative?.("false") ?? "false";
    case "i64":
    case "u64":
    case "isize":
    case "usize":
      return "0n";
    default:
      return "0";
  }
}

/** Nobody would keep JavaScript's memory until the plugin has done with it. */
const ADDRESS: Check = {
  test: (x) =>
    `(${x} === null || isPointer(${x}) || isVariable(${x}) && !isOurs(${x}))`,
  wanted: "a Pointer, a Variable of the plugin or null",
  isKind: () => false,
};

function addressOf(given: unknown): Address {
  return addressIn(pointerOf(given));
}

function pointerOf(given: unknown): Pointer {
  if (isVariable(given)) return given.pointer;
  if (isPointer(given)) return given;
  throw new Error("no address");
}

function checkOfResult(value: Value): Check {
  return value.kind === "pointer" ? ADDRESS : checkOf(value);
}
