/**
 * The declarations of a manifest's classes.
 *
 * @module
 */

import {
  type ClassDefinition,
  functionsOfClass,
  jsonOf,
  type Manifest,
  seenTypesOf,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { memberSignature } from "./declare_seen.ts";
import { docComment } from "./comments.ts";
import { declareWalks, ITERATOR, stepType } from "./declare_walks.ts";
import type { Line } from "./lines.ts";
import { propertyName } from "./names.ts";
import {
  printParameters,
  printResult,
  printSignature,
  type Signature,
} from "./print_signature.ts";
import { literalOf, takenFor } from "./taken_for_class.ts";
import type { Names, Values } from "./value_types.ts";

/** The functions of a manifest that are members of its classes, by name. */
export function membersOfClasses(
  types: Readonly<Record<string, TypeDefinition>>,
): Set<string> {
  const names = new Set<string>();
  for (const type of Object.values(types)) {
    if (type.kind !== "class") continue;
    for (const name of functionsOfClass(type)) names.add(name);
  }
  return names;
}

/**
 * Declares a class.
 *
 * @param names What it is called in TypeScript, and what is taken for it.
 * @param type The class.
 * @param symbols The manifest's symbols.
 * @param values Writes the types of parameters and results.
 * @returns Lines of TypeScript.
 */
export function declareClass(
  names: Names,
  type: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): Line[] {
  values.use("NativeObject");
  const declared: Declared = {
    type,
    symbols,
    values,
    signature: (symbol, isMethod) =>
      memberSignature(symbols, symbol, isMethod, values),
  };
  const { out: name, of } = names;
  const walks = declareWalks(type, symbols, values);
  return [
    ...docComment(type.doc, ""),
    ...mergedInterfaces(names, declared, walks.each),
    {
      before: "export declare class ",
      name,
      after: " extends NativeObject {",
      of,
    },
    constructorOf(declared),
    ...staticsOf(declared),
    ...methodsOf(declared),
    ...fieldsOf(declared),
    ...accessorsOf(declared),
    ...type.text === undefined ? [] : ["  toString(): string;"],
    ...toJsonOf(name, type),
    ...iteratorsOf(declared, walks.lines),
    ...asyncOf(declared),
    "}",
    "",
    ...declareTaken(names, declared),
  ];
}

/** A class, and what its parts are written with. */
interface Declared {
  readonly type: ClassDefinition;
  readonly symbols: Manifest["symbols"];
  readonly values: Values;
  /** Of a member, by its symbol: a method's begins behind the object. */
  readonly signature: (symbol: string, isMethod: boolean) => Signature;
}

/** A member that one symbol is, below its comment. */
function member(
  { symbols }: Declared,
  before: string,
  key: string,
  symbol: string,
  after: string,
): Line[] {
  return [
    ...docComment(symbols[symbol]?.doc, "  "),
    { before: `  ${before}`, name: propertyName(key), after, of: symbol },
  ];
}

/** Interfaces of its name: a class cannot say that its objects are called, or are iterators. */
function mergedInterfaces(
  { out: name, of }: Names,
  { type, symbols, values, signature }: Declared,
  walked: string | undefined,
): Line[] {
  const { call, next, methods = {}, iterate } = type;
  const each = next === undefined ? walked : stepType(next, symbols, values);
  const own = [
    ...Object.keys(methods),
    ...Object.keys(iterate?.methods ?? {}).filter((key) => key !== ITERATOR),
  ];
  return [
    ...call === undefined ? [] : [
      { before: "export interface ", name, after: " {", of },
      `  ${printSignature(signature(call, true))};`,
      "}",
    ],
    ...each === undefined ? [] : [
      { before: "export interface ", name, after: " extends", of },
      "  Omit<",
      `    IteratorObject<${each}, undefined>,`,
      `    "next" | "return" | "throw" | symbol${
        own.map((key) => ` | ${JSON.stringify(key)}`).join("")
      }`,
      "  > {}",
    ],
  ];
}

function constructorOf({ type, symbols, values, signature }: Declared): string {
  if (type.new === undefined) return "  private constructor();";
  const made = printParameters(signature(type.new, false).params);
  const literal = literalOf(type, symbols, values);
  const params = literal === undefined || made.length > 0
    ? made.join(", ")
    : `value?: ${literal}`;
  return `  constructor(${params});`;
}

function staticsOf(declared: Declared): Line[] {
  const { type: { constants = {}, statics = {} }, signature } = declared;
  return [
    ...Object.entries(constants).flatMap(([key, symbol]) => {
      const type = printResult(signature(symbol, false));
      return member(declared, "static readonly ", key, symbol, `: ${type};`);
    }),
    ...Object.entries(statics).flatMap(([key, symbol]) => {
      const text = printSignature(signature(symbol, false));
      return member(declared, "static ", key, symbol, `${text};`);
    }),
  ];
}

function methodsOf(declared: Declared): Line[] {
  const { type: { methods = {} }, signature } = declared;
  return Object.entries(methods).flatMap(([key, symbol]) => {
    const text = printSignature(signature(symbol, true));
    return member(declared, "", key, symbol, `${text};`);
  });
}

/** Members of the struct that it is of, as properties. */
function fieldsOf(
  { type: { of = "", members = [] }, values }: Declared,
): string[] {
  const struct = values.types[of];
  if (struct?.kind !== "struct" && struct?.kind !== "union") return [];
  const { handles } = seenTypesOf(values.types);
  return struct.fields.filter(({ name }) => members.includes(name)).flatMap(
    ({ name, type }) => {
      const parsed = parseType(type);
      const handle = parsed.kind === "pointer" && parsed.to.kind === "named"
        ? handles?.get(parsed.to.name)
        : undefined;
      const seen = handle === undefined
        ? values.of(parsed, "out")
        : `${values.of({ kind: "named", name: handle }, "out")} | null`;
      return [`  get ${propertyName(name)}(): ${seen};`];
    },
  );
}

function accessorsOf(declared: Declared): Line[] {
  const { type: { accessors = {} }, signature } = declared;
  return Object.entries(accessors).flatMap(([key, { get, set }]): Line[] => {
    const type = printResult(signature(get, true));
    const getter = member(declared, "get ", key, get, `(): ${type};`);
    if (set === undefined) return getter;
    const given = signature(set, true).params[0]?.type ?? "never";
    return [...getter, `  set ${propertyName(key)}(value: ${given});`];
  });
}

/** What JSON has in the place of an object; a class that has a method of that name has declared it. */
function toJsonOf(name: string, type: ClassDefinition): string[] {
  const source = jsonOf(type);
  switch (source.by) {
    case "language":
      return [
        `  toJSON(): ${source.json.is === "text" ? "string" : "unknown"};`,
      ];
    case "fields":
      return [
        `  toJSON(): Pick<${name}, ${
          source.fields.map((field) => JSON.stringify(field)).join(" | ")
        }>;`,
      ];
    case "elements":
      return ["  toJSON(): unknown;"];
    case "text":
      return ["  toJSON(): string;"];
    case "nothing":
    case "itself":
      return [];
  }
}

/** How it is walked: by an iterator of its own, step by step, or through its functions. */
function iteratorsOf(
  { type, symbols, values, signature }: Declared,
  walks: readonly string[],
): string[] {
  const { iterator, next, stream } = type;
  const step = (symbol: string) => stepType(symbol, symbols, values);
  return [
    ...iterator === undefined ? [] : [
      `  [Symbol.iterator](): Iterator<${
        elementOf(printResult(signature(iterator, true)))
      }>;`,
    ],
    ...next === undefined
      ? []
      : [`  [Symbol.iterator](): Generator<${step(next)}>;`],
    ...walks,
    ...stream === undefined
      ? []
      : [`  [Symbol.asyncIterator](): AsyncGenerator<${step(stream)}>;`],
  ];
}

/** What is walked, of what is walked through. */
function elementOf(type: string): string {
  return `(${type}) extends Iterable<infer T> ? T : [string, (${type})[keyof (${type})]]`;
}

/** Its methods, or itself where it is called, on another thread. */
function asyncOf({ type, signature }: Declared): string[] {
  const { call, methods = {} } = type;
  if ("async" in methods) return [];
  const promising = (key: string, symbol: string) => {
    const promised = signature(symbol, true);
    const params = printParameters(promised.params).join(", ");
    const given = printResult({ ...promised, isPromised: true });
    return `    ${key}(${params}): ${given};`;
  };
  const members = [
    ...call === undefined ? [] : [promising("", call)],
    ...Object.entries(methods).map(([key, symbol]) =>
      promising(propertyName(key), symbol)
    ),
  ];
  if (members.length === 0) return [];
  const says = call === undefined
    ? "The methods on another thread, as promises."
    : "It on another thread, as a promise.";
  return [`  /** ${says} */`, "  readonly async: {", ...members, "  };"];
}

/** The type of what may be given where an object of it is wanted, if that is more. */
function declareTaken(
  { out: name, in: into, of }: Names,
  { type, symbols, values }: Declared,
): Line[] {
  if (into === name) return [];
  const union = takenFor(name, type, symbols, values);
  return [
    ...docComment(`What is taken for a {@linkcode ${name}}.`, ""),
    {
      before: "export type ",
      name: into,
      after: ` =${union.map((one) => `\n  | ${one}`).join("")};`,
      of,
    },
    "",
  ];
}
