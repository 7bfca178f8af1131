/**
 * How large a value is when it is written out, where what is in it twice is
 * written twice: one that has itself in it has no end, and one that has its
 * last part twice on each level doubles with each.
 *
 * @module
 */

import { byteLengthOf, elementsOf } from "../runtime/views.ts";
import { entriesOf, isMap } from "./map_entries.ts";

/** A value that contains itself, and so has no end. */
export class CycleError extends Error {
  override readonly name = "CycleError";

  constructor() {
    super("A value contains itself");
  }
}

/** Bytes of a text or of memory that count as much as an element. */
const BYTES = 32;

/** A part that may have parts itself, and is being counted. */
interface Counting {
  readonly value: object;
  readonly parts: unknown[];
  size: number;
}

function partsOf(value: object): unknown[] {
  return isMap(value)
    ? [...entriesOf(value)].flat()
    : Array.isArray(value)
    ? elementsOf(value) ?? []
    : Object.values(value);
}

/** The elements of what has no parts. */
function leafSize(value: unknown): number {
  if (typeof value === "string") return 1 + value.length / BYTES;
  return ArrayBuffer.isView(value) ? 1 + byteLengthOf(value) / BYTES : 1;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    !ArrayBuffer.isView(value);
}

/**
 * How many elements a value has when it is written out. Each part is looked at
 * once, however often it occurs; this is no recursion, because the way down may
 * be long.
 *
 * @returns Infinity, where it contains itself.
 * @throws {RangeError} When an array in it has more than can be passed.
 */
export function sizeWrittenOut(root: unknown): number {
  if (!isContainer(root)) return leafSize(root);
  const known = new Map<object, number>();
  const open = new Set<object>([root]);
  const path: Counting[] = [{ value: root, parts: partsOf(root), size: 1 }];
  for (;;) {
    const counting = path.at(-1)!;
    if (counting.parts.length === 0) {
      path.pop();
      open.delete(counting.value);
      known.set(counting.value, counting.size);
      const above = path.at(-1);
      if (above === undefined) return counting.size;
      above.size += counting.size;
      continue;
    }
    const part = counting.parts.pop();
    if (!isContainer(part)) {
      counting.size += leafSize(part);
      continue;
    }
    if (open.has(part)) return Infinity;
    const before = known.get(part);
    if (before !== undefined) {
      counting.size += before;
      continue;
    }
    open.add(part);
    path.push({ value: part, parts: partsOf(part), size: 1 });
  }
}
