/**
 * Reads types of the notation, which are written in one line of text.
 *
 * @module
 */

import { fromPrototype } from "./c_prototype.ts";
import { assertText, PluginError } from "../error.ts";
import {
  BASIC,
  type FunctionType,
  MAX_ARRAY_LENGTH,
  MAX_PARAMS,
  MAX_TYPE_DEPTH,
  MAX_TYPE_LENGTH,
  SEQUENCES,
  type TupleType,
  type Type,
} from "./type.ts";

/**
 * Parses one type.
 *
 * @param text At most {@linkcode MAX_TYPE_LENGTH} code units.
 * @returns The type; {@linkcode printType} gives the canonical text back.
 * @throws {PluginError} `bad_type`: says at which column what was expected.
 * @throws {TypeError} When it is no text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseType } from "./parse_type.ts";
 * import { printType } from "./type.ts";
 *
 * assertEquals(printType(parseType("(i32,*Point)=>f64")), "(i32, *Point) => f64");
 * ```
 */
export function parseType(text: string): Type {
  const before = parsed.get(text);
  if (before !== undefined) return before;
  assertText(text, "Cannot parse a type");
  if (text.length > MAX_TYPE_LENGTH) {
    throw new PluginError(
      "bad_type",
      `Cannot parse a type of ${text.length} characters: at most ${MAX_TYPE_LENGTH} are read`,
    );
  }
  const parser = new Parser(text);
  const type = parser.type(0);
  parser.end();
  if (text.length <= SHORT) {
    if (parsed.size === MAX_PARSED) parsed.clear();
    parsed.set(text, type);
  }
  return type;
}

/** Types that were parsed: libraries write a few hundred in thousands of places. */
const parsed = new Map<string, Type>();

/** Longest text that is remembered. */
const SHORT = 256;

/** Most texts that are remembered. */
const MAX_PARSED = 4096;

/** What a `name` of the notation may look like: an identifier of C, Go, Rust or Zig, with its path. */
const NAME =
  /[\p{ID_Start}_$][\p{ID_Continue}$]*(?:(?:\.|::)[\p{ID_Start}_$][\p{ID_Continue}$]*)*/uy;

/** Whether `text` can stand as a name in the notation. */
export function isTypeName(text: string): boolean {
  NAME.lastIndex = 0;
  return NAME.exec(text)?.[0].length === text.length && !BASIC.has(text);
}

