/**
 * How values come into Rust: of what JavaScript gave.
 *
 * @module
 */

import { FOR_CALL, type Incoming } from "./argument.ts";
import {
  areScalars,
  arrayOf,
  boxedIn,
  type BoxedType,
  type CrateTypes,
  HANDLE,
  isNumber,
  listOf,
  lyingOf,
  NO_POINTER,
  nonZeroOf,
  refuse,
  SAME,
  scalarOf,
  SPAN,
} from "./frame_value.ts";
import { functionIn } from "./function_argument.ts";
import type { Outward } from "./outgoing.ts";
import {
  type DynType,
  lends,
  type OwnType,
  std,
  type Type,
} from "./rust_type.ts";
import { spell, withLifetime } from "./spell_type.ts";
import { type Whole, wholeOf } from "./whole_value.ts";

/** How the arguments of a crate's functions come in. */
export class Inward {
  readonly #own: CrateTypes;
  readonly #outward: Outward;

  /**
   * @param own The crate's own types.
   * @param outward How what functions are given comes out, and what a `&mut` becomes.
   */
  constructor(own: CrateTypes, outward: Outward) {
    this.#own = own;
    this.#outward = outward;
  }

  /**
   * How an argument crosses.
   *
   * @throws {Uncrossable} Why it does not.
   */
  incoming(type: Type): Incoming {
    switch (type.kind) {
      case "primitive":
        if (isNumber(type) || type.name === "bool") {
          return inPlace(scalarOf(type.name));
        }
        break;
      case "function":
        return functionIn(type, this.#own, this.#outward);
      case "ref":
        return this.#referenceIn(type);
      case "dyn":
        return this.#dynIn(type);
      case "own":
        if (this.#own.isClass(type)) return this.#objectIn(type);
        if (this.#own.isEnum(type)) return this.#enumIn(type);
        break;
      case "array":
        return areScalars(type) ? inPlace(arrayOf(type)) : this.#arrayIn(type);
      case "std": {
        const [of] = type.args;
        const boxed = boxedIn(type, this.#own);
        if (boxed !== undefined) return this.#boxedIn(boxed);
        const number = nonZeroOf(type);
        if (number !== undefined) {
          return {
            ...inPlace(scalarOf(number)),
            take: (field, name) =>
              `let ${name} = packet::non_zero::<${
                spell(type, "")
              }>(${field})?;`,
          };
        }
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
          if (of.kind === "function") {
            return functionIn(of, this.#own, this.#outward, true);
          }
        }
      }
    }
    return this.#wholeIn(type);
  }

  /** An array of what is no number: a list of as many. */
  #arrayIn({ of, length }: Type & { kind: "array" }): Incoming {
    const list = this.incoming(std("Vec", "std::vec::Vec", of));
    return {
      ...list,
      value: (name, term) =>
        `match <[_; ${length}]>::try_from(${
          list.value(name, term)
        }) { Ok(all) => all, ` +
        `Err(all) => return frame::out_of_range(format!("wanted ${length} elements, got {}", all.len())) }`,
    };
  }

  /** Of what a text, a list, an object or a value is borrowed. */
  #referenceIn({ of: named, isMutable }: Type & { kind: "ref" }): Incoming {
    const of = this.#withoutDyns(named);
    if (of.kind === "primitive" && of.name === "str" && !isMutable) {
      return TEXT_IN(SAME);
    }
    if (of.kind === "slice" && isNumber(of.of)) {
      return isMutable
        ? { ...sliceIn(of.of, SAME), isWritten: true }
        : sliceIn(of.of, (name) => `&*${name}`);
    }
    if (of.kind === "own" && this.#own.isClass(of)) {
      return this.#borrowIn(of, isMutable);
    }
    if (of.kind === "dyn") return this.#dynBorrowIn(of, isMutable);
    if (!isMutable) return this.#wholeIn({ kind: "ref", isMutable, of });
    if (of.kind === "slice") {
      const list = std("Vec", "std::vec::Vec", of.of);
      const incoming = this.incoming({ kind: "ref", isMutable, of: list });
      return { ...incoming, value: (name) => `&mut ${name}[..]` };
    }
    const { notation, slot, take, value } = this.incoming(of);
    if (value("p", FOR_CALL) !== "p" && of.kind !== "std") {
      refuse(
        "what is written through a &mut of what is borrowed cannot come back",
      );
    }
    this.#outward.outgoing(of);
    return {
      notation,
      slot,
      take: (field, name, term) =>
        `${take(field, name, { ...term, isKept: false })} ${
          term.isKept
            ? `let ${name} = keeps.value(${value(name, FOR_CALL)});`
            : `let mut ${name}_own = ${
              value(name, FOR_CALL)
            }; let ${name} = &mut ${name}_own;`
        }`,
      value: SAME,
      back: of,
    };
  }

  /**
   * What becomes a reference to a type of whatever has a trait: Rust makes a
   * `&Config<dyn Custom>` of a `&Config<Posix>`.
   */
  #withoutDyns(type: Type): Type {
    if (type.kind !== "own") return type;
    const args = type.args.map((one) =>
      one.kind === "dyn" && one.pointer === undefined
        ? this.#own.implementorsOf(one)[0] ?? one
        : one
    );
    return { ...type, args };
  }

  #objectIn(type: OwnType): Incoming {
    const rust = this.#own.spell(type);
    return {
      notation: this.#own.classOf(type),
      slot: HANDLE,
      take: (field, name, { isKept }) =>
        `let ${name} = object::Given::<${rust}>::of(${field})?;` +
        (isKept ? ` ${name}.inherit(&mut keeps);` : ""),
      value: (name, { inside }) => objectValue(name, type, rust, inside),
    };
  }

