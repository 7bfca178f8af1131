/**
 * Walks through what a library gives step by step: the rows of a query, the
 * commits of a walk.
 *
 * @module
 */

import type { Iteration, Row } from "../manifest/manifest.ts";
import { type BindSymbol, giver, noArguments } from "./bound_values.ts";
import { assertThis, type NativeObject, stateOf } from "./object.ts";
import type { NativeClass } from "./state.ts";

/** Binds a function of the plugin whose first argument is `this`, and which errors call by a name. */
type BindMethod = (
  symbol: string,
  name: string,
) => (this: NativeObject) => unknown;

/** What one walk needs, bound when the first one begins. */
interface Walk {
  /** The method, for errors. */
  readonly method: string;
  /** Whether the object knows where it is, so that it can have one walk at a time. */
  readonly isStepwise: boolean;
  /** Begins it; what it gives makes the next step, undefined where there is no other. */
  readonly start: (
    object: NativeObject,
    args: readonly unknown[],
  ) => () => Step | undefined;
  /** What is to be called when it is over. */
  readonly end: readonly ((this: NativeObject) => unknown)[];
}

/** A step that was made. */
interface Step {
  readonly value: unknown;
}

/**
 * The methods that walk.
 *
 * @param of The class.
 * @param iteration What is walked through.
 * @param bind Binds functions of the plugin.
 * @param bindMethod Binds what is called on the object itself.
 * @returns The methods by name.
 */
export function walksOf(
  of: NativeClass,
  iteration: Iteration,
  bind: BindSymbol,
  bindMethod: BindMethod,
  show: (value: unknown) => string,
): Map<string, (this: NativeObject, ...args: unknown[]) => unknown> {
  const made = new Map<string, Walk>();
  const walkOf = (key: string): Walk => {
    let walk = made.get(key);
    if (walk === undefined) {
      const method = `${of.name}.${key}`;
      const own = (symbol: string) => bindMethod(symbol, method);
      made.set(key, walk = makeWalk(method, iteration, bind, own, show));
    }
    return walk;
  };
  return new Map(
    Object.entries(iteration.methods).map(([key, what]) => [
      key,
      function (this: NativeObject, ...args: unknown[]): unknown {
        assertThis(this, of, key);
        const values = steps(this, walkOf(key), args);
        switch (what) {
          case "iterator":
            return values;
          case "list":
            return [...values];
          case "first": {
            const { value } = values.next();
            values.return();
            return value;
          }
          case "none":
            for (const _ of values) continue;
            return undefined;
        }
      },
    ]),
  );
}

/** The walk that each object has begun last: it is the one that takes its steps. */
const latest = new WeakMap<NativeObject, object>();

function* steps(
  object: NativeObject,
  { method, isStepwise, start, end }: Walk,
  args: readonly unknown[],
): Generator<unknown, void> {
  const own = {};
  if (isStepwise) latest.set(object, own);
  const isLatest = () => !isStepwise || latest.get(object) === own;
  let isFailed = true;
  try {
    const next = start(object, args);
    for (let step = next(); step !== undefined; step = next()) {
      isFailed = false;
      yield step.value;
      isFailed = true;
      if (!isLatest()) {
        throw new TypeError(
          `${method}(): another walk of this object has begun since, and has taken its place: end one before the next, or take an object for each`,
        );
      }
    }
    isFailed = false;
  } finally {
    // To end this one would end that which has taken its place.
    if (isLatest()) finish(object, end, isFailed);
  }
}

/** Calls what is to be called when a walk is over. What failed says so again. */
function finish(
  object: NativeObject,
  end: Walk["end"],
  isFailed: boolean,
): void {
  if (stateOf(object).life !== "alive") return;
  for (const call of end) {
    try {
      call.call(object);
    } catch (error) {
      if (!isFailed) throw error;
    }
  }
}

