/**
 * The signatures that functions with a variable number of arguments are to be
 * called at, as the command line names them: `printf (cstring, i32) => i32`.
 *
 * @module
 */

import { didYouMean } from "../../ffi/did_you_mean.ts";
import { PluginError } from "../../ffi/error.ts";
import type { FunctionDefinition } from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import {
  type FunctionType,
  namesIn,
  printType,
  type Type,
} from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { EmitError } from "../error.ts";
import type { CTypes } from "./ctypes.ts";
import { Unwritable } from "./unwritable.ts";
import { declarator } from "./declare.ts";

/** A signature that was asked for. */
export interface CallSignature {
  /** The function. */
  readonly name: string;
  /** All of its arguments, and no `...`. */
  readonly type: FunctionType;
  /** How many of them the function declares. */
  readonly fixed: number;
}

/**
 * Reads the signatures of the command line.
 *
 * @param texts Each a name and a function type.
 * @param description What the library exports.
 * @param types Writes its types in C: two types that C writes alike agree.
 * @returns The signatures by function, each once, in the order given.
 * @throws {EmitError} `usage`: what is wrong with which of them.
 */
export function readSignatures(
  texts: readonly string[],
  description: Description,
  types: CTypes,
): Map<string, CallSignature[]> {
  const found = new Map<string, CallSignature[]>();
  for (const text of texts) {
    const signature = readSignature(text, description, types);
    const others = found.get(signature.name) ?? [];
    const printed = printType(signature.type);
    if (others.some(({ type }) => printType(type) === printed)) continue;
    found.set(signature.name, [...others, signature]);
  }
  return found;
}

function readSignature(
  text: string,
  { symbols, types: named, defined }: Description,
  types: CTypes,
): CallSignature {
  const refuse = (why: string) =>
    new EmitError(
      "usage",
      `Cannot make the thunk ${JSON.stringify(text)}: ${why}`,
    );
  const { name, type } = namedFunction(
    text,
    "printf (cstring, i32) => i32",
    refuse,
  );
  const definition = Object.hasOwn(symbols, name) ? symbols[name] : undefined;
  if (definition?.kind !== "function") {
    throw refuse(
      definition === undefined
        ? `no function "${name}" is described` +
          didYouMean(name, Object.keys(symbols))
        : `"${name}" is a variable`,
    );
  }
  const own = parseType(definition.type) as FunctionType;
  if (!own.variadic) {
    throw refuse(
      `"${name}" is ${definition.type}, which needs no signature: ` +
        `only a function with "..." does`,
    );
  }
  const known = { ...defined?.types, ...named };
  const unknown = namesIn(type).find((each) => !Object.hasOwn(known, each));
  if (unknown !== undefined) {
    throw refuse(
      `"${name}" is ${definition.type}, and no type is called ` +
        JSON.stringify(unknown) + didYouMean(unknown, Object.keys(known)),
    );
  }
  const fixed = own.params.length;
  const same = (a: Type, b: Type) => spell(a, types) === spell(b, types);
  const why = differenceOf(own, type, same);
  if (why !== undefined) {
    throw refuse(
      `"${name}" is ${definition.type}, and the signature is none of it: ${why}`,
    );
  }
  return { name, type, fixed };
}

/**
 * How a signature differs from the function that it is to be of.
 *
 * @param own The function.
 * @param type The signature.
 * @param same Whether C writes two types alike.
 * @returns The first difference; undefined where there is none.
 */
function differenceOf(
  own: FunctionType,
  type: FunctionType,
  same: (a: Type, b: Type) => boolean,
): string | undefined {
  if (type.variadic) {
    return 'it has a "..." as well: name the arguments in its place';
  }
  for (const [index, param] of own.params.entries()) {
    const wanted = `parameter ${index + 1} is ${printType(param)}`;
    const given = type.params[index];
    if (given === undefined) return `${wanted}, and it has none there`;
    if (!same(param, given)) return `${wanted}, not ${printType(given)}`;
  }
  const results = [own, type].map(({ results }) =>
    results.map((result) => printType(result)).join(", ") || "void"
  );
  const fits = own.results.length === type.results.length &&
    own.results.every((result, index) => same(result, type.results[index]!));
  return fits ? undefined : `its result is ${results[0]}, not ${results[1]}`;
}

/**
 * Reads what the command line says of a function.
 *
 * @param text A name and a function type.
 * @param example Such a text, for who has written another.
 * @param refuse Makes the error of what is wrong with it.
 * @throws What `refuse` makes.
 */
export function namedFunction(
  text: string,
  example: string,
  refuse: (why: string) => EmitError,
): { name: string; type: FunctionType } {
  const open = text.indexOf("(");
  const name = text.slice(0, Math.max(open, 0)).trim();
  if (name === "") {
    throw refuse(`wanted a name and its type, as in "${example}"`);
  }
  let type: Type;
  try {
    type = parseType(text.slice(open));
  } catch (error) {
    if (error instanceof PluginError) throw refuse(error.message);
    throw error;
  }
  if (type.kind !== "function") throw refuse("it is not a function type");
  return { name, type };
}

/** How C writes a type; what it cannot write agrees with nothing but itself. */
function spell(type: Type, types: CTypes): string {
  try {
    return declarator(types.of(type));
  } catch (error) {
    if (error instanceof Unwritable) return printType(type);
    throw error;
  }
}

/** Whether the definition takes a variable number of arguments. */
export function isVariadic(definition: FunctionDefinition): boolean {
  return (parseType(definition.type) as FunctionType).variadic;
}