  /** An object of a trait: one that came out, or of a class that has the trait. */
  #dynIn(type: DynType): Incoming {
    const { pointer } = type;
    if (pointer === undefined) return refuse(NO_POINTER);
    const { name: notation, rust } = this.#own.dynOf(type);
    const made = `${spell(std(pointer, pointer), "")}::new`;
    return {
      notation,
      slot: HANDLE,
      take: (field, name, { isKept, inside }) =>
        this.#oneOf(
          withLifetime(this.#own.spell(type), inside),
          type,
          name,
          field,
          (is) =>
            `let one = object::Given::<${is}>::of(${field})?;` +
            (isKept ? " one.inherit(&mut keeps);" : "") +
            (is !== rust
              ? ` ${made}(one.get())`
              // What is not said to borrow is for ever.
              : type.borrows
              ? " one.get().0"
              : " one.lasting()?.0"),
        ),
      value: SAME,
    };
  }

  #dynBorrowIn(of: DynType, isMutable: boolean): Incoming {
    const type: DynType = { ...of, pointer: "Box" };
    const { name: notation, rust } = this.#own.dynOf(type);
    const [how, mark] = isMutable ? ["Exclusive", "mut "] : ["Shared", ""];
    const object = this.#own.spell(of);
    return {
      notation,
      slot: HANDLE,
      take: (field, name, { isKept, inside }) =>
        `let mut ${name}_held: Vec<Box<dyn std::any::Any>> = vec![]; ` +
        this.#oneOf(
          // Of what borrows nothing there may be traits that ask for that, `Any`.
          `&${isKept ? "'static " : ""}${mark}${
            of.borrows ? withLifetime(object, inside) : object
          }`,
          type,
          name,
          field,
          (is) =>
            `let ${mark}one = object::${how}::<${is}>::of(${field})?;` +
            (isKept ? " one.keep(&mut keeps);" : "") +
            ` let value = ${
              isKept
                ? "one.kept()"
                : `frame::during${isMutable ? "_mut" : ""}(at, one.kept())`
            }; ${name}_held.push(Box::new(one)); ` +
            (is === rust ? `&${mark}*value.0` : "value"),
        ),
      value: SAME,
    };
  }

  /** Code of the function that takes an object of a trait among other values. */
  readsDyns(type: DynType): string {
    const { take } = this.#dynIn(type);
    return `|handle| { ${take("handle", "p0", FOR_CALL)} Ok(p0) }`;
  }

  /** Takes a value of the first of some types that an object is of. */
  #oneOf(
    rust: string,
    of: DynType,
    name: string,
    field: string,
    take: (rust: string) => string,
  ): string {
    const own = this.#own.dynOf(of);
    const classes = this.#own.implementorsOf(of).map((one) => {
      this.#own.classOf(one);
      return this.#own.spell(one);
    });
    const all = [own.rust, ...classes].map((rust) =>
      `if object::is::<${rust}>(${field}) { ${take(rust)} }`
    );
    return `let ${name}: ${rust} = ${
      all.join(" else ")
    } else { return frame::wrong("wanted a ${own.name}") };`;
  }

  #enumIn(type: OwnType): Incoming {
    return {
      notation: this.#own.dataOf(type),
      slot: scalarOf(this.#own.enumNumber(type)).slot,
      take: (field, name) =>
        `let ${name} = <${this.#own.spell(type)} as Enum>::of(${field})?;`,
      value: SAME,
    };
  }

  /** A box of what has no size of its own. */
  #boxedIn({ of, holder }: BoxedType): Incoming {
    return {
      notation: this.#own.classOf(of),
      slot: HANDLE,
      take: (field, name) =>
        `let ${name} = object::take::<${holder}>(${field})?.get().owned()?;`,
      value: SAME,
    };
  }

  #borrowIn(type: OwnType, isMutable: boolean): Incoming {
    const holder = this.#own.unsizedIn(type);
    if (holder !== undefined && isMutable) {
      refuse(
        `a ${
          this.#own.classOf(type)
        } has no size of its own: it is only ever read`,
      );
    }
    const rust = holder ?? this.#own.spell(type);
    const held = (value: string) =>
      holder === undefined ? value : `&**${value}`;
    const how = isMutable ? "Exclusive" : "Shared";
    return {
      notation: this.#own.classOf(type),
      slot: HANDLE,
      take: (field, name, { isKept, isForEver }) =>
        `let ${
          isMutable ? "mut " : ""
        }${name} = object::${how}::<${rust}>::of(${field})?;` +
        (isForEver && !isMutable
          ? ` let ${name} = ${name}.for_ever()?;`
          : isKept
          ? ` ${name}.keep(&mut keeps);`
          : ""),
      value: (name, { isKept, isForEver, inside }) =>
        held(
          isForEver && !isMutable
            ? name
            : isKept
            ? `${name}.kept()`
            : holder !== undefined
            ? `${name}.get()`
            : objectValue(name, type, rust, inside),
        ),
    };
  }

  #optionalObjectIn(of: Type): Incoming {
    const one = this.incoming(of);
    return {
      notation: `?${one.notation}`,
      slot: HANDLE,
      take: (field, name, term) =>
        `let mut ${name} = None; if ${field} != 0 { ${
          one.take(field, "one", term)
        } ${name} = Some(one); }`,
      value: (name, term) =>
        `${name}${
          of.kind !== "ref" ? "" : of.isMutable ? ".as_mut()" : ".as_ref()"
        }.map(|one| ${one.value("one", term)})`,
    };
  }

  /** How a value is read from a packet. */
  whole(type: Type): Whole {
    return wholeOf(type, this.#own);
  }

  #wholeIn(type: Type): Incoming {
    const { notation, rust, use, isSame, useKept = use } = wholeOf(
      type,
      this.#own,
    );
    const lies = lyingOf(notation, this.#own);
    return {
      notation,
      slot: lies.slot,
      take: (field, name, { isKept, inside }) => {
        const taken = lies.take(field, rust);
        if (!isKept) {
          const brief = withLifetime(rust, inside);
          return brief === rust || !lends(type)
            ? `let ${name} = ${taken};`
            : `let ${name}: ${brief} = unsafe { object::brief::<${rust}, _>(${taken}) };`;
        }
        return `let ${name} = ${
          isSame ? taken : `keeps.value(${taken})`
        }; keeps.adopt();`;
      },
      value: (name, { isKept }) => (isKept ? useKept : use)(name),
    };
  }
}