function makeWalk(
  method: string,
  iteration: Iteration,
  bind: BindSymbol,
  bindOwn: (symbol: string) => (this: NativeObject) => unknown,
  show: (value: unknown) => string,
): Walk {
  const { count, next, start = [], end = [], bind: binding, row } = iteration;
  const before = start.map(bindOwn);
  const give = binding === undefined
    ? noArguments(method)
    : giver(method, binding, bind, show);
  const read = row === undefined ? undefined : rowReader(row, bind);
  const steps = count === undefined
    ? stepwise(bindOwn(next!), read)
    : counted(bind(count), next === undefined ? undefined : bind(next), read);
  return {
    method,
    isStepwise: count === undefined,
    start(object, args) {
      for (const call of before) call.call(object);
      give(object, args);
      return steps(object);
    },
    end: end.map(bindOwn),
  };
}

/** Begins a walk; what it gives makes the next step. */
type Steps = (object: NativeObject) => () => Step | undefined;

/** Steps that know themselves when there is no other. */
function stepwise(
  step: (this: NativeObject) => unknown,
  read: RowReader | undefined,
): Steps {
  return (object) => {
    let columns: Columns | undefined;
    return () => {
      const given = step.call(object);
      if (read === undefined) {
        const values = given as unknown[];
        return values.at(-1) === false
          ? undefined
          : { value: values.length === 2 ? values[0] : values.slice(0, -1) };
      }
      if (given === false) return undefined;
      columns ??= read.columns(object);
      return { value: read.row(object, columns) };
    };
  };
}

/** Steps that are counted, each known by its number. */
function counted(
  count: (...args: unknown[]) => unknown,
  next: ((...args: unknown[]) => unknown) | undefined,
  read: RowReader | undefined,
): Steps {
  return (object) => {
    const all = Number(count(object));
    const columns = read?.columns(object);
    let at = 0;
    return () => {
      if (at >= all) return undefined;
      const number = at++;
      return {
        value: columns === undefined
          ? next!(object, number)
          : read!.row(object, columns, number),
      };
    };
  };
}

/** The names of columns. */
type Columns = readonly string[];

interface RowReader {
  columns(object: NativeObject): Columns;
  /** @param at The number of the step, where steps are counted. */
  row(object: NativeObject, columns: Columns, at?: number): object;
}

function rowReader(
  { count, name, type, read = [], null: none, value }: Row,
  bind: BindSymbol,
): RowReader {
  const [counted, named] = [bind(count), bind(name)];
  const typed = type === undefined ? undefined : bind(type);
  const isNull = none === undefined ? undefined : bind(none);
  const other = value === undefined ? undefined : bind(value);
  const readers = new Map(
    read.map(({ type, symbol }) => [
      type,
      symbol === undefined ? undefined : bind(symbol),
    ]),
  );
  return {
    columns: (object) =>
      told(Array.from(
        { length: Number(counted(object)) },
        (_, column) => String(named(object, column)),
      )),
    row(object, columns, at) {
      const row: Record<string, unknown> = {};
      const where = at === undefined ? [object] : [object, at];
      for (let column = 0; column < columns.length; column++) {
        const type = typed?.(object, column) as number;
        const reader = readers.has(type) ? readers.get(type) : other;
        const value = reader === undefined || isNull?.(...where, column)
          ? null
          : exact(reader(...where, column));
        const key = columns[column]!;
        if (key === "__proto__") {
          const own = { value, enumerable: true, writable: true };
          Object.defineProperty(row, key, { ...own, configurable: true });
        } else row[key] = value;
      }
      return row;
    },
  };
}

/** Names of columns, told apart: of two that are called `id` the second is `id_2`. */
function told(names: Columns): Columns {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; seen.has(own) || own !== name && taken.has(own); n++) {
      own = `${name}_${n}`;
    }
    seen.add(own);
    return own;
  });
}

/** An integer as a number where that is exact. */
function exact(value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
