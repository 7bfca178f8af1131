/**
 * Functions as JavaScript sees them: what is passed without being given, and
 * what is made of what comes back.
 *
 * @module
 */

import { type Ending, readOrKeep } from "../call/ending.ts";
import { THUNK } from "../call/frame.ts";
import type { Parameter } from "../check/wrong.ts";
import {
  type Constant,
  type FunctionDefinition,
  MAX_FRAME_SIZE,
  type Room,
  type Seen,
} from "../manifest/manifest.ts";
import { codecOf } from "../memory/codecs.ts";
import { inSequence, nextWord } from "../notation/sequence.ts";
import { encodingOf, type FunctionType, type Type } from "../notation/type.ts";
import {
  isNativeObject,
  keepNoMore,
  keepWith,
  type NativeObject,
} from "../object/object.ts";
import {
  resolveType,
  type ScalarName,
  type Types,
  type Value,
} from "../value/value.ts";
import { constantValue } from "../handle/constant_value.ts";
import { withoutPrototype } from "../value/plain_object.ts";
import { sizeRequirementOf } from "./annotations.ts";
import {
  bytesCheck,
  converterOf,
  countOf,
  keptParameter,
  textConverter,
  unitOf,
} from "./converted_arguments.ts";
import { failureOf } from "./failure.ts";
import { outcomeOf, type OutcomeReader } from "./result_value.ts";
import { type BindTarget, symbolError } from "./bind_target.ts";

/** A function's parameters and what is made of its result, as JavaScript sees them. */
export interface SeenPlan {
  readonly parameters: readonly Parameter[];
  /** What the call itself gives. */
  readonly result: Value | undefined;
  readonly ending: Ending;
}

/**
 * Plans the calls of a function as JavaScript sees it.
 *
 * @param target The function.
 * @param seen What is seen of it.
 * @param plain Its parameters, as the binary has them but for objects.
 * @param result What the binary gives.
 */
export function planSeen(
  target: BindTarget,
  seen: Seen,
  plain: readonly Parameter[],
  result: Value | undefined,
): SeenPlan {
  const places = placesOf(target, seen);
  const parameters = plain.map((parameter, index) => {
    const one = withoutPrototype(
      seenParameter(target, seen, parameter, index, places.at),
    );
    return seen.kept.includes(index)
      ? withoutPrototype(keptParameter(one, target.library.space))
      : one;
  });
  const first = parameters.findIndex(({ hidden }) => hidden === undefined);
  const readers = seen.outcomes.map((outcome) =>
    outcomeOf(target, seen, outcome, behind(target, places.at))
  );
  return {
    parameters: target.method === undefined
      ? parameters
      : parameters.map((parameter, index) => ({
        ...parameter,
        isThis: index === first,
      })),
    result: readers.find(({ value }) => value !== undefined)?.value ?? result,
    ending: isPlain(seen) ? {} : {
      finish: finisher(target, seen, readers),
      ...seen.kept.length > 0 && { keep: (args) => keep(seen, args, []) },
      isSeen: true,
      ...places.size === 0 ? {} : { outSize: places.size },
    },
  };
}

/** Where what comes back lies. */
function placesOf(
  target: BindTarget,
  { hidden }: Seen,
): { at: ReadonlyMap<number, number>; size: number } {
  const { types } = target;
  const outs = [...hidden].flatMap(([position, part]) =>
    part.kind === "out"
      ? [{ position, codec: codecOf(resolveType(part.of, types), types) }]
      : []
  );
  const { offsets, end } = inSequence(outs.map(({ codec }) => codec));
  const at = new Map(
    outs.map(({ position }, index) => [position, offsets[index]!]),
  );
  if (end <= MAX_FRAME_SIZE) return { at, size: nextWord(end) };
  throw symbolError(
    target,
    "unsupported",
    `its results take ${end} bytes, at most ${MAX_FRAME_SIZE} can`,
  );
}

function seenParameter(
  { types }: BindTarget,
  { hidden, makings, call, consumed, given }: Seen,
  parameter: Parameter,
  index: number,
  places: ReadonlyMap<number, number>,
): Parameter {
  const part = hidden.get(index);
  switch (part?.kind) {
    case "out":
      return {
        ...parameter,
        hidden: {
          kind: "out",
          at: places.get(index)!,
          ...part.fills !== undefined && {
            says: {
              of: part.fills,
              put: sayer(
                part.of,
                unitOf(call.params[part.fills]!, types),
                types,
              ),
            },
          },
        },
      };
    case "fill":
      return { ...parameter, hidden: filled(part.room, call, index, types) };
    case "length": {
      const count = countOf(makings[part.of]!, call.params[part.of]!, types);
      return { ...parameter, hidden: { kind: "length", of: part.of, count } };
    }
    case "constant": {
      const { value: passed } = part;
      const value = passed === null || typeof passed === "boolean"
        ? passed
        : constantValue(passed as Exclude<Constant, string>);
      return { ...parameter, hidden: { kind: "constant", value } };
    }
    case undefined: {
      const making = makings[index]!;
      if (making === "bytes" || making === "text") {
        const { type } = given.find(({ position }) => position === index)!;
        const isNullable = type.kind === "optional";
        const check = bytesCheck(parameter.check, isNullable);
        return making === "bytes"
          ? { ...parameter, type, check }
          : { ...parameter, type, ...textConverter(check) };
      }
      if (making === "struct" || making === "list") {
        const type = call.params[index]!;
        const one = given.find(({ position }) => position === index)!.type;
        return {
          ...parameter,
          ...converterOf(making, type, types, parameter.check, one),
        };
      }
      return making === "object" && consumed.includes(index)
        ? {
          ...parameter,
          check: givenAwayCheck(parameter.check),
          isGivenAway: true,
        }
        : parameter;
    }
  }
}

