/**
 * Framed calls: a thunk takes its arguments from a block of memory and leaves
 * its results there. What no runtime can pass (structs by value, strings and
 * slices, several results, an error beside the result) crosses this way.
 *
 * The frame is planned first; what runs is printed from the plan. For `(Point, f64) => Point`:
 *
 * ```js ignore
 * return function (a0, a1) {
 *   if (arguments.length !== 2) wrong.count(arguments.length);
 *   const frame = enterThunk(48);
 *   const view = frame.view;
 *   const outer = trap.lent;
 *   try {
 *     if (!w0(view, 16384, a0, frame.held)) wrong.value(0, a0);
 *     if (!(typeof a1 === "number")) wrong.value(1, a1);
 *     view.setFloat64(16400, a1, true);
 *     trap.lent = frame.held;
 *     raw(frame.thunk);
 *     trap.lent = outer;
 *     // where a callback has thrown: what came out is dropped, and that thrown
 *     const r0 = t0(view, 16408, free);
 *     return r0;
 *   } catch (error) {
 *     throw from(error); // what came out and is no value
 *   } finally {
 *     trap.lent = outer;
 *     leave(frame);
 *   }
 * };
 * ```
 *
 * @module
 */

import {
  beginningIn,
  bindHolding,
  callbackRetainer,
  run,
  withAsync,
} from "./asynchronous.ts";
import { asyncOptionsOf } from "./check_async_options.ts";
import { convertersOf, endEach, type Ending, readOrKeep } from "./ending.ts";
import { resultError, throwFault, type ThunkedFunction } from "./fault.ts";
import { type Frame, framesOf, nextContext, THUNK } from "./frame.ts";
import {
  type FramedResult,
  type FramePlan,
  isSameWord,
  planFrame,
} from "./frame_plan.ts";
import type { FramedParameter } from "./argument_plan.ts";
import { isSame, numbersBack, snapshot, valueBack } from "./inout.ts";
import { keepsErrno } from "./last_error.ts";
import { putCString, putString } from "./put_text.ts";
import { putNoRoom, putRoom } from "./room.ts";
import { functionAddress, isForAnyThread } from "../callback/js_callback.ts";
import { compile } from "../check/compile.ts";
import type { ArgumentErrors } from "../check/wrong.ts";
import {
  dropException,
  FORGET_LATER,
  guarding,
  RETHROW,
  throwStuck,
  trap,
} from "../function/trap.ts";
import { addressOfAny } from "../handle/address.ts";
import type { Thunk } from "../manifest/manifest.ts";
import { putArray } from "../memory/span.ts";
import {
  give,
  givenAgain,
  handleOf,
  hold,
  useObject,
} from "../object/object.ts";
import { unuse } from "../object/state.ts";
import type { NativeLibrary, RawFunction } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";
import { withoutPrototype } from "../value/plain_object.ts";
import { handleFrom } from "../runtime/space.ts";
import { SCALAR_SCOPE, wordAt } from "../value/scalar.ts";

/** A function that is called through its thunk, when its calls are planned. */
interface FramedFunction {
  readonly library: NativeLibrary;
  readonly thunk: Thunk;
  /** What it is called. */
  readonly symbol: string;
  readonly parameters: readonly FramedParameter[];
  readonly plan: FramePlan;
  /** Bytes of a frame. */
  readonly size: number;
  /** What calls find by name, on this thread and on another. */
  readonly scope: Readonly<Record<string, unknown>>;
}

/**
 * Binds a function for calls through its thunk.
 *
 * @param library The loaded library.
 * @param thunk The thunk; its offsets were checked against the values.
 * @param where The function, for its errors.
 * @param parameters The function's parameters.
 * @param results The function's results.
 * @param wrong The function's errors.
 * @param ending What is made of what came out; its memory lies behind the thunk's part of the frame.
 * @returns The function, which checks what it is given.
 */
export function bindFramed(
  library: NativeLibrary,
  thunk: Thunk,
  where: ThunkedFunction,
  parameters: readonly FramedParameter[],
  results: readonly FramedResult[],
  wrong: ArgumentErrors,
  ending: Ending = {},
): RawFunction {
  parameters = parameters.map(withoutPrototype);
  ending = withoutPrototype(ending);
  const target = typeof where.target === "function" ? "target()" : "target";
  const plan = planFrame(
    thunk,
    target,
    parameters,
    results,
    ending,
    where.types,
  );
  const failure = { errno: 0 };
  const planned: FramedFunction = {
    library,
    thunk,
    symbol: where.symbol,
    parameters,
    plan,
    size: thunk.size + (ending.outSize ?? 0),
    scope: {
      ...plan.scope,
      ...scopeOf(library, thunk, where, parameters, wrong, ending),
      failure,
    },
  };
  const keeping = (made: RawFunction): RawFunction => {
    if (thunk.errno !== undefined) keepsErrno(made, failure);
    return made;
  };
  return withAsync(
    keeping(compileCall(planned)),
    () => keeping(compileAsync(planned)),
  );
}

