/**
 * Direct calls: every parameter and the result fit the primitives of all
 * runtimes, and the closure calls the runtime's own function.
 *
 * What runs is generated. For `() => void` it is
 *
 * ```js ignore
 * whenCallbacksExist(() => {
 *   const bare = apart(raw);
 *   raw = function () {
 *     const r = bare();
 *     if (trap.thrown !== undefined || trap.stuck[0] !== 0) {
 *       // forgotten, then thrown
 *     }
 *     return r;
 *   };
 * });
 * return function () {
 *   if (arguments.length !== 0) wrong.count(arguments.length);
 *   const r = raw();
 *   return undefined;
 * };
 * ```
 *
 * and for `(i32, cstring) => i32`, without the lines of `whenCallbacksExist`,
 *
 * ```js ignore
 * return function (a0, a1) {
 *   if (arguments.length !== 2) wrong.count(arguments.length);
 *   if (!(typeof a0 === "number" && (a0 | 0) === a0)) wrong.value(0, a0);
 *   if (!((a1 === null || typeof a1 === "string"))) wrong.value(1, a1);
 *   const frame = enter();
 *   try {
 *     const r = raw((a0 | 0), putCString(frame, 0, a1, wrong, 1));
 *     return r;
 *   } finally {
 *     leave(frame);
 *   }
 * };
 * ```
 *
 * @module
 */