/** Memory that is made for a call to fill. */
function filled(
  { text, terms }: Room,
  { params }: FunctionType,
  index: number,
  types: Types,
): Parameter["hidden"] {
  return {
    kind: "fill",
    room: sizeRequirementOf(
      text,
      terms,
      unitOf(params[index]!, types),
      (position) => ({
        of:
          (resolveType(params[position]!, types) as { name: ScalarName }).name,
        isAddress: false,
      }),
    ),
    // Small memory of its own could move; that of a buffer does not.
    make: (bytes) =>
      new Uint8Array(new ArrayBuffer(Math.max(bytes, 8)), 0, bytes),
  };
}

/** Writes how many elements memory has where the plugin looks for it. */
function sayer(
  of: Type,
  unit: number,
  types: Types,
): (view: DataView, at: number, memory: Uint8Array) => void {
  const codec = codecOf(resolveType(of, types), types);
  return (view, at, memory) => {
    codec.write(view, at, Math.floor(memory.byteLength / unit), []);
  };
}

/** What the plugin frees must be its caller's, and nobody else may be using it. */
function givenAwayCheck(check: Parameter["check"]): Parameter["check"] {
  return {
    ...check,
    test: (x, constant) =>
      `(${check.test(x, constant)} && (${x} === null || isFree(${x})))`,
    wanted:
      `${check.wanted}, which does not belong to another object, and which no call is using and no other object`,
  };
}

/** Whether what the call itself gives is all that there is to a function. */
function isPlain(
  { said, outcomes, consumed, kept, released }: Seen,
): boolean {
  return said.error === undefined && said.done === undefined &&
    said.free === undefined &&
    consumed.length + kept.length + released.length === 0 &&
    outcomes.every(({ making, position, isNonnull, type }) =>
      making === "same" && position === undefined && !isNonnull &&
      encodingOf(type) === undefined
    );
}

/** Where it lies in a frame: behind what a thunk has there. */
function behind(
  { definition }: BindTarget,
  places: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  const { thunk } = definition as FunctionDefinition;
  const base = THUNK + (thunk?.size ?? 0);
  return new Map(Array.from(places, ([index, at]) => [index, base + at]));
}

function finisher(
  target: BindTarget,
  seen: Seen,
  readers: readonly OutcomeReader[],
): NonNullable<Ending["finish"]> {
  const { said, outcomes, kept, released } = seen;
  const failure = said.error && failureOf(target, said.error);
  const done = said.done && new Set(said.done);
  const objects = readers.filter((_, index) =>
    /^(?:object|made)$/.test(outcomes[index]!.making) &&
    outcomes[index]!.position !== undefined
  );

  const fail = (
    status: unknown,
    made: readonly NativeObject[],
    args: readonly unknown[],
    isAsync: boolean,
  ): never => {
    try {
      throw failure!.explain(status, [...made, ...args], isAsync);
    } finally {
      for (const object of made) object[Symbol.dispose]();
    }
  };

  return (result, view, args = [], isAsync = false) => {
    const source = { result, view, args };
    const isDone = done?.has(Number(result)) === true;
    const readAll = () =>
      readers.map(({ read }) => isDone ? null : read(source));
    const read = kept.length === 0
      ? readAll
      : () => readOrKeep(readAll, (args) => keep(seen, args, []), () => args);
    let values: unknown[] | undefined;
    if (failure?.ask !== undefined) {
      values = read();
      const made = values.filter(isNativeObject)
        .filter((object) => !args.includes(object));
      const status = failure.ask([...made, ...args], isAsync);
      if (failure.isFailed(status)) fail(status, made, args, isAsync);
    } else if (failure !== undefined && !isDone && failure.isFailed(result)) {
      // What came out all the same is asked, and given back.
      const made = objects.map(({ read }) => orUndefined(() => read(source)))
        .filter(isNativeObject);
      fail(result, made, args, isAsync);
    }
    values ??= read();
    if (kept.length > 0) keep(seen, args, values);
    if (released.length > 0) release(seen, args);
    if (done !== undefined) values.push(!isDone);
    return values.length > 1 ? values : values.at(0);
  };
}

/** What was passed to go on being used lives with the object that uses it. */
function keep(
  { kept }: Seen,
  args: readonly unknown[],
  values: readonly unknown[],
): void {
  const others = args.filter((_, index) => !kept.includes(index));
  const holder = [...others, ...values].find(isNativeObject);
  if (holder === undefined) return;
  for (const index of kept) keepWith(holder, args[index]);
}

/** What an object goes on using no more lives as anything does. */
function release({ released }: Seen, args: readonly unknown[]): void {
  const holder = args.find((given, index) =>
    !released.includes(index) && isNativeObject(given)
  );
  if (!isNativeObject(holder)) return;
  for (const index of released) keepNoMore(holder, args[index]);
}

/** What is read; undefined where there is nothing. */
function orUndefined(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
