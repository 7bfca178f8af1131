/**
 * Types and signatures as declarations have them, in parts until they are printed: who
 * wants one alternative, one parameter or all results but the last takes it from here,
 * and never from a text.
 *
 * @module
 */

/** A type as TypeScript writes it: the alternatives of a union, of which none is one itself. */
export type Union = readonly string[];

/** A parameter as a declaration has it. */
export interface WrittenParameter {
  readonly name: string;
  readonly type: string;
  /** Whether it is all further arguments, or may be left out. */
  readonly mark?: "..." | "?";
}

/** A function's parameters, and what it gives. */
export interface Signature {
  readonly params: readonly WrittenParameter[];
  readonly results: readonly Union[];
  /** Whether they are promised, as of what always runs on another thread. */
  readonly isPromised?: boolean;
}

/** A type in one text. */
export function printUnion(union: Union): string {
  return union.join(" | ");
}

/** Parameters, each as the list of a function has it. */
export function printParameters(params: readonly WrittenParameter[]): string[] {
  return params.map(({ name, type, mark }) =>
    mark === "..." ? `...${name}: ${type}` : `${name}${mark ?? ""}: ${type}`
  );
}

/** What a function gives: nothing, one value or a tuple. */
export function resultOf(results: readonly Union[]): Union {
  return results.length === 0
    ? ["void"]
    : results.length === 1
    ? results[0]!
    : [printTuple(results)];
}

/** What a function gives, in one text. */
export function printResult(
  { results, isPromised }: Pick<Signature, "results" | "isPromised">,
): string {
  const given = printUnion(resultOf(results));
  return isPromised ? `Promise<${given}>` : given;
}

/** A signature as a method has it. */
export function printSignature(signature: Signature): string {
  const params = printParameters(signature.params).join(", ");
  return `(${params}): ${printResult(signature)}`;
}

/** Several values in one. */
export function printTuple(of: readonly Union[]): string {
  return `[${of.map(printUnion).join(", ")}]`;
}

/** An array, whose elements stand in parentheses where they are more than a word. */
export function printArray(of: string): string {
  return `${of.includes(" ") ? `(${of})` : of}[]`;
}
