/**
 * What a framed call does, step by step, before any of its text is printed: the
 * statements that write its arguments and read its results, in their order.
 *
 * @module
 */

import {
  type ArgumentPlan,
  type FramedParameter,
  planArgument,
} from "./argument_plan.ts";
import {
  conversionsOf,
  declarationsOf,
  type Ending,
  finishCode,
  readCode,
  roomsOf,
} from "./ending.ts";
import { THUNK } from "./frame.ts";
import { passedName } from "../check/wrong.ts";
import type { Thunk } from "../manifest/manifest.ts";
import type { Codec } from "../memory/codec.ts";
import { loadCode } from "../value/scalar.ts";
import type { Types, Value } from "../value/value.ts";

/** A result, and how it lies in the frame. */
export interface FramedResult {
  readonly value: Value;
  readonly codec: Codec;
}

/** What a call does with its frame. */
export interface FramePlan {
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

/** What a call does with one result. */
interface ResultPlan {
  /** Whether reading it takes memory over. */
  readonly isOwning: boolean;
  readonly take: string;
  readonly scope: Readonly<Record<string, unknown>>;
}

/**
 * Plans the calls of a function.
 *
 * @param thunk The thunk, which says where in the frame everything lies.
 * @param target The expression of the function's address.
 * @param parameters The function's parameters.
 * @param results The function's results.
 * @param ending What is made of what came out.
 * @param types The types of its manifest.
 * @returns What a call does, as statements.
 */
export function planFrame(
  thunk: Thunk,
  target: string,
  parameters: readonly FramedParameter[],
  results: readonly FramedResult[],
  ending: Ending,
  types: Types,
): FramePlan {
  const behind = THUNK + thunk.size;
  const given = parameters.map((parameter, index) =>
    planArgument(
      parameter,
      index,
      THUNK + thunk.params[index]!,
      behind,
      types,
    )
  );
  const taken = results.map((result, index) =>
    planResult(
      result,
      index,
      THUNK + thunk.results[index]!,
      THUNK + (thunk.params[0] ?? 0),
      ending,
      parameters,
    )
  );
  const back = given.flatMap(({ back = [] }) => back);
  const isInout = back.length > 0;
  const out = returned(results.length);
  return {
    declared: contextTaken(thunk) + declarationsOf(parameters) +
      (isInout ? declaredForBack(given) : ""),
    reads: [
      conversionsOf(parameters),
      ...given.flatMap(({ read = [] }) => read),
      ...given.flatMap(({ snapshot = [] }) => snapshot),
    ],
    objects: usedObjects(parameters),
    puts: [
      ...putOuts(parameters, behind, ending),
      ...given.flatMap(({ put = [] }) => put),
      ...putContext(thunk),
      ...putTarget(thunk, target),
    ],
    modes: roomed(thunk, modesOf(thunk, parameters)),
    ends: [...takeErrno(thunk), ...back],
    isInout,
    takes: [
      ...throwFault(thunk),
      // Those that own memory come first: one that throws must not leak the rest.
      ...taken.filter(({ isOwning }) => isOwning).map(({ take }) => take),
      ...taken.filter(({ isOwning }) => !isOwning).map(({ take }) => take),
      ...isInout ? ["if (lost !== undefined) throw lost.error;"] : [],
    ],
    begun: saysBegun(parameters) ? "frame.held.isBegun = true;" : "",
    out: finishCode(out, ending, parameters),
    outLater: finishCode(out, ending, parameters, true),
    scope: Object.assign({}, ...[...given, ...taken].map(({ scope }) => scope)),
  };
}

/** Plans one result, which lies at `at` in the frame, whose first argument lies at `first`. */
function planResult(
  { value, codec }: FramedResult,
  index: number,
  at: number,
  first: number,
  ending: Ending,
  parameters: readonly FramedParameter[],
): ResultPlan {
  const read = value.kind === "scalar"
    ? loadCode(value.name, `${at}`)
    : `t${index}(view, ${at}, free)`;
  const expression = mayBeGivenAgain(value, parameters[0])
    ? `isSameWord(view, ${at}, ${first}) ? givenAgain(a0, frame.held, handleAt(view, ${at})) : ${read}`
    : read;
  return {
    isOwning: owns(value),
    take: `const r${index} = ${readCode(expression, ending, parameters)};`,
    scope: { [`t${index}`]: codec.read },
  };
}

/**
 * Whether a result may be the object that is given first, whose slot it has then:
 * what a plugin gives otherwise has a slot of its own.
 */
function mayBeGivenAgain(
  value: Value,
  first: FramedParameter | undefined,
): boolean {
  const given = first?.value;
  return value.kind === "object" && given?.kind === "object" &&
    value.definition.handle === "slot" && value.name === given.name &&
    first!.isGivenAway !== true;
}

/** Whether two words of a frame are the same. */
export function isSameWord(view: DataView, one: number, two: number): boolean {
  return view.getInt32(one, true) === view.getInt32(two, true) &&
    view.getInt32(one + 4, true) === view.getInt32(two + 4, true);
}

/** Code of the caller's runs while arguments are read, and may call too: the context is taken before. */
function contextTaken({ context }: Thunk): string {
  return context === undefined
    ? ""
    : "const { number, timeout } = nextContext; nextContext.number = 0; nextContext.timeout = -1; ";
}

/** Declares what is still there when arguments are put back. */
function declaredForBack(given: readonly ArgumentPlan[]): string {
  const kept = given.flatMap(({ kept = [] }) => kept);
  return ` let lost; ${kept.map((name) => `let ${name};`).join(" ")}`;
}

/** The arguments that are objects which the call uses until it ends; those with parts hold theirs as they are written. */
function usedObjects(parameters: readonly FramedParameter[]): string[] {
  return parameters.flatMap((parameter, index) =>
    parameter.value.kind === "object" && !parameter.isGivenAway &&
      parameter.codec.parts === undefined
      ? [passedName(parameter, index)]
      : []
  );
}

/** Prepares the memory for results, which lies behind the thunk's part of the frame. */
function putOuts(
  parameters: readonly FramedParameter[],
  behind: number,
  { outSize = 0 }: Ending,
): string[] {
  return outSize === 0 ? [] : [
    `frame.u8.fill(0, ${behind}, ${behind + outSize});`,
    roomsOf(parameters, behind),
  ];
}

function putContext({ context }: Thunk): string[] {
  if (context === undefined) return [];
  const at = THUNK + context;
  return [
    `view.setFloat64(${at}, number, true); view.setFloat64(${
      at + 8
    }, timeout, true);`,
  ];
}

function putTarget(thunk: Thunk, target: string): string[] {
  return thunk.target === undefined
    ? []
    : [`putWord(view, ${THUNK + thunk.target}, ${target});`];
}

function takeErrno({ errno }: Thunk): string[] {
  return errno === undefined
    ? []
    : [`failure.errno = view.getInt32(${THUNK + errno}, true);`];
}

function throwFault({ error }: Thunk): string[] {
  return error === undefined
    ? []
    : [`if (view.getInt32(${THUNK + error}, true) !== 0) fault(frame);`];
}

/** Whether something asks whether the call has begun. */
function saysBegun(parameters: readonly FramedParameter[]): boolean {
  return parameters.some(({ value, isGivenAway }) =>
    value.kind === "closure" || isGivenAway
  );
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

/** Whether reading a result takes memory over. */
function owns({ kind }: Value): boolean {
  return kind === "string" || kind === "slice" || kind === "composite";
}

function returned(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `r${index}`);
  return count === 0
    ? "undefined"
    : count === 1
    ? names[0]!
    : `[${names.join(", ")}]`;
}
