/**
 * What a packet holds of a value that JavaScript gave, and how what Rust wants
 * is made of it: which lists, tuples, maps and options cross whole.
 *
 * @module
 */

import {
  BORROWED_TEXTS,
  COLLECTIONS,
  type CrateTypes,
  listOf,
  MAPS,
  nonZeroOf,
  noStd,
  notationOf,
  OWNED_TEXTS,
  POINTERS,
  refuse,
  SAME,
} from "./frame_value.ts";
import {
  ANY_VALUE,
  DYN_ERROR,
  isUnit,
  JSON_VALUE,
  type OwnType,
  partsOf,
  SLICED,
  std,
  type Type,
} from "./rust_type.ts";
import { HASHERS, isSwiss, spell } from "./spell_type.ts";

/** A value that a packet holds, and how what Rust wants is made of it. */
export interface Whole {
  readonly notation: string;
  /** The type that is read. */
  readonly rust: string;
  /** What is wanted, of a place that holds what was read. */
  readonly use: (place: string) => string;
  /** Whether that is the place itself. */
  readonly isSame: boolean;
  /** Whether it borrows nothing of the place. */
  readonly isOwned?: boolean;
  /** The same of what is kept, where that is a reference to the place. */
  readonly useKept?: (kept: string) => string;
}

/** What a reference `one` to an element leads to: a place, as {@linkcode Whole.use} wants it. */
const ELEMENT = "(*one)";

/** How a value is read from a packet. */
export function wholeOf(type: Type, own: CrateTypes): Whole {
  const whole = (of: Type) => wholeOf(of, own);
  switch (type.kind) {
    case "primitive":
      return wholeOfPrimitive(type.name);
    case "tuple": {
      if (type.of.length < 1 || type.of.length > 6) break;
      if (type.of.length === 1) return wholeOfOne(type.of[0]!, own);
      const parts = type.of.map((one) => whole(one));
      const isSame = parts.every((part) => part.isSame);
      return {
        notation: `(${parts.map((part) => part.notation).join(", ")})`,
        rust: `(${parts.map((part) => `${part.rust},`).join(" ")})`,
        use: isSame ? SAME : (place) =>
          `(${
            parts.map((part, index) => {
              const one = `${place}.${index}`;
              // It may lie in a list of which others are borrowed.
              return part.isSame && canCopy(type.of[index]!, own)
                ? `${one}.clone(),`
                : `${part.use(one)},`;
            }).join(" ")
          })`,
        isSame,
      };
    }
    case "array": {
      const of = whole(type.of);
      const notation = `[${type.length}]${of.notation}`;
      const rust = `[${of.rust}; ${type.length}]`;
      return of.isSame ? same(notation, rust) : {
        notation,
        rust,
        use: (place) => `${place}.each_ref().map(|one| ${of.use(ELEMENT)})`,
        isSame: false,
      };
    }
    case "ref":
      return wholeReference(type, own);
    case "own": {
      if (!own.isClass(type)) {
        return same(own.dataOf(type), own.spell(type));
      }
      // Who gives what cannot be copied has it no more.
      if (!own.isClone(type)) own.giveAway(type);
      return same(own.classOf(type), own.spell(type));
    }
    case "dyn":
      if (type.pointer !== "Box") break;
      return same(own.dynOf(type).name, own.spell(type));
    case "std":
      return wholeOfStd(type, own);
    case "iterator": {
      const of = whole(type.of);
      const use = (place: string) =>
        of.isSame
          ? `${place}.into_iter()`
          : `${place}.iter().map(|one| ${of.use(ELEMENT)})`;
      const given = type.isBoxed
        ? (place: string) => `Box::new(${use(place)})`
        : use;
      return {
        notation: listOf(of.notation),
        rust: `Vec<${of.rust}>`,
        use: given,
        // What it gives is no reference to it.
        ...of.isSame
          ? { useKept: (kept) => given(`std::mem::take(${kept})`) }
          : {},
        isSame: false,
      };
    }
    case "none":
      refuse(type.why);
  }
  return refuse("the type has no JavaScript value");
}

/** A tuple of one, which is an array of one in JavaScript. */
function wholeOfOne(type: Type, own: CrateTypes): Whole {
  const of = wholeOf(type, own);
  const isCopied = of.isSame && canCopy(type, own);
  return {
    notation: `[1]${of.notation}`,
    rust: `[${of.rust}; 1]`,
    use: (place) =>
      of.isSame
        ? `<(_,)>::from(${place}${isCopied ? ".clone()" : ""})`
        : `(${of.use(`${place}[0]`)},)`,
    isSame: false,
  };
}

