/**
 * What each type of the notation is in TypeScript, into the plugin and out of it.
 *
 * @module
 */

import type { TypeDefinition } from "../../ffi/manifest/manifest.ts";
import {
  type BasicName,
  type FunctionType,
  type MapType,
  parseType,
  type Type,
} from "../../ffi/notation/type.ts";
import { isIdentifier } from "./typescript.ts";

/** Whether a value goes to the plugin or comes from it. */
export type Way = "in" | "out";

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

/** What can be passed where the plugin takes an address. */
const BYTES = "Bytes | Struct | Pointer | Variable<unknown> | null";

/** What each basic type is in JavaScript, into the plugin and out of it. */
const BASIC: Readonly<Record<BasicName, readonly [string, string]>> = {
  void: ["void", "void"],
  bool: ["boolean", "boolean"],
  i8: ["number", "number"],
  u8: ["number", "number"],
  i16: ["number", "number"],
  u16: ["number", "number"],
  i32: ["number", "number"],
  u32: ["number", "number"],
  i64: ["bigint | number", "bigint"],
  u64: ["bigint | number", "bigint"],
  isize: ["number | bigint", "number"],
  usize: ["number | bigint", "number"],
  f32: ["number", "number"],
  f64: ["number", "number"],
  pointer: [BYTES, "Pointer | null"],
  cstring: ["string | null", "string | null"],
  buffer: [BYTES, "Pointer | null"],
  string: ["string", "string"],
  bytes: ["Uint8Array", "Uint8Array"],
  any: ["unknown", "unknown"],
  date: ["Date", "Date"],
  duration: ["number | bigint", "number"],
  bigint: ["bigint | number", "bigint"],
  complex: [
    "{ re: number; im: number } | number",
    "{ re: number; im: number }",
  ],
};

/** The typed array with elements of each scalar type. */
export const ARRAYS: { readonly [name in BasicName]?: string } = {
  bool: "Uint8Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
  i64: "BigInt64Array",
  u64: "BigUint64Array",
  isize: "BigInt64Array",
  usize: "BigUint64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

/** What a sequence is in TypeScript. */
const SEQUENCE = {
  iterable: "Iterable",
  stream: "AsyncIterable",
  promise: "Promise",
} as const;

/** Writes types, and remembers which imports they use. */
export class Values {
  /** The manifest's types. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  readonly #names: (name: string) => Names;
  readonly #used = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #written = {
    in: new Map<Type, string>(),
    out: new Map<Type, string>(),
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
   * @param type Its type.
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
        return this.use(BASIC[type.name][way === "in" ? 0 : 1]);
      case "pointer":
        return this.#pointer(type.to, way);
      case "slice":
        return (type.of.kind === "basic" && ARRAYS[type.of.name]) ||
          array(this.of(type.of, way));
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
      case "function":
        return this.#function(type, way);
    }
  }

  /**
   * The parameters of a function, and what it gives.
   *
   * @param type The function.
   * @param names What its parameters are called.
   * @param isNonnull Whether the parameter at a position is never null; the result's is -1.
   * @param way Where the arguments go: `"out"` for those of a callback.
   */
  signature(
    type: FunctionType,
    names: readonly string[] = [],
    isNonnull: (position: number) => boolean = () => false,
    way: Way = "in",
  ): { params: string[]; result: string } {
    const taken = new Set<string>();
    const params = type.params.map((param, index) => {
      let name = names[index] ?? "";
      if (!isIdentifier(name) || taken.has(name)) name = `arg${index + 1}`;
      taken.add(name);
      return `${name}: ${present(this.of(param, way), isNonnull(index))}`;
    });
    const back = way === "in" ? "out" : "in";
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
    if (way === "out") return this.use("Pointer | null");
    const element = to.kind === "basic" ? ARRAYS[to.name] : undefined;
    if (element === undefined) return this.use(BYTES);
    return this.use(`${element} | Pointer | Variable<unknown> | null`);
  }

  /** Numbers come as a typed array; a text is taken where there are characters. */
  #array(of: Type, way: Way): string {
    const element = of.kind === "basic" && of.name !== "bool"
      ? ARRAYS[of.name]
      : undefined;
    const plain = array(this.of(of, way));
    if (element === undefined) return plain;
    if (way === "out") return element;
    const isText = element === "Int8Array" || element === "Uint8Array";
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

  #named(name: string, way: Way): string {
    const definition = this.types[name];
    // These are written for what comes out; into the plugin more may be given.
    const isWider = definition?.kind === "alias" ||
      (definition?.kind === "enum" && definition.type.endsWith("64"));
    return isWider && way === "in"
      ? this.of(parseType(definition.type), way)
      : this.#names(name)[way];
  }

  #function(type: FunctionType, way: Way): string {
    if (type.variadic) return this.use("Pointer | null");
    if (way === "out") {
      const { params, result } = this.signature(type);
      return `((${params.join(", ")}) => ${result}) | null`;
    }
    const { params, result } = this.signature(type, [], undefined, "out");
    return this.use(`FunctionArgument<[${params.join(", ")}], ${result}>`);
  }
}

/** The position that stands for the result. */
export const RESULT = -1;

/** The type without null, where that is never given. */
function present(type: string, isNonnull: boolean): string {
  if (!isNonnull) return type;
  return type.startsWith("FunctionArgument<")
    ? `NonNullable<${type}>`
    : type.replace(/ \| null$/, "");
}

function array(of: string): string {
  return `${of.includes(" ") ? `(${of})` : of}[]`;
}
