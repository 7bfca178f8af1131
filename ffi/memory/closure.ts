/**
 * JavaScript functions that a plugin's own language sees as its functions: how
 * one is given. What calls them then is in `packet_callback.ts`.
 *
 * @module
 */

import { wholeMisfit } from "../data/column.ts";
import { columnOf, restColumn } from "../data/columns.ts";
import { PluginError } from "../error.ts";
import { Use } from "../handle/lent_memory.ts";
import { resolveNames } from "../manifest/compatible.ts";
import { type FunctionType, printType } from "../notation/type.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/callable_signature.ts";
import { SPAN_SIZE } from "../manifest/type_size.ts";
import { SCALAR_SIZE } from "../notation/scalar_size.ts";
import { putWord } from "../value/scalar.ts";
import type { ClosureValue, Types } from "../value/value.ts";
import type { Codec } from "./codec.ts";
import {
  type CallableFunction,
  type ClosureSignature,
  forget,
  functions,
  nativeCallback,
  numberFor,
} from "./packet_callback.ts";

/** The codec of a function: the address of its type's native callback, and its number. */
export function closureCodec(
  { type, types, isNonnull = false }: ClosureValue,
): Codec {
  if (type.variadic) needList(type, types);
  const signature: ClosureSignature = {
    text: printType(type),
    params: type.params.map((param, index) =>
      type.variadic && index === type.params.length - 1
        ? restColumn(param, types)
        : columnOf(param, types)
    ),
    spreads: type.variadic,
    results: type.results.map((result) => columnOf(result, types)),
    types,
    direct: directOf(type),
  };
  const wanted = `a function ${signature.text}${isNonnull ? "" : ", or null"}`;

  return {
    size: SPAN_SIZE,
    align: 8,
    write(view, at, given, held) {
      if (given === null && !isNonnull) {
        putWord(view, at, 0);
        putWord(view, at + 8, 0);
        return true;
      }
      if (typeof given !== "function") return false;
      const number = numberFor(types);
      functions.set(number, {
        call: given as CallableFunction["call"],
        signature,
      });
      held.push(new Given(number));
      putWord(view, at, nativeCallback(types));
      putWord(view, at + 8, number);
      return true;
    },
    read: () => null,
    live: () => null,
    glimpse: () => null,
    parts: { isPointing: false, copy: (given) => given },
    explain: (given) =>
      given === null && !isNonnull || typeof given === "function"
        ? undefined
        : wholeMisfit(wanted, given),
  };
}

/** Refuses a function whose further arguments have no list that they come in. */
function needList(type: FunctionType, types: Types): void {
  const last = type.params.at(-1);
  const list = last && printType(resolveNames(last, types));
  if (list === "bytes" || list?.startsWith("[]")) return;
  throw new PluginError(
    "bad_type",
    `Cannot pass a "closure<${printType(type)}>": before "..." stands ${
      list ?? "nothing"
    }, wanted a list, such as []i32`,
  );
}

/** How a function of plain numbers is called by C, with its own number before all else. */
function directOf(type: FunctionType): FunctionPointer | undefined {
  const { params, results } = type;
  if (results.length > 1) return undefined;
  const isPlain = [...params, ...results].every((one) =>
    one.kind === "basic" && Object.hasOwn(SCALAR_SIZE, one.name)
  );
  const number = { kind: "basic", name: "f64" } as const;
  return isPlain
    ? functionPointerOf({
      type: { ...type, params: [number, ...params] },
      types: { get: () => undefined },
    })
    : undefined;
}

/** A function that a call was given: a plugin that never saw it gives nothing back. */
class Given extends Use {
  readonly #number: number;

  constructor(number: number) {
    super();
    this.#number = number;
  }

  override end(isBegun: boolean): void {
    if (!isBegun) forget(this.#number);
  }
}
