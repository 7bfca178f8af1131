/**
 * What is said of a function beside its type: by its language, by its
 * annotations, and by who looks it up.
 *
 * @module
 */

import type { Count, SizeRequirement } from "../check/size_requirement.ts";
import type { PluginError } from "../error.ts";
import {
  type FunctionDefinition,
  NOTHING_SAID,
  type ParameterNames,
  positionOf,
  RETURN,
  type Term,
  termsOf,
} from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { printType } from "../notation/type.ts";
import { resolveType, type ScalarName, type Value } from "../value/value.ts";
import { sizeOfTarget } from "../value/value_size.ts";
import { type BindTarget, symbolError } from "./bind_target.ts";

/** What is said of a function's parameters. */
export interface ParamConstraints {
  /** Positions of those that cannot be null. */
  readonly nonnull: ReadonlySet<number>;
  /** Positions of lists that the function writes to. */
  readonly written: ReadonlySet<number>;
  /** Positions of bytes for which a text is taken too. */
  readonly texts: ReadonlySet<number>;
  /** Positions of what the function may write to, of which it gets copies. */
  readonly inout: ReadonlySet<number>;
  /** Positions of those that threads call which the runtime does not own. */
  readonly threads: ReadonlySet<number>;
  /** How much memory those must have that have a length. */
  readonly rooms: ReadonlyMap<number, SizeRequirement>;
  /** How many must be given; without end where all must, those of a call with `...` too. */
  readonly required: number;
}

type Known = Pick<BindTarget, "path" | "name" | "types">;

/**
 * Reads what is said of a function's parameters.
 *
 * @param target The function.
 * @param definition What the manifest says of the function.
 * @returns The constraints, by parameter.
 * @throws {PluginError} `bad_manifest` when it does not go with its type.
 */
export function paramConstraintsOf(
  target: Known,
  definition: FunctionDefinition,
): ParamConstraints {
  const { params: names = [], annotations = NOTHING_SAID } = definition;
  const own = parseType(definition.type);
  const types = own.kind === "function" ? own.params : [];
  const parameters: ParameterNames = { names, count: types.length };
  const position = (text: string): number => positionOf(text, parameters)!;
  const value = (index: number): Value =>
    resolveType(types[index]!, target.types);
  const wrong = (what: string, index: number): PluginError =>
    symbolError(
      target,
      "bad_manifest",
      `${what} parameter ${index + 1}, which is ${printType(types[index]!)}`,
    );

  const nonnull = new Set(
    nonnullOf(definition).filter((text) => text !== RETURN).map(position),
  );
  const written = new Set((definition.written ?? []).map(position));
  for (const index of written) {
    if (value(index).kind !== "slice") throw wrong("it says written of", index);
  }
  const texts = new Set((definition.texts ?? []).map(position));
  for (const index of texts) {
    const one = value(index);
    if (one.kind !== "slice" || one.of !== "u8" || written.has(index)) {
      throw wrong("it says texts of", index);
    }
  }
  const inout = new Set((definition.inout ?? []).map(position));
  for (const index of inout) {
    if (!isShared(value(index))) throw wrong("it says inout of", index);
  }
  for (const index of nonnull) {
    if (!isAddress(value(index))) throw wrong("it says nonnull of", index);
  }
  const threads = new Set((annotations.threads ?? []).map(position));
  for (const index of threads) {
    if (value(index).kind !== "function") {
      throw wrong("it says threads of", index);
    }
  }
  const rooms = new Map<number, SizeRequirement>();
  const { lengths = {}, out = [] } = annotations;
  for (const [text, length] of Object.entries(lengths)) {
    if (text === RETURN || out.includes(text)) continue;
    const index = position(text);
    const memory = value(index);
    if (memory.kind !== "pointer") throw wrong("it has a length for", index);
    const terms = termsOf(length, parameters)!;
    rooms.set(
      index,
      sizeRequirementOf(`${length}`, terms, sizeOfTarget(memory) ?? 1, (at) => {
        const of = integerOf(value(at));
        if (of !== undefined) return { of, isAddress: isAddress(value(at)) };
        throw wrong("it takes a length from", at);
      }),
    );
  }
  const { required = Infinity } = definition;
  for (let index = required; index < types.length; index++) {
    if (!/^(?:optional|closure)$/.test(types[index]!.kind)) {
      throw wrong("it does not require", index);
    }
  }
  return { nonnull, written, texts, inout, threads, rooms, required };
}

/**
 * How much memory some parameters ask for.
 *
 * @param text How the manifest has it.
 * @param terms The same, read.
 * @param unit Bytes of an element.
 * @param integer The integer that a parameter is, or whose address it is.
 */
export function sizeRequirementOf(
  text: string,
  terms: readonly Term[],
  unit: number,
  integer: (position: number) => Omit<Count, "position">,
): SizeRequirement {
  return {
    text,
    terms: terms.map(({ positions, factor }) => ({
      counts: positions.map((position) => ({ position, ...integer(position) })),
      factor,
    })),
    unit,
  };
}

function nonnullOf(
  { nonnull = [], annotations }: FunctionDefinition,
): string[] {
  return [...nonnull, ...annotations?.nonnull ?? []];
}

/** Whether a result is never null. */
export function isNonnull(
  definition: FunctionDefinition,
  position: number | undefined,
): boolean {
  const { annotations: { error } = NOTHING_SAID, params = [] } = definition;
  if (position === undefined && error?.when === "null") return true;
  return nonnullOf(definition).some((text) =>
    text === RETURN ? position === undefined : position !== undefined &&
      positionOf(text, { names: params, count: Infinity }) === position
  );
}

/** Whether there are copies of it that can come back. */
function isShared(value: Value): boolean {
  return value.kind === "slice" || value.kind === "data" ||
    value.kind === "pointer" && value.struct !== undefined;
}

function isAddress({ kind }: Value): boolean {
  return kind === "pointer" || kind === "cstring" || kind === "encoded" ||
    kind === "function" || kind === "closure";
}

/** The integer that a value is, or points to. */
function integerOf(value: Value): ScalarName | undefined {
  const of = value.kind === "scalar"
    ? value.name
    : value.kind === "pointer"
    ? value.of
    : undefined;
  return of === undefined || of === "bool" || of === "f32" || of === "f64"
    ? undefined
    : of;
}
