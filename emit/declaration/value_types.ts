/**
 * What each type of the notation is in TypeScript, into the plugin and out of it.
 *
 * @module
 */

import {
  type TypeDefinition,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import {
  BASIC,
  type Becomes,
  CHARACTERS,
  POINTER,
  SEQUENCE,
} from "../../ffi/notation/javascript.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type {
  BasicName,
  FunctionType,
  MapType,
  Type,
} from "../../ffi/notation/type.ts";
import { hasComposite } from "../thunk/thunk_need.ts";
import { parameterName } from "./names.ts";

/** Whether a value goes to the plugin, comes from it, or is what a callback gives. */
export type Way = "in" | "out" | "answer";

/** What the declarations import, where they use it. */
export const IMPORTS = [
  "Bytes",
  "FunctionArgument",
  "NativeFunction",
  "NativeObject",
  "Pointer",
  "Struct",
  "StructType",
  "Variable",
] as const;

const IMPORTED = new RegExp(`\\b(?:${IMPORTS.join("|")})\\b`, "g");

/** Names that the manifest's types have in TypeScript. */
export interface Names {
  /** What comes out of the plugin. */
  readonly out: string;
  /** What may be given to it; the same where nothing more may. */
  readonly in: string;
}

/** The typed array with elements of a type; undefined where there is none. */
export function arrayOf(name: BasicName): string | undefined {
  const row: Becomes = BASIC[name];
  return row.array;
}

/** The typed array that several values in a row are, where they are one: a `bool` is a boolean there too. */
function elementsOf(of: Type): string | undefined {
  return of.kind === "basic" && of.name !== "bool"
    ? arrayOf(of.name)
    : undefined;
}

/** What is not taken, or given, of what a type says; of the parameter at a position, -1 for the result. */
export interface Restrictions {
  /** Whether it is never null. */
  readonly isNonnull: (position: number) => boolean;
  /** Whether the function writes to its elements. */
  readonly isWritten: (position: number) => boolean;
  /** Whether a text is taken for bytes. */
  readonly isText: (position: number) => boolean;
  /** Whether a plain object is taken for a pointer to a struct. */
  readonly isInout: (position: number) => boolean;
}

const NONE: Restrictions = {
  isNonnull: () => false,
  isWritten: () => false,
  isText: () => false,
  isInout: () => false,
};

