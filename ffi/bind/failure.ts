/**
 * Results of C that are failures, and what explains them.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { addressAnywhere, isPointer, type Pointer } from "../handle/pointer.ts";
import { resolveNames } from "../manifest/compatible.ts";
import type { Failure, FunctionDefinition } from "../manifest/manifest.ts";
import { seenOf } from "../manifest/manifest.ts";
import { codecOf } from "../memory/codecs.ts";
import { viewAt } from "../memory/span.ts";
import { parseType } from "../notation/parse_type.ts";
import type { FunctionType, Type } from "../notation/type.ts";
import { binderOf } from "../object/binder.ts";
import { findOfClass, isNativeObject } from "../object/object.ts";
import { resolveType } from "../value/value.ts";
import type { BindTarget } from "./bind_target.ts";

/** What is known of a function's failures. */
export interface Failures {
  isFailed(result: unknown): boolean;
  /** Gives what is looked at in place of the result, where that says nothing. */
  readonly ask?: (things: readonly unknown[], isAsync: boolean) => unknown;
  /**
   * The error of a failed call.
   *
   * @param result What the call gave.
   * @param things What it had to do with.
   * @param isAsync Whether it ran on another thread.
   */
  explain(
    result: unknown,
    things: readonly unknown[],
    isAsync: boolean,
  ): PluginError;
}

/**
 * The failures of a function.
 *
 * @param target The function.
 * @param failure Which results they are, and what explains them.
 */
export function failureOf(target: BindTarget, failure: Failure): Failures {
  const { path, name: symbol } = target;
  const { when, except = [], names } = failure;
  const fine = new Set(except);
  const text = explainer(target, failure.text);
  const code = explainer(target, failure.code);
  const of = explainer(target, failure.of);
  const ofCode = failure.code &&
    enumOf(target, failure.code.split(".")[0]);
  const named = names ?? ofCode ?? enumOf(target, failure.of);
  const codes = named === undefined ? undefined : target.types.get(named);
  const nameOf = new Map(
    codes?.kind === "enum"
      ? Object.entries(codes.values).map(([name, code]) => [code, name])
      : [],
  );
  return {
    ...of && { ask: (things, isAsync) => of(0, things, isAsync) },
    isFailed: (result) => fails(when, result) && !fine.has(Number(result)),
    explain(result, things, isAsync) {
      const status = typeof result === "object" ? 0 : Number(result);
      const given = code?.(status, things, isAsync);
      const exact = given === undefined ? status : Number(given);
      // The result is one of another enum than a code that has its own.
      const name = nameOf.get(exact) ??
        (names === undefined && ofCode ? undefined : nameOf.get(status));
      const said = text?.(exact, things, isAsync);
      const message = typeof said === "string" && said !== ""
        ? said
        : `${symbol}() failed: ` + (name ?? `it gave ${String(result)}`);
      const error = new PluginError("returned_error", message, {
        path,
        symbol,
        failure: { code: exact, ...name === undefined ? {} : { name } },
        refused: target.library.space?.refused(),
      });
      return error;
    },
  };
}

/** The name of what a function gives: an enum names its own codes. */
function enumOf(
  { definition, symbol }: BindTarget,
  of?: string,
): string | undefined {
  // That it is there, and a function, is checked when it is asked.
  const from = of === undefined ? definition : symbol(of);
  if (from?.kind !== "function") return undefined;
  const [result] = (parseType(from.type) as FunctionType).results;
  return result?.kind === "named" ? result.name : undefined;
}

/** A code as the parameter has it that takes it: C makes an `unsigned` of an `int`. */
function codeFor(type: Type, code: number): number {
  const name = type.kind === "basic" ? type.name : undefined;
  return name === "u32" ? code >>> 0 : name === "i32" ? code | 0 : code;
}

function fails(when: Failure["when"], result: unknown): boolean {
  switch (when) {
    case "null":
      return result === null;
    case "negative":
      return Number(result) < 0;
    case "nonpositive":
      return Number(result) <= 0;
    case "zero":
      return Number(result) === 0;
    case "nonzero":
      return Number(result) !== 0;
  }
}

/** Asks the plugin; undefined where there is nothing that it could be asked about. */
type Explain = (
  status: number,
  things: readonly unknown[],
  isAsync: boolean,
) => unknown;

function explainer(
  { types, symbol: find }: BindTarget,
  text: string | undefined,
): Explain | undefined {
  if (text === undefined) return undefined;
  const [name, member] = text.split(".") as [string, string?];
  let ask: Explain | undefined;
  const make = (): Explain => {
    const definition = find(name) as FunctionDefinition;
    const own = parseType(definition.type) as FunctionType;
    const { params } = seenOf(definition, types, name)?.type ?? own;
    const [param] = params;
    const call = binderOf(types).bind(name);
    const read = reader(own, member);
    if (param === undefined) {
      // What a thread keeps for itself another one is not told.
      return (_status, _things, isAsync) => isAsync ? undefined : read(call());
    }
    const one = param.kind === "optional" ? param.of : param;
    const of = one.kind === "named" ? one.name : undefined;
    if (of === undefined || types.get(of)?.kind !== "class") {
      const code = resolveNames(own.params[0]!, types);
      return (status) => read(call(codeFor(code, status)));
    }
    return (_status, things) => {
      const object = findOfClass(things.filter(isNativeObject), of);
      return object && read(call(object));
    };
  };
  const reader = (
    { results: [result] }: FunctionType,
    member: string | undefined,
  ): (given: unknown) => unknown => {
    if (member === undefined) {
      return (given) => isPointer(given) ? given.cstring() : given;
    }
    const pointer = resolveNames(result!, types);
    if (pointer.kind !== "pointer") return () => undefined;
    const codec = codecOf(resolveType(pointer.to, types), types);
    return (given) => {
      if (given === null) return undefined;
      const view = viewAt(addressAnywhere(given as Pointer), codec.size);
      const inner = (codec.read(view, 0) as Record<string, unknown>)[member];
      return isPointer(inner) ? inner.cstring() : inner;
    };
  };
  return (...args) => (ask ??= make())(...args);
}
