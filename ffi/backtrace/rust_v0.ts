/**
 * Rust's mangling of version 0 (RFC 2603): paths with the types that they are for.
 *
 * @module
 */

/** Deepest that a name is followed, and the longest that one is made: one that points back into itself has no end. */
const MOST_DEPTH = 128;
const MOST_TEXT = 4096;

const BASIC: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};

/**
 * The path that a name says, without the hashes of crates.
 *
 * @returns Undefined where it says none.
 */
export function demangleV0(name: string): string | undefined {
  try {
    // Compilers add what stands behind a point: `.llvm.123`.
    return new Name(name.slice(2).replace(/[.$].*$/s, "")).path(true);
  } catch {
    return undefined;
  }
}

class Name {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #made = 0;
  /** How many lifetimes are bound around here. */
  #bound = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** A path; generic arguments stand behind `::` where it is that of a value. */
  path(isValue: boolean): string {
    return this.#within(() => {
      const tag = this.#next();
      switch (tag) {
        case "C":
          this.#disambiguator();
          return this.#identifier();
        case "M":
          this.#implementation();
          return `<${this.#type()}>`;
        case "X":
          this.#implementation();
          return `<${this.#type()} as ${this.path(false)}>`;
        case "Y":
          return `<${this.#type()} as ${this.path(false)}>`;
        case "N":
          return this.#nested(isValue);
        case "I": {
          const path = this.path(isValue);
          const list = this.#list(() => this.#argument());
          return `${path}${isValue ? "::" : ""}<${list.join(", ")}>`;
        }
        case "B":
          return this.#backward(() => this.path(isValue));
        default:
          throw new RangeError(`no path begins with ${tag}`);
      }
    });
  }

  #nested(isValue: boolean): string {
    const namespace = this.#next();
    const path = this.path(isValue);
    const number = this.#disambiguator();
    const name = this.#identifier();
    if (!/[A-Z]/.test(namespace)) {
      return name === "" ? path : `${path}::${name}`;
    }
    const kind = { C: "closure", S: "shim" }[namespace] ?? namespace;
    return `${path}::{${kind}${name === "" ? "" : `:${name}`}#${number}}`;
  }

  /** Where an implementation stands, which is not told. */
  #implementation(): void {
    this.#disambiguator();
    this.path(false);
  }

  #argument(): string {
    if (this.#is("L")) return this.#lifetime(this.#number());
    return this.#is("K") ? this.#constant() : this.#type();
  }

  #type(): string {
    return this.#within(() => {
      const tag = this.#next();
      const basic = BASIC[tag];
      if (basic !== undefined) return basic;
      switch (tag) {
        case "A":
          return `[${this.#type()}; ${this.#constant()}]`;
        case "S":
          return `[${this.#type()}]`;
        case "T": {
          const types = this.#list(() => this.#type());
          return `(${types.join(", ")}${types.length === 1 ? "," : ""})`;
        }
        case "R":
        case "Q": {
          const index = this.#is("L") ? this.#number() : 0;
          const lifetime = index === 0 ? "" : `${this.#lifetime(index)} `;
          return `&${lifetime}${tag === "Q" ? "mut " : ""}${this.#type()}`;
        }
        case "P":
          return `*const ${this.#type()}`;
        case "O":
          return `*mut ${this.#type()}`;
        case "F":
          return this.#binding((all) => all + this.#function());
        case "D": {
          const traits = this.#binding((all) =>
            all + this.#list(() => this.#trait()).join(" + ")
          );
          if (!this.#is("L")) throw new RangeError("a lifetime is missing");
          const index = this.#number();
          return `dyn ${traits}${
            index === 0 ? "" : ` + ${this.#lifetime(index)}`
          }`;
        }
        case "B":
          return this.#backward(() => this.#type());
        default:
          this.#at--;
          return this.path(false);
      }
    });
  }

  #function(): string {
    const unsafe = this.#is("U") ? "unsafe " : "";
    const abi = !this.#is("K")
      ? ""
      : `extern "${
        this.#is("C") ? "C" : this.#identifier().replaceAll("_", "-")
      }" `;
    const params = this.#list(() => this.#type()).join(", ");
    const result = this.#is("u") ? "" : ` -> ${this.#type()}`;
    return `${unsafe}${abi}fn(${params})${result}`;
  }

  #trait(): string {
    const path = this.path(false);
    const members: string[] = [];
    while (this.#is("p")) {
      members.push(`${this.#identifier()} = ${this.#type()}`);
    }
    if (members.length === 0) return path;
    return path.endsWith(">")
      ? `${path.slice(0, -1)}, ${members.join(", ")}>`
      : `${path}<${members.join(", ")}>`;
  }

  #constant(): string {
    return this.#within(() => {
      if (this.#is("B")) return this.#backward(() => this.#constant());
      const type = this.#next();
      if (type === "p") return "_";
      const sign = this.#is("n") ? "-" : "";
      const [digits] = /^[0-9a-f]*(?=_)/.exec(this.#rest()) ?? [];
      if (digits === undefined) throw new RangeError("no number");
      this.#at += digits.length + 1;
      const value = digits === "" ? 0n : BigInt(`0x${digits}`);
      if (type === "b") return value === 0n ? "false" : "true";
      if (type === "c") return `'${String.fromCodePoint(Number(value))}'`;
      if (!/[ahijlmnostxy]/.test(type)) throw new RangeError("no constant");
      return sign + value;
    });
  }

  /** What lifetimes are bound for, and what they are bound in. */
  #binding(use: (bound: string) => string): string {
    const count = this.#is("G") ? this.#number() + 1 : 0;
    if (count > 26) throw new RangeError("too many lifetimes");
    this.#bound += count;
    const names = Array.from(
      { length: count },
      (_, index) => this.#lifetime(count - index),
    );
    const text = use(count === 0 ? "" : `for<${names.join(", ")}> `);
    this.#bound -= count;
    return text;
  }

  /** By how far out it is bound; 0 where nobody says. */
  #lifetime(index: number): string {
    if (index === 0) return "'_";
    const depth = this.#bound - index;
    if (depth < 0) throw new RangeError("a lifetime is bound nowhere");
    return depth < 26 ? `'${String.fromCharCode(97 + depth)}` : `'_${depth}`;
  }

  /** Reads what stands at an earlier place once more. */
  #backward(read: () => string): string {
    const start = this.#at - 1;
    const to = this.#number();
    if (to >= start) throw new RangeError("it points forward");
    const after = this.#at;
    this.#at = to;
    const text = read();
    this.#at = after;
    return text;
  }

  #list(read: () => string): string[] {
    const all: string[] = [];
    while (!this.#is("E")) all.push(read());
    return all;
  }

  #disambiguator(): number {
    return this.#is("s") ? this.#number() + 1 : 0;
  }

  #identifier(): string {
    const isPunycode = this.#is("u");
    const [digits] = /^(?:0|[1-9]\d*)/.exec(this.#rest()) ?? [];
    if (digits === undefined) throw new RangeError("no identifier");
    this.#at += digits.length;
    this.#is("_");
    const end = this.#at + Number(digits);
    if (end > this.#text.length) throw new RangeError("it ends too early");
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return isPunycode ? `punycode{${text}}` : text;
  }

  /** A number of base 62. */
  #number(): number {
    const [digits] = /^[0-9a-zA-Z]{0,11}(?=_)/.exec(this.#rest()) ?? [];
    if (digits === undefined) throw new RangeError("no number");
    this.#at += digits.length + 1;
    if (digits === "") return 0;
    let value = 0;
    for (const digit of digits) value = value * 62 + DIGITS.indexOf(digit);
    return value + 1;
  }

  #rest(): string {
    return this.#text.slice(this.#at);
  }

  #next(): string {
    const next = this.#text[this.#at++];
    if (next === undefined) throw new RangeError("it ends too early");
    return next;
  }

  #is(letter: string): boolean {
    if (this.#text[this.#at] !== letter) return false;
    this.#at++;
    return true;
  }

  #within(read: () => string): string {
    if (++this.#depth > MOST_DEPTH) throw new RangeError("it is too deep");
    const text = read();
    this.#depth--;
    this.#made += text.length;
    if (this.#made > MOST_TEXT * 8 || text.length > MOST_TEXT) {
      throw new RangeError("it is too long");
    }
    return text;
  }
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
