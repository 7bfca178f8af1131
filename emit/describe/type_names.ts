/**
 * Gives every named type of a description its name.
 *
 * One struct has one entry in each unit that uses it; those are one type. Two
 * different structs can have one name, in two units or as a tag and a typedef;
 * those stay two. Both are decided from what the types look like alone, so the
 * names depend on neither the compiler nor the order of the units.
 *
 * @module
 */

import { isTypeName } from "../../ffi/notation/parse_type.ts";

/** A struct, union or enum on its way to a name. */
export interface Named {
  /** What it should be called. */
  readonly wanted: string;
  /** Which of several types that want one name comes first: lower ones do. */
  readonly rank: number;
  /** Whether it is only declared, so that any type of its name may complete it. */
  readonly open: boolean;
  /** Its shape; asked for only where a name is wanted by several. */
  shape(): TypeShape;
}

/** What a type looks like, without its name. */
export interface TypeShape {
  /** All that it consists of, but for the types that it refers to. */
  readonly text: string;
  /** The named types that it refers to, in order. */
  readonly refs: readonly Named[];
}

/**
 * Names types.
 *
 * @param types All of them, in an order that depends on the library's interface alone.
 * @returns For each its name, and the one type that stands for all of that name.
 */
export function nameTypes<T extends Named>(
  types: readonly T[],
): Map<Named, { readonly name: string; readonly type: T }> {
  const completed = complete(types);
  const classOf = classify(types, completed);
  // The first type of each class stands for it; a complete one, as the classes
  // of declarations are those of the types that complete them.
  const classes = new Map<number, T>();
  for (const type of types) {
    const of = classOf.get(type)!;
    if (!classes.has(of) && completed.get(type) === type) classes.set(of, type);
  }
  const names = assign([...classes.values()]);
  const result = new Map<Named, { name: string; type: T }>();
  for (const type of types) {
    const representative = classes.get(classOf.get(type)!)!;
    result.set(type, {
      name: names.get(representative)!,
      type: representative,
    });
  }
  return result;
}

/** Most steps apart that a difference between two types of one shape is found. */
const MAX_ROUNDS = 100;

/** For each type itself, or for a declaration the one type that completes it. */
function complete<T extends Named>(types: readonly T[]): Map<Named, T> {
  const key = (type: T) => `${type.rank} ${type.wanted}`;
  const complete = new Map<string, T | undefined>();
  const declared = new Map<string, T>();
  for (const type of types) {
    const of = key(type);
    if (type.open) {
      // All declarations of one name are one type.
      if (!declared.has(of)) declared.set(of, type);
    } else if (!complete.has(of)) {
      complete.set(of, type);
    } else if (complete.get(of)?.shape().text !== type.shape().text) {
      // Of two that differ, neither is known to be the one that was declared.
      complete.set(of, undefined);
    }
  }
  return new Map(
    types.map((type) => [
      type,
      type.open ? complete.get(key(type)) ?? declared.get(key(type))! : type,
    ]),
  );
}

/**
 * Splits types into classes until all members of a class look alike and refer
 * to members of the same classes.
 */
function classify<T extends Named>(
  types: readonly T[],
  completed: ReadonlyMap<Named, T>,
): Map<Named, number> {
  let classOf = new Map<Named, number>();
  const nameOf = (type: T) => `${type.rank} ${type.wanted} ${type.open}`;
  let count = number(classOf, types, completed, nameOf);
  // Nobody shares a name: then nobody has to be told from another.
  if (count === new Set(completed.values()).size) return classOf;
  classOf = new Map();
  count = number(
    classOf,
    types,
    completed,
    (type) => `${nameOf(type)} ${type.shape().text}`,
  );
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = new Map<Named, number>();
    const before = classOf;
    const now = number(
      next,
      types,
      completed,
      (type) =>
        [type, ...type.shape().refs].map((each) => before.get(each)).join(),
    );
    classOf = next;
    if (now === count) return classOf;
    count = now;
  }
  return classOf;
}

function number<T extends Named>(
  classOf: Map<Named, number>,
  types: readonly T[],
  completed: ReadonlyMap<Named, T>,
  keyOf: (type: T) => string,
): number {
  const classes = new Map<string, number>();
  for (const type of types) {
    const key = keyOf(completed.get(type)!);
    let of = classes.get(key);
    if (of === undefined) classes.set(key, of = classes.size);
    classOf.set(type, of);
  }
  return classes.size;
}

function assign<T extends Named>(types: readonly T[]): Map<Named, string> {
  const order = types.map((type, index) => ({ type, index })).sort((a, b) =>
    compare(a.type.wanted, b.type.wanted) || a.type.rank - b.type.rank ||
    Number(a.type.open) - Number(b.type.open) ||
    compare(a.type.shape().text, b.type.shape().text) || a.index - b.index
  ).map(({ type }) => type);
  const names = new Map<Named, string>();
  const taken = new Set<string>();
  for (const type of order) {
    const name = usable(type.wanted);
    if (taken.has(name)) continue;
    taken.add(name);
    names.set(type, name);
  }
  for (const type of order) {
    if (names.has(type)) continue;
    const name = usable(type.wanted);
    let number = 2;
    while (taken.has(`${name}_${number}`)) number++;
    taken.add(`${name}_${number}`);
    names.set(type, `${name}_${number}`);
  }
  return names;
}

/** Longest name of a type; only names of templates come near it. */
const MAX_NAME = 1024;

/** The nearest name that the type notation takes: not `buffer`, not `Vec<u8>`. */
function usable(long: string): string {
  const name = long.slice(0, MAX_NAME);
  if (isTypeName(name)) return name;
  const plain = name.replace(/[^\p{ID_Continue}$]+/gu, "_");
  return isTypeName(plain) ? plain : `type_${plain}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
