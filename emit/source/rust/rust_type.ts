/**
 * What a type of Rust is, as far as a wrapper has to know.
 *
 * @module
 */

import type { PublicItem } from "./public_items.ts";
import type { Item } from "./rustdoc.ts";

/** A type of Rust. */
export type Type =
  | { readonly kind: "primitive"; readonly name: string }
  | { readonly kind: "ref"; readonly isMutable: boolean; readonly of: Type }
  | { readonly kind: "slice"; readonly of: Type }
  | { readonly kind: "array"; readonly of: Type; readonly length: number }
  | { readonly kind: "tuple"; readonly of: readonly Type[] }
  /** A type of the standard library. */
  | {
    readonly kind: "std";
    readonly name: string;
    readonly path: string;
    readonly args: readonly Type[];
  }
  /** A type of the crate, or of one whose items it shows. */
  | {
    readonly kind: "own";
    readonly item: Item;
    readonly path: readonly string[];
    /** The crate behind whose name that path is, where it is another one. */
    readonly crate?: string;
    readonly args: readonly Type[];
    /** The constants that stand behind the types in its brackets. */
    readonly consts?: readonly string[];
    readonly lifetimes: number;
  }
  /** What can be called. */
  | {
    readonly kind: "function";
    /** `Fn`, `FnMut` or `FnOnce`. */
    readonly trait: string;
    readonly params: readonly Type[];
    readonly result: Type;
    /**
     * How a closure becomes one: `named` stands for a type parameter that has to
     * have a name, and is a box too; `pointer` is a `fn`, which no closure is.
     */
    readonly by: "value" | "box" | "named" | "ref" | "pointer";
    /** Whether what it takes was chosen for an implementation: rustc is told of it. */
    readonly isTold?: boolean;
    /** The trait that it has to have for there to be several of it. */
    readonly several?: "Copy" | "Clone" | undefined;
  }
  /** What gives one value after the other. */
  | { readonly kind: "iterator"; readonly of: Type; readonly isBoxed: boolean }
  /** What gives a value when it has been waited for. */
  | { readonly kind: "future"; readonly of: Type }
  /** What has a trait, whatever it is. */
  | {
    readonly kind: "dyn";
    readonly trait: PublicItem;
    /** Further traits, which have no functions: `Send`. */
    readonly also: readonly string[];
    /** What holds it. */
    readonly pointer?: string;
    /** Whether it may borrow. */
    readonly borrows: boolean;
  }
  /** The constant that a parameter stands for. */
  | { readonly kind: "constant"; readonly value: string }
  /** What does not cross, and why. */
  | { readonly kind: "none"; readonly why: string };

/** A type that a crate declares. */
export type OwnType = Type & { readonly kind: "own" };

/** What can be called. */
export type FunctionType = Type & { readonly kind: "function" };

/** What has a trait, whatever it is. */
export type DynType = Type & { readonly kind: "dyn" };

/** What type parameters stand for. */
export type Env = ReadonlyMap<string, Type>;

/** Why something does not cross. */
export class Uncrossable extends Error {
  override readonly name = "Uncrossable";
}

/** No type at all. */
export const UNIT: Type = { kind: "tuple", of: [] };

/** Whether a type is `()`, or a reference to it. */
export function isUnit(type: Type): boolean {
  return type.kind === "ref"
    ? isUnit(type.of)
    : type.kind === "tuple" && type.of.length === 0;
}

/** A type of the standard library without parameters. */
export function std(name: string, path: string, ...args: Type[]): Type {
  return { kind: "std", name, path, args };
}

/** The crate whose values are anything that JSON could say. */
export const JSON_CRATE = "serde_json";

/** The crates whose traits say that a value is serialized, or made again. */
export const SERDE: readonly string[] = ["serde_core", "serde"];

/** Such a value. */
export const JSON_VALUE = std("JsonValue", "serde_json::Value");

/** Anything that JSON could say, where no crate has a type for it: the wrapper's. */
export const ANY_VALUE = std("AnyValue", "any::Any");

/** Whether a path is that of such values. */
export function isJsonPath(path: readonly string[]): boolean {
  return path[0] === JSON_CRATE && path.at(-1) === "Value" && path.length <= 3;
}

/** What stands for a type that is a slice but for its name: it is made of one and read as one. */
export const SLICED = "Sliced";

/** Any error at all, which is a text in JavaScript where it is a value. */
export const DYN_ERROR = "DynError";

/** Whether a type is an error of the standard library. */
export function isStdError(type: Type): boolean {
  return type.kind === "std" && /(?:^|[a-z])Error$/.test(type.name);
}

/** A text that is owned. */
export const STRING = std("String", "std::string::String");

export function primitive(name: string): Type {
  return { kind: "primitive", name };
}

/** What an item is called: behind the name of its crate, where that is another one. */
export function pathOf(
  { crate, path }: Pick<PublicItem, "crate" | "path">,
): string {
  return [...crate === undefined ? [] : [crate], ...path].join("::");
}

/** A type that a crate declares. */
export function ownType(
  { item, path, crate }: PublicItem,
  args: readonly Type[],
  consts: readonly string[] = [],
): OwnType {
  const { generics } = (item.inner.struct ?? item.inner.enum)!;
  return {
    kind: "own",
    item,
    path,
    ...crate === undefined ? {} : { crate },
    args,
    ...consts.length === 0 ? {} : { consts },
    lifetimes:
      generics.params.filter(({ kind }) => kind.lifetime !== undefined).length,
  };
}

/** The last part of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf("::") + (path.includes("::") ? 2 : 1));
}

/** Whether a value may lead to what lies elsewhere, and has to live as long. */
export function canBorrow(type: Type): boolean {
  switch (type.kind) {
    case "ref":
      return true;
    case "dyn":
      return type.borrows;
    case "own":
      return type.lifetimes > 0 || type.args.some(canBorrow);
    default:
      return partsOf(type).some(canBorrow);
  }
}

/** Whether there are objects in a value that may lead to what lies elsewhere. */
export function lends(type: Type): boolean {
  return type.kind === "own" || type.kind === "dyn"
    ? canBorrow(type)
    : partsOf(type).some(lends);
}

/** The types that a type is made of. */
export function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case "own":
    case "std":
      return type.args;
    case "tuple":
      return type.of;
    case "ref":
    case "slice":
    case "array":
    case "iterator":
    case "future":
      return [type.of];
    default:
      return [];
  }
}