/** Whether a UTF-16 code unit is white space; NaN, behind the end, is not. */
function isSpace(code: number): boolean {
  if (code === 0x20) return true;
  return (code < 0x20 || code >= 0x80) &&
    /\s/.test(String.fromCharCode(code));
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  type(depth: number): Type {
    if (depth > MAX_TYPE_DEPTH) {
      throw this.#error(`nesting of at most ${MAX_TYPE_DEPTH}`);
    }
    if (this.#take("*")) {
      const to = this.type(depth + 1);
      if (to.kind === "basic" && to.name === "void") {
        throw this.#error(`"pointer" for an address of no type, not "*void"`);
      }
      return { kind: "pointer", to };
    }
    if (this.#take("[")) {
      if (this.#take("]")) {
        return { kind: "slice", of: this.#element(depth + 1) };
      }
      const length = this.#count();
      this.#need("]");
      return { kind: "array", length, of: this.#element(depth + 1) };
    }
    if (this.#take("?")) {
      return { kind: "optional", of: this.#element(depth + 1) };
    }
    if (this.#take("(")) {
      return this.#isTuple()
        ? this.#tuple(depth + 1)
        : this.#function(depth + 1);
    }
    const name = this.#name();
    return this.#generic(name, depth + 1) ?? BASIC.get(name) ??
      { kind: "named", name };
  }

  /** A type with types in angle brackets, where one follows such a name. */
  #generic(name: string, depth: number): Type | undefined {
    if (name === "map" && this.#take("<")) {
      const key = this.#element(depth);
      this.#need(",");
      const value = this.#element(depth);
      this.#need(">");
      return { kind: "map", key, value };
    }
    if (name === "closure" && this.#take("<")) {
      const of = this.#element(depth);
      if (of.kind !== "function") throw this.#error("a function before it");
      this.#need(">");
      return { kind: "closure", of };
    }
    const sequence = SEQUENCES.find((one) => one === name);
    if (sequence === undefined || !this.#take("<")) return undefined;
    const of = this.#element(depth);
    this.#need(">");
    return { kind: "sequence", name: sequence, of };
  }

  /** What follows the parenthesis of a tuple. */
  #tuple(depth: number): TupleType {
    const of = [this.#element(depth)];
    do {
      this.#need(",");
      of.push(this.#element(depth));
    } while (!this.#take(")"));
    return { kind: "tuple", of };
  }

  end(): void {
    this.#space();
    if (this.#at === this.#text.length) return;
    const meant = fromPrototype(this.#text);
    throw this.#error(
      meant === undefined
        ? "the end"
        : `the end; this prototype of C is ${JSON.stringify(meant)} here`,
    );
  }

  #element(depth: number): Type {
    const of = this.type(depth);
    if (of.kind === "basic" && of.name === "void") {
      throw this.#error("an element type other than void");
    }
    return of;
  }

  #function(depth: number): FunctionType {
    const params: Type[] = [];
    let variadic = false;
    if (!this.#take(")")) {
      do {
        if (this.#take("...")) {
          variadic = true;
          break;
        }
        params.push(this.#element(depth));
        if (params.length > MAX_PARAMS) {
          throw this.#error(`at most ${MAX_PARAMS} parameters`);
        }
      } while (this.#take(","));
      this.#need(")");
    }
    this.#need("=>");
    return {
      kind: "function",
      params,
      results: this.#results(depth),
      variadic,
    };
  }

  #results(depth: number): Type[] {
    const start = this.#at;
    if (this.#take("(")) {
      // Either several results or the parameters of a function that is the
      // result: only what follows the parenthesis tells them apart.
      if (this.#closesBeforeArrow()) {
        this.#at = start;
      } else {
        const results = [this.#element(depth)];
        while (this.#take(",")) results.push(this.#element(depth));
        this.#need(")");
        return results;
      }
    }
    const result = this.type(depth);
    return result.kind === "basic" && result.name === "void" ? [] : [result];
  }

  /** Whether the parenthesis that was opened has several types in it, and no arrow behind it. */
  #isTuple(): boolean {
    if (this.#closesBeforeArrow()) return false;
    let open = 1;
    for (let at = this.#at; at < this.#text.length; at++) {
      const mark = this.#text[at];
      if (mark === "(") open++;
      else if (mark === ")") open--;
      else if (mark === "," && open === 1) return true;
      if (open === 0) return false;
    }
    return false;
  }

  #closesBeforeArrow(): boolean {
    let open = 1;
    let at = this.#at;
    for (; at < this.#text.length && open > 0; at++) {
      if (this.#text[at] === "(") open++;
      else if (this.#text[at] === ")") open--;
    }
    return open === 0 && /^\s*=>/.test(this.#text.slice(at, at + 64));
  }

  #name(): string {
    this.#space();
    NAME.lastIndex = this.#at;
    const match = NAME.exec(this.#text);
    if (match === null) throw this.#error("a type");
    this.#at += match[0].length;
    return match[0];
  }

  #count(): number {
    this.#space();
    const digits = /^\d{1,10}/.exec(this.#text.slice(this.#at, this.#at + 10));
    if (digits === null) throw this.#error("a count of elements");
    const count = Number(digits[0]);
    if (count > MAX_ARRAY_LENGTH) {
      throw this.#error(`at most ${MAX_ARRAY_LENGTH} elements`);
    }
    this.#at += digits[0].length;
    return count;
  }

  #take(token: string): boolean {
    this.#space();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #need(token: string): void {
    if (!this.#take(token)) throw this.#error(JSON.stringify(token));
  }

  #space(): void {
    // Most texts have no more of it than one blank behind a comma.
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #error(wanted: string): PluginError {
    const near = this.#text.slice(this.#at, this.#at + 20);
    const found = near === "" ? "the end" : JSON.stringify(near);
    return new PluginError(
      "bad_type",
      `Cannot parse the type ${JSON.stringify(this.#text.slice(0, 200))}: ` +
        `column ${this.#at + 1} has ${found}, wanted ${wanted}`,
    );
  }
}
