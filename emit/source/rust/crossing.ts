/**
 * How values of Rust cross: in as what JavaScript gave, out as what it gets.
 *
 * @module
 */

import { SCALAR_SIZE } from "../../../ffi/manifest/manifest.ts";
import type { Extent } from "../../bytes/sequence.ts";
import { spell, std, type Type, Uncrossable } from "./rust_type.ts";

type OwnType = Type & { readonly kind: "own" };

/** What is known of the types that the crate itself declares. */
export interface CrateTypes {
  /** As a wrapper writes it. */
  spell(type: Type): string;
  isClass(type: OwnType): boolean;
  isEnum(type: OwnType): boolean;
  /** The name of a class, which is used from now on. */
  classOf(type: OwnType): string;
  /** The name of a type that crosses whole, which is used from now on. */
  dataOf(type: OwnType): string;
  /** What a name stands for that was given to a type. */
  kindNamed(name: string): "class" | "enum" | undefined;
  /** The class of an iterator. */
  sequenceOf(of: Type): { readonly name: string; readonly rust: string };
  /** The traits of the standard library that a type implements. */
  traitsOf(
    type: OwnType,
  ): { readonly isClone: boolean; readonly isCopy: boolean };
}

/** How a value lies in a frame: the type of a wrapper's field, and what it takes. */
export interface Slot extends Extent {
  readonly field: string;
}

const SPAN: Slot = { field: "Span", size: 16, align: 8 };
const HANDLE: Slot = { field: "u64", size: 8, align: 8 };

/** What a wrapper does with a parameter. */
export interface Incoming {
  /** The type in the notation. */
  readonly notation: string;
  readonly slot: Slot;
  /** Statements that take the value from the frame's field, which may return an error. */
  readonly take: (field: string, name: string, isKept: boolean) => string;
  /** The argument. */
  readonly value: (name: string) => string;
  /** What the argument has become, of one that is written to. */
  readonly back?: Type;
}

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

/** How a frame holds a value. */
interface Lying {
  readonly slot: Slot;
  /** An expression for the value in a field, of a type of Rust. */
  readonly take: (field: string, rust: string) => string;
  /** An expression for the field. */
  readonly give: (value: string) => string;
  /** Whether it is a packet. */
  readonly isPacket?: boolean;
}

function refuse(why: string): never {
  throw new Uncrossable(why);
}

/** Numbers, which the notation calls as Rust does, and their bytes. */
const { bool: BOOL_SIZE, ...NUMBERS } = SCALAR_SIZE;

function isNumber(type: Type): boolean {
  return type.kind === "primitive" && Object.hasOwn(NUMBERS, type.name);
}

/** A value that a packet holds, and how what Rust wants is made of it. */
interface Whole {
  readonly notation: string;
  /** The type that is read. */
  readonly rust: string;
  /** What is wanted, of a place that holds what was read. */
  readonly use: (place: string) => string;
  /** Whether that is the place itself. */
  readonly isSame: boolean;
}

const SAME = (place: string) => place;

/** Types of the standard library that are texts in JavaScript. */
const OWNED_TEXTS = new Set([
  "String",
  "PathBuf",
  "OsString",
  "IpAddr",
  "Ipv4Addr",
  "Ipv6Addr",
  "SocketAddr",
]);

const COLLECTIONS = new Set(["Vec", "VecDeque", "BTreeSet", "HashSet"]);
const MAPS = new Set(["HashMap", "BTreeMap"]);

/** The crossing of a crate's types. */
export class Crossing {
  readonly #own: CrateTypes;

  /** @param own The crate's own types. */
  constructor(own: CrateTypes) {
    this.#own = own;
  }