/** An object's value, where what it borrows from has a lifetime. */
function objectValue(
  name: string,
  type: Type,
  rust: string,
  inside: string,
): string {
  const brief = withLifetime(rust, inside);
  return brief === rust || !lends(type)
    ? `${name}.get()`
    : `unsafe { ${name}.brief::<${brief}>() }`;
}

/** What lies in the frame itself. */
function inPlace(
  value: Pick<Incoming, "notation" | "slot">,
): Incoming {
  return {
    ...value,
    take: (field, name) => `let ${name} = ${field};`,
    value: SAME,
  };
}

const TEXT_IN = (value: (name: string) => string): Incoming => ({
  notation: "string",
  slot: SPAN,
  take: (field, name, { isKept, isForEver }) => {
    const text = `${field}.text(at)`;
    return `let ${name} = ${
      isForEver
        ? `frame::interned(${text})`
        : isKept
        ? `keeps.text(${text})`
        : text
    };`;
  },
  value,
});

function sliceIn(of: Type, value: (name: string) => string): Incoming {
  const rust = (of as Type & { kind: "primitive" }).name;
  return {
    notation: listOf(rust),
    slot: SPAN,
    element: rust,
    take: (field, name, { isKept, isForEver }) =>
      isForEver && rust === "u8"
        ? `let ${name} = frame::interned_bytes(${field}.slice(at));`
        : isKept
        ? `let ${name} = keeps.slice::<${rust}>(${field}.slice(at));`
        : `let ${name} = ${field}.slice::<${rust}>(at);`,
    value,
  };
}
