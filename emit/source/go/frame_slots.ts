/**
 * How the values of a Go package lie in a frame, and in the structs there.
 *
 * @module
 */

import { HANDLE_SIZE, SPAN_SIZE } from "../../../ffi/manifest/manifest.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import type { Type } from "../../../ffi/notation/type.ts";
import { inSequence, roundUp } from "../../../ffi/notation/sequence.ts";
import { SCALAR_SIZE } from "../../../ffi/notation/scalar_size.ts";
import {
  type GoFunction,
  type GoPackage,
  type GoStruct,
  type GoValue,
  type GoVariable,
  symbolOf,
} from "./package.ts";

/** How a value lies in a frame. */
export type Slot =
  & {
    /** The Go type of a field that is such a slot. */
    readonly go: string;
    /** Size in bytes. */
    readonly size: number;
    /** Alignment in bytes. */
    readonly align: number;
  }
  & (
    | { readonly kind: "scalar" | "string" | "array" | "function" }
    /** `element` is the size of one element in bytes. */
    | { readonly kind: "slice"; readonly element: number }
    | { readonly kind: "struct"; readonly struct: GoStruct }
    /** What crosses whole, or stays an object: `number` is that of its functions. */
    | {
      readonly kind: "data" | "object" | "closure";
      readonly number: number;
    }
    /** `to` is what it points to: a struct, a scalar or an array. */
    | { readonly kind: "pointer"; readonly to: Slot }
  );

/** Where the fields of a struct lie. */
export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly offsets: readonly number[];
}

/** How each scalar is called in Go. */
const SCALARS: Readonly<Record<string, string>> = {
  bool: "bool",
  i8: "int8",
  u8: "uint8",
  i16: "int16",
  u16: "uint16",
  i32: "int32",
  u32: "uint32",
  i64: "int64",
  u64: "uint64",
  isize: "int",
  usize: "uint",
  f32: "float32",
  f64: "float64",
};

const SPAN = { go: "plugin_span", size: SPAN_SIZE, align: 8 } as const;

/** The slots of one package. */
export class Slots {
  readonly #structs: ReadonlyMap<string, GoStruct>;
  readonly #types: GoPackage["types"];

  /** @param from The package: its symbols use its structs and types. */
  constructor({ structs, types }: Pick<GoPackage, "structs" | "types">) {
    this.#structs = new Map(structs.map((one) => [one.name, one]));
    this.#types = types;
  }

  /**
   * How a value lies in a frame.
   *
   * @param value A value that `describe/` writes.
   */
  of({ type, codec }: Pick<GoValue, "type" | "codec">): Slot {
    if (codec === undefined) return this.#of(parseType(type));
    const { kind, number } = codec;
    return kind !== "object"
      ? { kind, number, ...SPAN }
      : { kind, number, go: "uint64", size: HANDLE_SIZE, align: 8 };
  }

  /** Whether a variable is read and written where it lies; another is copied. */
  liesInPlace(variable: GoVariable): boolean {
    const { copied } = variable;
    const { kind } = this.of(variable);
    return kind === "scalar" || kind === "array" ||
      (kind === "struct" && !copied);
  }

  /** Where values lie that follow each other as Go and C lay out a struct. */
  layout(values: readonly GoValue[]): Layout {
    const { offsets, end, align } = inSequence(
      values.map((value) => this.of(value)),
    );
    return { size: roundUp(end, align), align, offsets };
  }

  #of(type: Type): Slot {
    switch (type.kind) {
      case "basic": {
        if (type.name === "string") return { kind: "string", ...SPAN };
        if (type.name === "bytes") {
          return { kind: "slice", element: 1, ...SPAN };
        }
        const go = SCALARS[type.name]!;
        const size = SCALAR_SIZE[type.name as keyof typeof SCALAR_SIZE];
        return { kind: "scalar", go, size, align: size };
      }
      case "slice":
        return { kind: "slice", element: this.#of(type.of).size, ...SPAN };
      case "array": {
        const { go, size, align } = this.#of(type.of);
        return {
          kind: "array",
          go: `[${type.length}]${go}`,
          size: type.length * size,
          align,
        };
      }
      case "named": {
        const definition = this.#types[type.name];
        if (definition?.kind === "enum") {
          return this.#of(parseType(definition.type));
        }
        const struct = this.#structs.get(type.name)!;
        const { size, align } = this.layout(struct.fields);
        const go = symbolOf("struct", struct.name);
        return { kind: "struct", go, size, align, struct };
      }
      case "pointer": {
        const to = this.#of(type.to);
        return { kind: "pointer", go: `*${to.go}`, size: 8, align: 8, to };
      }
      case "function":
        return { kind: "function", go: "uintptr", size: 8, align: 8 };
      default:
        throw new Error(`no slot for ${type.kind}`);
    }
  }
}

/**
 * Whether a function may call functions of JavaScript that it is given: by
 * their address, as closures, or as the methods of an object.
 */
export function callsBack({ params }: GoFunction, slots: Slots): boolean {
  return params.some((param) => {
    const { kind } = slots.of(param);
    return kind === "function" || kind === "closure" ||
      param.codec?.isCalled === true;
  });
}

/** The expression of a value as another type that it can be converted to. */
export function converted(to: string, from: string, value: string): string {
  return to === from ? value : `${to}(${value})`;
}
