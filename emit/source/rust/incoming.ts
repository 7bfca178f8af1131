/**
 * How values come into Rust: of what JavaScript gave.
 *
 * @module
 */

import {
  areScalars,
  arrayOf,
  COLLECTIONS,
  type CrateTypes,
  HANDLE,
  isNumber,
  isScalarType,
  listOf,
  lyingOf,
  MAPS,
  NO_POINTER,
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
import type { Outward } from "./outgoing.ts";
import {
  ANY_VALUE,
  DYN_ERROR,
  type DynType,
  type FunctionType,
  JSON_VALUE,
  lends,
  type OwnType,
  SLICED,
  std,
  type Type,
  UNIT,
} from "./rust_type.ts";
import { ofCall, spell, withLifetime } from "./spell_type.ts";

/** How long there is what a call was given. */
export interface Term {
  /** Whether the argument itself is kept for as long as it is wanted. */
  readonly isKept: boolean;
  /** Whether it stays for ever. */
  readonly isForEver?: boolean;
  /** The lifetime of what it borrows from: `'static` where that is kept, and else one of the call, which rustc lets nothing outlive. */
  readonly inside: string;
}

/** Of what is there for the call, and borrows from nothing or has it kept. */
export const FOR_CALL: Term = { isKept: false, inside: "'static" };

/** What a wrapper does with a parameter. */
export interface Incoming {
  /** The type in the notation. */
  readonly notation: string;
  readonly slot: Slot;
  /** Statements that take the value from the frame's field, which may return an error. */
  readonly take: (field: string, name: string, term: Term) => string;
  /** The argument. */
  readonly value: (name: string, term: Term) => string;
  /** Whether it is a function that is given what borrows. */
  readonly isGivenBorrows?: boolean;
  /** What the argument has become, of one that is written to. */
  readonly back?: Type;
  /** The type of its elements, where they lie in the caller's memory. */
  readonly element?: string;
  /** Whether its elements are written where they lie. */
  readonly isWritten?: boolean;
  /** Whether there is no null of it, where its type in JavaScript has one. */
  readonly isNonnull?: boolean;
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
  /** Whether it borrows nothing of the place. */
  readonly isOwned?: boolean;
  /** The same of what is kept, where that is a reference to the place. */
  readonly useKept?: (kept: string) => string;
}

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
        return this.#functionIn(type);
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
  #referenceIn({ of, isMutable }: Type & { kind: "ref" }): Incoming {
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

  #objectIn(type: OwnType): Incoming {
    const rust = this.#own.spell(type);
    return {
      notation: this.#own.classOf(type),
      slot: HANDLE,
      take: (field, name, { isKept }) =>
        `let ${name} = object::Given::<${rust}>::of(${field})?;` +
        (isKept ? ` ${name}.inherit(&mut keeps);` : ""),
      value: (name, { inside }) => valueOf(name, type, rust, inside),
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
    return {
      notation,
      slot: HANDLE,
      take: (field, name, { isKept, inside }) =>
        `let mut ${name}_held: Vec<Box<dyn std::any::Any>> = vec![]; ` +
        this.#oneOf(
          `&${isKept ? "'static " : ""}${mark}${
            withLifetime(this.#own.spell(of), inside)
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

  /** Code that reads objects of a trait among other values. */
  readsDyns(type: DynType): string {
    const { take } = this.#dynIn(type);
    return `packet::read_handles(r, n).into_iter().map(|handle| { ${
      take("handle", "p0", FOR_CALL)
    } Ok(p0) }).collect()`;
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

  #borrowIn(type: OwnType, isMutable: boolean): Incoming {
    const rust = this.#own.spell(type);
    const how = isMutable ? "Exclusive" : "Shared";
    return {
      notation: this.#own.classOf(type),
      slot: HANDLE,
      take: (field, name, { isKept }) =>
        `let ${
          isMutable ? "mut " : ""
        }${name} = object::${how}::<${rust}>::of(${field})?;` +
        (isKept ? ` ${name}.keep(&mut keeps);` : ""),
      value: (name, { isKept, inside }) =>
        isKept ? `${name}.kept()` : valueOf(name, type, rust, inside),
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

  #functionIn(type: FunctionType): Incoming {
    const { params, result: given, by } = type;
    if (by === "pointer") {
      refuse(
        "a fn holds nothing, and a function of JavaScript needs something to be found by: take impl Fn",
      );
    }
    // What a function of JavaScript throws goes through Rust as it is.
    const [result = UNIT, error] =
      given.kind === "std" && given.name === "Result" ? given.args : [given];
    const fine = (value: string) =>
      error === undefined
        ? value
        : `Ok::<_, ${this.#own.spell(error)}>(${value})`;
    const gives = params.map((param) =>
      this.#lent(param) ??
        { ...this.#outward.given(param), lend: undefined }
    );
    const isUnit = result.kind === "tuple" && result.of.length === 0;
    if (lends(result)) {
      refuse(
        "a function that gives what borrows from others cannot be one of JavaScript",
      );
    }
    const taken = isUnit ? undefined : this.whole(result);
    const isGivenBorrows = gives.some(({ borrows }) => borrows);
    if (taken !== undefined && !taken.isSame && taken.isOwned !== true) {
      refuse(
        "a function that gives what is borrowed cannot be one of JavaScript",
      );
    }
    const names = params.map((_, index) => `a${index}`);
    const isPlain = [...params, ...isUnit ? [] : [result]].every(isScalarType);
    const loans = gives.flatMap(({ lend }, index) =>
      lend === undefined ? [] : [`let a${index} = ${lend(`a${index}`)};`]
    ).join(" ");
    const whole = (function_: string) =>
      `{ ${loans} ${function_}.call(|w| { ${
        gives.map(({ use, lend }, index) =>
          lend === undefined
            ? isGivenBorrows
              ? `object::keeping(given.clone(), || packet::Give::write(vec![${
                use(`a${index}`)
              }], w));`
              : `packet::Give::write(vec![${use(`a${index}`)}], w);`
            : `packet::write_handles(vec![a${index}.handle()], w);`
        )
          .join(" ")
      } let _ = w; }, |r| ${
        taken === undefined
          ? "{ let _ = r; Ok(()) }"
          : `function::result::<${taken.rust}>(r)`
      }) }`;
    const spelled = params.map((param) => this.#own.spell(param));
    const direct = (function_: string) =>
      `match ${function_}.direct() { Some(address) => { let call: unsafe extern "C" fn(${
        ["f64", ...spelled].join(", ")
      })${
        taken === undefined ? "" : ` -> ${taken.rust}`
      } = unsafe { std::mem::transmute(address) }; ${function_}.given(unsafe { call(${
        [`${function_}.number()`, ...names].join(", ")
      }) }) }, None => ${whole(function_)} }`;
    const used = (value: string) =>
      taken?.isOwned === true
        ? `{ let given = ${value}; ${taken.use("given")} }`
        : value;
    // In a box, nothing else tells what a function is called with.
    const taking = by === "box" || by === "named"
      ? names.map((name, i) => `${name}: ${ofCall(spelled[i]!)}`)
      : names;
    const code = (function_: string) => {
      const closure = `move |${taking.join(", ")}| ${
        fine(used((isPlain ? direct : whole)(function_)))
      }`;
      return isGivenBorrows
        ? `{ let given = keeps.clone(); ${closure} }`
        : closure;
    };
    return {
      notation: `closure<(${
        gives.map(({ notation }) => notation).join(", ")
      }) => ${taken?.notation ?? "void"}>`,
      slot: SPAN,
      isNonnull: true,
      isGivenBorrows,
      take: (field, name) =>
        `let Some(${name}) = function::Function::of(${field}) else { return frame::wrong("wanted a function, got null") };` +
        // What holds a reference alone is copied.
        (type.isCopied === true && by === "value"
          ? ` let ${name} = &${name};`
          : ""),
      value: (name) =>
        by === "box"
          ? `Box::new(${code(name)})`
          : by === "named"
          ? `(Box::new(${code(name)}) as ${this.#own.spell(type)})`
          : by === "ref"
          ? `&mut ${code(name)}`
          : code(name),
    };
  }

  /** An object that a function of JavaScript has while it is called, where it cannot be copied. */
  #lent(type: Type) {
    const own = this.#own;
    if (
      type.kind !== "ref" || type.of.kind !== "own" ||
      !own.isClass(type.of) || !type.isMutable && own.isClone(type.of)
    ) return undefined;
    const rust = own.spell(type.of);
    const [how, mark] = type.isMutable
      ? ["to_change", "mut"]
      : ["to_read", "const"];
    return {
      notation: own.classOf(type.of),
      use: SAME,
      borrows: false,
      lend: (name: string) =>
        `unsafe { object::Lent::${how}::<${rust}>(&raw ${mark} *${name} as *${mark} ()) }`,
    };
  }

  #wholeIn(type: Type): Incoming {
    const { notation, rust, use, isSame, useKept = use } = this.whole(type);
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
        if (!this.#own.isClone(type)) {
          refuse(
            `a ${
              this.#own.classOf(type)
            } among other values would have to be copied, and it is not Clone`,
          );
        }
        return same(this.#own.classOf(type), this.#own.spell(type));
      }
      case "dyn":
        if (type.pointer !== "Box") break;
        return same(this.#own.dynOf(type).name, this.#own.spell(type));
      case "std":
        return this.#wholeOfStd(type);
      case "iterator": {
        const of = this.whole(type.of);
        const use = (place: string) =>
          of.isSame
            ? `${place}.into_iter()`
            : `${place}.iter().map(|one| ${of.use("one")})`;
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
      ...held.isSame ? { useKept: (kept: string) => `&*${kept}` } : {},
      isSame: false,
    };
  }

  #wholeOfStd(type: Type & { kind: "std" }): Whole {
    const { name, args } = type;
    const [first, second] = args;
    if (OWNED_TEXTS.has(name)) return same("string", spell(type, ""));
    if (name === "Duration") return same("duration", spell(type, ""));
    if (name === "SystemTime") return same("date", spell(type, ""));
    if (type === JSON_VALUE) this.#own.useJson();
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
    if (first === undefined) return refuse(noStd(name));
    const open = OPEN_RANGES[name];
    if (open !== undefined) {
      const of = this.whole(first);
      return {
        ...of,
        use: (place) => open(of.use(place)),
        isSame: false,
      };
    }
    if (name === "Range" || name === "RangeInclusive") {
      const of = this.whole(first);
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
    if (name === SLICED && first.kind === "slice") {
      const of = this.whole(first.of);
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
      const isText = first.kind === "primitive" && first.name === "str" ||
        first.kind === "std" && first.name === DYN_ERROR;
      if (isText) {
        return {
          notation: "string",
          rust: "String",
          use: (place) => `${place}.to_string().into()`,
          isSame: false,
        };
      }
      if (first.kind === "slice") {
        const of = this.whole(first.of);
        if (!of.isSame) return refuse(noStd(name));
        return {
          notation: listOf(of.notation),
          rust: `Vec<${of.rust}>`,
          use: (place) => `${place}.to_vec().into()`,
          isSame: false,
        };
      }
      const of = this.whole(first);
      if (!of.isSame) return refuse(noStd(name));
      if (name !== "Cow") {
        return same(
          of.notation,
          `${spell(std(name, ""), "")}<${of.rust}>`,
        );
      }
      return {
        notation: of.notation,
        rust: of.rust,
        use: (place) => `std::borrow::Cow::Owned(${place})`,
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
}

/** Ranges that one value tells. */
const OPEN_RANGES: Readonly<Record<string, (value: string) => string>> = {
  RangeFrom: (value) => `(${value}..)`,
  RangeTo: (value) => `(..${value})`,
  RangeToInclusive: (value) => `(..=${value})`,
};

/** An object's value, where what it borrows from has a lifetime. */
function valueOf(
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

function same(notation: string, rust: string): Whole {
  return { notation, rust, use: SAME, isSame: true };
}

function wholeOfPrimitive(name: string): Whole {
  return same(notationOf(name), name);
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
    take: (field, name, { isKept }) =>
      isKept
        ? `let ${name} = keeps.slice::<${rust}>(${field}.slice(at));`
        : `let ${name} = ${field}.slice::<${rust}>(at);`,
    value,
  };
}
