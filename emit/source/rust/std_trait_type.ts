/**
 * The type that stands where a trait of the standard library, or of serde, is
 * asked for: what has it and comes from JavaScript.
 *
 * @module
 */

import { targetIn } from "./bounds.ts";
import type { Implementors } from "./implementors.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  ANY_VALUE,
  DYN_ERROR,
  isStdError,
  JSON_VALUE,
  primitive,
  SERDE,
  std,
  STRING,
  type Type,
} from "./rust_type.ts";
import {
  type Bound,
  type Item,
  type Rustdoc,
  type TraitPath,
  typesIn,
} from "./rustdoc.ts";
import { areSame } from "./spell_type.ts";

const BYTES = std("Vec", "std::vec::Vec", primitive("u8"));
const PATH = std("PathBuf", "std::path::PathBuf");
const HASHER = std("RandomState", "std::hash::RandomState");
const IO_ERROR = std("Error", "std::io::Error");
const NO_FORMAT: Type = {
  kind: "none",
  why: "a format that serde reads or writes has no JavaScript value",
};

/** What is read from, and sought in. */
export const READER = std("Cursor", "std::io::Cursor", BYTES);

/** Finds what has a trait of the standard library. */
export class StdTraitTypes {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #implementors: Implementors;
  readonly #ofBounds: (
    bounds: readonly Bound[],
    env: Map<string, Type>,
  ) => Type;
  /** The types that functions take as what becomes one: `impl Into<Options>`. */
  readonly wantedInto = new Set<Item>();
  /** Those of them that they take as what may become one: `impl TryInto<Name>`. */
  readonly wantedTryInto = new Set<Item>();

  /**
   * @param doc The crate, with those that are linked with it.
   * @param resolver What looks types up.
   * @param implementors What has which trait.
   * @param ofBounds What finds what has all of some traits.
   */
  constructor(
    doc: Rustdoc,
    resolver: Resolver,
    implementors: Implementors,
    ofBounds: (bounds: readonly Bound[], env: Map<string, Type>) => Type,
  ) {
    this.#doc = doc;
    this.#resolver = resolver;
    this.#implementors = implementors;
    this.#ofBounds = ofBounds;
  }

  /**
   * What has a trait; undefined where that says nothing.
   *
   * @param trait One of the standard library, or of serde.
   * @param env What stands for the parameters in it.
   * @param item What it gives, of what is walked through.
   */
  of(
    trait: TraitPath,
    env: Map<string, Type>,
    item: Type | undefined,
  ): Type | undefined {
    const argument = trait.args?.angle_bracketed?.args.find(({ type }) =>
      type !== undefined
    )?.type;
    const told = argument ?? targetIn(trait);
    const of = told === undefined
      ? undefined
      : this.#resolver.resolve(told, env);
    const path = pathOfTrait(this.#doc, trait);
    const name = path.at(-1)!;
    switch (name) {
      case "AsMut":
      case "AsRef":
      case "Borrow":
      case "BorrowMut":
      case "Deref":
      case "DerefMut":
        if (of?.kind === "primitive" && of.name === "str") return STRING;
        if (of?.kind === "slice") {
          return of.of.kind === "none"
            ? BYTES
            : std("Vec", "std::vec::Vec", of.of);
        }
        if (of?.kind === "std" && of.name === "Path") return PATH;
        if (of?.kind === "std" && of.name === "OsStr") {
          return std("OsString", "std::ffi::OsString");
        }
        if (of?.kind === "own" && name === "AsRef") {
          return this.#implementors.seenAs(trait, of);
        }
        // What only a method names, `get<Q>(key: &Q) where K: Borrow<Q>`, tells nothing.
        if (of === undefined || of.kind === "none" || name.startsWith("As")) {
          return undefined;
        }
        return argument === undefined ? std("Box", "std::boxed::Box", of) : of;
      case "From":
        return of?.kind === "own" || of !== undefined && isStdError(of)
          ? of
          : undefined;
      case "Into":
      case "TryInto":
        if (of?.kind === "own") {
          this.wantedInto.add(of.item);
          if (name === "TryInto") this.wantedTryInto.add(of.item);
        }
        // Of a text any error is made.
        return of?.kind === "std" && of.args[0]?.kind === "std" &&
            of.args[0].name === DYN_ERROR
          ? STRING
          : of;
      case "Serialize":
      case "Deserialize":
      case "DeserializeOwned":
        return this.#resolver.hasJson
          ? JSON_VALUE
          : this.#resolver.hasSerde
          ? ANY_VALUE
          : undefined;
      case "Deserializer":
        return this.#resolver.hasJson ? JSON_VALUE : NO_FORMAT;
      case "Serializer":
        return NO_FORMAT;
      case "RangeBounds":
        return of && std("Range", "std::ops::Range", of);
      case "SliceIndex":
        return std("Range", "std::ops::Range", primitive("usize"));
      case "Index":
        // What lies in it is compared, as a rule.
        return of?.kind === "primitive" && of.name === "usize"
          ? std("Vec", "std::vec::Vec", STRING)
          : undefined;
      case "IntoIterator":
      case "Iterator": {
        const known = trait.args?.angle_bracketed?.constraints
          .find(({ name }) => name === "Item")?.binding;
        const element = known?.equality?.type !== undefined
          ? this.#resolver.resolve(known.equality.type, env)
          : known?.constraint !== undefined
          ? this.#ofBounds(known.constraint, env)
          : item;
        if (element === undefined) return undefined;
        return name === "Iterator"
          ? { kind: "iterator", of: element, isBoxed: false }
          : std("Vec", "std::vec::Vec", element);
      }
      case "PartialEq":
        return of?.kind === "own" ? this.#comparedWith(trait, of) : undefined;
      case "Extend":
      case "FromIterator":
        return of === undefined || of.kind === "none"
          ? undefined
          : std("Vec", "std::vec::Vec", of);
      case "BuildHasher":
        return HASHER;
      case "Read":
      case "BufRead":
        return READER;
      case "Write":
        return path.includes("fmt") ? STRING : BYTES;
      case "Error":
        return path.includes("error") ? IO_ERROR : undefined;
      case "Pattern":
      case "ToString":
      case "Display":
        return STRING;
      default:
        // What serde's own machinery gives to itself.
        return SERDE.includes(path[0]!) ? NO_FORMAT : undefined;
    }
  }

  /** What a type of the crate is compared with, `N: PartialEq<Name>`: a text, or another one of it. */
  #comparedWith({ id }: TraitPath, of: Type): Type {
    const texts = this.#resolver.implsOf(id).flatMap((impl) => {
      const [other] = typesIn(impl.trait!.args);
      if (other === undefined || impl.blanket_impl !== null) return [];
      const env = new Map<string, Type>();
      const one = this.#resolver.resolve(impl.for, env);
      const isText = areSame(one, STRING) || one.kind === "ref" &&
          one.of.kind === "primitive" && one.of.name === "str";
      return isText && areSame(this.#resolver.resolve(other, env), of)
        ? [one]
        : [];
    });
    return texts[0] ?? { kind: "ref", isMutable: false, of };
  }
}

/** Where a trait is. A crate may call it otherwise, `use std::error::Error as StdError`. */
export function pathOfTrait(
  { paths }: Rustdoc,
  { id, path }: TraitPath,
): readonly string[] {
  return paths[id]?.path ?? path.split("::");
}