/** Writes types, and remembers which imports they use. */
export class Values {
  /** The manifest's types. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  readonly #names: (name: string) => Names;
  /** Types that are only pointed to, of which a name was written. */
  readonly opaque = new Set<string>();
  readonly #used = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #written = {
    in: new Map<Type, string>(),
    out: new Map<Type, string>(),
    answer: new Map<Type, string>(),
  };

  /**
   * @param types The manifest's types.
   * @param names What they are called.
   */
  constructor(
    types: Readonly<Record<string, TypeDefinition>>,
    names: (name: string) => Names,
  ) {
    this.types = types;
    this.#names = names;
  }

  /** The imports that were used, sorted. */
  get imports(): string[] {
    return IMPORTS.filter((name) => this.#used.has(name));
  }

  /**
   * The TypeScript of a value.
   *
   * @param type The value's type.
   * @param way Where it goes.
   */
  of(type: Type, way: Way): string {
    const written = this.#written[way];
    let text = written.get(type);
    if (text === undefined) written.set(type, text = this.#write(type, way));
    return text;
  }

  #write(type: Type, way: Way): string {
    switch (type.kind) {
      case "basic":
        return this.use(cell(BASIC[type.name], way));
      case "pointer":
        return this.#pointer(type.to, way);
      case "slice":
        return this.#slice(type.of, way);
      case "array":
        return this.#array(type.of, way);
      case "optional":
        return `${this.of(type.of, way)} | null`;
      case "map":
        return this.#map(type, way);
      case "tuple":
        return `[${type.of.map((of) => this.of(of, way)).join(", ")}]`;
      case "sequence":
        return `${SEQUENCE[type.name]}<${this.of(type.of, way)}>`;
      case "named":
        return this.#named(type.name, way);
      case "closure":
        return this.#closure(type.of, way);
      case "function":
        return this.#function(type, way);
    }
  }

  /**
   * The parameters of a function, and what it gives.
   *
   * @param type The function.
   * @param names What its parameters are called.
   * @param restrictions What is not taken of what the types say.
   * @param way Where the arguments go: `"out"` for those of a callback.
   * @param rest Whether the last parameter is given as all further arguments.
   */
  signature(
    type: FunctionType,
    names: readonly string[] = [],
    { isNonnull, isWritten, isText, isInout }: Restrictions = NONE,
    way: Way = "in",
    rest = false,
  ): { params: string[]; result: string } {
    const taken = new Set<string>();
    const params = type.params.map((param, index) => {
      const name = parameterName(names[index] ?? "", index, taken);
      if (rest && index === type.params.length - 1) {
        const of = param.kind === "slice" ? this.of(param.of, way) : "number";
        return `...${name}: ${array(of)}`;
      }
      const text = present(this.of(param, way), isNonnull(index));
      if (isInout(index) && param.kind === "pointer") {
        return `${name}: ${this.of(param.to, way)} | ${text}`;
      }
      if (isText(index)) return `${name}: string | ${text}`;
      // What is written to a plain array would be written to a copy.
      return `${name}: ${isWritten(index) ? text.replace(/ \|.*$/, "") : text}`;
    });
    const back = way === "in" ? "out" : "answer";
    const results = type.results.map((result) =>
      present(this.of(result, back), isNonnull(RESULT))
    );
    return {
      params,
      result: results.length === 1
        ? results[0]!
        : results.length === 0
        ? "void"
        : `[${results.join(", ")}]`,
    };
  }

  /** The same text; its imports are remembered. */
  use(text: string): string {
    if (this.#seen.has(text)) return text;
    this.#seen.add(text);
    for (const [name] of text.matchAll(IMPORTED)) this.#used.add(name);
    return text;
  }

  #pointer(to: Type, way: Way): string {
    const target = underlying(to, (name) => this.types[name]);
    if (target.kind === "array") return this.use(cell(POINTER.array, way));
    const array = target.kind === "basic" ? arrayOf(target.name) : undefined;
    if (array === undefined) {
      return this.use(
        cell(POINTER.other, way).replace(
          "Pointer",
          // As text a "$" of a name would mean something.
          (pointer) => `${pointer}${this.#pointedTo(target)}`,
        ),
      );
    }
    const text = cell(POINTER.scalar, way);
    return this.use(way === "in" ? `${array} | ${text}` : text);
  }

  /** The type argument of a pointer to what the manifest has a name for. */
  #pointedTo(target: Type): string {
    if (target.kind !== "named") return "";
    const { kind } = this.types[target.name] ?? {};
    if (kind === "opaque") this.opaque.add(target.name);
    return kind === "opaque" || kind === "struct" || kind === "union"
      ? `<${this.#names(target.name).out}>`
      : "";
  }

  /** Numbers come as a typed array, and are taken as any array. */
  #slice(of: Type, way: Way): string {
    const element = elementsOf(of);
    const plain = array(this.of(of, way));
    if (element === undefined) return plain;
    const isBytes = of.kind === "basic" && of.name === "u8";
    return way !== "out" && !isBytes ? `${element} | ${plain}` : element;
  }

  /** Numbers come as a typed array; a text is taken where there are characters. */
  #array(of: Type, way: Way): string {
    const element = elementsOf(of);
    const plain = array(this.of(of, way));
    if (element === undefined) return plain;
    if (way === "out") return element;
    const isText = of.kind === "basic" &&
      (CHARACTERS as readonly string[]).includes(of.name);
    return `${element} | ${plain}${isText ? " | string" : ""}`;
  }

  /** Text keys make an object; into the plugin a map is taken too. */
  #map({ key, value }: MapType, way: Way): string {
    const [k, v] = [this.of(key, way), this.of(value, way)];
    const hasTextKeys = key.kind === "basic" && key.name === "string";
    if (!hasTextKeys) return `Map<${k}, ${v}>`;
    return way === "out"
      ? `{ [key: string]: ${v} }`
      : `{ readonly [key: string]: ${v} } | Map<${k}, ${v}>`;
  }

  /** A function whose arguments and results cross whole, both ways. */
  #closure(type: FunctionType, way: Way): string {
    const { params, result } = this.signature(
      type,
      [],
      undefined,
      way === "out" ? "in" : "out",
      type.variadic,
    );
    const given = way === "out"
      ? result
      : type.results.length === 0
      ? "void"
      : type.results.length === 1
      ? this.of(type.results[0]!, "in")
      : `[${type.results.map((one) => this.of(one, "in")).join(", ")}]`;
    // With .async the plugin waits for what is promised.
    const later = way === "out" || given === "void"
      ? given
      : `${given} | Promise<${given}>`;
    return `((${params.join(", ")}) => ${later}) | null`;
  }

  #named(name: string, way: Way): string {
    const definition = this.types[name];
    // These are written for what comes out; into the plugin more may be given.
    const isWider = definition?.kind === "alias" ||
      (definition?.kind === "enum" && definition.type.endsWith("64"));
    return isWider && way !== "out"
      ? this.of(parseType(definition.type), way)
      : this.#names(name)[way === "out" ? "out" : "in"];
  }

  #function(type: FunctionType, way: Way): string {
    // No function of JavaScript can be called so, nor one of the plugin.
    if (
      hasComposite(type, this.types) || type.variadic && way === "out"
    ) {
      return this.use("Pointer | null");
    }
    if (way === "out") {
      const { params, result } = this.signature(type);
      return `((${params.join(", ")}) => ${result}) | null`;
    }
    // It is given what stands before `...`.
    const fixed = { ...type, variadic: false };
    const { params, result } = this.signature(fixed, [], undefined, "out");
    return this.use(`FunctionArgument<[${params.join(", ")}], ${result}>`);
  }
}

/** The position that stands for the result. */
export const RESULT = -1;

/** The type without null, where that is never given. */
export function present(type: string, isNonnull: boolean): string {
  if (!isNonnull) return type;
  return type.startsWith("FunctionArgument<")
    ? `NonNullable<${type}>`
    : type.replace(/ \| null$/, "");
}

/** What a row of the table says. */
function cell(row: Becomes, way: Way): string {
  switch (way) {
    case "in":
      return row.into;
    case "out":
      return row.out;
    case "answer":
      return row.answer ?? row.into;
  }
}

function array(of: string): string {
  return `${of.includes(" ") ? `(${of})` : of}[]`;
}
