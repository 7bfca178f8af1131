/**
 * Framed calls: a thunk takes its arguments from a block of memory and leaves
 * its results there. What no runtime can pass (structs by value, strings and
 * slices, several results, an error beside the result) crosses this way.
 *
 * What runs is generated from a plan of the frame. For `(Point, f64) => Point`:
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
 *   } finally {
 *     trap.lent = outer;
 *     leave(frame);
 *   }
 * };
 * ```
 *
 * @module
 */

import type {
  Address,
  NativeLibrary,
  RawFunction,
} from "../runtime/adapter.ts";
import { keepsErrno } from "./last_error.ts";
import { PluginError } from "../error.ts";
import type { Thunk } from "../manifest/manifest.ts";
import { functionAddress, isForAnyThread } from "../callback/js_callback.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import {
  dropException,
  FORGET_LATER,
  guarding,
  RETHROW,
  throwStuck,
  trap,
} from "../function/trap.ts";
import { adapter } from "../runtime/runtime.ts";
import { handleFrom, homeOf } from "../runtime/space.ts";
import { classOf } from "../object/classes.ts";
import { ERROR_CLASS, nativeError } from "../object/native_error.ts";
import {
  give,
  handleOf,
  hold,
  type NativeObject,
  useObject,
} from "../object/object.ts";
import { unuse } from "../object/state.ts";
import { takeThrown } from "../object/thrown.ts";
import type { Codec } from "../memory/codec.ts";
import { codecOf } from "../memory/codecs.ts";
import { loadCode, SCALAR_SCOPE, storeCode, wordAt } from "../value/scalar.ts";
import { putArray } from "../memory/span.ts";
import { takeText } from "../memory/span_codecs.ts";
import { printType } from "../notation/type.ts";
import type { Types, Value } from "../value/value.ts";
import { addressOfAny } from "../handle/address.ts";
import { asyncOptionsOf } from "./check_async_options.ts";
import {
  beginningIn,
  bindHolding,
  callbackRetainer,
  run,
  withAsync,
} from "./asynchronous.ts";
import {
  type ArgumentErrors,
  type Parameter,
  passedName,
} from "../check/wrong.ts";
import { compile } from "../check/compile.ts";
import {
  conversionsOf,
  convertersOf,
  declarationsOf,
  endEach,
  type Ending,
  finishCode,
  readCode,
  readOrKeep,
  roomsOf,
} from "./ending.ts";
import { type Frame, framesOf, nextContext, THUNK } from "./frame.ts";
import { putNoRoom, putRoom } from "./room.ts";
import { isSame, numbersBack, snapshot, valueBack } from "./inout.ts";
import { putCString, putString } from "./put_text.ts";
import { withoutPrototype } from "../value/plain_object.ts";

/** The function behind a thunk. */
export interface ThunkedFunction {
  /** For errors: the library. */
  readonly path: string;
  /** For errors: the symbol. */
  readonly symbol: string;
  /** For errors that are objects: the types of its manifest. */
  readonly types: Types;
  /** Its address, where the thunk does not know it; asked for at each call where processes come and go. */
  readonly target: Address | (() => Address) | undefined;
}