function wholeReference(
  { of, isMutable }: Type & { kind: "ref" },
  own: CrateTypes,
): Whole {
  const whole = (type: Type) => wholeOf(type, own);
  if (isMutable) {
    refuse("what it writes through a &mut of plain data cannot come back");
  }
  const given = uncloned(of, own);
  if (given !== undefined) {
    refuse(
      `a ${
        own.classOf(given)
      } among other values would have to be copied, and it is not Clone`,
    );
  }
  if (of.kind === "primitive" && of.name === "str") {
    return {
      notation: "string",
      rust: "String",
      use: (place) => `${place}.as_str()`,
      isSame: false,
    };
  }
  const text = of.kind === "std" ? BORROWED_TEXTS.get(of.name) : undefined;
  if (text !== undefined) {
    const { rust, as } = text;
    const use = (place: string) => `${place}.${as}()`;
    return { notation: "string", rust, use, isSame: false };
  }
  if (of.kind === "slice") {
    const element = whole(of.of);
    return {
      notation: listOf(element.notation),
      rust: `Vec<${element.rust}>`,
      use: (place) =>
        element.isSame
          ? `&${place}[..]`
          : `&${place}.iter().map(|one| ${
            element.use(ELEMENT)
          }).collect::<Vec<_>>()[..]`,
      isSame: false,
    };
  }
  const held = whole(of);
  return {
    ...held,
    use: (place) => `&${held.use(place)}`,
    ...held.isSame ? { useKept: (kept: string) => `&*${kept}` } : {},
    isSame: false,
  };
}

function wholeOfStd(type: Type & { kind: "std" }, own: CrateTypes): Whole {
  const whole = (of: Type) => wholeOf(of, own);
  const { name, args } = type;
  const [first, second] = args;
  if (OWNED_TEXTS.has(name)) return same("string", spell(type, ""));
  const number = nonZeroOf(type);
  if (number !== undefined) return same(number, spell(type, ""));
  if (name === "Duration") return same("duration", spell(type, ""));
  if (name === "SystemTime") return same("date", spell(type, ""));
  if (type === JSON_VALUE) own.useJson();
  if (type === JSON_VALUE || type === ANY_VALUE) {
    return same("any", spell(type, ""));
  }
  if (name === "Ordering" && type.path.includes("cmp")) {
    return {
      notation: "i32",
      rust: "i32",
      use: (place) => `${place}.cmp(&0)`,
      isSame: false,
      isOwned: true,
    };
  }
  if (name === "Error" && /(?:^|::)io::/.test(type.path)) {
    return {
      notation: "string",
      rust: "String",
      use: (place) => `std::io::Error::other(${place})`,
      isSame: false,
      isOwned: true,
    };
  }
  const variant = own.stdVariantOf(name);
  if (variant !== undefined) return same(variant, spell(type, ""));
  if (first === undefined) return refuse(noStd(name));
  const open = OPEN_RANGES[name];
  if (open !== undefined) {
    const of = whole(first);
    return {
      ...of,
      use: (place) => open(of.use(place)),
      isSame: false,
    };
  }
  if (name === "Range" || name === "RangeInclusive") {
    const of = whole(first);
    if (!of.isSame) return refuse(noStd(name));
    return {
      notation: `(${of.notation}, ${of.notation})`,
      rust: `(${of.rust}, ${of.rust})`,
      use: (place) =>
        `(${place}.0${name === "Range" ? ".." : "..="}${place}.1)`,
      isSame: false,
    };
  }
  if (MAPS.has(name) && second !== undefined) {
    const [key, value] = [whole(first), whole(second)];
    const map = spell(std(name, name), "");
    const read = same(
      `map<${key.notation}, ${value.notation}>`,
      `${map}<${key.rust}, ${value.rust}>`,
    );
    if (key.isSame && value.isSame) {
      return isHashedOtherwise(type) ? collected(read) : read;
    }
    const part = (one: string, of: Whole, type: Type) =>
      !of.isSame
        ? of.use(one)
        : canCopy(type, own)
        ? `${one}.clone()`
        : refuse(noStd(name));
    const made = `(${part("key", key, first)}, ${
      part("value", value, second)
    })`;
    return {
      ...read,
      use: (place) =>
        `${place}.iter().map(|(key, value)| ${made}).${
          collect(type, `${map}<_, _>`)
        }`,
      isSame: false,
    };
  }
  if (COLLECTIONS.has(name)) {
    const of = whole(first);
    const set = spell(std(name, name), "");
    const rust = `${set}<${of.rust}>`;
    if (of.isSame && isHashedOtherwise(type)) {
      return collected(same(listOf(of.notation), rust));
    }
    return {
      notation: listOf(of.notation),
      rust,
      use: of.isSame
        ? SAME
        : (place) =>
          `${place}.iter().map(|one| ${of.use(ELEMENT)}).${
            collect(type, `${set}<_>`)
          }`,
      isSame: of.isSame,
    };
  }
  if (name === "Option" && isUnit(first)) {
    return {
      notation: "bool",
      rust: "bool",
      use: (place) => `${place}.then_some(())`,
      isSame: false,
      isOwned: true,
    };
  }
  if (name === "Option") {
    const of = whole(first);
    return {
      notation: `?${of.notation}`,
      rust: `Option<${of.rust}>`,
      use: of.isSame
        ? SAME
        // What is made of a list or a map borrows from what lies in it.
        : first.kind === "ref" || isCollection(first)
        ? (place) => `${place}.as_ref().map(|one| ${of.use(ELEMENT)})`
        : (place) => `${place}.map(|one| ${of.use("one")})`,
      isSame: of.isSame,
      ...of.isOwned === true && !isCollection(first) ? { isOwned: true } : {},
    };
  }
  if (name === SLICED && first.kind === "slice") {
    const of = whole(first.of);
    if (!of.isSame) return refuse(noStd(name));
    return {
      notation: listOf(of.notation),
      rust: `Vec<${of.rust}>`,
      use: (place) =>
        `match TryFrom::try_from(&${place}[..]) { Ok(all) => all, Err(_) => ` +
        `return frame::out_of_range(format!("wanted another number of elements, got {}", ${place}.len())) }`,
      isSame: false,
    };
  }
  if (POINTERS.has(name)) {
    const isText = first.kind === "primitive" && first.name === "str";
    const isError = first.kind === "std" && first.name === DYN_ERROR;
    if (isText || isError) {
      return {
        notation: "string",
        rust: "String",
        use: (place) =>
          isError
            ? `${place}.to_string().into()`
            : owning(name, "str", `${place}.to_string()`),
        isSame: false,
        isOwned: true,
      };
    }
    if (first.kind === "slice") {
      const of = whole(first.of);
      if (!of.isSame) return refuse(noStd(name));
      return {
        notation: listOf(of.notation),
        rust: `Vec<${of.rust}>`,
        use: (place) => owning(name, "[_]", `${place}.to_vec()`),
        isSame: false,
        isOwned: true,
      };
    }
    const of = whole(first);
    if (!of.isSame) return refuse(noStd(name));
    if (name !== "Cow") {
      return same(
        of.notation,
        `${spell(std(name, name), "")}<${of.rust}>`,
      );
    }
    return {
      notation: of.notation,
      rust: of.rust,
      use: (place) => `std::borrow::Cow::Owned(${place})`,
      isSame: false,
      isOwned: true,
    };
  }
  if (name === "Cursor" || name === "Reader") {
    return {
      notation: "bytes",
      rust: "Vec<u8>",
      use: (place) => `std::io::Cursor::new(${place})`,
      isSame: false,
    };
  }
  return refuse(noStd(name));
}