  /**
   * How an argument crosses.
   *
   * @throws {Uncrossable} Why it does not.
   */
  incoming(type: Type): Incoming {
    switch (type.kind) {
      case "primitive":
        if (isNumber(type) || type.name === "bool") return scalarIn(type.name);
        break;
      case "function":
        return this.#functionIn(type);
      case "ref":
        return this.#referenceIn(type);
      case "own":
        if (this.#own.isClass(type)) return this.#objectIn(type);
        if (this.#own.isEnum(type)) return this.#enumIn(type);
        break;
      case "array":
        if (areScalars(type)) return arrayIn(type);
        break;
      case "std": {
        const [of] = type.args;
        if (type.name === "String") {
          return TEXT_IN((name) => `${name}.to_owned()`);
        }
        if (type.name === "Vec" && of !== undefined && isNumber(of)) {
          return sliceIn(of, (name) => `${name}.to_vec()`);
        }
        if (type.name === "Option" && of !== undefined) {
          const held = of.kind === "ref" ? of.of : of;
          if (held.kind === "own" && this.#own.isClass(held)) {
            return this.#optionalObjectIn(of);
          }
        }
      }
    }
    return this.#wholeIn(type);
  }

  /** Of what a text, a list, an object or a value is borrowed. */
  #referenceIn({ of, isMutable }: Type & { kind: "ref" }): Incoming {
    if (of.kind === "primitive" && of.name === "str" && !isMutable) {
      return TEXT_IN(SAME);
    }
    if (of.kind === "slice" && isNumber(of.of)) {
      return sliceIn(of.of, isMutable ? SAME : (name) => `&*${name}`);
    }
    if (of.kind === "own" && this.#own.isClass(of)) {
      return this.#borrowIn(of, isMutable);
    }
    if (!isMutable) return this.#wholeIn({ kind: "ref", isMutable, of });
    const { notation, slot, take, value } = this.incoming(of);
    if (value("p") !== "p" && of.kind !== "std") {
      refuse(
        "what is written through a &mut of what is borrowed cannot come back",
      );
    }
    this.outgoing(of);
    return {
      notation,
      slot,
      take: (field, name) =>
        `${take(field, name, false)} let mut ${name} = ${value(name)};`,
      value: (name) => `&mut ${name}`,
      back: of,
    };
  }

  #objectIn(type: OwnType): Incoming {
    const rust = this.#own.spell(type);
    const { isCopy } = this.#own.traitsOf(type);
    return {
      notation: this.#own.classOf(type),
      slot: HANDLE,
      take: (field, name) =>
        isCopy
          ? `let ${name} = object::Shared::<${rust}>::of(${field})?;`
          : `let ${name} = object::take::<${rust}>(${field})?;`,
      value: (name) => `${isCopy ? "*" : ""}${name}.get()`,
    };
  }

