/**
 * The errors of wrong calls, and of values that do not fit.
 *
 * @module
 */

import { printType, type Type } from "../notation/type.ts";
import { refusedBy } from "../object/refusal.ts";
import { isArray } from "../runtime/views.ts";
import { isPlainObject } from "../value/plain_object.ts";
import type { Value } from "../value/value.ts";
import type { Check, Misfit } from "./argument_checks.ts";
import {
  byteLengthOfMemory,
  type SizeRequirement,
} from "./size_requirement.ts";
import { article, show } from "./show.ts";

/** Throws what a wrong call deserves; one for each function. */
export interface ArgumentErrors {
  /** The number of arguments is not that of the parameters. */
  count(given: number): never;
  /** The argument at `index` (from 0) is not what its parameter takes. */
  value(index: number, given: unknown): never;
  /** The plugin refused the argument at `index`, and says why; `isRange` where it is of the right kind. */
  refused(index: number, why: string, isRange: boolean): never;
  /** The argument at `index` has less than the `wanted` bytes that another argument asks for. */
  room(index: number, given: unknown, wanted: number): never;
}

/** A parameter: its name, which may be empty, and what may be given for it. */
export interface Parameter {
  readonly name: string;
  readonly type: Type;
  readonly value: Value;
  readonly check: Check;
  /** How much memory it must have, where other arguments say so. */
  readonly room?: SizeRequirement | undefined;
  /** Whether it is what the method is called on. */
  readonly isThis?: boolean | undefined;
  /** Whether it is an object that the plugin has from then on. */
  readonly isGivenAway?: boolean | undefined;
  /** Whether it may be left out at the end, and is null then. */
  readonly canLack?: boolean | undefined;
  /** What stands in its place, where JavaScript gives nothing. */
  readonly hidden?: HiddenParameter | undefined;
  /**
   * Makes memory of what is given; that runs code of the caller's. Undefined
   * where it does not fit.
   */
  readonly convert?: ((given: unknown, held: unknown[]) => unknown) | undefined;
  /** The check of what is memory already, and needs no {@linkcode convert}. */
  readonly plain?: Check | undefined;
  /** Whether {@linkcode convert} makes memory of whatever is given: of a text, and none is taken. */
  readonly isText?: boolean | undefined;
  /** Whether what the plugin writes into it comes back into what was given. */
  readonly isInout?: boolean | undefined;
  /** Whether another way of calling takes what this one refuses. */
  readonly isWide?: boolean | undefined;
}

/** A parameter that JavaScript does not give. */
export type HiddenParameter =
  /** Memory for a result: so far behind what else the call's frame has. */
  | {
    readonly kind: "out";
    readonly at: number;
    /** Says before the call how much memory the parameter at a position has. */
    readonly says?: {
      readonly of: number;
      readonly put: (view: DataView, at: number, memory: Uint8Array) => void;
    };
  }
  | { readonly kind: "constant"; readonly value: unknown }
  /** The length of the argument at a position. */
  | {
    readonly kind: "length";
    readonly of: number;
    readonly count: (given: unknown) => number;
  }
  /** Memory that is made for the call. */
  | {
    readonly kind: "fill";
    readonly room: SizeRequirement;
    readonly make: (bytes: number) => Uint8Array;
  };

/** Whether JavaScript gives an argument for a parameter. */
export function isGiven({ isThis, hidden }: Parameter): boolean {
  return isThis !== true && hidden === undefined;
}

/** The name of what is passed for a parameter in generated code. */
export function passedName({ convert }: Parameter, index: number): string {
  return convert === undefined ? `a${index}` : `b${index}`;
}

/**
 * Makes the errors of one function.
 *
 * @param name The function.
 * @param parameters The function's parameters, in order.
 * @returns The errors.
 */
