/**
 * What a framed call does with one argument: which statements read it, write it
 * to the frame, and bring back what the plugin has written to it.
 *
 * @module
 */

import { type Parameter, passedName } from "../check/wrong.ts";
import type { Codec } from "../memory/codec.ts";
import { codecOf } from "../memory/codecs.ts";
import { printType } from "../notation/type.ts";
import { functionPointerOf } from "../value/callable_signature.ts";
import { storeCode } from "../value/scalar.ts";
import type { Types } from "../value/value.ts";

/** A parameter, and how it lies in the frame. */
export interface FramedParameter extends Parameter {
  readonly codec: Codec;
}

/** What a call does with one argument. */
export interface ArgumentPlan {
  /** Reads it before all checks, where it has parts. */
  readonly read?: string;
  /** Remembers what lies in it, when all are read: by that is told what the plugin has changed. */
  readonly snapshot?: string;
  /** Writes it to the frame. */
  readonly put?: string;
  /** Puts into it what the plugin has written. */
  readonly back?: string;
  /** Variables that are still there when it is put back. */
  readonly kept?: readonly string[];
  /** What these statements find by name. */
  readonly scope?: Readonly<Record<string, unknown>>;
}

/**
 * Plans one argument.
 *
 * @param parameter Its parameter.
 * @param index Its place among the others.
 * @param at Where it lies in the frame.
 * @param behind Where the memory for results lies.
 * @param types The types of the manifest.
 * @returns What a call does with it.
 */
export function planArgument(
  parameter: FramedParameter,
  index: number,
  at: number,
  behind: number,
  types: Types,
): ArgumentPlan {
  const { hidden, isInout } = parameter;
  const way = hidden?.kind === "out"
    ? { put: `putWord(view, ${at}, frame.addressAt(${behind + hidden.at}));` }
    : parameter.codec.parts === undefined
    ? planWhole(parameter, index, at)
    : planParts(parameter, index, at);
  if (!isInout) return way;
  const back = planBack(parameter, index, at, types);
  return { ...way, ...back, scope: { ...way.scope, ...back.scope } };
}

/** Plans an argument that has no parts. */
function planWhole(
  parameter: FramedParameter,
  index: number,
  at: number,
): ArgumentPlan {
  const { value } = parameter;
  return {
    put: put(parameter, at, index, passedName(parameter, index)),
    scope: value.kind === "function"
      ? { [`s${index}`]: functionPointerOf(value) }
      : {},
  };
}

/** Plans an argument that is written part by part. */
function planParts(
  { codec: { write, parts }, isInout }: FramedParameter,
  index: number,
  at: number,
): ArgumentPlan {
  const scope = { [`w${index}`]: write };
  if (!parts!.isPointing) {
    return { read: putParts(at, index, `a${index}`), scope };
  }
  // What it points to could go while another argument is read.
  const declares = isInout ? "" : "const ";
  return {
    read: `${declares}b${index} = c${index}(a${index});`,
    put: putParts(at, index, `b${index}`),
    scope: { ...scope, [`c${index}`]: parts!.copy },
  };
}

/** Plans what brings back into an argument what the plugin has written to it. */
function planBack(
  { value, codec, type, hidden }: FramedParameter,
  index: number,
  at: number,
  types: Types,
): ArgumentPlan {
  const place = `lost, wrong, ${index}, a${index}`;
  const snapshot = hidden?.kind === "out"
    ? {}
    : { snapshot: `m${index} = snapshot(a${index}, b${index});` };
  switch (value.kind) {
    case "slice":
      return {
        ...snapshot,
        back:
          `if (m${index} !== undefined) lost = numbersBack(${place}, b${index}, m${index});`,
        kept: [`b${index}`, `m${index}`],
      };
    case "data":
      return {
        back:
          `if (view.getBigUint64(${at}, true) !== 0n) lost = valueBack(${place}, () => i${index}(view, ${at}, free));`,
        scope: { [`i${index}`]: codec.read },
      };
    case "pointer": {
      const target = codecOf({ kind: "composite", ...value.struct! }, types);
      return {
        ...snapshot,
        back:
          `if (m${index} !== undefined && !isSame(b${index}, m${index})) lost = valueBack(${place}, () => i${index}(b${index}));`,
        kept: [`m${index}`],
        scope: {
          [`i${index}`]: (bytes: Uint8Array) =>
            target.read(new DataView(bytes.buffer, bytes.byteOffset), 0),
        },
      };
    }
    default:
      throw new Error(`${printType(type)} is no copy`);
  }
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