/** What the statements of a plan find by name, whatever the thread. */
function scopeOf(
  library: NativeLibrary,
  thunk: Thunk,
  where: ThunkedFunction,
  parameters: readonly FramedParameter[],
  wrong: ArgumentErrors,
  ending: Ending,
): Record<string, unknown> {
  const free = thunk.free === undefined
    ? () => {}
    : library.bind(thunk.free, ["address"], "void");
  return {
    ...SCALAR_SCOPE,
    target: where.target,
    wrong,
    finish: ending.finish,
    keep: ending.keep,
    readOrKeep,
    ...convertersOf(parameters),
    putCString,
    putString,
    putRoom,
    putNoRoom,
    putArray,
    snapshot,
    isSame,
    numbersBack,
    valueBack,
    handleOf,
    handleAt: (view: DataView, at: number) =>
      handleFrom(view.buffer, wordAt(view, at)),
    isSameWord,
    givenAgain,
    give,
    hold,
    useObject,
    unuse,
    isForAnyThread,
    addressOfAny,
    free,
    nextContext,
    from: (error: unknown) => resultError(error, where),
    fault: (frame: Frame) =>
      throwFault(frame, THUNK + thunk.error!, where, free, wrong),
  };
}

/** Compiles the call on this thread. */
function compileCall(
  { library, thunk, symbol, parameters, plan, size, scope }: FramedFunction,
): RawFunction {
  const isDistant = library.space !== undefined;
  return guarding((whenCallbacksExist) =>
    compile(
      symbol,
      parameters,
      {
        ...scope,
        raw: library.bind(thunk.symbol, ["address"], "void", symbol),
        trap,
        throwStuck,
        dropException,
        whenCallbacksExist,
        reserveStack: adapter.reserveStack,
        ...framesOf(library.space),
        putFunction: (signature: FunctionPointer, given: unknown) =>
          functionAddress(signature, given, `callback of ${symbol}()`),
      },
      (checks) => callBody(plan, size, checks, isDistant),
      isDistant ? FORGET_LATER : "",
    )
  );
}

/** Compiles the call on another thread, when it is first asked for. */
function compileAsync(
  { library, thunk, symbol, parameters, plan, size, scope }: FramedFunction,
): RawFunction {
  return compile(
    symbol,
    parameters,
    {
      ...scope,
      raw: bindHolding(
        (holds) =>
          library.bindAsync(thunk.symbol, ["address"], "void", holds, symbol),
        () => library.bindApart?.(thunk.symbol, ["address"], "void"),
        library.space,
      ),
      begin: beginningIn(library.space),
      run,
      retain: callbackRetainer(symbol, parameters),
      readOptions: asyncOptionsOf(symbol),
    },
    (checks) =>
      asyncBody(
        plan,
        size,
        checks,
        library.space === undefined ? parameters : [],
      ),
    "",
    true,
  );
}

/** The call on this thread. */
function callBody(
  { declared, reads, objects, puts, modes, begun, ends, takes, out }: FramePlan,
  size: number,
  checks: string,
  isDistant: boolean,
): string {
  const each = (code: (x: string, state: string) => string) =>
    objects.map((x, index) => code(x, `used${index}`)).join(" ");
  const declares = each((_, state) => `let ${state};`);
  const enters = each((x, state) =>
    `if (${x} !== null) ${state} = useObject(${x});`
  );
  const leaves = endEach([
    ...objects.map((_, index) =>
      `if (used${index} !== undefined) unuse(used${index});`
    ),
    "leave(frame);",
  ]);
  return `const frame = enterThunk(${size});
  const view = frame.view;
  const outer = trap.lent;
  ${declared} ${declares}
  try {
    ${[...reads, checks, enters, ...puts, ...modes.here].join("\n    ")}
    ${adapter.reserveStack === undefined ? "" : "reserveStack();"}
    trap.lent = frame.held;
    ${begun}
    raw(frame.thunk${isDistant ? ", frame" : ""});
    trap.lent = outer;
    ${ends.join("\n    ")}
    if (trap.thrown !== undefined || trap.stuck[0] !== 0) {
      try {
        ${takes.join("\n        ")}
        dropException(${out});
      } finally {
        ${RETHROW}
      }
    }
    ${takes.join("\n    ")}
    return ${out};
  } catch (error) {
    throw from(error);
  } finally {
    trap.lent = outer;
    ${leaves}
  }`;
}

/**
 * The call on another thread.
 *
 * @param own The parameters, where it is one of this process.
 */
function asyncBody(
  {
    declared,
    reads,
    objects,
    puts,
    modes,
    ends,
    isInout,
    takes,
    outLater: out,
  }: FramePlan,
  size: number,
  checks: string,
  own: readonly FramedParameter[],
): string {
  const { otherThreads } = adapter;
  // Of functions that cross by number the thread that calls them is not known.
  const refused = otherThreads === "any" || otherThreads === "made"
    ? []
    : own.flatMap(({ value: { kind } }, index) =>
      kind === "closure"
        ? [
          `if (a${index} !== null) retain(call, undefined, a${index}, ${index});`,
        ]
        : []
    );
  const holds = objects.map((x) =>
    `if (${x} !== null) hold(${x}, frame.held);`
  );
  return `const call = begin(${size}, options);
  const frame = call.frame;
  const view = frame.view;
  ${declared}
  const putFunction = (signature, given, index) => retain(call, signature, given, index);
  return run(call, () => {
    ${
    [...reads, checks, ...refused, ...holds, ...puts, ...modes.elsewhere].join(
      "\n    ",
    )
  }
    return raw(call, options, frame.thunk);
  }, () => {
    try {
      ${isInout ? "frame.held.bringBack();" : ""}
      ${[...ends, ...takes].join("\n      ")}
      return ${out};
    } catch (error) {
      throw from(error);
    }
  });`;
}
