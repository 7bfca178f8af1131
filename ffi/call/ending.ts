/**
 * What a call does before its arguments are checked and behind its results,
 * where more is said of a function than its type.
 *
 * @module
 */

import { type Parameter, passedName } from "../check/wrong.ts";

/** What is made of what came out of a call. */
export interface Ending {
  /**
   * Makes what is given.
   *
   * @param result What came out.
   * @param view The frame, behind what else is in it the memory for results.
   * @param args All that was passed.
   * @param isAsync Whether the call ran on another thread.
   */
  readonly finish?: (
    result: unknown,
    view?: DataView,
    args?: readonly unknown[],
    isAsync?: boolean,
  ) => unknown;
  /** Whether that takes the frame and the arguments. */
  readonly isSeen?: boolean;
  /** Has an object keep what it goes on using of all that was passed, where what came out is refused. */
  readonly keep?: (args: readonly unknown[]) => void;
  /** Bytes for results that come back through memory. */
  readonly outSize?: number;
}

/** The expression of what a call gives for the result `value`. */
export function finishCode(
  value: string,
  { finish, isSeen, outSize }: Ending,
  parameters: readonly Parameter[],
  isAsync = false,
): string {
  if (finish === undefined) return value;
  if (!isSeen) return `finish(${value})`;
  const view = outSize === undefined ? "undefined" : "view";
  return `finish(${value}, ${view}, ${allPassed(parameters)}, ${isAsync})`;
}

/** The expression of all that was passed. */
function allPassed(parameters: readonly Parameter[]): string {
  const args = parameters.map((parameter, index) =>
    parameter.hidden?.kind === "out" ? "null" : passedName(parameter, index)
  );
  return `[${args.join(", ")}]`;
}

/** The expression that reads a result, which may be refused. */
export function readCode(
  value: string,
  { keep }: Ending,
  parameters: readonly Parameter[],
): string {
  return keep === undefined
    ? value
    : `readOrKeep(() => ${value}, keep, () => ${allPassed(parameters)})`;
}

/** Reads a result; what the plugin goes on using, it does also where that is refused. */
export function readOrKeep<T>(
  read: () => T,
  keep: NonNullable<Ending["keep"]>,
  args: () => readonly unknown[],
): T {
  try {
    return read();
  } catch (error) {
    keep(args());
    throw error;
  }
}

/** Statements of which each runs, whatever those before it throw. */
export function endEach(statements: readonly string[]): string {
  return statements.reduceRight(
    (rest, one) => rest === "" ? one : `try { ${one} } finally { ${rest} }`,
    "",
  );
}

/** The statements that make memory of what is given; that runs code of the caller's, and so comes before all checks. */
export function conversionsOf(parameters: readonly Parameter[]): string {
  return converted(parameters).map((index) =>
    `b${index} = c${index}(a${index}, frame.held);`
  ).join("\n    ");
}

/** The statements that say how much memory there is which a call fills, behind `base` in its frame. */
export function roomsOf(
  parameters: readonly Parameter[],
  base: number,
): string {
  return parameters.flatMap(({ hidden }, index) =>
    hidden?.kind === "out" && hidden.says !== undefined
      ? [`s${index}(view, ${base + hidden.at}, a${hidden.says.of});`]
      : []
  ).join("\n    ");
}

/** Declares what {@linkcode conversionsOf} gives values. */
export function declarationsOf(parameters: readonly Parameter[]): string {
  return converted(parameters).map((index) => `let b${index};`).join(" ");
}

function converted(parameters: readonly Parameter[]): number[] {
  return parameters.flatMap(({ convert }, index) =>
    convert === undefined ? [] : [index]
  );
}

/** What {@linkcode conversionsOf} and {@linkcode roomsOf} call by name. */
export function convertersOf(
  parameters: readonly Parameter[],
): Record<string, unknown> {
  return Object.fromEntries([
    ...converted(parameters).map((index) => [
      `c${index}`,
      parameters[index]!.convert,
    ]),
    ...parameters.flatMap(({ hidden }, index) =>
      hidden?.kind === "out" && hidden.says !== undefined
        ? [[`s${index}`, hidden.says.put]]
        : []
    ),
  ]);
}
