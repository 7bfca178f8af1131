/**
 * What `console.log` shows, on every runtime. Of a struct it is what the
 * `glimpse` of its codec gives, see `memory/composite.ts`.
 *
 * @module
 */

/** What each runtime's `console.log` calls of a value. */
export const INSPECT: unique symbol = Symbol.for(
  "nodejs.util.inspect.custom",
) as never;

/** How a runtime prints: with colours on a terminal, without them for `NO_COLOR`. */
export interface InspectOptions {
  /** Most that are shown of many, as the caller says; null for all of them. */
  readonly maxArrayLength?: number | null;
  stylize(text: string, style: "special" | "name" | "undefined"): string;
  /** How deep it goes; `null` is without an end. */
  readonly depth?: number | null;
}

/** Prints a value, as `util.inspect` does. */
export type Inspect = (value: unknown, options: InspectOptions) => string;

/**
 * Says how a value prints.
 *
 * @param target The value, or the prototype of such values.
 * @param show Called by `console.log`, with the value as `this`: how deep it may
 * still go (null is without an end), how to print, and what prints another value.
 */
export function printAs<T extends object>(
  target: T,
  show: (
    this: T,
    depth: number | null,
    options: InspectOptions,
    inspect: Inspect,
  ) => string,
): void {
  Object.defineProperty(target, INSPECT, { value: show, configurable: true });
}
