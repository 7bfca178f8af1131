/**
 * Values that contain themselves: written column by column, one that does so
 * twice doubles with each level.
 *
 * @module
 */

/** A value that contains itself, and so has no end. */
export class CycleError extends Error {
  override readonly name = "CycleError";

  constructor() {
    super("A value contains itself");
  }
}

/** The parts of a value that may have parts themselves. */
function partsOf(value: object): object[] {
  const parts: unknown[] = value instanceof Map
    ? [...value.keys(), ...value.values()]
    : Array.isArray(value)
    ? value
    : Object.values(value);
  return parts.filter(isContainer);
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    !ArrayBuffer.isView(value);
}

/**
 * Whether a value contains itself. Each part is looked at once, however often
 * it occurs; this is no recursion, because the way down may be long.
 */
export function isCyclic(root: unknown): boolean {
  if (!isContainer(root)) return false;
  const done = new Set<object>();
  const open = new Set<object>([root]);
  const path = [{ value: root, parts: partsOf(root) }];
  while (path.length > 0) {
    const { value, parts } = path.at(-1)!;
    const part = parts.pop();
    if (part === undefined) {
      path.pop();
      open.delete(value);
      done.add(value);
      continue;
    }
    if (open.has(part)) return true;
    if (done.has(part)) continue;
    const inner = partsOf(part);
    if (inner.length === 0) continue; // most of them
    open.add(part);
    path.push({ value: part, parts: inner });
  }
  return false;
}
