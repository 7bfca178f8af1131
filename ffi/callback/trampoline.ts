/**
 * What native code calls when it calls JavaScript: a generated function that
 * makes what arrives into values, checks what the function gives, and keeps
 * what it throws. For `(i32, cstring) => i32` on Deno it is
 *
 * ```js ignore
 * return (call, incoming, wrong, lost, intoFunction) => function (a0, a1) {
 *   if (trap.thrown !== undefined) return 0;
 *   incoming.running++;
 *   trap.running++;
 *   try {
 *     if (incoming.borrowers.length > 0 && isCancelled(incoming)) return 0;
 *     const r = call(a0, text(a1));
 *     if (trap.lent !== undefined && isLost(trap.lent)) lost();
 *     if (!fits(r)) wrong(r);
 *     return (r | 0);
 *   } catch (error) {
 *     try { captureException(incoming, error); } catch { trap.thrown = { error }; }
 *     return 0;
 *   } finally {
 *     trap.running--;
 *     if (--incoming.running === 0 && incoming.isClosed) {
 *       try { incoming.close(); } catch {}
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

import type { Address, RawFunction } from "../runtime/adapter.ts";
import { type Check, checkOf } from "../check/check.ts";
import { misfitError, misfitOf } from "../check/wrong.ts";
import { accepts } from "../check/compile.ts";
import { generate } from "../runtime/generate.ts";
import { textAt } from "../value/encoded_text.ts";
import { safe } from "../value/scalar.ts";
import {
  addressAnywhere,
  addressIn,
  isPointer,
  type Pointer,
  pointerTo,
} from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { homeOf } from "../runtime/space.ts";
import type { ScalarName, Value } from "../value/value.ts";
import { isVariable } from "../handle/variable.ts";
import type { JsCallback } from "../handle/callback_handle.ts";
import { isLost } from "../handle/lent_memory.ts";
import { functionAt } from "../function/native_function.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import { captureException, isCancelled, trap } from "../function/trap.ts";

/** What of a callback its entry needs. */
type Entered = Pick<
  JsCallback,
  "signature" | "call" | "borrowers" | "running" | "isClosed" | "close"
>;

/** Makes the entry of one JavaScript function. */
type Factory = (
  call: RawFunction,
  incoming: Entered,
  wrong: (given: unknown) => never,
  lost: () => never,
  intoFunction: (signature: FunctionPointer, given: unknown) => Address,
) => RawFunction;

const factories = new WeakMap<FunctionPointer, Factory>();

/**
 * Makes the entry of a JavaScript function.
 *
 * @param incoming The callback that this becomes part of.
 * @param origin Who is at fault when the result is wrong.
 * @param intoFunction The address of a function that is its result.
 * @returns The entry: what the runtime calls.
 */
export function makeTrampoline(
  incoming: Entered,
  origin: string,
  intoFunction: (signature: FunctionPointer, given: unknown) => Address,
): RawFunction {
  const { signature, call } = incoming;
  let factory = factories.get(signature);
  if (factory === undefined) {
    factories.set(signature, factory = compileFactory(signature));
  }
  const wrong = (given: unknown): never => {
    const { type, value } = signature.result!;
    const misfit = misfitOf(type, checkOfResult(value), given);
    throw misfitError(`${origin}, result`, misfit);
  };
  const lost = (): never => {
    throw new TypeError(
      `${origin}: it transferred a buffer that the running call works on; transfer it when the call has ended`,
    );
  };
  return factory(call, incoming, wrong, lost, intoFunction);
}

function compileFactory(signature: FunctionPointer): Factory {
  const { params, result, anyThread } = signature;
  const home = homeOf(signature.types);
  const values = result === undefined ? params : [...params, result];
  const signatures = values.map(({ value }) =>
    value.kind === "function" ? functionPointerOf(value) : undefined
  );
  const names = params.map((_, index) => `a${index}`);
  const args = params.map(({ value }, index) =>
    home === undefined ? outOf(value, index) : outOfDistant(value, index)
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
    fits: result === undefined
      ? undefined
      : accepts(checkOfResult(result.value)),
    noteForeignCall: adapter.noteForeignCall,
  };
  const zero = result === undefined
    ? "undefined"
    : home !== undefined && result.value.kind !== "scalar"
    ? "0n"
    : zeroOf(result.value);
  const tells = anyThread && adapter.noteForeignCall !== undefined;
  return generate(
    scope,
    `return (call, incoming, wrong, lost, intoFunction) => function (${
      names.join(", ")
    }) {
  if (trap.thrown !== undefined) return ${zero};
  incoming.running++;
  trap.running++;
  try {
    if (incoming.borrowers.length > 0 && isCancelled(incoming)) return ${zero};
    const r = call(${args.join(", ")});
    if (trap.lent !== undefined && isLost(trap.lent)) lost();
    ${
      result === undefined ? "return;" : `if (!fits(r)) wrong(r);
    return ${
        home === undefined
          ? into(result.value, params.length)
          : intoDistant(result.value, params.length)
      };`
    }
  } catch (error) {
    try { captureException(incoming, error); } catch { trap.thrown = { error }; }
    return ${zero};
  } finally {
    trap.running--;
    if (--incoming.running === 0 && incoming.isClosed) {
      try { incoming.close(); } catch {}
    }${tells ? "\n    noteForeignCall();" : ""}
  }
};`,
  );
}

/** The expression of the argument at `index`. */
function outOf(value: Value, index: number): string {
  const x = `a${index}`;
  switch (value.kind) {
    case "scalar": {
      const given = adapter.crossings[value.name].fromNative?.(x) ?? x;
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
function outOfDistant(value: Value, index: number): string {
  const x = `a${index}`;
  switch (value.kind) {
    case "scalar":
      return outOf(value, index);
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
function intoDistant(value: Value, index: number): string {
  switch (value.kind) {
    case "scalar":
      return into(value, index);
    case "function":
      return `(r === null ? 0n : BigInt.asUintN(64, intoFunction(signatures[${index}], r)))`;
    default:
      return `(r === null ? 0n : addressOf(r))`;
  }
}

function isWord(name: ScalarName): boolean {
  return name === "isize" || name === "usize";
}

/** The expression of the checked result `r`. */
function into(value: Value, index: number): string {
  switch (value.kind) {
    case "scalar":
      return adapter.crossings[value.name].toNative?.("r") ?? "r";
    case "function":
      return `(r === null ? none : intoFunction(signatures[${index}], r))`;
    default:
      return `(r === null ? none : addressOf(r))`;
  }
}

/** What the plugin gets from a function that threw. */
function zeroOf(value: Value): string {
  if (value.kind !== "scalar") return "none";
  switch (value.name) {
    case "bool":
      return adapter.crossings.bool.toNative?.("false") ?? "false";
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