/** Whether a map or a set has a hasher that is not the standard library's, `FxHashMap<K, V>`. */
function isHashedOtherwise(
  { name, path, args }: Type & { kind: "std" },
): boolean {
  return isSwiss(path) || args.length > (HASHERS.get(name) ?? Infinity);
}

/** What collects a map or a list: of the standard library's own, as who takes whatever can be iterated does not tell what is wanted. */
function collect(type: Type & { kind: "std" }, rust: string): string {
  return isHashedOtherwise(type) ? "collect()" : `collect::<${rust}>()`;
}

/** What is put into what is wanted, of which rustc knows the type. */
function collected(whole: Whole): Whole {
  return {
    ...whole,
    use: (place) => `${place}.into_iter().collect()`,
    isSame: false,
    isOwned: true,
  };
}

function isCollection(type: Type): boolean {
  return type.kind === "std" &&
    (MAPS.has(type.name) || COLLECTIONS.has(type.name));
}

/** A pointer to a text or a list that it owns. Who takes whatever becomes one does not tell which is wanted. */
function owning(pointer: string, of: string, value: string): string {
  return pointer === "Cow"
    ? `std::borrow::Cow::<'_, ${of}>::Owned(${value})`
    : `${spell(std(pointer, pointer), "")}::<${of}>::from(${value})`;
}

/** Ranges that one value tells. */
const OPEN_RANGES: Readonly<Record<string, (value: string) => string>> = {
  RangeFrom: (value) => `(${value}..)`,
  RangeTo: (value) => `(..${value})`,
  RangeToInclusive: (value) => `(..=${value})`,
};

/** Whether there can be another one of a value, as far as is known. */
function canCopy(type: Type, own: CrateTypes): boolean {
  return type.kind === "own"
    ? own.isClone(type)
    : type.kind !== "dyn" && partsOf(type).every((one) => canCopy(one, own));
}

/** A type of objects in another one of which there cannot be copies. */
function uncloned(type: Type, own: CrateTypes): OwnType | undefined {
  if (type.kind === "own") {
    return own.isClass(type) && !own.isClone(type) ? type : undefined;
  }
  for (const part of partsOf(type)) {
    const found = uncloned(part, own);
    if (found !== undefined) return found;
  }
  return undefined;
}

function same(notation: string, rust: string): Whole {
  return { notation, rust, use: SAME, isSame: true };
}

function wholeOfPrimitive(name: string): Whole {
  return same(notationOf(name), name);
}
