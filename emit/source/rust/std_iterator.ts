/**
 * What iterators of the standard library give, which rustdoc says by their names alone.
 *
 * @module
 */

import { primitive, std, STRING, type Type } from "./rust_type.ts";

/** What iterators of the standard library give, as far as their names and arguments tell. */
export function stdIterator(
  where: readonly string[],
  args: readonly Type[],
): Type | undefined {
  const [name, room] = [where.at(-1)!, where.slice(1, -1).join("::")];
  if (room.startsWith("str")) return ofText(name);
  if (room === "char") return IS_OF_CHAR.test(name) ? CHAR : undefined;
  if (room === "env") {
    return name === "Args"
      ? STRING
      : name === "Vars"
      ? tuple(STRING, STRING)
      : undefined;
  }
  if (room.startsWith("io")) return OF_READER[name];
  const [first] = args;
  // `ops::Range` is one too, and is its two ends.
  if (first === undefined || room.startsWith("ops")) return undefined;
  if (room.startsWith("iter::adapters")) return ofAdapter(name, args);
  if (room.startsWith("iter::sources")) {
    return IS_SOURCE.test(name) ? first : undefined;
  }
  if (room.startsWith("slice") && IS_OF_PARTS.test(name)) {
    return borrowed({ kind: "slice", of: first });
  }
  // What comes out of a channel is nobody else's.
  if (room.startsWith("sync::mpsc")) {
    return /^(?:Into|Try)?Iter$/.test(name) ? first : undefined;
  }
  return ofCollection(name, /map/.test(room), args);
}

const CHAR = primitive("char");
const USIZE = primitive("usize");

const IS_OF_CHAR =
  /^(?:To(?:Lower|Upper)case|Escape(?:Debug|Default|Unicode))$/;
const IS_SOURCE = /^(?:Empty|Once|RepeatN|Successors)$/;
const IS_OF_PARTS = /^(?:R?Chunks(?:Exact)?|ChunkBy|Windows)$/;

/** What is read may fail to be. */
const OF_READER: Readonly<Record<string, Type>> = {
  Bytes: read(primitive("u8")),
  Lines: read(STRING),
  Split: read(std("Vec", "std::vec::Vec", primitive("u8"))),
};

function read(what: Type): Type {
  const error = std("Error", "std::io::Error");
  return std("Result", "std::result::Result", what, error);
}

function borrowed(of: Type): Type {
  return { kind: "ref", isMutable: false, of };
}

function tuple(...of: Type[]): Type {
  return { kind: "tuple", of };
}

/** Of what walks a text. */
function ofText(name: string): Type | undefined {
  const text = borrowed(primitive("str"));
  if (
    /^(?:R?Split(?:N|Terminator|Inclusive)?|SplitWhitespace|SplitAsciiWhitespace|Lines|R?Matches)$/
      .test(name)
  ) {
    return text;
  }
  switch (name) {
    case "Chars":
    case "EscapeDebug":
    case "EscapeDefault":
    case "EscapeUnicode":
      return CHAR;
    case "Bytes":
      return primitive("u8");
    case "EncodeUtf16":
      return primitive("u16");
    case "MatchIndices":
    case "RMatchIndices":
      return tuple(USIZE, text);
    case "CharIndices":
      return tuple(USIZE, CHAR);
    default:
      return undefined;
  }
}

/** Of what is made of an iterator. */
function ofAdapter(
  name: string,
  [first, second]: readonly Type[],
): Type | undefined {
  if (first?.kind !== "iterator") return undefined;
  const { of } = first;
  const made = second?.kind === "function" ? second.result : undefined;
  switch (name) {
    case "Copied":
    case "Cloned":
      return of.kind === "ref" ? of.of : undefined;
    case "Enumerate":
      return tuple(USIZE, of);
    case "Zip":
      return second?.kind === "iterator" ? tuple(of, second.of) : undefined;
    case "Map":
      return made;
    case "FilterMap":
    case "MapWhile":
      return made?.kind === "std" && made.name === "Option"
        ? made.args[0]
        : undefined;
    default:
      return /^(?:Chain|Cycle|Filter|Fuse|Inspect|Peekable|Rev|Skip|SkipWhile|StepBy|Take|TakeWhile)$/
          .test(name)
        ? of
        : undefined;
  }
}

/** Of what walks a collection. */
function ofCollection(
  name: string,
  isMap: boolean,
  [first, second]: readonly Type[],
): Type | undefined {
  if (first === undefined) return undefined;
  const both = isMap ? second : undefined;
  switch (name) {
    case "IntoIter":
    case "Drain":
      return both === undefined ? first : tuple(first, both);
    case "Iter":
    case "Range":
      return both === undefined
        ? borrowed(first)
        : tuple(borrowed(first), borrowed(both));
    case "Keys":
    case "Difference":
    case "Intersection":
    case "SymmetricDifference":
    case "Union":
      return borrowed(first);
    case "IntoKeys":
      return first;
    case "Values":
      return second && borrowed(second);
    case "IntoValues":
      return second;
    default:
      return undefined;
  }
}