/** A parameter, and how it lies in the frame. */
export interface FramedParameter extends Parameter {
  readonly codec: Codec;
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
  const { symbol, target } = where;
  const size = thunk.size + (ending.outSize ?? 0);
  const free = thunk.free === undefined
    ? () => {}
    : library.bind(thunk.free, ["address"], "void");
  const failure = { errno: 0 };
  const plan = planFrame(
    thunk,
    typeof target === "function" ? "target()" : "target",
    parameters,
    results,
    ending,
    where.types,
  );
  const scope = {
    ...SCALAR_SCOPE,
    ...plan.scope,
    target,
    failure,
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
    give,
    hold,
    useObject,
    unuse,
    isForAnyThread,
    addressOfAny,
    free,
    nextContext,
    fault: (frame: Frame) =>
      fault(frame, THUNK + thunk.error!, where, free, wrong),
  };
  const keep = (made: RawFunction): RawFunction => {
    if (thunk.errno !== undefined) keepsErrno(made, failure);
    return made;
  };
  const isDistant = library.space !== undefined;
  const call = guarding((whenCallbacksExist) =>
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
  return withAsync(keep(call), () =>
    keep(compile(
      symbol,
      parameters,
      {
        ...scope,
        raw: bindHolding(
          (holds) =>
            library.bindAsync(
              thunk.symbol,
              ["address"],
              "void",
              holds,
              symbol,
            ),
          library.space,
        ),
        begin: beginningIn(library.space),
        run,
        retain: callbackRetainer(symbol, parameters),
        isOptions: asyncOptionsOf(symbol),
      },
      (checks) => asyncBody(plan, size, checks, isDistant ? [] : parameters),
      "",
      true,
    )));
}

/** A result, and how it lies in the frame. */
export interface FramedResult {
  readonly value: Value;
  readonly codec: Codec;
}

/** What a call does with its frame. */
interface FramePlan {
  /** Declares what the statements of {@linkcode reads} leave to the end. */
  readonly declared: string;
  /** Statements that read the arguments which have parts; that runs code of the caller's, so all else comes behind them. */
  readonly reads: readonly string[];
  /** The arguments that are objects, which the call uses until it ends. */
  readonly objects: readonly string[];
  /** Statements that write the arguments, when they are checked. */
  readonly puts: readonly string[];
  /** Statements that say how the call is made, on this thread and on another. */
  readonly modes: Readonly<Record<"here" | "elsewhere", readonly string[]>>;
  /** Statements that read what the thunk has left beside the results. */
  readonly ends: readonly string[];
  /** Whether they look at memory that the call was lent. */
  readonly isInout: boolean;
  /** Statements that read the results. */
  readonly takes: readonly string[];
  /** The statement just before the call, where something asks whether it has begun. */
  readonly begun: string;
  /** The expression of what the call gives. */
  readonly out: string;
  /** The same, of a call on another thread. */
  readonly outLater: string;
  /** What they find by name. */
  readonly scope: Readonly<Record<string, unknown>>;
}

function planFrame(
  thunk: Thunk,
  target: string,
  parameters: readonly FramedParameter[],
  results: readonly FramedResult[],
  ending: Ending,
  types: Types,
): FramePlan {
  const scope: Record<string, unknown> = {};
  const reads: string[] = [];
  const puts: string[] = [];
  const back: string[] = [];
  const own: string[] = [];
  const snapshots: string[] = [];
  const { outSize = 0 } = ending;
  const behind = THUNK + thunk.size;
  if (outSize > 0) {
    puts.push(`frame.u8.fill(0, ${behind}, ${behind + outSize});`);
    puts.push(roomsOf(parameters, behind));
  }
  reads.push(conversionsOf(parameters));
  for (const [index, parameter] of parameters.entries()) {
    const { value, codec, hidden, isInout } = parameter;
    const at = THUNK + thunk.params[index]!;
    if (isInout) {
      back.push(backCode(parameter, at, index, types, scope));
      if (value.kind === "slice") own.push(`b${index}`);
      if (value.kind !== "data") own.push(`m${index}`);
    }
    if (hidden?.kind === "out") {
      const place = `frame.addressAt(${behind + hidden.at})`;
      puts.push(`putWord(view, ${at}, ${place});`);
      continue;
    }
    if (isInout && value.kind !== "data") {
      snapshots.push(`m${index} = snapshot(a${index}, b${index});`);
    }
    if (codec.parts === undefined) {
      if (value.kind === "function") {
        scope[`s${index}`] = functionPointerOf(value);
      }
      puts.push(put(parameter, at, index, passedName(parameter, index)));
      continue;
    }
    scope[`w${index}`] = codec.write;
    if (!codec.parts.isPointing) {
      reads.push(putParts(at, index, `a${index}`));
      continue;
    }
    // What it points to could go while another argument is read.
    scope[`c${index}`] = codec.parts.copy;
    const declares = isInout ? "" : "const ";
    reads.push(`${declares}b${index} = c${index}(a${index});`);
    puts.push(putParts(at, index, `b${index}`));
  }
  if (thunk.context !== undefined) {
    const at = THUNK + thunk.context;
    puts.push(
      `view.setFloat64(${at}, number, true); view.setFloat64(${
        at + 8
      }, timeout, true);`,
    );
  }
  if (thunk.target !== undefined) {
    puts.push(`putWord(view, ${THUNK + thunk.target}, ${target});`);
  }
  // Those that own memory come first: one that throws must not leak the rest.
  const takes = results.map(({ value, codec }, index) => {
    const at = THUNK + thunk.results[index]!;
    scope[`t${index}`] = codec.read;
    const expression = value.kind === "scalar"
      ? loadCode(value.name, `${at}`)
      : `t${index}(view, ${at}, free)`;
    const read = readCode(expression, ending, parameters);
    return { owns: owns(value), line: `const r${index} = ${read};` };
  }).sort((a, b) => Number(b.owns) - Number(a.owns));
  const error = thunk.error === undefined
    ? []
    : [`if (view.getInt32(${THUNK + thunk.error}, true) !== 0) fault(frame);`];
  const errno = thunk.errno === undefined
    ? []
    : [`failure.errno = view.getInt32(${THUNK + thunk.errno}, true);`];
  const out = returned(results.length);
  return {
    // Code of the caller's runs while arguments are read, and may call too.
    declared:
      (thunk.context === undefined
        ? ""
        : "const { number, timeout } = nextContext; nextContext.number = 0; nextContext.timeout = -1; ") +
      declarationsOf(parameters) +
      (back.length > 0
        ? ` let lost; ${own.map((x) => `let ${x};`).join(" ")}`
        : ""),
    reads: [...reads, ...snapshots],
    objects: parameters.flatMap((parameter, index) =>
      parameter.value.kind === "object" && !parameter.isGivenAway &&
        parameter.codec.parts === undefined // those hold theirs as they are written
        ? [passedName(parameter, index)]
        : []
    ),
    puts,
    modes: roomed(thunk, modesOf(thunk, parameters)),
    ends: [...errno, ...back],
    isInout: back.length > 0,
    takes: [
      ...error,
      ...takes.map(({ line }) => line),
      ...back.length > 0 ? ["if (lost !== undefined) throw lost.error;"] : [],
    ],
    begun:
      parameters.some(({ value, isGivenAway }) =>
          value.kind === "closure" || isGivenAway
        )
        ? "frame.held.isBegun = true;"
        : "",
    out: finishCode(out, ending, parameters),
    outLater: finishCode(out, ending, parameters, true),
    scope,
  };
}

/** The statement that puts what the plugin has written back into the argument at `index`. */
function backCode(
  { value, codec, type }: FramedParameter,
  at: number,
  index: number,
  types: Types,
  scope: Record<string, unknown>,
): string {
  const place = `lost, wrong, ${index}, a${index}`;
  switch (value.kind) {
    case "slice":
      return `if (m${index} !== undefined) lost = numbersBack(${place}, b${index}, m${index});`;
    case "data":
      scope[`i${index}`] = codec.read;
      return `if (view.getBigUint64(${at}, true) !== 0n) lost = valueBack(${place}, () => i${index}(view, ${at}, free));`;
    case "pointer": {
      const target = codecOf({ kind: "composite", ...value.struct! }, types);
      scope[`i${index}`] = (bytes: Uint8Array) =>
        target.read(new DataView(bytes.buffer, bytes.byteOffset), 0);
      return `if (m${index} !== undefined && !isSame(b${index}, m${index})) lost = valueBack(${place}, () => i${index}(b${index}));`;
    }
    default:
      throw new Error(`${printType(type)} is no copy`);
  }
}

/** How the thunk is told who waits for it, where it may call functions that it is given. */
function modesOf(
  { callsBack, error }: Thunk,
  parameters: readonly FramedParameter[],
): FramePlan["modes"] {
  if (callsBack !== true) return { here: [], elsewhere: [] };
  const put = (mode: string) => [`putWord(view, ${THUNK + error!}, ${mode});`];
  const serving = parameters.flatMap(({ value: { kind } }, index) =>
    kind === "function" ? [`isForAnyThread(a${index})`] : []
  );
  return {
    here: put(serving.length === 0 ? "0" : `${serving.join(" || ")} ? 2 : 0`),
    elsewhere: put("1"),
  };
}

/** Says where results may lie, when all else is in the frame; another thread is given no room. */
function roomed(
  { room }: Thunk,
  modes: FramePlan["modes"],
): FramePlan["modes"] {
  if (room === undefined) return modes;
  const at = THUNK + room;
  return {
    here: [...modes.here, `putRoom(frame, ${at});`],
    elsewhere: [...modes.elsewhere, `putNoRoom(frame, ${at});`],
  };
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
    ${isInout ? "frame.held.bringBack();" : ""}
    ${[...ends, ...takes].join("\n    ")}
    return ${out};
  });`;
}

/** Whether reading a result takes memory over. */
function owns({ kind }: Value): boolean {
  return kind === "string" || kind === "slice" || kind === "composite";
}

/** The statement that writes `x`, the argument at `index` or a copy of it, part by part. */
function putParts(at: number, index: number, x: string): string {
  return `if (!w${index}(view, ${at}, ${x}, frame.held)) wrong.value(${index}, a${index});`;
}

/** The statement that writes the argument at `index`, which has no parts. */
function put(
  { value, isGivenAway }: Parameter,
  at: number,
  index: number,
  x: string,
): string {
  switch (value.kind) {
    case "scalar":
      return storeCode(value.name, `${at}`, x);
    case "string":
      return `putString(frame, ${at}, ${x}, wrong, ${index});`;
    case "slice":
      return `putArray(view, ${at}, ${x}, frame.held);`;
    case "cstring":
      return `putWord(view, ${at}, putCString(frame, ${index}, ${x}, wrong, ${index}) ?? 0);`;
    case "pointer":
      return `putWord(view, ${at}, addressOfAny(${x}, frame.held) ?? 0);`;
    case "object":
      return `${
        isGivenAway ? `if (${x} !== null) give(${x}, frame.held); ` : ""
      }putWord(view, ${at}, ${x} === null ? 0 : handleOf(${x}));`;
    case "function":
      return `putWord(view, ${at}, putFunction(s${index}, ${x}, ${index}) ?? 0);`;
    case "encoded":
    case "composite":
    case "array":
    case "data":
    case "closure":
      throw new Error(`${value.kind} is made before it is put`);
  }
}

function returned(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `r${index}`);
  return count === 0
    ? "undefined"
    : count === 1
    ? names[0]!
    : `[${names.join(", ")}]`;
}

/** The error that a plugin has left there, where its errors are objects. */
function errorAt(
  view: DataView,
  at: number,
  types: Types,
): NativeObject | null {
  const definition = types.get(ERROR_CLASS);
  const handle = wordAt(view, at);
  return definition?.kind === "class" && handle !== 0
    ? classOf(types, ERROR_CLASS, definition).wrap(
      handleFrom(view.buffer, handle),
    )
    : null;
}

/** Throws what the plugin's function ended with. */
function fault(
  frame: Frame,
  at: number,
  where: ThunkedFunction,
  free: RawFunction,
  wrong: ArgumentErrors,
): never {
  const kind = frame.view.getInt32(at, true);
  const { path, symbol } = where;
  const refused = () => homeOf(where.types)?.refused();
  const text = takeText(frame.view, at + 8, free);
  if (kind === 3) {
    const own = takeThrown(Number(wordAt(frame.view, at + 32)));
    if (own !== undefined) throw own.error;
    // It was thrown before.
    throw new PluginError("returned_error", text, {
      path,
      symbol,
      refused: refused(),
    });
  }
  if (kind === 1) {
    const error = errorAt(frame.view, at + 24, where.types);
    if (error !== null && trap.thrown === undefined) {
      const own = takeThrown(Number(wordAt(frame.view, at + 32)));
      throw nativeError(error, text, { path, symbol, refused: refused() }, own);
    }
    error?.[Symbol.dispose](); // what a callback has thrown is thrown
    throw new PluginError("returned_error", text, {
      path,
      symbol,
      refused: refused(),
    });
  }
  if (kind === 4) {
    const [index, isRange] = [at + 24, at + 32].map((word) =>
      Number(wordAt(frame.view, word))
    );
    wrong.refused(index!, text, isRange !== 0);
  }
  const nativeStack = takeText(frame.view, at + 24, free) || undefined;
  throw new PluginError(
    "panicked",
    `${symbol}() panicked: ${text}`,
    { path, symbol, nativeStack, refused: refused() },
  );
}
