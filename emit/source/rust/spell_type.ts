/**
 * Types, paths and names as a wrapper's Rust writes them.
 *
 * @module
 */

import type { PublicItem } from "./public_items.ts";
import { lastOf, SLICED, type Type, Uncrossable } from "./rust_type.ts";

/** How Rust names an item, where the crate itself is called so. */
export function spellPath(
  { crate, path }: Pick<PublicItem, "crate" | "path">,
  own: string,
): string {
  return `${crate === undefined ? own : `::${crate}`}::${
    path.map(identifier).join("::")
  }`;
}

/**
 * Writes a type as a wrapper does: every lifetime is `'static`, as what is
 * borrowed from is kept.
 *
 * @param crate What a wrapper calls the crate: `::regex`.
 */
export function spell(type: Type, crate: string): string {
  const of = (type: Type) => spell(type, crate);
  switch (type.kind) {
    case "primitive":
      return type.name;
    case "ref":
      return `&'static ${type.isMutable ? "mut " : ""}${of(type.of)}`;
    case "slice":
      return `[${of(type.of)}]`;
    case "array":
      return `[${of(type.of)}; ${type.length}]`;
    case "tuple":
      return `(${type.of.map((one) => `${of(one)},`).join(" ")})`;
    case "std":
      if (type.name === SLICED) break;
      return `${publicStd(type.path)}${
        spellArgs([
          ...type.name === "Cow" ? ["'static"] : [],
          ...type.args.map(of),
        ])
      }`;
    case "own":
      return `${spellPath(type, crate)}${
        spellArgs([
          ...Array<string>(type.lifetimes).fill("'static"),
          ...type.args.map(of),
          ...type.consts ?? [],
        ])
      }`;
    case "dyn": {
      const { trait, also, pointer, borrows } = type;
      // What is not said to borrow in a pointer is for ever, as Rust itself adds.
      const ends = pointer === undefined || borrows ? ["'static"] : [];
      const object = `(dyn ${
        [spellPath(trait, crate), ...also, ...ends].join(" + ")
      })`;
      return pointer === undefined
        ? object
        : `${publicStd(pointer)}<${object}>`;
    }
    case "iterator":
      // What comes in is one of a list.
      return type.isBoxed
        ? `Box<dyn Iterator<Item = ${of(type.of)}>>`
        : `std::vec::IntoIter<${of(type.of)}>`;
    case "function": {
      if (type.by !== "box" && type.by !== "named") break;
      const isUnit = type.result.kind === "tuple" &&
        type.result.of.length === 0;
      // It is called with what lives as long as the call.
      const params = type.params.map((one) => ofCall(of(one)));
      return `Box<dyn ${type.trait}(${params.join(", ")})${
        isUnit ? "" : ` -> ${of(type.result)}`
      }>`;
    }
  }
  throw new Uncrossable(
    type.kind === "none" ? type.why : "a part of its type has no name",
  );
}

/** A type as it is written of what a function is called with: it lives as long as the call. */
export function ofCall(rust: string): string {
  return rust.replaceAll("&'static ", "&").replaceAll("'static", "'_");
}

/** A type as a wrapper writes it, with what it borrows living so long. */
export function withLifetime(rust: string, lifetime: string): string {
  return rust.replaceAll("'static", lifetime);
}

/** Whether two types are written in the same way. */
export function areSame(one: Type, other: Type): boolean {
  try {
    return spell(one, "") === spell(other, "");
  } catch (error) {
    if (error instanceof Uncrossable) return false; // it has no name
    throw error;
  }
}

/** Whether a wrapper can write a type. */
export function isNamed(type: Type): boolean {
  return areSame(type, type);
}

function spellArgs(args: readonly string[]): string {
  return args.length === 0 ? "" : `<${args.join(", ")}>`;
}

/** Where the standard library shows what it defines in private modules. */
export function publicStd(path: string): string {
  const name = lastOf(path);
  if (isSwiss(path)) return `::${path}`;
  // Modules of errors and of what is buffered are private, and what is in them is shown above.
  return STD[name] ??
    path.replace(/^(?:core|alloc)::/, "std::")
      .replace(INNER, "std::$1::");
}

/** Which argument of a map or a set is its hasher. */
export const HASHERS: ReadonlyMap<string, number> = new Map([
  ["HashMap", 2],
  ["HashSet", 1],
]);

/** Whether a map or a set is none of std's, but of what those are made of. */
export function isSwiss(path: string): boolean {
  return path.startsWith("hashbrown::");
}

/** What modules of the standard library show of modules in them that nobody sees. */
const INNER =
  /^std::(array|cell|char|ffi|fmt|hash|io|iter|net|num|ops|slice|str|vec)::(?:\w+::)+(?=\w+$)/;

const STD: Readonly<Record<string, string>> = {
  String: "String",
  Vec: "Vec",
  Box: "Box",
  Option: "Option",
  Result: "Result",
  HashMap: "std::collections::HashMap",
  HashSet: "std::collections::HashSet",
  BTreeMap: "std::collections::BTreeMap",
  BTreeSet: "std::collections::BTreeSet",
  VecDeque: "std::collections::VecDeque",
  Rc: "std::rc::Rc",
  Arc: "std::sync::Arc",
  Cow: "std::borrow::Cow",
  Duration: "std::time::Duration",
  SystemTime: "std::time::SystemTime",
  PathBuf: "std::path::PathBuf",
  Path: "std::path::Path",
  OsString: "std::ffi::OsString",
  OsStr: "std::ffi::OsStr",
  CString: "std::ffi::CString",
  CStr: "std::ffi::CStr",
  IpAddr: "std::net::IpAddr",
  Ipv4Addr: "std::net::Ipv4Addr",
  Ipv6Addr: "std::net::Ipv6Addr",
  SocketAddr: "std::net::SocketAddr",
  Ordering: "std::cmp::Ordering",
  Range: "std::ops::Range",
  JsonValue: "::serde_json::Value",
};

/** A name that is a word of Rust's own is written with a mark. */
export function identifier(name: string): string {
  return WORDS.has(name) ? `r#${name}` : name;
}

const WORDS = new Set(
  "abstract as async await become box break const continue dyn do else enum extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref return static struct trait true try type typeof unsafe unsized use virtual where while yield"
    .split(" "),
);
