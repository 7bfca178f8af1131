/**
 * A Go package as `describe/` prints it.
 *
 * @module
 */

import type {
  Constant,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";

import type { DeclarationSite } from "../../describe/description.ts";

/** A parameter, a result, a variable or a field. */
export interface GoValue {
  /** Its name; empty where it has none. */
  readonly name: string;
  /** Its type in the notation. */
  readonly type: string;
  /**
   * Its type as the package itself would write it, where it is no struct or
   * function; of a pointer, what it points to.
   */
  readonly go: string;
  /** How to call it, where it is a function. */
  readonly call?: GoCall;
  /** How it crosses, where that is whole or as an object. */
  readonly codec?: GoCodec;
  /** Whether Go's caller sees what the function writes there. */
  readonly inout?: boolean;
  /** Of a parameter that is a function: what its own are called. */
  readonly callbackParams?: readonly string[];
}

/** A type that crosses whole, or whose values stay objects; `code` has its functions. */
export interface GoCodec {
  /** What the names of its functions end with. */
  readonly number: number;
  readonly kind: "data" | "object" | "closure";
  /** The type as a wrapper writes it. */
  readonly go: string;
  /** Whether the methods of its values may be functions of JavaScript. */
  readonly isCalled?: boolean;
  /** Whether it is a channel whose values may come from JavaScript. */
  readonly isFed?: boolean;
}

/** The signature of a function that is a value. */
export interface GoCall {
  readonly params: readonly GoValue[];
  /** One or none. */
  readonly results: readonly GoValue[];
}

/** A struct type. */
export interface GoStruct {
  /** Its name in the notation. */
  readonly name: string;
  /** Its type as the package itself would write it. */
  readonly go: string;
  /** The comment above it, or nothing. */
  readonly doc: string;
  /** The fields that have a name. */
  readonly fields: readonly GoValue[];
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
  /** Whether one more parameter, before the others, is a `context.Context`. */
  readonly context?: boolean;
  /** What a wrapper calls, or the field that it reads or writes. */
  readonly call: string;
  /**
   * Whether it reads or writes a field, changes the value that it is called on
   * (its first result is what that becomes), or makes a zero value of a type.
   */
  readonly access?: "call" | "get" | "set" | "change" | `new ${string}`;
}

/** An exported variable. */
export interface GoVariable extends GoValue {
  /** The comment above it, or nothing. */
  readonly doc: string;
  /** What a wrapper calls it. */
  readonly at: string;
  /** Whether it is a struct that does not lie as C would lay it out. */
  readonly copied: boolean;
  /** Whether it is only read: its type has no name outside its package. */
  readonly fixed: boolean;
}

/** A package. */
export interface GoPackage {
  /** Its name. */
  readonly package: string;
  /** What it is imported as. */
  readonly path: string;
  /** Whether it declares `func main`. */
  readonly hasMain: boolean;
  /** Go's predeclared names to which the package gives another meaning. */
  readonly shadowed: readonly string[];
  /** Import paths by the names under which {@linkcode GoValue.go} uses them. */
  readonly imports: Readonly<Record<string, string>>;
  /** The structs that the symbols use, by name. */
  readonly structs: readonly GoStruct[];
  /** Exported functions, by name. */
  readonly functions: readonly GoFunction[];
  /** Exported variables, by name. */
  readonly variables: readonly GoVariable[];
  /** Records and classes that the symbols use, by name. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** Exported constants. */
  readonly constants: Readonly<Record<string, Constant>>;
  /** Functions for what crosses whole, and for objects. */
  readonly code: string;
  /** Where symbols, types and members `Type.Member` are declared. */
  readonly places?: Readonly<Record<string, DeclarationSite>>;
  /** Whether it calls `iter.Pull`, or something does that it imports. */
  readonly pulls?: boolean;
  /** Exported names that cannot cross, and why. */
  readonly skipped: Readonly<Record<string, string>>;
}

/**
 * The name of a function that the wrappers export, as C has to spell it.
 *
 * Go's exported names begin with a capital, not always one of A to Z: those
 * with other letters begin with `_` here, so that no two meet.
 *
 * @param role What the function does: `"thunk"`, `"address"`, `"get"`, `"set"`;
 * or the struct or the variable that its wrappers need beside it.
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