import type {
  FunctionSource,
  Primitive,
  RawFunction,
} from "../runtime/adapter.ts";
import { functionAddress } from "../callback/js_callback.ts";
import { functionAt } from "../function/native_function.ts";
import { functionPointerOf } from "../value/callable_signature.ts";
import {
  dropException,
  FORGET_LATER,
  guarding,
  RETHROW,
  throwStuck,
  trap,
} from "../function/trap.ts";
import { plainAddress, pointerTo } from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import type { ObjectValue, Value } from "../value/value.ts";
import { addressOfAny, bytesOf } from "../handle/address.ts";
import { asyncOptionsOf } from "./check_async_options.ts";
import {
  beginBare,
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
import { type Frame, framesOf, THUNK } from "./frame.ts";
import {
  give,
  giveObject,
  handleOf,
  hold,
  useObject,
} from "../object/object.ts";
import { unuse } from "../object/state.ts";
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
import { isWord, safe } from "../value/scalar.ts";
import { readingFrom } from "../value/unreadable.ts";
import { putCString } from "./put_text.ts";
import { withoutPrototype } from "../value/plain_object.ts";

/**
 * Binds a function for direct calls.
 *
 * @param source The loaded library, or the function's address.
 * @param symbol The function's symbol in it.
 * @param name What the function is called.
 * @param parameters The function's parameters.
 * @param result The function's result, if it has one.
 * @param wrong The function's errors.
 * @param ending What is made of what came out.
 * @returns The function, which checks what it is given.
 */
export function bindDirect(
  source: FunctionSource,
  symbol: string,
  name: string,
  parameters: readonly Parameter[],
  result: Value | undefined,
  wrong: ArgumentErrors,
  ending: Ending = {},
): RawFunction {
  parameters = parameters.map(withoutPrototype);
  ending = withoutPrototype(ending);
  const isWide = parameters.some(({ convert }) => convert !== undefined);
  if (isWide && ending.outSize === undefined) {
    return bindWide(source, symbol, name, parameters, result, wrong, ending);
  }
  return bindOneWay(source, symbol, name, parameters, result, wrong, ending);
}

/** Binds a function of which most calls are given memory, where something else could be given that memory is made of. */
function bindWide(
  ...all: Required<Parameters<typeof bindDirect>>
): RawFunction {
  const [source, symbol, name, parameters, result, wrong, ending] = all;
  let wide: RawFunction | undefined;
  const bound = () => wide ??= bindOneWay(...all);
  const narrow = parameters.map((parameter) =>
    parameter.convert === undefined ? parameter : withoutPrototype({
      ...parameter,
      convert: undefined,
      check: parameter.plain!,
      isWide: true,
    })
  );
  const call = bindOneWay(
    source,
    symbol,
    name,
    narrow,
    result,
    wrong,
    ending,
    function (this: unknown, ...args) {
      return bound().apply(this, args);
    },
  );
  return withAsync(
    call,
    () => (bound() as RawFunction & { readonly async: RawFunction }).async,
  );
}

/** A function that is called directly, when its calls are planned. */
interface DirectFunction {
  readonly source: FunctionSource;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly ending: Ending;
  /** What is bound: the symbol, its parameters and its result, where pointers are of that type. */
  readonly signature: (pointers: Primitive) => Signature;
  /** Whether memory of a call is in a frame, what comes out or what is made of what is given. */
  readonly isFramed: boolean;
  /** The parameters that take views and addresses, where a call takes them apart. */
  readonly views: readonly number[];
  /** The expression of what came out. */
  readonly value: string;
  readonly end: End;
  /** What calls find by name, on this thread and on another. */
  readonly scope: Readonly<Record<string, unknown>>;
}

/** The symbol, and what it takes and gives. */
type Signature = readonly [string, Primitive[], Primitive];

/**
 * Binds a function for one way of calling it.
 *
 * @param later Takes the calls of which an argument is refused that another way takes.
 */
function bindOneWay(
  source: FunctionSource,
  symbol: string,
  name: string,
  parameters: readonly Parameter[],
  result: Value | undefined,
  wrong: ArgumentErrors,
  ending: Ending,
  later?: RawFunction,
): RawFunction {
  const read = fromNative(result, parameters.length);
  const value = readCode(read, ending, parameters);
  const isFramed = ending.outSize !== undefined ||
    parameters.some(({ convert }) => convert !== undefined);
  const planned: DirectFunction = {
    source,
    name,
    parameters,
    ending,
    signature: (pointers) => [
      symbol,
      parameters.map((parameter) => passedAs(parameter, pointers)),
      resultOf(result),
    ],
    isFramed,
    views: isFramed ? [] : indices(parameters, "pointer"),
    value,
    end: endOf(parameters, value, ending),
    scope: scopeOf(source, name, parameters, result, wrong, ending, later),
  };
  const call = compileCall(planned, uninlinedFor(source, parameters, result));
  return withAsync(call, () => compileAsync(planned));
}

/** What the statements of a call find by name, whatever the thread. */
function scopeOf(
  { space }: FunctionSource,
  name: string,
  parameters: readonly Parameter[],
  result: Value | undefined,
  wrong: ArgumentErrors,
  ending: Ending,
  later: RawFunction | undefined,
): Record<string, unknown> {
  return {
    wrong,
    later,
    none: adapter.null,
    name,
    signatures: [...parameters.map(({ value }) => value), result].map((value) =>
      value?.kind === "function" ? functionPointerOf(value) : undefined
    ),
    ...convertersOf(parameters),
    functionAddress,
    functionAt,
    give,
    giveObject,
    handleOf,
    hold,
    useObject,
    unuse,
    addressAt: (frame: Frame, offset: number) =>
      adapter.toAddress(frame.addressAt(offset)),
    text: result?.kind !== "cstring"
      ? undefined
      : space === undefined
      ? adapter.textReader()
      : (text: string | null) => text,
    finish: ending.finish,
    keep: ending.keep,
    readOrKeep,
    addressOfAny,
    plainAddress,
    pointerTo,
    target: result?.kind === "pointer" ? result.target : undefined,
    safe: result?.kind === "scalar" && isWord(result.name)
      ? readingFrom(`${name}()`, safe)
      : undefined,
    putCString,
  };
}

/** What keeps the runtime from inlining the raw function, where it must be kept. */
function uninlinedFor(
  { space }: FunctionSource,
  parameters: readonly Parameter[],
  result: Value | undefined,
): (raw: RawFunction) => RawFunction {
  const uninlined = result === undefined || space !== undefined
    ? undefined
    : adapter.uninlined;
  return (raw) => uninlined?.(raw, parameters.length) ?? raw;
}

/**
 * Compiles the call on this thread.
 *
 * A pointer parameter takes views and addresses, and Deno has a type for each.
 * Calls with nothing but views are the common and the hot ones; the other
 * binding is made when it is first needed, into a variable of the generated
 * code: a closure of this file would be one target for all functions, and V8
 * would call each of them the slow way.
 */
function compileCall(
  planned: DirectFunction,
  apart: (raw: RawFunction) => RawFunction,
): RawFunction {
  const { source, name, parameters, signature, isFramed, end, scope } = planned;
  const { space } = source;
  const raw = source.bind(
    ...signature(isFramed || space !== undefined ? "address" : "buffer"),
  );
  return guarding((whenCallbacksExist) =>
    compile(
      name,
      parameters,
      {
        ...scope,
        raw: end.isGuarded ? raw : apart(raw),
        bindByAddress: () => apart(source.bind(...signature("address"))),
        apart,
        trap,
        throwStuck,
        dropException,
        whenCallbacksExist,
        reserveStack: adapter.reserveStack,
        bytesOf,
        ...framesOf(space),
      },
      (checks) => bodyOf(planned, checks),
      beforeCalls(planned),
    )
  );
}

/** The statements of the call on this thread. */
function bodyOf(
  { source: { space }, parameters, ending, isFramed, views, end }:
    DirectFunction,
  checks: string,
): string {
  if (isFramed) {
    return framedBody(parameters, ending, checks, end, space !== undefined);
  }
  const body = space !== undefined ? [distantBody(parameters, end)] : [
    ...views.length > 0 ? [addressBody(parameters, views, end)] : [],
    callBody(parameters, end),
  ];
  return [checks, ...body].join("\n  ");
}

/** The statements that run before there is a function. */
function beforeCalls(
  { source: { space }, parameters, views, end }: DirectFunction,
): string {
  return [
    views.length > 0 ? "let rawByAddress;" : "",
    space !== undefined
      ? FORGET_LATER
      : end.isGuarded
      ? guardLater(parameters)
      : "",
  ].join("\n");
}

/** Compiles the call on another thread, when it is first asked for. */
function compileAsync(
  { source, name, parameters, ending, signature, value, scope }: DirectFunction,
): RawFunction {
  return compile(
    name,
    parameters,
    {
      ...scope,
      raw: bindHolding(
        (holds) => source.bindAsync(...signature("address"), holds),
        () => source.bindApart?.(...signature("address")),
        source.space,
      ),
      begin: beginningIn(source.space),
      beginBare,
      retain: callbackRetainer(name, parameters),
      run,
      readOptions: asyncOptionsOf(name),
    },
    (checks) => asyncBody(parameters, ending, checks, value),
    "",
    true,
  );
}

/** What an argument is to the runtime. */
function passedAs(
  { value, hidden }: Parameter,
  pointers: Primitive,
): Primitive {
  return hidden?.kind === "out" ? "address" : primitiveOf(value, pointers);
}

/** What the result is to the runtime. */
function resultOf(result: Value | undefined): Primitive {
  return result === undefined
    ? "void"
    : result.kind === "cstring"
    ? "text"
    : primitiveOf(result, "address");
}

function primitiveOf(value: Value, pointer: Primitive): Primitive {
  switch (value.kind) {
    case "scalar":
      return value.name;
    case "cstring":
    case "function":
    case "object":
      return "address";
    case "pointer":
      return pointer;
    default:
      throw new Error(`${value.kind} is not a primitive`);
  }
}

/** Whether a value crosses without a thunk. */
export function isDirect(value: Value): boolean {
  const { kind } = value;
  return kind === "scalar" || kind === "cstring" || kind === "encoded" ||
    kind === "pointer" || kind === "function" ||
    kind === "object" && value.definition.handle === "pointer";
}

function indices(
  parameters: readonly Parameter[],
  kind: Value["kind"],
): number[] {
  return parameters.flatMap(({ value, hidden }, index) =>
    value.kind === kind && hidden?.kind !== "out" ? [index] : []
  );
}

/** How the code of a call ends. */
interface End {
  /** The expression of what it gives. */
  readonly out: string;
  /** The statement that throws what a callback has thrown. */
  readonly thrown: string;
  /** Whether it is the raw function that runs that statement; see {@linkcode guardLater}. */
  readonly isGuarded: boolean;
  /** The statements around the call that say that it uses its objects; none where it has none. */
  readonly uses: ObjectUses | undefined;
}

/** How the code of a call says that it uses objects. */
interface ObjectUses {
  /** The statements that begin it. What may throw comes first: nothing would end it. */
  readonly begin: string;
  /** The statements that end it. */
  readonly end: string;
}

/** However the call ends, its objects are used no longer, and what was disposed of meanwhile is given back. */
function usesOf(parameters: readonly Parameter[]): ObjectUses | undefined {
  const objects = indices(parameters, "object");
  if (objects.length === 0) return undefined;
  const gifts = objects.filter((index) => parameters[index]!.isGivenAway);
  const others = objects.filter((index) => !parameters[index]!.isGivenAway);
  const begun = (index: number, begin: string) => {
    const isNullable = (parameters[index]!.value as ObjectValue).isNullable;
    const given = isNullable ? `a${index} === null ? undefined : ` : "";
    return `const s${index} = ${given}${begin}(a${index});`;
  };
  return {
    begin: [
      ...gifts.map((index) => begun(index, "giveObject")),
      ...others.map((index) => begun(index, "useObject")),
    ].join("\n  "),
    end: endEach(
      objects.map((index) => `if (s${index} !== undefined) unuse(s${index});`),
    ),
  };
}

function endOf(
  parameters: readonly Parameter[],
  value: string,
  ending: Ending,
): End {
  const uses = usesOf(parameters);
  const out = finishCode(value, ending, parameters);
  if (out === value) {
    const isGuarded = indices(parameters, "function").length === 0;
    return { out, thrown: RETHROW, isGuarded, uses };
  }
  const thrown = `try { dropException(${out}); } finally { ${RETHROW} }`;
  return { out, thrown, isGuarded: false, uses };
}

/** The call where results come back through memory, or memory is made of what is given. */
function framedBody(
  parameters: readonly Parameter[],
  { outSize = 0 }: Ending,
  checks: string,
  end: End,
  isDistant: boolean,
): string {
  const texts = indices(parameters, "cstring");
  const args = parameters.map((parameter, index) =>
    addressArgument(parameter, index, texts)
  );
  if (isDistant) args.push("frame");
  return `const frame = enterThunk(${outSize});
  const view = frame.view;
  ${declarationsOf(parameters)}
  try {
    ${conversionsOf(parameters)}
    ${checks}
    frame.u8.fill(0, ${THUNK}, ${THUNK + outSize});
    ${roomsOf(parameters, THUNK)}
    ${called("raw", args, end, "frame.held")}
  } finally {
    leave(frame);
  }`;
}

/** What is passed for a parameter where all memory goes as addresses. */
function addressArgument(
  parameter: Parameter,
  index: number,
  texts: readonly number[],
): string {
  const { value, hidden } = parameter;
  if (hidden?.kind === "out") return `addressAt(frame, ${THUNK + hidden.at})`;
  return value.kind === "pointer"
    ? `addressOfAny(${passedName(parameter, index)}, frame.held)`
    : argument(parameter, index, texts);
}

/** The call when no pointer parameter was given an address. */
function callBody(parameters: readonly Parameter[], end: End): string {
  const texts = indices(parameters, "cstring");
  const views = indices(parameters, "pointer");
  const bytes = views.map((index) =>
    `const v${index} = a${index} === null ? null : bytesOf(a${index});`
  );
  const args = parameters.map((parameter, index) =>
    parameter.value.kind === "pointer"
      ? `v${index}`
      : argument(parameter, index, texts)
  );
  const call = [
    ...bytes,
    called("raw", args, end, lentOf(views.map((index) => `v${index}`))),
  ].join("\n  ");
  return texts.length === 0 ? call : inFrame(call);
}

/** The call into another process: what it is given lies in the frame, which goes there. */
function distantBody(parameters: readonly Parameter[], end: End): string {
  const texts = indices(parameters, "cstring");
  const needsNoFrame =
    texts.length + indices(parameters, "pointer").length === 0;
  const args = parameters.map((parameter, index) =>
    parameter.value.kind === "pointer"
      ? `addressOfAny(a${index}, frame.held)`
      : argument(parameter, index, texts)
  );
  const call = called("raw", [...args, ...needsNoFrame ? [] : ["frame"]], {
    ...end,
    isGuarded: false,
  });
  return needsNoFrame ? call : inFrame(call);
}

/** The call when at least one was: all go as addresses. */
function addressBody(
  parameters: readonly Parameter[],
  views: readonly number[],
  end: End,
): string {
  const texts = indices(parameters, "cstring");
  const isAddress = views.map((index) =>
    // A view is told by its brand 100 ns sooner than by what it has not.
    `!isView(a${index}) && (isPointer(a${index}) || isVariable(a${index}))`
  );
  const args = parameters.map((parameter, index) =>
    parameter.value.kind === "pointer"
      ? `addressOfAny(a${index}, frame.held)`
      : argument(parameter, index, texts)
  );
  const call = called(
    "(rawByAddress ??= bindByAddress())",
    args,
    end,
    "frame.held",
  );
  return `${texts.length > 0 ? "" : plainBody(parameters, views, end)}
  if (${isAddress.join(" || ")}) {
    ${inFrame(call)}
  }`;
}

/** The call when all of them were pointers that nothing frees, or null: there is nothing to hold. */
function plainBody(
  parameters: readonly Parameter[],
  views: readonly number[],
  end: End,
): string {
  const addresses = views.map((index) =>
    `const p${index} = a${index} === null ? none : isView(a${index}) ? undefined : plainAddress(a${index});`
  );
  const args = parameters.map((parameter, index) =>
    parameter.value.kind === "pointer"
      ? `p${index}`
      : argument(parameter, index, [])
  );
  return `${addresses.join("\n  ")}
  if (${views.map((index) => `p${index} !== undefined`).join(" && ")}) {
    ${called("(rawByAddress ??= bindByAddress())", args, end)}
  }`;
}

function argument(
  parameter: Parameter,
  index: number,
  texts: readonly number[],
): string {
  const { value } = parameter;
  switch (value.kind) {
    case "cstring":
      return `putCString(frame, ${
        texts.indexOf(index)
      }, a${index}, wrong, ${index})`;
    case "function":
      return `functionAddress(signatures[${index}], a${index}, "callback of " + name + "()")`;
    case "object":
      return value.isNullable
        ? `(s${index} === undefined ? none : s${index}.handle)`
        : `s${index}.handle`;
    case "scalar": {
      const x = `a${index}`;
      return adapter.marshals[value.name].toNative?.(x) ?? x;
    }
    default:
      throw new Error(`${value.kind} is not a primitive`);
  }
}

function inFrame(call: string): string {
  return `const frame = enter();
  try {
    ${call}
  } finally {
    leave(frame);
  }`;
}

/** The statement before a call that may call back, where the runtime needs one. */
const RESERVE = adapter.reserveStack === undefined ? "" : "reserveStack(); ";

/**
 * The statements of a call that a callback can be inside of.
 *
 * @param lent The expression of the memory that it is lent, if there is any.
 */
function called(
  call: "raw" | "(rawByAddress ??= bindByAddress())",
  args: readonly string[],
  { out, thrown, isGuarded, uses }: End,
  lent?: string,
): string {
  const checksTrap = call !== "raw" || !isGuarded;
  const { first, passed } = inOrder(args);
  const native = `${call}(${passed.join(", ")})`;
  const code = checksTrap
    ? `${lending(native, lent)}
  if (trap.thrown !== undefined || trap.stuck[0] !== 0) {
    ${thrown}
  }
  return ${out};`
    : `const r = ${native};\n  return ${out};`;
  if (uses === undefined) return `${first}${code}`;
  return `${first}${uses.begin}
  try {
  ${code}
  } finally { ${uses.end} }`;
}

/**
 * What may refuse an argument comes before an object is used: nothing would say
 * that its call has ended. What makes the first callback comes before `raw` is
 * looked at, which is another one from then on.
 */
function inOrder(
  args: readonly string[],
): { first: string; passed: readonly string[] } {
  const isOrdered = args.some((arg) =>
    /^functionAddress\(|\.handle\b/.test(arg)
  );
  if (!isOrdered) {
    return { first: "", passed: args };
  }
  const mayRefuse = args.map((arg) =>
    /^(?:putCString|functionAddress|addressOfAny)\(/.test(arg)
  );
  return {
    first: args.map((arg, i) => mayRefuse[i] ? `const g${i} = ${arg};\n  ` : "")
      .join(""),
    passed: args.map((arg, i) => mayRefuse[i] ? `g${i}` : arg),
  };
}

/** The native call, while which callbacks know what it was lent. */
function lending(native: string, lent: string | undefined): string {
  if (lent === undefined) return `${RESERVE}const r = ${native};`;
  return `${RESERVE}let r;
  const outer = trap.lent;
  trap.lent = ${lent};
  try {
    r = ${native};
  } finally {
    trap.lent = outer;
  }`;
}

/** What a call was lent: one thing, or several. */
function lentOf(views: readonly string[]): string | undefined {
  return views.length > 1 ? `[${views.join(", ")}]` : views.at(0);
}

/**
 * Puts a function around the raw one that throws what a callback has thrown,
 * once there are callbacks: in the body itself, that would cost Bun 2 ns on
 * every call whose result is a float.
 */
function guardLater(parameters: readonly Parameter[]): string {
  const args = parameters.map((_, index) => `a${index}`).join(", ");
  const views = indices(parameters, "pointer").map((index) => `a${index}`);
  return `whenCallbacksExist(() => {
  const bare = apart(raw);
  raw = function (${args}) {
    ${lending(`bare(${args})`, lentOf(views))}
    if (trap.thrown !== undefined || trap.stuck[0] !== 0) {
      ${RETHROW}
    }
    return r;
  };
});`;
}

/** The call on another thread. */
function asyncBody(
  parameters: readonly Parameter[],
  ending: Ending,
  checks: string,
  value: string,
): string {
  const { outSize = 0 } = ending;
  const out = finishCode(value, ending, parameters, true);
  const texts = indices(parameters, "cstring");
  const args = parameters.map((parameter, index) => {
    const { value } = parameter;
    switch (value.kind) {
      case "function":
        return `retain(call, signatures[${index}], a${index}, ${index})`;
      case "object":
        return `(a${index} === null ? none : (${
          parameter.isGivenAway ? "give" : "hold"
        }(a${index}, frame.held), handleOf(a${index})))`;
      default:
        return addressArgument(parameter, index, texts);
    }
  });
  const needsNoFrame =
    parameters.every(({ value, convert }) =>
      convert === undefined &&
      (value.kind === "scalar" || value.kind === "function")
    ) && ending.outSize === undefined;
  const start = `raw(${["call", "options", ...args].join(", ")})`;
  if (needsNoFrame) {
    return `${checks}
  const call = beginBare();
  return run(call, () => ${start}, (r) => ${out});`;
  }
  return `const call = begin(${outSize}, options);
  const { frame } = call;
  const view = frame.view;
  ${declarationsOf(parameters)}
  return run(call, () => {
    ${conversionsOf(parameters)}
    ${checks}
    ${outSize === 0 ? "" : `frame.u8.fill(0, ${THUNK}, ${THUNK + outSize});`}
    ${roomsOf(parameters, THUNK)}
    return ${start};
  }, (r) => ${out});`;
}

/** The expression of the value that the runtime's result `r` stands for. */
function fromNative(result: Value | undefined, index: number): string {
  switch (result?.kind) {
    case undefined:
      return "undefined";
    case "scalar": {
      const x = adapter.marshals[result.name].fromNative?.("r") ?? "r";
      return isWord(result.name) ? `safe(${x})` : x;
    }
    case "cstring":
      return "text(r)";
    case "function":
      return `r === none ? null : functionAt(signatures[${index}], r)`;
    default:
      return "r === none ? null : pointerTo(r, undefined, target)";
  }
}