export function wrongFor(
  name: string,
  parameters: readonly Parameter[],
): ArgumentErrors {
  const where = (index: number): string => {
    const parameter = parameters[index]!;
    if (parameter.isThis) return `${name}(): this`;
    const before = parameters.slice(0, index).filter(isGiven).length;
    return parameter.hidden === undefined
      ? `${name}(): ${argumentText(before, parameter.name)}`
      : `${name}(): the length of its argument`;
  };
  return {
    count(given) {
      const all = parameters.filter(isGiven);
      const most = all.length;
      const least = all.filter(({ canLack }) => canLack !== true).length;
      const known = all.every(({ name }) => name !== "") && most > 0;
      const names = all.map(({ name, canLack }) => canLack ? `${name}?` : name);
      throw new TypeError(
        `${name}(): wanted ${least === most ? "" : `${least} to `}${most} ` +
          `argument${most === 1 ? "" : "s"}${
            known ? ` (${names.join(", ")})` : ""
          }, got ${given}`,
      );
    },
    value(index, given) {
      const parameter = parameters[index]!;
      const { hidden } = parameter;
      if (hidden?.kind === "length" && given === Infinity) {
        throw refusedBy(
          name,
          new TypeError(
            `${
              where(hidden.of)
            }: wanted memory that says how long it is, got a Pointer`,
          ),
        );
      }
      const misfit = misfitOf(parameter.type, parameter.check, given);
      const got = misfit.got + annotationHint(parameter, misfit, given);
      throw refusedBy(name, misfitError(where(index), { ...misfit, got }));
    },
    refused(index, why, isRange) {
      const text = `${
        index in parameters ? where(index) : `${name}()`
      }: ${why}`;
      throw refusedBy(
        name,
        isRange ? new RangeError(text) : new TypeError(text),
      );
    },
    room(index, given, wanted) {
      const { hidden, room } = parameters[index]!;
      const { text, unit } = hidden?.kind === "fill" ? hidden.room : room!;
      throw new RangeError(
        `${where(index)}: ` +
          (wanted >= 0
            ? `wanted at least ${wanted} bytes${
              /^\d+$/.test(text) ? "" : `, as ${text} says`
            }, got ${show(given)} of ${byteLengthOfMemory(given as null)}`
            : `wanted a length from 0 in ${text}, got ${wanted / unit}`),
      );
    },
  };
}

/** How errors call an argument. */
export function argumentText(index: number, parameter: string): string {
  return `argument ${index + 1}${parameter === "" ? "" : ` (${parameter})`}`;
}

/**
 * The error of a value that does not fit.
 *
 * @param where What it was given for.
 * @param misfit What is wrong with it.
 * @param type The type of the whole, where that is to be said too.
 */
export function misfitError(
  where: string,
  { path, wanted, got, isRange }: Misfit,
  type?: Type,
): TypeError | RangeError {
  const whole = type === undefined || path !== "" ? "" : `${printType(type)}, `;
  const given = got === undefined ? "" : `, got ${got}`;
  const text = `${where}${path}: wanted ${whole}${wanted}${given}`;
  return isRange ? new RangeError(text) : new TypeError(text);
}

/** What is wrong with a refused value, or with which part of it. */
export function misfitOf(type: Type, check: Check, given: unknown): Misfit {
  return check.explain?.(given) ?? { path: "", ...refusal(type, check, given) };
}

/** What takes an array, or a plain object, where C has a pointer that it may write to. */
function annotationHint(
  { type, value }: Parameter,
  { path, isRange }: Misfit,
  given: unknown,
): string {
  if (path !== "" || isRange || value.kind !== "pointer") return "";
  const element = value.struct?.name ?? textOf(printType(type), given);
  if (isArray(given)) {
    return element === undefined
      ? ""
      : `; an array takes the annotation "as": "[]${element}"`;
  }
  return value.struct !== undefined && isPlainObject(given)
    ? `; a plain object takes the annotation "as": "${element}", and what C writes to it is lost`
    : "";
}

/** How many elements of an array tell what it is. */
const MOST_LOOKED_AT = 100;

/** What the texts of an array are, where C has the address of addresses of texts. */
function textOf(type: string, given: unknown): string | undefined {
  if (!/^\??\*(?:cstring|buffer)$/.test(type) || !isArray(given)) {
    return undefined;
  }
  // A proxy can say that it is of any length.
  const first = Array.from(
    { length: Math.min(given.length, MOST_LOOKED_AT) },
    (_, i): unknown => given[i],
  );
  const isTexts = first.every((text) =>
    text === null || typeof text === "string"
  );
  if (!isTexts) return undefined;
  return first.includes(null) ? "?cstring" : "cstring";
}

/** What is wrong with a value that has no parts. */
function refusal(
  type: Type,
  check: Check,
  given: unknown,
): Omit<Misfit, "path"> {
  const text = printType(type);
  // "a Stack or null" says "?Stack" already.
  const isSaid = check.wanted.startsWith(article(text.replace(/^\?/, "")));
  return {
    wanted: isSaid ? check.wanted : `${text}, ${check.wanted}`,
    got: `${show(given)}${check.more?.(given) ?? ""}`,
    isRange: check.isKind(given),
  };
}
