/**
 * The declarations of a manifest's classes.
 *
 * @module
 */

import {
  type ClassDefinition,
  type FunctionDefinition,
  functionsOfClass,
  jsonOf,
  type Manifest,
  seenTypesOf,
  type TypeDefinition,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import { callbackParamsOf, memberSignature } from "./declare_seen.ts";
import { docComment } from "./comments.ts";
import { declareWalks, ITERATOR, stepType } from "./declare_walks.ts";
import type { Line } from "./lines.ts";
import { propertyName } from "./names.ts";
import {
  printParameters,
  printResult,
  printSignature,
  printUnion,
} from "./print_signature.ts";
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
 * What is taken where a class is wanted: its objects, and what becomes one.
 *
 * @param name What it is called in TypeScript.
 * @param type The class.
 * @param symbols The manifest's symbols.
 * @param values Writes the types of what is given.
 * @returns Alternatives of a union.
 */
function taken(
  name: string,
  type: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): string[] {
  const { from = {} } = type;
  const given = (symbol: string, index: number) =>
    givenTo(symbol, index, symbols, values);
  // What becomes an object in one step: of what becomes that there would be two,
  // and two classes that are made of each other would have no end.
  const part = (symbol: string) => {
    const [param] = paramsOf(symbol, symbols);
    const isClass = param?.kind === "named" &&
      values.types[param.name]?.kind === "class";
    return isClass ? values.of(param, "out") : given(symbol, 0);
  };
  const { symbol, methods = [], bytes } = from;
  const { call, iterable, entries, error, values: parts = [] } = from;
  const literal = literalOf(type, symbols, values);
  const iterables = (
    symbol: string | undefined,
    make: (of: string[]) => string,
  ) =>
    symbol === undefined
      ? []
      : ["Iterable", "AsyncIterable"].map((kind) =>
        `${kind}<${make(elementsOf(symbol, symbols, values))}>`
      );
  return [
    // What is called as the function below is fits that, and beside it would
    // leave the parameters of an arrow function without a type.
    ...call === undefined || type.call === undefined ? [name] : [],
    ...bytes === undefined ? [] : [given(bytes, 0)],
    ...bytes === undefined || symbol === undefined
      ? []
      : ["AsyncIterable<Uint8Array>"],
    ...error === undefined ? [] : ["Error"],
    ...iterables(iterable, ([one]) => one!),
    ...iterables(entries, (both) => `[${both.join(", ")}]`),
    ...literal === undefined ? [] : [literal],
    ...call === undefined ? [] : [`(${given(call, 0)})`],
    ...parts.map(part),
    ...symbol === undefined ? [] : [
      `{ ${
        methods.map((method, index) =>
          `${propertyName(method)}: ${given(symbol, index)}`
        ).join("; ")
      } }`,
    ],
  ];
}

function paramsOf(symbol: string, symbols: Manifest["symbols"]) {
  const { type } = symbols[symbol] as FunctionDefinition;
  return (parseType(type) as FunctionType).params;
}

/** What a function takes, as it is given. */
function givenTo(
  symbol: string,
  index: number,
  symbols: Manifest["symbols"],
  values: Values,
): string {
  const param = paramsOf(symbol, symbols)[index]!;
  // A function has to be there.
  const closure = closureOf(param, values);
  return closure === undefined
    ? values.of(param, "in")
    : values.closure(closure, "in", callbackNames(symbol, index, symbols));
}

/** What the parameters of the function are called that is given there. */
function callbackNames(
  symbol: string,
  index: number,
  symbols: Manifest["symbols"],
): readonly string[] | undefined {
  return callbackParamsOf(symbols[symbol] as FunctionDefinition)[index];
}

function closureOf(type: Type, values: Values): FunctionType | undefined {
  const target = underlying(type, (name) => values.types[name]);
  return target.kind === "closure" ? target.of : undefined;
}

/** What does for a literal of a class: a list, a map, or an object of its fields. */
function literalOf(
  { from: { data, fields } = {}, accessors = {} }: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): string | undefined {
  if (data !== undefined) return givenTo(data, 0, symbols, values);
  if (fields === undefined) return undefined;
  const members = fields.map((field) => {
    const setter = accessors[field]!.set!;
    const param = paramsOf(setter, symbols)[1]!;
    const isFunction = closureOf(param, values) !== undefined;
    const names = callbackNames(setter, 1, symbols);
    const given = [
      ...values.union(param, "in", isFunction, names),
      "undefined",
    ];
    return `readonly ${propertyName(field)}?: ${printUnion(given)}`;
  });
  return `{ ${members.join("; ")} }`;
}

/** What the lists have that are given by the function of which something is made. */
function elementsOf(
  symbol: string,
  symbols: Manifest["symbols"],
  values: Values,
): string[] {
  const [next] = paramsOf(symbol, symbols);
  const { results } = (next as Type & { kind: "closure" }).of;
  return results.map((list) =>
    values.of(list.kind === "slice" ? list.of : list, "in")
  );
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
  { out: name, in: into, of }: Names,
  type: ClassDefinition,
  symbols: Manifest["symbols"],
  values: Values,
): Line[] {
  const { methods = {}, statics = {}, accessors = {}, constants = {} } = type;
  values.use("NativeObject");
  const literal = literalOf(type, symbols, values);
  const signature = (symbol: string, isMethod: boolean) =>
    memberSignature(symbols, symbol, isMethod, values);
  const made = type.new === undefined
    ? []
    : printParameters(signature(type.new, false).params);
  const lines = Object.entries(methods).flatMap(([key, symbol]): Line[] => [
    ...docComment(symbols[symbol]?.doc, "  "),
    {
      before: "  ",
      name: propertyName(key),
      after: `${printSignature(signature(symbol, true))};`,
      of: symbol,
    },
  ]);
  const properties = Object.entries(accessors).flatMap(
    ([key, { get, set }]): Line[] => [
      ...docComment(symbols[get]?.doc, "  "),
      {
        before: "  get ",
        name: propertyName(key),
        after: `(): ${printResult(signature(get, true))};`,
        of: get,
      },
      ...set === undefined ? [] : [
        `  set ${propertyName(key)}(value: ${
          signature(set, true).params[0]?.type ?? "never"
        });`,
      ],
    ],
  );
  const functions = Object.entries(statics).flatMap(([key, symbol]): Line[] => [
    ...docComment(symbols[symbol]?.doc, "  "),
    {
      before: "  static ",
      name: propertyName(key),
      after: `${printSignature(signature(symbol, false))};`,
      of: symbol,
    },
  ]);
  const fixed = Object.entries(constants).flatMap(([key, symbol]): Line[] => [
    ...docComment(symbols[symbol]?.doc, "  "),
    {
      before: "  static readonly ",
      name: propertyName(key),
      after: `: ${printResult(signature(symbol, false))};`,
      of: symbol,
    },
  ]);
  const promising = (key: string, symbol: string) => {
    const promised = signature(symbol, true);
    return `    ${key}(${
      printParameters(promised.params).join(", ")
    }): Promise<${printResult(promised)}>;`;
  };
  const asyncs = [
    ...type.call === undefined ? [] : [promising("", type.call)],
    ...Object.entries(methods).map(([key, symbol]) =>
      promising(propertyName(key), symbol)
    ),
  ];
  const walked = declareWalks(type, symbols, values);
  const each = type.next === undefined
    ? walked.each
    : stepType(type.next, symbols, values);
  const own = [
    ...Object.keys(methods),
    ...Object.keys(type.iterate?.methods ?? {}).filter((key) =>
      key !== ITERATOR
    ),
  ];
  return [
    ...docComment(type.doc, ""),
    ...type.call === undefined ? [] : [
      { before: "export interface ", name, after: " {", of },
      `  ${printSignature(signature(type.call, true))};`,
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
    {
      before: "export declare class ",
      name,
      after: " extends NativeObject {",
      of,
    },
    type.new === undefined
      ? "  private constructor();"
      : `  constructor(${
        literal === undefined || made.length > 0
          ? made.join(", ")
          : `value?: ${literal}`
      });`,
    ...fixed,
    ...functions,
    ...lines,
    ...membersIn(type, values),
    ...properties,
    ...type.text === undefined ? [] : ["  toString(): string;"],
    ...toJsonOf(name, type),
    ...type.iterator === undefined ? [] : [
      `  [Symbol.iterator](): Iterator<${
        elementOf(printResult(signature(type.iterator, true)))
      }>;`,
    ],
    ...type.next === undefined ? [] : [
      `  [Symbol.iterator](): Generator<${
        stepType(type.next, symbols, values)
      }>;`,
    ],
    ...walked.lines,
    ...type.stream === undefined ? [] : [
      `  [Symbol.asyncIterator](): AsyncGenerator<${
        stepType(type.stream, symbols, values)
      }>;`,
    ],
    ...asyncs.length === 0 || "async" in methods ? [] : [
      `  /** ${
        type.call === undefined ? "The methods" : "It"
      } on another thread, as ${
        type.call === undefined ? "promises" : "a promise"
      }. */`,
      "  readonly async: {",
      ...asyncs,
      "  };",
    ],
    "}",
    "",
    ...into === name ? [] : [
      ...docComment(`What is taken for a {@linkcode ${name}}.`, ""),
      {
        before: "export type ",
        name: into,
        after: ` =${
          taken(name, type, symbols, values).map((one) => `\n  | ${one}`)
            .join("")
        };`,
        of,
      },
      "",
    ],
  ];
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

/** Members of the struct that a class is of, as properties. */
function membersIn(
  { of = "", members = [] }: ClassDefinition,
  values: Values,
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

/** What is walked, of what is walked through. */
function elementOf(type: string): string {
  return `(${type}) extends Iterable<infer T> ? T : [string, (${type})[keyof (${type})]]`;
}