  #enumIn(type: OwnType): Incoming {
    return {
      notation: this.#own.dataOf(type),
      slot: scalarIn("u32").slot,
      take: (field, name) =>
        `let ${name} = <${this.#own.spell(type)} as Enum>::of(${field})?;`,
      value: SAME,
    };
  }

  #borrowIn(type: OwnType, isMutable: boolean): Incoming {
    const rust = this.#own.spell(type);
    const how = isMutable ? "Exclusive" : "Shared";
    return {
      notation: this.#own.classOf(type),
      slot: HANDLE,
      take: (field, name, isKept) =>
        `let ${
          isMutable ? "mut " : ""
        }${name} = object::${how}::<${rust}>::of(${field})?;` +
        (isKept ? ` ${name}.keep(&mut keeps);` : ""),
      value: (name) => `${name}.get()`,
    };
  }

  #optionalObjectIn(of: Type): Incoming {
    const one = this.incoming(of);
    return {
      notation: `?${one.notation}`,
      slot: HANDLE,
      take: (field, name, isKept) =>
        `let mut ${name} = None; if ${field} != 0 { ${
          one.take(field, "one", isKept)
        } ${name} = Some(one); }`,
      value: (name) =>
        of.kind === "ref"
          ? `${name}.${
            of.isMutable ? "as_mut" : "as_ref"
          }().map(|one| one.get())`
          : `${name}.map(|one| ${one.value("one")})`,
    };
  }

  #functionIn({ params, result, by }: Type & { kind: "function" }): Incoming {
    const gives = params.map((param) => this.given(param));
    const isUnit = result.kind === "tuple" && result.of.length === 0;
    const taken = isUnit ? undefined : this.whole(result);
    if (taken !== undefined && !taken.isSame) {
      refuse(
        "a function that gives what is borrowed cannot be one of JavaScript",
      );
    }
    const names = params.map((_, index) => `a${index}`);
    const code = (function_: string) =>
      `move |${names.join(", ")}| ${function_}.call(|w| { ${
        gives.map(({ use }, index) =>
          `packet::Give::write(vec![${use(`a${index}`)}], w);`
        )
          .join(" ")
      } let _ = w; }, |r| ${
        taken === undefined
          ? "{ let _ = r; Ok(()) }"
          : `function::result::<${taken.rust}>(r)`
      })`;
    return {
      notation: `closure<(${
        gives.map(({ notation }) => notation).join(", ")
      }) => ${taken?.notation ?? "void"}>`,
      slot: SPAN,
      take: (field, name) =>
        `let Some(${name}) = function::Function::of(${field}) else { return frame::refuse("wanted a function, got null") };`,
      value: (name) =>
        by === "box"
          ? `Box::new(${code(name)})`
          : by === "ref"
          ? `&mut ${code(name)}`
          : code(name),
    };
  }

  #wholeIn(type: Type): Incoming {
    const { notation, rust, use } = this.whole(type);
    const lies = this.#lies(notation);
    return {
      notation,
      slot: lies.slot,
      take: (field, name, isKept) => {
        const taken = lies.take(field, rust);
        return isKept
          ? `let ${name} = keeps.value(${taken});`
          : `let ${name} = ${taken};`;
      },
      value: (name) => use(name),
    };
  }

  /** How a value lies in a frame that is not always in a packet: the notation decides. */
  #lies(notation: string): Lying {
    const list = /^\[\](\w+)$/.exec(notation)?.[1];
    const number = notation === "bytes"
      ? "u8"
      : list === undefined
      ? undefined
      : Object.hasOwn(NUMBERS, list)
      ? list
      : this.#own.kindNamed(list) === "enum"
      ? "u32"
      : undefined;
    if (number !== undefined) {
      return {
        slot: SPAN,
        take: (field, rust) =>
          `packet::of_list::<${rust}, ${number}>(${field}.slice())?`,
        give: (value) => `packet::give_list::<_, ${number}>(${value})`,
      };
    }
    const element = /^(?:\[\d+\])+(\w+)$/.exec(notation)?.[1];
    if (element !== undefined && this.#own.kindNamed(element) === "enum") {
      refuse("an array of enums lies in a frame as numbers");
    }
    if (notation === "string") {
      return {
        slot: SPAN,
        take: (field, rust) => `packet::of_text::<${rust}>(${field}.text())?`,
        give: (value) => `packet::give_text(${value})`,
      };
    }
    if (Object.hasOwn(NUMBERS, notation) || notation === "bool") {
      const { slot } = scalarIn(notation);
      return { slot, take: (field) => field, give: SAME };
    }
    switch (this.#own.kindNamed(notation.replace(/^\?/, ""))) {
      case "class":
        return notation.startsWith("?")
          ? {
            slot: HANDLE,
            take: (field) => `object::take_or_none(${field})?`,
            give: (value) => `${value}.map_or(0, object::hold)`,
          }
          : {
            slot: HANDLE,
            take: (field, rust) => `object::take::<${rust}>(${field})?.get()`,
            give: (value) => `object::hold(${value})`,
          };
      case "enum":
        if (notation.startsWith("?")) break;
        return {
          slot: scalarIn("u32").slot,
          take: (field, rust) => `<${rust} as Enum>::of(${field})?`,
          give: (value) => `Enum::number(&${value})`,
        };
    }
    return {
      slot: SPAN,
      take: (field, rust) => `packet::take::<${rust}>(${field})?`,
      give: (value) => `packet::give(${value})`,
      isPacket: true,
    };
  }

  /** How a value is read from a packet. */
  whole(type: Type): Whole {
    switch (type.kind) {
      case "primitive":
        return wholeOfPrimitive(type.name);
      case "tuple": {
        if (type.of.length < 1 || type.of.length > 6) break;
        const parts = type.of.map((one) => this.whole(one));
        const isSame = parts.every((part) => part.isSame);
        return {
          notation: `(${parts.map((part) => part.notation).join(", ")})`,
          rust: `(${parts.map((part) => `${part.rust},`).join(" ")})`,
          use: isSame
            ? SAME
            : (place) =>
              `(${
                parts.map((part, index) => `${part.use(`${place}.${index}`)},`)
                  .join(" ")
              })`,
          isSame,
        };
      }
      case "array": {
        const of = this.whole(type.of);
        if (!of.isSame) break;
        return same(
          `[${type.length}]${of.notation}`,
          `[${of.rust}; ${type.length}]`,
        );
      }
      case "ref":
        return this.#wholeReference(type);
      case "own": {
        if (!this.#own.isClass(type)) {
          return same(this.#own.dataOf(type), this.#own.spell(type));
        }
        if (!this.#own.traitsOf(type).isClone) {
          refuse(
            `a ${
              this.#own.classOf(type)
            } among other values would have to be copied, and it is not Clone`,
          );
        }
        return same(this.#own.classOf(type), this.#own.spell(type));
      }
      case "std":
        return this.#wholeOfStd(type);
      case "iterator": {
        const of = this.whole(type.of);
        const use = (place: string) =>
          of.isSame
            ? `${place}.into_iter()`
            : `${place}.iter().map(|one| ${of.use("one")})`;
        return {
          notation: listOf(of.notation),
          rust: `Vec<${of.rust}>`,
          use: type.isBoxed ? (place) => `Box::new(${use(place)})` : use,
          isSame: false,
        };
      }
      case "none":
        refuse(type.why);
    }
    return refuse("the type has no JavaScript value");
  }

  #wholeReference({ of, isMutable }: Type & { kind: "ref" }): Whole {
    if (isMutable) {
      refuse("what it writes through a &mut of plain data cannot come back");
    }
    if (of.kind === "primitive" && of.name === "str") {
      return {
        notation: "string",
        rust: "String",
        use: (place) => `${place}.as_str()`,
        isSame: false,
      };
    }
    if (of.kind === "std" && (of.name === "Path" || of.name === "OsStr")) {
      return {
        notation: "string",
        rust: of.name === "Path" ? "std::path::PathBuf" : "std::ffi::OsString",
        use: (place) =>
          `${place}.as_${of.name === "Path" ? "path" : "os_str"}()`,
        isSame: false,
      };
    }
    if (of.kind === "slice") {
      const element = this.whole(of.of);
      return {
        notation: listOf(element.notation),
        rust: `Vec<${element.rust}>`,
        use: (place) =>
          element.isSame
            ? `&${place}[..]`
            : `&${place}.iter().map(|one| ${
              element.use("one")
            }).collect::<Vec<_>>()[..]`,
        isSame: false,
      };
    }
    const held = this.whole(of);
    return {
      ...held,
      use: (place) => `&${held.use(place)}`,
      isSame: false,
    };
  }

  #wholeOfStd(type: Type & { kind: "std" }): Whole {
    const { name, args } = type;
    const [first, second] = args;
    if (OWNED_TEXTS.has(name)) return same("string", spell(type, ""));
    if (name === "Duration") return same("duration", spell(type, ""));
    if (name === "SystemTime") return same("date", spell(type, ""));
    if (first === undefined) return refuse(noStd(name));
    if (MAPS.has(name) && second !== undefined) {
      const [key, value] = [this.whole(first), this.whole(second)];
      if (!key.isSame || !value.isSame) return refuse(noStd(name));
      return same(
        `map<${key.notation}, ${value.notation}>`,
        spell(std(name, type.path), "") + `<${key.rust}, ${value.rust}>`,
      );
    }
    if (COLLECTIONS.has(name)) {
      const of = this.whole(first);
      const rust = `${spell(std(name, type.path), "")}<${of.rust}>`;
      return {
        notation: listOf(of.notation),
        rust,
        use: of.isSame
          ? SAME
          : (place) => `${place}.iter().map(|one| ${of.use("one")}).collect()`,
        isSame: of.isSame,
      };
    }
    if (name === "Option") {
      const of = this.whole(first);
      return {
        notation: `?${of.notation}`,
        rust: `Option<${of.rust}>`,
        use: of.isSame
          ? SAME
          : first.kind === "ref"
          ? (place) => `${place}.as_ref().map(|one| ${of.use("one")})`
          : (place) => `${place}.map(|one| ${of.use("one")})`,
        isSame: of.isSame,
      };
    }
    if (name === "Cow" || name === "Box" || name === "Rc" || name === "Arc") {
      if (first.kind === "primitive" && first.name === "str") {
        return {
          notation: "string",
          rust: "String",
          use: (place) => `${place}.into()`,
          isSame: false,
        };
      }
      if (first.kind === "slice") {
        const of = this.whole(first.of);
        if (!of.isSame) return refuse(noStd(name));
        return {
          notation: listOf(of.notation),
          rust: `Vec<${of.rust}>`,
          use: (place) => `${place}.into()`,
          isSame: false,
        };
      }
      const of = this.whole(first);
      if (!of.isSame) return refuse(noStd(name));
      return {
        notation: of.notation,
        rust: of.rust,
        use: name === "Cow"
          ? (place) => `std::borrow::Cow::Owned(${place})`
          : (place) => `${spell(std(name, ""), "")}::new(${place})`,
        isSame: false,
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

  /**
   * How a result crosses.
   *
   * @throws {Uncrossable} Why it does not.
   */
  outgoing(type: Type): Outgoing {
    const held = type.kind === "ref" ? type.of : type;
    if (type.kind === "primitive") {
      if (isNumber(type) || type.name === "bool") {
        const { slot } = scalarIn(type.name);
        return { notation: type.name, slot, give: SAME, borrows: false };
      }
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
    if (type.kind === "std" && type.name === "Option") {
      const [of] = type.args;
      const inner = of?.kind === "ref" ? of.of : of;
      if (inner?.kind === "own" && this.#own.isClass(inner)) {
        const one = this.#objectOut(of!, inner);
        return {
          ...one,
          notation: `?${one.notation}`,
          give: (value) => `${value}.map_or(0, |one| ${one.give("one")})`,
        };
      }
    }
    if (held.kind === "own" && this.#own.isEnum(held)) {
      return {
        notation: this.#own.dataOf(held),
        slot: scalarIn("u32").slot,
        give: (value) =>
          `Enum::number(${type.kind === "ref" ? "" : "&"}${value})`,
        borrows: false,
      };
    }
    if (held.kind === "array" && areScalars(held)) {
      const { notation, slot } = arrayIn(held);
      return {
        notation,
        slot,
        give: (value) => type.kind === "ref" ? `*${value}` : value,
        borrows: false,
      };
    }
    if (type.kind === "iterator") return this.#iteratorOut(type);
    const { notation, use, borrows } = this.given(type);
    const lies = this.#lies(notation);
    return {
      notation,
      slot: lies.slot,
      give: (value) => lies.give(use(value)),
      borrows,
      isPacket: lies.isPacket === true,
    };
  }

  #objectOut(type: Type, held: OwnType): Outgoing {
    const notation = this.#own.classOf(held);
    const { isClone } = this.#own.traitsOf(held);
    if (type.kind !== "ref") {
      return {
        notation,
        slot: HANDLE,
        give: (value) => `object::hold(${value})`,
        borrows: held.lifetimes > 0 || held.args.length > 0,
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
      borrows: type.isMutable || !isClone || held.lifetimes > 0,
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
        return { notation: wholeOfPrimitive(type.name).notation, ...isPlain };
      case "tuple": {
        if (type.of.length < 1 || type.of.length > 6) break;
        const parts = type.of.map((one) => this.given(one));
        return {
          notation: `(${parts.map((part) => part.notation).join(", ")})`,
          use: (value) =>
            parts.every((part) => part.use === SAME)
              ? value
              : `{ let all = ${value}; (${
                parts.map((part, index) => `${part.use(`all.${index}`)},`)
                  .join(" ")
              }) }`,
          borrows: parts.some((part) => part.borrows),
        };
      }
      case "array": {
        const of = this.given(type.of);
        if (of.use !== SAME) break;
        return { ...of, notation: `[${type.length}]${of.notation}` };
      }
      case "ref": {
        if (isText(type.of)) {
          return { notation: "string", ...isPlain, use: textOf(type.of) };
        }
        if (type.of.kind === "slice") {
          const of = this.given(type.of.of);
          if (of.use === SAME) return { ...of, notation: listOf(of.notation) };
          break;
        }
        if (type.of.kind === "own" && this.#own.isClass(type.of)) {
          if (!this.#own.traitsOf(type.of).isClone) {
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
      case "own": {
        const isClass = this.#own.isClass(type);
        return {
          notation: isClass ? this.#own.classOf(type) : this.#own.dataOf(type),
          use: SAME,
          borrows: isClass && type.lifetimes > 0,
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
    if (name === "Duration") return plain("duration");
    if (name === "SystemTime") return plain("date");
    if (name === "Ordering") {
      return { ...plain("i32"), use: (value) => `(${value} as i32)` };
    }
    if (name === "Range" && first !== undefined) {
      const of = this.given(first);
      return {
        ...of,
        notation: `(${of.notation}, ${of.notation})`,
        use: (value) => `{ let range = ${value}; (range.start, range.end) }`,
      };
    }
    if (first === undefined) return refuse(noStd(name));
    if (MAPS.has(name) && second !== undefined) {
      const [key, value] = [this.given(first), this.given(second)];
      return {
        notation: `map<${key.notation}, ${value.notation}>`,
        use: key.use === SAME && value.use === SAME
          ? SAME
          : (map) =>
            `${map}.into_iter().map(|(key, value)| (${key.use("key")}, ${
              value.use("value")
            })).collect::<std::collections::HashMap<_, _>>()`,
        borrows: value.borrows,
      };
    }
    if (COLLECTIONS.has(name) || name === "Option") {
      const of = this.given(first);
      const isOption = name === "Option";
      return {
        ...of,
        notation: isOption ? `?${of.notation}` : listOf(of.notation),
        use: of.use === SAME
          ? SAME
          : (value) =>
            isOption
              ? `${value}.map(|one| ${of.use("one")})`
              : `${value}.into_iter().map(|one| ${
                of.use("one")
              }).collect::<Vec<_>>()`,
      };
    }
    if (name === "Cow" || name === "Box" || name === "Rc" || name === "Arc") {
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

function noStd(name: string): string {
  return `a ${name} of the standard library has no JavaScript value`;
}

function same(notation: string, rust: string): Whole {
  return { notation, rust, use: SAME, isSame: true };
}

function wholeOfPrimitive(name: string): Whole {
  if (name === "bool" || Object.hasOwn(NUMBERS, name)) return same(name, name);
  if (name === "char") return same("string", "char");
  if (name === "i128" || name === "u128") return same("bigint", name);
  return refuse(`a ${name} has no JavaScript value`);
}

/** The notation of a list. */
function listOf(element: string): string {
  return element === "u8" ? "bytes" : `[]${element}`;
}

function scalarIn(name: string): Incoming {
  const size = name === "bool"
    ? BOOL_SIZE
    : NUMBERS[name as keyof typeof NUMBERS];
  return {
    notation: name,
    slot: { field: name, size, align: size },
    take: (field, local) => `let ${local} = ${field};`,
    value: SAME,
  };
}

/** Whether a type is a scalar, or an array of arrays of them: it lies in the frame itself. */
function areScalars(type: Type): boolean {
  return type.kind === "array"
    ? areScalars(type.of)
    : isNumber(type) || type.kind === "primitive" && type.name === "bool";
}

/** Scalars that lie in the frame, one after the other. */
function arrayIn({ of, length }: Type & { kind: "array" }): Incoming {
  const { notation, slot } = of.kind === "array"
    ? arrayIn(of)
    : scalarIn((of as Type & { kind: "primitive" }).name);
  return {
    notation: `[${length}]${notation}`,
    slot: {
      field: `[${slot.field}; ${length}]`,
      size: slot.size * length,
      align: slot.align,
    },
    take: (field, name) => `let ${name} = ${field};`,
    value: SAME,
  };
}

const TEXT_IN = (value: (name: string) => string): Incoming => ({
  notation: "string",
  slot: SPAN,
  take: (field, name, isKept) =>
    isKept
      ? `let ${name} = keeps.text(${field}.text());`
      : `let ${name} = ${field}.text();`,
  value,
});

function sliceIn(of: Type, value: (name: string) => string): Incoming {
  const rust = (of as Type & { kind: "primitive" }).name;
  return {
    notation: listOf(rust),
    slot: SPAN,
    take: (field, name, isKept) =>
      isKept
        ? `let ${name} = keeps.slice::<${rust}>(${field}.slice());`
        : `let ${name} = ${field}.slice::<${rust}>();`,
    value,
  };
}

/** Whether a type is a text that derefs to `str`. */
function isText(type: Type): boolean {
  if (type.kind === "primitive") return type.name === "str";
  if (type.kind !== "std") return false;
  const [first] = type.args;
  return type.name === "String" ||
    ["Cow", "Box", "Rc", "Arc"].includes(type.name) &&
      first?.kind === "primitive" && first.name === "str" ||
    type.name === "Path" || type.name === "OsStr";
}

/** What is written of a text among other values. */
function textOf(type: Type): (value: string) => string {
  return type.kind === "std" && (type.name === "Path" || type.name === "OsStr")
    ? (value) => `${value}.to_string_lossy()`
    : SAME;
}

/** The element of what derefs to a slice. */
function elementOf(type: Type): Type | undefined {
  if (type.kind === "slice") return type.of;
  if (type.kind !== "std") return undefined;
  const [first] = type.args;
  if (type.name === "Vec") return first;
  return ["Cow", "Box", "Rc", "Arc"].includes(type.name) &&
      first?.kind === "slice"
    ? first.of
    : undefined;
}
