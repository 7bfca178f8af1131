/**
 * A Go package as `describe/` prints it, and how its values lie in a frame.
 *
 * @module
 */

/** A parameter, a result or a variable. */
export interface GoValue {
  /** Its name; empty where it has none. */
  readonly name: string;
  /** Its type in the notation. */
  readonly type: string;
  /** Its type as the package itself would write it. */
  readonly go: string;
}

/** An exported function. */
export interface GoFunction {
  readonly name: string;
  /** The comment above it, or nothing. */
  readonly doc: string;
  readonly params: readonly GoValue[];
  /** Results without the trailing error. */
  readonly results: readonly GoValue[];
  /** Whether the last parameter is declared as `...T`. */
  readonly variadic: boolean;
  /** Whether one more result is an error. */
  readonly error: boolean;
}

/** An exported variable. */
export interface GoVariable extends GoValue {
  /** The comment above it, or nothing. */
  readonly doc: string;
}

/** A package. */
export interface GoPackage {
  /** Whether it declares `func main`. */
  readonly hasMain: boolean;
  /** Go's predeclared names to which the package gives another meaning. */
  readonly shadowed: readonly string[];
  /** Import paths by the names under which {@linkcode GoValue.go} uses them. */
  readonly imports: Readonly<Record<string, string>>;
  /** Exported functions, by name. */
  readonly functions: readonly GoFunction[];
  /** Exported variables, by name. */
  readonly variables: readonly GoVariable[];
  /** Exported names that cannot cross, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

/** How a scalar is called in Go, and its size and alignment in bytes. */
const SCALARS: Readonly<Record<string, readonly [go: string, size: number]>> = {
  bool: ["bool", 1],
  i8: ["int8", 1],
  u8: ["uint8", 1],
  i16: ["int16", 2],
  u16: ["uint16", 2],
  i32: ["int32", 4],
  u32: ["uint32", 4],
  i64: ["int64", 8],
  u64: ["uint64", 8],
  isize: ["int", 8],
  usize: ["uint", 8],
  f32: ["float32", 4],
  f64: ["float64", 8],
};

/** How a value lies in a frame. */
export type Slot =
  | { readonly kind: "scalar"; readonly go: string; readonly size: number }
  | { readonly kind: "string"; readonly go: string; readonly size: 16 }
  | {
    readonly kind: "slice";
    readonly go: string;
    readonly size: 16;
    /** Size of one element in bytes. */
    readonly element: number;
  };

/**
 * How a value of this type lies in a frame.
 *
 * @param type A type that `describe/` writes, in the notation.
 * @returns `go` is the Go type of the frame's field.
 */
export function slotOf(type: string): Slot {
  const scalar = SCALARS[type];
  if (scalar !== undefined) {
    return { kind: "scalar", go: scalar[0], size: scalar[1] };
  }
  const go = "plugin_span";
  if (type === "string") return { kind: "string", go, size: 16 };
  const element = type === "bytes" ? "u8" : type.slice("[]".length);
  return { kind: "slice", go, size: 16, element: SCALARS[element]![1] };
}

/**
 * The name of a function that the wrappers export, as C has to spell it.
 *
 * Go's exported names begin with a capital, not always one of A to Z: those
 * with other letters begin with `_` here, so that no two meet.
 *
 * @param role What the function does: `"thunk"`, `"address"`, `"get"`, `"set"`.
 * @param name The Go name that it is for.
 * @returns An identifier of ASCII letters, digits and `_`.
 */
export function symbolOf(role: string, name: string): string {
  const ascii = /^[A-Za-z]\w*$/.test(name) ? name : "_" +
    name.replace(
      /[^A-Za-z0-9]/gu,
      (letter) => `_${letter.codePointAt(0)!.toString(16)}_`,
    );
  return `plugin_${role}_${ascii}`;
}
