/**
 * What functions are in TypeScript, as JavaScript sees them.
 *
 * @module
 */

import {
  type FunctionDefinition,
  type GivenParameter,
  type Manifest,
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
import {
  printArray,
  printUnion,
  type Signature,
  type Union,
  type WrittenParameter,
} from "./print_signature.ts";
import { RESULT, type Values, type Way } from "./value_types.ts";

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
 * @param callbackParams What the parameters of functions are called that it is given.
 * @param ahead How many of its parameters its caller does not write.
 */
export function seenSignature(
  { given, type, outcomes, said, hidden }: Seen,
  values: Values,
  callbackParams: CallbackParams = [],
  ahead = 0,
): Signature {
  const taken = new Set<string>();
  // The length of these is passed along.
  const sized = new Set(
    [...hidden.values()].flatMap((one) =>
      one.kind === "length" ? [one.of] : []
    ),
  );
  const params = given.map((parameter, index): WrittenParameter => ({
    name: parameterName(parameter.name, index - ahead, taken),
    type: printUnion(
      takenAs(
        parameter,
        values,
        sized.has(parameter.position) ? "sized" : "in",
        callbackParams[parameter.position],
      ),
    ),
  }));
  const results = type.results.map((result, index) => {
    const isNonnull = outcomes[index]?.isNonnull === true &&
      said.done === undefined;
    return givenAs(result, values, isNonnull);
  });
  return { params, results };
}

/** What may be given for a parameter. */
function takenAs(
  { raw, type, making, isNonnull }: GivenParameter,
  values: Values,
  way: Way,
  names: readonly string[] | undefined,
): Union {
  const memory = () => values.union(raw, way, isNonnull);
  switch (making) {
    case "struct":
      return [...values.union(type, "in"), ...memory()];
    case "list": {
      const of = type.kind === "slice" ? type.of : type;
      const element = isText(of)
        ? "string"
        : of.kind === "optional"
        ? "string | null"
        : values.of(of, "in");
      return [`readonly ${printArray(element)}`, ...memory()];
    }
    case "bytes":
    case "text": {
      const bytes = values.use("Bytes");
      const taken = making === "text" ? ["string", bytes] : [bytes];
      return type.kind === "optional" ? [...taken, "null"] : taken;
    }
    default:
      return values.union(type, way, isNonnull, names);
  }
}

/** What one step of a function gives that says when there is no more. */
export function seenStep({ outcomes }: Seen, values: Values): Union[] {
  return outcomes.map(({ type, isNonnull }) =>
    givenAs(type, values, isNonnull)
  );
}

/** What comes out: of a list of texts each is one. */
function givenAs(type: Type, values: Values, isNonnull: boolean): Union {
  return type.kind === "slice" && isText(type.of)
    ? ["string[]"]
    : type.kind === "slice" && type.of.kind === "optional"
    ? ["(string | null)[]"]
    : values.union(type, "out", isNonnull);
}

/**
 * The parameters and the result of a function, as it is or as it is seen.
 *
 * @param symbol Its name.
 * @param definition What the manifest says of it.
 * @param values Writes the types.
 * @param type The type that it is called at.
 * @param ahead How many of its parameters its caller does not write: a method's object.
 */
export function signatureOf(
  symbol: string,
  definition: FunctionDefinition,
  values: Values,
  type = parseType(definition.type) as FunctionType,
  ahead = 0,
): Signature {
  const seen = seenIn(values.types, definition, symbol);
  const callbacks = callbackParamsOf(definition);
  if (seen !== undefined) return seenSignature(seen, values, callbacks, ahead);
  const {
    params: names = [],
    nonnull = [],
    written = [],
    texts = [],
    inout = [],
    annotations,
    rest,
    required,
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
      callbackParams: (position) => callbacks[position],
      ahead,
    },
    "in",
    rest,
    required,
  );
  if (definition.thunk?.context === undefined || rest) return signature;
  const isTaken = signature.params.some(({ name }) => name === "options");
  const options = {
    name: isTaken ? "contextOptions" : "options",
    type: "{ readonly timeout?: number; readonly signal?: AbortSignal }",
    mark: "?",
  } as const;
  return { ...signature, params: [...signature.params, options] };
}

/** What the parameters of functions are called that a function is given, by its own. */
export type CallbackParams = readonly (readonly string[] | undefined)[];

/** The same, of a function of the manifest. */
export function callbackParamsOf(
  { type, params: names = [], callbackParams = {} }: FunctionDefinition,
): CallbackParams {
  const { params: { length: count } } = parseType(type) as FunctionType;
  const all: (readonly string[] | undefined)[] = Array(count).fill(undefined);
  for (const [text, own] of Object.entries(callbackParams)) {
    all[positionOf(text, { names, count })!] = own;
  }
  return all;
}

/**
 * What a member of a class takes and gives: a method's parameters begin behind the object.
 *
 * @param symbols The manifest's symbols.
 * @param symbol The function.
 * @param isMethod Whether it is given the object.
 * @param values Writes the types.
 */
export function memberSignature(
  symbols: Manifest["symbols"],
  symbol: string,
  isMethod: boolean,
  values: Values,
): Signature {
  const definition = symbols[symbol];
  if (definition?.kind !== "function") {
    return { params: [], results: [["never"]] };
  }
  const ahead = isMethod ? 1 : 0;
  const { params, results } = signatureOf(
    symbol,
    definition,
    values,
    undefined,
    ahead,
  );
  const isPromised = definition.annotations?.nonblocking === true;
  return { params: params.slice(ahead), results, isPromised };
}
