/**
 * What each type of the notation is in TypeScript, into the plugin and out of it.
 *
 * @module
 */

import {
  isSameFunction,
  type Manifest,
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
import {
  type BasicName,
  type FunctionType,
  type MapType,
  printType,
  type Type,
} from "../../ffi/notation/type.ts";
import { hasComposite } from "../thunk/composite_values.ts";
import { parameterName } from "./names.ts";
import {
  printArray,
  printParameters,
  printResult,
  printTuple,
  printUnion,
  type Signature,
  type Union,
  type WrittenParameter,
} from "./print_signature.ts";

/**
 * Whether a value goes to the plugin, also as memory that says how long it is,
 * comes from it, or is what a callback gives.
 */
export type Way = "in" | "sized" | "out" | "answer";

/** What the declarations import, where they use it. */
export const IMPORTS = [
  "Bytes",
  "FunctionArgument",
  "NativeFunction",
  "NativeObject",
  "Pointer",
  "Struct",
  "StructType",
  "Taken",
  "Variable",
] as const;

/** One of them. */
export type Import = typeof IMPORTS[number];

/** Alternatives of the tables that are imported. */
const IMPORTED: Readonly<Record<string, Import>> = {
  "Bytes": "Bytes",
  "Pointer": "Pointer",
  "Struct": "Struct",
  "Variable<unknown>": "Variable",
};

/** Names that the manifest's types have in TypeScript. */
export interface Names {
  /** What comes out of the plugin. */
  readonly out: string;
  /** What may be given to it; the same where nothing more may. */
  readonly in: string;
  /** What the manifest calls it. */
  readonly of: string;
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

/** What is known of a function beside its type: of the parameter at a position, -1 for the result. */
export interface Details {
  /** Whether it is never null. */
  readonly isNonnull: (position: number) => boolean;
  /** Whether the function writes to its elements. */
  readonly isWritten: (position: number) => boolean;
  /** Whether a text is taken for bytes. */
  readonly isText: (position: number) => boolean;
  /** Whether a plain object is taken for a pointer to a struct. */
  readonly isInout: (position: number) => boolean;
  /** What the parameters of a function are called that is given there. */
  readonly callbackParams: (position: number) => readonly string[] | undefined;
  /** How many parameters its caller does not write, which do not count: a method's object. */
  readonly ahead: number;
}

const NONE: Details = {
  isNonnull: () => false,
  isWritten: () => false,
  isText: () => false,
  isInout: () => false,
  callbackParams: () => undefined,
  ahead: 0,
};

/** A type that is written. */
interface Written {
  readonly union: Union;
  /** The same without null, where that is never given. */
  readonly present: Union;
}

/** Writes types, and remembers which imports they use. */
export class Values {
  /** The manifest's types. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  readonly #names: (name: string) => Names;
  readonly #definitions: { get(name: string): TypeDefinition | undefined };
  /** The types of pointers to functions with structs by value that there are thunks for. */
  readonly #carried: readonly (readonly [string, FunctionType])[];
  /** Types that are only pointed to, of which a name was written. */
  readonly opaque = new Set<string>();
  readonly #used = new Set<string>();
  /** Of functions that are given by their address. */
  readonly #called: Details;
  readonly #known = {
    in: new Map<Type, Written>(),
    sized: new Map<Type, Written>(),
    out: new Map<Type, Written>(),
    answer: new Map<Type, Written>(),
  };

  /**
   * @param manifest The manifest.
   * @param names What its types are called.
   */
  constructor(
    { library, types, pointers = {} }: Pick<
      Manifest,
      "library" | "types" | "pointers"
    >,
    names: (name: string) => Names,
  ) {
    this.types = types;
    // Of Go's there is no text that is not there.
    const isNonnull = library.language === "Go";
    this.#called = {
      ...NONE,
      isNonnull: (position) => isNonnull && position !== RESULT,
    };
    this.#names = names;
    this.#definitions = {
      get: (name) => Object.hasOwn(types, name) ? types[name] : undefined,
    };
    this.#carried = Object.entries(pointers).flatMap(([text, found]) =>
      "noThunk" in found ? [] : [[text, parseType(text) as FunctionType]]
    );
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
    return printUnion(this.union(type, way));
  }

  /**
   * The alternatives of a value.
   *
   * @param type The value's type.
   * @param way Where it goes.
   * @param isNonnull Whether it is never null.
   * @param names Of a function, what its parameters are called.
   */
  union(
    type: Type,
    way: Way,
    isNonnull = false,
    names?: readonly string[],
  ): Union {
    const { union, present } = names === undefined
      ? this.#written(type, way)
      : this.#write(type, way, names);
    return isNonnull ? present : union;
  }

  #written(type: Type, way: Way): Written {
    const known = this.#known[way];
    let written = known.get(type);
    if (written === undefined) {
      known.set(type, written = this.#write(type, way));
    }
    return written;
  }

  #write(type: Type, way: Way, names?: readonly string[]): Written {
    switch (type.kind) {
      case "basic":
        return this.#cell(BASIC[type.name], way);
      case "pointer":
        return this.#pointer(type.to, way);
      case "slice":
        return written(...this.#slice(type.of, way));
      case "array":
        return written(...this.#array(type.of, way));
      case "optional": {
        const present = this.union(type.of, way, true, names);
        return { union: [...present, "null"], present };
      }
      case "map":
        return written(...this.#map(type, way));
      case "tuple":
        return written(printTuple(type.of.map((of) => this.union(of, way))));
      case "sequence":
        return written(`${SEQUENCE[type.name]}<${this.of(type.of, way)}>`);
      case "named":
        return this.#named(type.name, way);
      case "closure":
        return written(`(${this.closure(type.of, way, names)})`, "null");
      case "function":
        return this.#function(type, way, names);
    }
  }

  /**
   * The parameters of a function, and what it gives.
   *
   * @param type The function.
   * @param names What its parameters are called.
   * @param details What is known of it beside its type.
   * @param way Where the arguments go: `"out"` for those of a callback.
   * @param rest Whether the last parameter is given as all further arguments.
   * @param required How many parameters must be given.
   */
  signature(
    type: FunctionType,
    names: readonly string[] = [],
    { isNonnull, isWritten, isText, isInout, callbackParams, ahead }: Details =
      NONE,
    way: Way = "in",
    rest = false,
    required = type.params.length,
  ): Signature {
    const taken = new Set<string>();
    const params = type.params.map((param, index): WrittenParameter => {
      const name = parameterName(names[index] ?? "", index - ahead, taken);
      if (rest && index === type.params.length - 1) {
        const of = param.kind === "slice" ? this.of(param.of, way) : "number";
        return { name, type: printArray(of), mark: "..." };
      }
      const union = this.union(
        param,
        way,
        isNonnull(index),
        callbackParams(index),
      );
      const given = isInout(index) && param.kind === "pointer"
        ? [...this.union(param.to, way), ...union]
        : isText(index)
        ? ["string", ...union]
        // What is written to a plain array would be written to a copy.
        : isWritten(index)
        ? union.slice(0, 1)
        : union;
      return {
        name,
        type: printUnion(given),
        ...index < required ? {} : { mark: "?" },
      };
    });
    const back = way === "in" ? "out" : "answer";
    const results = type.results.map((result) =>
      this.union(result, back, isNonnull(RESULT))
    );
    return { params, results };
  }

  /** The same name; it is imported. */
  use(name: Import): Import {
    this.#used.add(name);
    return name;
  }

  /** What a row of the table says. */
  #cell(row: Becomes, way: Way): Written {
    const union = way === "in"
      ? row.into
      : way === "sized"
      ? row.into.filter((one) => one !== "Pointer")
      : way === "out"
      ? row.out
      : row.answer ?? row.into;
    for (const one of union) {
      const name = IMPORTED[one];
      if (name !== undefined) this.use(name);
    }
    return written(...union);
  }

  #pointer(to: Type, way: Way): Written {
    const target = underlying(to, (name) => this.types[name]);
    if (target.kind === "array") return this.#cell(POINTER.array, way);
    const array = target.kind === "basic" ? arrayOf(target.name) : undefined;
    if (array === undefined) {
      const { union } = this.#cell(POINTER.other, way);
      const argument = this.#pointedTo(target);
      return written(
        ...union.map((one) => one === "Pointer" ? `${one}${argument}` : one),
      );
    }
    const { union } = this.#cell(POINTER.scalar, way);
    return way === "in" || way === "sized"
      ? written(array, ...union)
      : written(...union);
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
  #slice(of: Type, way: Way): Union {
    const element = elementsOf(of);
    const plain = printArray(this.of(of, way));
    if (element === undefined) return [plain];
    const isBytes = of.kind === "basic" && of.name === "u8";
    return way !== "out" && !isBytes ? [element, plain] : [element];
  }

  /** Numbers come as a typed array; a text is taken where there are characters. */
  #array(of: Type, way: Way): Union {
    const element = elementsOf(of);
    const plain = printArray(this.of(of, way));
    if (element === undefined) return [plain];
    if (way === "out") return [element];
    const isText = of.kind === "basic" &&
      (CHARACTERS as readonly string[]).includes(of.name);
    return isText ? [element, plain, "string"] : [element, plain];
  }

  /** Text keys make an object; into the plugin a map is taken too. */
  #map({ key, value }: MapType, way: Way): Union {
    const [k, v] = [this.of(key, way), this.of(value, way)];
    const hasTextKeys = key.kind === "basic" && key.name === "string";
    if (!hasTextKeys) return [`Map<${k}, ${v}>`];
    return way === "out"
      ? [`{ [key: string]: ${v} }`]
      : [`{ readonly [key: string]: ${v} }`, `Map<${k}, ${v}>`];
  }

  /**
   * A function whose arguments and results cross whole, both ways.
   *
   * @param type The function.
   * @param way Where it goes.
   * @param names What its parameters are called.
   */
  closure(type: FunctionType, way: Way, names?: readonly string[]): string {
    const { params, results } = this.signature(
      type,
      names,
      undefined,
      way === "out" ? "in" : "out",
      type.variadic,
    );
    const given = printResult({
      results: way === "out"
        ? results
        : type.results.map((one) => this.union(one, "in")),
    });
    // With .async the plugin waits for what is promised.
    const later = way === "out" || type.results.length === 0
      ? given
      : `${given} | Promise<${given}>`;
    return `(${printParameters(params).join(", ")}) => ${later}`;
  }

  #named(name: string, way: Way): Written {
    const definition = this.types[name];
    // These are written for what comes out; into the plugin more may be given.
    const isWider = definition?.kind === "alias" ||
      (definition?.kind === "enum" && definition.type.endsWith("64"));
    return isWider && way !== "out"
      ? this.#written(parseType(definition.type), way)
      : written(this.#names(name)[way === "out" ? "out" : "in"]);
  }

  /** Whether the plugin has thunks for it. */
  #isCarried(type: FunctionType): boolean {
    const text = printType(type);
    return this.#carried.some(([own, known]) =>
      own === text || isSameFunction(known, type, this.#definitions)
    );
  }

  #function(
    type: FunctionType,
    way: Way,
    names?: readonly string[],
  ): Written {
    // No function of JavaScript can be called so, nor one of the plugin.
    if (
      hasComposite(type, this.types) && !this.#isCarried(type) ||
      type.variadic && way === "out"
    ) {
      return written(this.use("Pointer"), "null");
    }
    if (way === "out") {
      const { params, results } = this.signature(type, names);
      return written(
        `((${printParameters(params).join(", ")}) => ${
          printResult({ results })
        })`,
        "null",
      );
    }
    // It is given what stands before `...`.
    const fixed = { ...type, variadic: false };
    const { params, results } = this.signature(
      fixed,
      names,
      this.#called,
      "out",
    );
    const text = `${this.use("FunctionArgument")}<[${
      printParameters(params).join(", ")
    }], ${printResult({ results })}>`;
    // Null is within it.
    return { union: [text], present: [`NonNullable<${text}>`] };
  }
}

/** The position that stands for the result. */
export const RESULT = -1;

function written(...union: Union): Written {
  return { union, present: union.filter((one) => one !== "null") };
}
