/**
 * What functions are in TypeScript, as JavaScript sees them.
 *
 * @module
 */

import {
  type FunctionDefinition,
  type GivenParameter,
  positionOf,
  RETURN,
  type Seen,
  seenOf,
  type SeenTypes,
  seenTypesOf,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import {
  type FunctionType,
  isText,
  type Type,
} from "../../ffi/notation/type.ts";
import { parameterName } from "./names.ts";
import { present, RESULT, type Values } from "./value_types.ts";

/** A function's parameters, and what it gives. */
export interface Signature {
  readonly params: string[];
  readonly result: string;
}

const known = new WeakMap<object, SeenTypes>();

/** What JavaScript sees of a function, where that is more than its type says. */
export function seenIn(
  types: Readonly<Record<string, TypeDefinition>>,
  definition: FunctionDefinition,
  symbol: string,
): Seen | undefined {
  let all = known.get(types);
  if (all === undefined) known.set(types, all = seenTypesOf(types));
  return seenOf(definition, all, symbol);
}

/**
 * The parameters and the result of a function.
 *
 * @param seen What is seen of it.
 * @param values Writes their types.
 */
export function seenSignature(
  { given, type, outcomes, said }: Seen,
  values: Values,
): Signature {
  const taken = new Set<string>();
  const params = given.map((parameter, index) => {
    const name = parameterName(parameter.name, index, taken);
    return `${name}: ${takenFor(parameter, values)}`;
  });
  const results = type.results.map((result, index) => {
    const isNonnull = outcomes[index]?.isNonnull === true &&
      said.done === undefined;
    return present(givenAs(result, values), isNonnull);
  });
  return {
    params,
    result: results.length === 0
      ? "void"
      : results.length === 1
      ? results[0]!
      : `[${results.join(", ")}]`,
  };
}

/** What may be given for a parameter. */
function takenFor(
  { raw, type, making, isNonnull }: GivenParameter,
  values: Values,
): string {
  const memory = () => present(values.of(raw, "in"), isNonnull);
  switch (making) {
    case "struct":
      return `${values.of(type, "in")} | ${memory()}`;
    case "list": {
      const of = type.kind === "slice" ? type.of : type;
      const element = isText(of)
        ? "string"
        : of.kind === "optional"
        ? "string | null"
        : values.of(of, "in");
      return `readonly ${
        element.includes(" ") ? `(${element})` : element
      }[] | ${memory()}`;
    }
    case "bytes":
    case "text": {
      const bytes = values.use("Bytes");
      const taken = making === "text" ? `string | ${bytes}` : bytes;
      return type.kind === "optional" ? `${taken} | null` : taken;
    }
    default:
      return present(values.of(type, "in"), isNonnull);
  }
}

/** What one step of a function gives that says when there is no more. */
export function stepOf({ outcomes }: Seen, values: Values): string {
  const types = outcomes.map(({ type, isNonnull }) =>
    present(givenAs(type, values), isNonnull)
  );
  return types.length === 1 ? types[0]! : `[${types.join(", ")}]`;
}

/** What comes out: of a list of texts each is one. */
export function givenAs(type: Type, values: Values): string {
  return type.kind === "slice" && isText(type.of)
    ? "string[]"
    : type.kind === "slice" && type.of.kind === "optional"
    ? "(string | null)[]"
    : values.of(type, "out");
}

/**
 * The parameters and the result of a function, as it is or as it is seen.
 *
 * @param symbol Its name.
 * @param definition What the manifest says of it.
 * @param values Writes the types.
 * @param type The type that it is called at.
 */
export function signatureOf(
  symbol: string,
  definition: FunctionDefinition,
  values: Values,
  type = parseType(definition.type) as FunctionType,
): Signature {
  const seen = seenIn(values.types, definition, symbol);
  if (seen !== undefined) return seenSignature(seen, values);
  const {
    params: names = [],
    nonnull = [],
    written = [],
    texts = [],
    inout = [],
    annotations,
    rest,
  } = definition;
  const parameters = { names, count: type.params.length };
  const positions = (texts: readonly string[]) =>
    new Set(
      texts.map((text) =>
        text === RETURN ? RESULT : positionOf(text, parameters)
      ),
    );
  const present = positions([...nonnull, ...annotations?.nonnull ?? []]);
  const copies = positions(written);
  const bytes = positions(texts);
  const shared = positions(inout);
  const signature = values.signature(
    type,
    names,
    {
      isNonnull: (position) => present.has(position),
      isWritten: (position) => copies.has(position),
      isText: (position) => bytes.has(position),
      isInout: (position) => shared.has(position),
    },
    "in",
    rest,
  );
  if (definition.thunk?.context === undefined || rest) return signature;
  const isTaken = signature.params.some((param) => /^options\b/.test(param));
  const options = `${
    isTaken ? "contextOptions" : "options"
  }?: { readonly timeout?: number; readonly signal?: AbortSignal }`;
  return { ...signature, params: [...signature.params, options] };
}
