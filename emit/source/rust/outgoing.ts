/**
 * How values of Rust come out: as what JavaScript gets.
 *
 * @module
 */

import {
  areScalars,
  arrayOf,
  BORROWED_TEXTS,
  boxedIn,
  type BoxedType,
  COLLECTIONS,
  type CrateTypes,
  HANDLE,
  isNumber,
  isPlace,
  listOf,
  lyingOf,
  MAPS,
  NO_POINTER,
  nonZeroOf,
  noStd,
  notationOf,
  OWNED_TEXTS,
  POINTERS,
  refuse,
  SAME,
  scalarOf,
  type Slot,
  SPAN,
} from "./frame_value.ts";
import {
  ANY_VALUE,
  canBorrow,
  type DynType,
  type FunctionType,
  isStdError,
  isUnit,
  JSON_VALUE,
  type OwnType,
  partsOf,
  SLICED,
  std,
  type Type,
} from "./rust_type.ts";
import { isSwiss } from "./spell_type.ts";

/** What a wrapper does with a result. */
export interface Outgoing {
  readonly notation: string;
  readonly slot: Slot;
  /** An expression for the frame's field. */
  readonly give: (value: string) => string;
  /** Whether what is given may borrow from arguments. */
  readonly borrows: boolean;
  /** Whether it is a packet. */
  readonly isPacket?: boolean;
}

/** How the results of a crate's functions come out. */
export class Outward {
  readonly #own: CrateTypes;

  /** @param own The crate's own types. */
  constructor(own: CrateTypes) {
    this.#own = own;
  }

  /**
   * How a result crosses.
   *
   * @throws {Uncrossable} Why it does not.
   */
  outgoing(type: Type): Outgoing {
    const held = type.kind === "ref" ? type.of : type;
    if (type.kind === "dyn") return this.#dynOut(type);
    if (type.kind === "function") return this.#functionOut(type);
    if (isPlace(type, this.#own)) return this.#placeOut(held);
    if (type.kind === "primitive") {
      if (isNumber(type) || type.name === "bool") {
        const { slot } = scalarOf(type.name);
        return { notation: type.name, slot, give: SAME, borrows: false };
      }
    }
    const number = nonZeroOf(held);
    if (number !== undefined) {
      const { slot } = scalarOf(number);
      const give = (value: string) => `${value}.get()`;
      return { notation: number, slot, give, borrows: false };
    }
    if (isText(held)) {
      return {
        notation: "string",
        slot: SPAN,
        give: (value) => `frame::give_text(&${textOf(held)(value)})`,
        borrows: false,
      };
    }
    const element = elementOf(held);
    if (element !== undefined && isNumber(element)) {
      return {
        notation: listOf((element as Type & { kind: "primitive" }).name),
        slot: SPAN,
        give: (value) => `frame::give_slice(&${value}[..])`,
        borrows: false,
      };
    }
    if (held.kind === "own" && this.#own.isClass(held)) {
      return this.#objectOut(type, held);
    }
    const boxed = boxedIn(type, this.#own);
    if (boxed !== undefined) return this.#boxedOut(boxed);
    if (type.kind === "std" && type.name === "Option") {
      const [of] = type.args;
      if (of !== undefined && isUnit(of)) {
        const { notation, use, borrows } = this.given(type);
        return { notation, slot: scalarOf("bool").slot, give: use, borrows };
      }
      const boxed = of && boxedIn(of, this.#own);
      if (boxed !== undefined) return optional(this.#boxedOut(boxed));
      const inner = of?.kind === "ref" ? of.of : of;
      if (inner?.kind === "own" && this.#own.isClass(inner)) {
        return optional(this.#objectOut(of!, inner));
      }
      if (of?.kind === "dyn") return optional(this.#dynOut(of));
      if (of?.kind === "function") return optional(this.#functionOut(of));
      if (of !== undefined && isPlace(of, this.#own)) {
        return optional(this.#placeOut(inner!));
      }
    }
    if (held.kind === "own" && this.#own.isEnum(held)) {
      return {
        notation: this.#own.dataOf(held),
        slot: scalarOf(this.#own.enumNumber(held)).slot,
        give: (value) =>
          `Enum::number(${type.kind === "ref" ? "" : "&"}${value})`,
        borrows: false,
      };
    }
    if (held.kind === "array" && areScalars(held)) {
      const { notation, slot } = arrayOf(held);
      return {
        notation,
        slot,
        give: (value) => type.kind === "ref" ? `*${value}` : value,
        borrows: false,
      };
    }
    if (held.kind === "array") {
      const list = this.outgoing(std("Vec", "std::vec::Vec", held.of));
      // Of a borrowed one the elements are cloned.
      const mark = type.kind === "ref" ? ".clone()" : "";
      return {
        ...list,
        give: (value) => list.give(`Vec::from(${value}${mark})`),
      };
    }
    if (type.kind === "iterator") return this.#iteratorOut(type);
    const { notation, use, borrows } = this.given(type);
    const lies = lyingOf(notation, this.#own);
    return {
      notation,
      slot: lies.slot,
      give: (value) => lies.give(use(value)),
      borrows,
      isPacket: lies.isPacket === true,
    };
  }

  #dynOut(type: DynType): Outgoing {
    if (type.pointer === undefined) refuse(NO_POINTER);
    const { name: notation, rust } = this.#own.dynOf(type);
    return {
      notation,
      slot: HANDLE,
      give: (value) => `object::hold(${rust}(${value}))`,
      borrows: type.borrows,
    };
  }

  #functionOut(type: FunctionType): Outgoing {
    if (type.by === "ref") refuse("a borrowed function cannot be kept");
    if (type.trait === "FnOnce") {
      refuse("what can be called only once has no JavaScript value");
    }
    const isBoxed = type.by === "box" || type.by === "named";
    const { name: notation, rust } = this.#own.functionOf(type);
    return {
      notation,
      slot: HANDLE,
      give: (value) =>
        `object::hold(${rust}(${isBoxed ? value : `Box::new(${value})`}))`,
      borrows: true,
    };
  }

  #placeOut(of: Type): Outgoing {
    // What lies there is read as what is borrowed.
    this.outgoing({ kind: "ref", isMutable: false, of });
    const { name: notation, rust } = this.#own.placeOf(of);
    return {
      notation,
      slot: HANDLE,
      give: (value) => `object::hold(${rust}(${value}))`,
      borrows: true,
    };
  }

  /** A box of what has no size of its own. */
  #boxedOut({ of, holder }: BoxedType): Outgoing {
    return {
      notation: this.#own.classOf(of),
      slot: HANDLE,
      give: (value) => `object::hold(${holder}::Owned(${value}))`,
      borrows: canBorrow(of),
    };
  }

  #objectOut(type: Type, held: OwnType): Outgoing {
    const notation = this.#own.classOf(held);
    const holder = this.#own.unsizedIn(held);
    if (holder !== undefined) {
      if (type.kind !== "ref" || type.isMutable) {
        refuse(`a ${notation} has no size of its own: it is only ever read`);
      }
      return {
        notation,
        slot: HANDLE,
        give: (value) => `object::hold(${holder}::Lent(${value}))`,
        borrows: true,
      };
    }
    const isClone = this.#own.isClone(held);
    if (type.kind !== "ref") {
      return {
        notation,
        slot: HANDLE,
        give: (value) => `object::hold(${value})`,
        borrows: canBorrow(held) || !held.args.every(isApart),
      };
    }
    return {
      notation,
      slot: HANDLE,
      give: (value) =>
        type.isMutable
          ? `object::lend_mut(${value})`
          : isClone
          ? `object::hold(${value}.clone())`
          : `object::lend(${value})`,
      borrows: type.isMutable || !isClone || canBorrow(held),
    };
  }

  #iteratorOut({ of }: Type & { kind: "iterator" }): Outgoing {
    const { name: notation, rust } = this.#own.sequenceOf(of);
    return {
      notation,
      slot: HANDLE,
      give: (value) => `object::hold(${rust}(Box::new(${value})))`,
      borrows: true,
    };
  }

  /** How a value is written into a packet. */
  given(
    type: Type,
  ): { notation: string; use: (value: string) => string; borrows: boolean } {
    const isPlain = { use: SAME, borrows: false };
    switch (type.kind) {
      case "primitive":
        return { notation: notationOf(type.name), ...isPlain };
      case "tuple": {
        if (type.of.length < 1 || type.of.length > 6) break;
        const parts = type.of.map((one) => this.given(one));
        const [one] = parts;
        if (one !== undefined && parts.length === 1) {
          return {
            notation: `[1]${one.notation}`,
            use: (value) => `{ let all = ${value}; [${one.use("all.0")}] }`,
            borrows: one.borrows,
          };
        }
        return {
          notation: `(${parts.map((part) => part.notation).join(", ")})`,
          use: parts.every((part) => part.use === SAME)
            ? SAME
            : (value) =>
              `{ let all = ${value}; (${
                parts.map((part, index) => `${part.use(`all.${index}`)},`)
                  .join(" ")
              }) }`,
          borrows: parts.some((part) => part.borrows),
        };
      }
      case "array": {
        const of = this.given(type.of);
        return {
          ...of,
          notation: `[${type.length}]${of.notation}`,
          use: of.use === SAME
            ? SAME
            : (value) => `${value}.map(|one| ${of.use("one")})`,
        };
      }
      case "ref": {
        refuseCopies(type);
        if (isText(type.of)) {
          return { notation: "string", ...isPlain, use: textOf(type.of) };
        }
        if (type.of.kind === "slice") {
          const of = this.given(type.of.of);
          if (of.use === SAME) return { ...of, notation: listOf(of.notation) };
          break;
        }
        if (type.of.kind === "own" && this.#own.isClass(type.of)) {
          if (!this.#own.isClone(type.of)) {
            refuse(
              `a borrowed ${
                this.#own.classOf(type.of)
              } among other values would have to be copied, and it is not Clone`,
            );
          }
        }
        const of = this.given(type.of);
        return { ...of, use: (value) => of.use(`${value}.clone()`) };
      }
      case "dyn": {
        if (type.pointer !== "Box") break;
        const { name } = this.#own.dynOf(type);
        return { notation: name, use: SAME, borrows: type.borrows };
      }
      case "own": {
        const isClass = this.#own.isClass(type);
        return {
          notation: isClass ? this.#own.classOf(type) : this.#own.dataOf(type),
          use: SAME,
          borrows: canBorrow(type),
        };
      }
      case "std":
        return this.#givenOfStd(type);
      case "iterator": {
        const of = this.given(type.of);
        return {
          ...of,
          notation: listOf(of.notation),
          use: (value) =>
            of.use === SAME
              ? `${value}.collect::<Vec<_>>()`
              : `${value}.map(|one| ${of.use("one")}).collect::<Vec<_>>()`,
        };
      }
      case "future":
        return refuse(
          "a future is waited for where a function gives it alone",
        );
      case "none":
        refuse(type.why);
    }
    return refuse("the type has no JavaScript value");
  }

  #givenOfStd(
    type: Type & { kind: "std" },
  ): { notation: string; use: (value: string) => string; borrows: boolean } {
    const { name, args } = type;
    const [first, second] = args;
    const plain = (notation: string) => ({
      notation,
      use: SAME,
      borrows: false,
    });
    if (isText(type)) return { ...plain("string"), use: textOf(type) };
    if (OWNED_TEXTS.has(name)) return plain("string");
    if (name === "Cursor" && first !== undefined) {
      const of = this.given(first);
      return { ...of, use: (value) => of.use(`${value}.into_inner()`) };
    }
    const number = nonZeroOf(type);
    if (number !== undefined) return plain(number);
    if (name === "Duration") return plain("duration");
    if (name === "SystemTime") return plain("date");
    if (type === JSON_VALUE) this.#own.useJson();
    if (type === JSON_VALUE || type === ANY_VALUE) return plain("any");
    if (name === "Ordering") {
      return { ...plain("i32"), use: (value) => `(${value} as i32)` };
    }
    if (
      (name === "Range" || name === "RangeInclusive") && first !== undefined
    ) {
      const of = this.given(first);
      return {
        ...of,
        notation: `(${of.notation}, ${of.notation})`,
        use: (value) =>
          name === "Range"
            ? `{ let range = ${value}; (range.start, range.end) }`
            : `${value}.into_inner()`,
      };
    }
    const variant = this.#own.stdVariantOf(name);
    if (variant !== undefined) return plain(variant);
    const record = this.#own.stdRecordOf(type.path);
    if (record !== undefined) return { ...plain(record.name), use: record.use };
    if (KINDS.has(name)) {
      const use = (value: string) => `format!("{:?}", ${value})`;
      return { ...plain("string"), use };
    }
    if (first === undefined) return refuse(noStd(name));
    if (MAPS.has(name) && second !== undefined) {
      const [key, value] = [this.given(first), this.given(second)];
      return {
        notation: `map<${key.notation}, ${value.notation}>`,
        use: key.use === SAME && value.use === SAME && !isSwiss(type.path)
          ? SAME
          : (map) =>
            `${map}.into_iter().map(|(key, value)| (${key.use("key")}, ${
              value.use("value")
            })).collect::<std::collections::HashMap<_, _>>()`,
        borrows: value.borrows,
      };
    }
    if (name === "Option" && isUnit(first)) {
      return { ...plain("bool"), use: (value) => `${value}.is_some()` };
    }
    if (COLLECTIONS.has(name) || name === "Option") {
      const of = this.given(first);
      const isOption = name === "Option";
      return {
        ...of,
        notation: isOption ? `?${of.notation}` : listOf(of.notation),
        use: of.use === SAME && !isSwiss(type.path)
          ? SAME
          : (value) =>
            isOption
              ? `${value}.map(|one| ${of.use("one")})`
              : `${value}.into_iter().map(|one| ${
                of.use("one")
              }).collect::<Vec<_>>()`,
      };
    }
    if (POINTERS.has(name) || name === SLICED) {
      const isCow = name === "Cow";
      if (first.kind === "slice") {
        const of = this.given(first.of);
        if (of.use !== SAME) return refuse(noStd(name));
        return {
          ...of,
          notation: listOf(of.notation),
          use: (value) => `${value}.to_vec()`,
        };
      }
      const of = this.given(first);
      return {
        ...of,
        use: (value) =>
          of.use(
            isCow
              ? `${value}.into_owned()`
              : name === "Box"
              ? `*${value}`
              : `(*${value}).clone()`,
          ),
      };
    }
    return refuse(noStd(name));
  }
}

/** The same, of what may be nothing. */
function optional(one: Outgoing): Outgoing {
  return {
    ...one,
    notation: `?${one.notation}`,
    give: (value) => `${value}.map_or(0, |one| ${one.give("one")})`,
  };
}

/** Enums of the standard library without contents, some of which have no end: their names are told. */
const KINDS = new Set(["ErrorKind", "IntErrorKind", "FpCategory"]);

/** Refuses what could be written to, where what comes out is a copy. */
function refuseCopies(type: Type): void {
  const isText = type.kind === "ref" && type.of.kind === "primitive" &&
    type.of.name === "str"; // which nobody writes to in JavaScript
  if (type.kind === "ref" && type.isMutable && !isText) {
    refuse(
      "it gives a &mut of what crosses as a copy: what is written to that would be lost",
    );
  }
}

/** Whether a type is a text that derefs to `str`. */
function isText(type: Type): boolean {
  if (type.kind === "primitive") return type.name === "str";
  if (type.kind !== "std") return false;
  const [first] = type.args;
  return type.name === "String" ||
    POINTERS.has(type.name) && first !== undefined &&
      (first.kind === "primitive" && first.name === "str" ||
        isStdError(first)) ||
    BORROWED_TEXTS.has(type.name) || isStdError(type);
}

/** What is written of a text among other values. */
function textOf(type: Type): (value: string) => string {
  if (type.kind !== "std") return SAME;
  if (BORROWED_TEXTS.has(type.name)) {
    return (value) => `${value}.to_string_lossy()`;
  }
  const [held = type] = type.args;
  return isStdError(type) || isStdError(held)
    ? (value) => `${value}.to_string()`
    : SAME;
}

/** The element of what derefs to a slice. */
function elementOf(type: Type): Type | undefined {
  if (type.kind === "slice") return type.of;
  if (type.kind !== "std") return undefined;
  const [first] = type.args;
  if (type.name === "Vec") return first;
  const isSlice = POINTERS.has(type.name) || type.name === SLICED;
  return isSlice && first?.kind === "slice" ? first.of : undefined;
}

/** Types of the standard library that hold what they are of, and borrow nothing themselves. */
const HOLDS =
  /^(?:String|Vec|VecDeque|Option|Box|Arc|Rc|(?:Hash|BTree)(?:Map|Set)|PathBuf|Range|RandomState|Duration|SystemTime|NonZero\w*)$/;

/** Whether nothing in a type can lead elsewhere: an index of numbers keeps nobody alive. */
function isApart(type: Type): boolean {
  const areApart = partsOf(type).every(isApart);
  switch (type.kind) {
    case "primitive":
    case "tuple":
    case "array":
      return areApart;
    case "own":
      return type.lifetimes === 0 && areApart;
    case "std":
      return HOLDS.test(type.name) && areApart;
    default:
      return false;
  }
}
