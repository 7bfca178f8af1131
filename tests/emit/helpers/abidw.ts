/**
 * Compares descriptions with what `abidw` says of the same library.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import type { Description } from "../../../emit/describe/description.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import type { Type } from "../../../ffi/notation/type.ts";

/** An element of the XML that abidw writes, one a line. */
interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** Types that have no JavaScript value: what contains them is skipped. */
const NO_VALUE =
  /va_list|long double|__int128|_Complex|complex|vector|__m\d+|__gnuc_va|unsigned __int128|variadic/;

/** What abidw says of a library. */
export class Abi {
  readonly functions = new Map<string, Element>();
  readonly variables = new Map<string, Element>();
  readonly #types = new Map<string, Element>();

  constructor(xml: string) {
    const root: Element = { tag: "", attributes: {}, children: [] };
    const open = [root];
    for (
      const [, close, tag, text, empty] of xml.matchAll(
        /<(\/?)([\w-]+)((?:\s+[\w-]+='[^']*')*)\s*(\/?)>/g,
      )
    ) {
      if (close !== "") {
        open.pop();
        continue;
      }
      const attributes = Object.fromEntries(
        Array.from(
          text!.matchAll(/([\w-]+)='([^']*)'/g),
          ([, key, value]) => [key!, unescape(value!)],
        ),
      );
      const element = { tag: tag!, attributes, children: [] };
      open.at(-1)!.children.push(element);
      if (empty === "") open.push(element);
      this.#take(element);
    }
  }

  /** The type of an element's `type-id`, without typedefs and qualifiers. */
  type({ attributes }: Element): Element {
    let type = this.#types.get(attributes["type-id"]!)!;
    while (/^(?:typedef-decl|qualified-type-def)$/.test(type.tag)) {
      type = this.#types.get(type.attributes["type-id"]!)!;
    }
    return type;
  }

  #take(element: Element): void {
    const { id, name } = element.attributes;
    const symbol = element.attributes["elf-symbol-id"]?.replace(/@.*/, "");
    if (id !== undefined && element.tag !== "subrange") {
      // A complete type comes before a declaration of the same number.
      this.#types.set(id, element);
    }
    if (symbol === undefined || name === undefined) return;
    if (element.tag === "function-decl") this.functions.set(symbol, element);
    if (element.tag === "var-decl") this.variables.set(symbol, element);
  }
}

function unescape(text: string): string {
  return text.replace(
    /&(lt|gt|amp|apos|quot);/g,
    (_, name: string) =>
      ({ lt: "<", gt: ">", amp: "&", apos: "'", quot: '"' })[name]!,
  );
}

/** Runs abidw. */
export function abidw(library: string): Abi {
  const { status, stdout } = spawnSync("abidw", ["--no-show-locs", library], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`abidw ${library}: ${status}`);
  return new Abi(stdout);
}

/** How two views of one library differ, and how much of it was compared. */
export class Comparison {
  readonly differences: string[] = [];
  symbols = 0;
  types = 0;
  readonly #abi: Abi;
  readonly #ours: Description;
  readonly #seen = new Set<string>();

  constructor(abi: Abi, ours: Description) {
    this.#abi = abi;
    this.#ours = ours;
    for (const [name, element] of abi.functions) this.#symbol(name, element);
    for (const [name, element] of abi.variables) this.#symbol(name, element);
  }

  #symbol(name: string, element: Element): void {
    const own = this.#ours.symbols[name];
    if (own === undefined) {
      const why = this.#ours.skipped[name];
      if (why === undefined) this.#differ(name, "is missing");
      else if (!NO_VALUE.test(why)) this.#differ(name, `is skipped: ${why}`);
      else this.symbols++;
      return;
    }
    this.symbols++;
    const type = parseType(own.type);
    if (element.tag === "function-decl") this.#function(name, type, element);
    else this.#compare(name, type, this.#abi.type(element));
  }

  #function(at: string, type: Type, element: Element): void {
    if (type.kind !== "function") return this.#differ(at, "is no function");
    const params = element.children.filter(({ tag }) => tag === "parameter");
    const fixed = params.filter((param) =>
      param.attributes["is-variadic"] !== "yes"
    );
    // `f()` of old C: abidw calls it variadic.
    const variadic = fixed.length > 0 && fixed.length < params.length;
    if (type.params.length !== fixed.length || type.variadic !== variadic) {
      return this.#differ(
        at,
        `takes ${type.params.length}, abidw ${fixed.length}`,
      );
    }
    for (const [index, param] of fixed.entries()) {
      const of = this.#abi.type(param);
      this.#compare(
        `${at}(${index + 1})`,
        type.params[index]!,
        // Arrays and functions are pointers as parameters.
        of.tag === "array-type-def" ? { ...of, tag: "pointer-type-def" } : of,
      );
    }
    const result = element.children.find(({ tag }) => tag === "return");
    const theirs = result && this.#abi.type(result);
    const [own] = type.results;
    if (own === undefined || theirs === undefined) {
      const none = theirs === undefined || theirs.attributes.name === "void";
      if ((own === undefined) !== none) this.#differ(at, "gives another");
    } else this.#compare(`${at} result`, own, theirs);
  }

  #compare(at: string, own: Type, theirs: Element): void {
    const { name = "", "size-in-bits": bits = "" } = theirs.attributes;
    switch (theirs.tag) {
      case "type-decl": {
        const size = Number(bits) / 8;
        const wanted = scalar(name, size);
        if (own.kind !== "basic" || plain(own.name) !== wanted) {
          this.#differ(at, `is ${show(own)}, abidw ${name} of ${size} bytes`);
        }
        return;
      }
      case "pointer-type-def":
        return this.#pointer(at, own, theirs);
      case "array-type-def":
        return this.#array(at, own, theirs, theirs.children);
      case "enum-decl":
      case "class-decl":
      case "union-decl":
        return this.#composite(at, own, theirs);
      default:
        this.#differ(at, `is ${show(own)}, abidw ${theirs.tag}`);
    }
  }

  #pointer(at: string, own: Type, theirs: Element): void {
    const to = this.#abi.type(theirs);
    switch (own.kind) {
      case "pointer":
        if (
          own.to.kind === "basic" && own.to.name === "pointer" ||
          to.tag === "array-type-def" && own.to.kind !== "array"
        ) return;
        return this.#compare(`*${at}`, own.to, to);
      case "function":
        if (to.tag === "function-type") return this.#function(at, own, to);
        break;
      case "basic": {
        const isByte = to.tag === "type-decl" &&
          to.attributes["size-in-bits"] === "8";
        if ((own.name === "cstring" || own.name === "buffer") && isByte) return;
        // Nothing that is known of the target has a value.
        if (own.name === "pointer") return;
      }
    }
    this.#differ(at, `is ${show(own)}, abidw a pointer to ${to.tag}`);
  }

  #array(
    at: string,
    own: Type,
    theirs: Element,
    [range, ...rest]: readonly Element[],
  ): void {
    if (range === undefined) {
      return this.#compare(at, own, this.#abi.type(theirs));
    }
    const { length } = range.attributes;
    const wanted = length === "infinite" ? 0 : Number(length);
    if (own.kind !== "array" || own.length !== wanted) {
      return this.#differ(at, `is ${show(own)}, abidw [${length}]`);
    }
    this.#array(at, own.of, theirs, rest);
  }

  #composite(at: string, own: Type, theirs: Element): void {
    const { attributes, children } = theirs;
    if (attributes["is-declaration-only"] === "yes") return;
    if (own.kind !== "named") {
      return this.#differ(at, `is ${show(own)}, abidw ${theirs.tag}`);
    }
    const key = `${own.name} ${attributes.id}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.types++;
    const type = this.#ours.types[own.name]!;
    if (type.kind === "enum") {
      const values = Object.fromEntries(
        children.filter(({ tag }) => tag === "enumerator").map((
          { attributes },
        ) => [attributes.name, attributes.value]),
      );
      for (const [name, value] of Object.entries(type.values)) {
        if (values[name] !== String(value)) {
          this.#differ(own.name, `${name} = ${value}, abidw ${values[name]}`);
        }
      }
      if (Object.keys(values).length !== Object.keys(type.values).length) {
        this.#differ(own.name, "has other values");
      }
      return;
    }
    if (type.kind !== "struct" && type.kind !== "union") {
      return this.#differ(at, `is ${type.kind}, abidw ${theirs.tag}`);
    }
    if (String(type.size * 8) !== attributes["size-in-bits"]) {
      this.#differ(own.name, `has ${type.size} bytes`);
    }
    const members = new Map(this.#members(theirs, 0));
    for (const name of Object.keys(type.skipped ?? {})) members.delete(name);
    for (const field of type.fields) {
      const member = members.get(field.name);
      members.delete(field.name);
      const place = `${own.name}.${field.name}`;
      if (member?.offset !== field.offset) {
        this.#differ(place, `is at ${field.offset}, abidw ${member?.offset}`);
      } else this.#compare(place, parseType(field.type), member.type);
    }
    for (const name of members.keys()) {
      this.#differ(`${own.name}.${name}`, "is missing");
    }
  }

  /** The members of a struct, those of its unnamed members among them. */
  *#members(
    { children }: Element,
    base: number,
  ): Generator<[string, { offset: number; type: Element }]> {
    for (const member of children) {
      const [variable] = member.children;
      if (member.tag !== "data-member" || variable === undefined) continue;
      const bits = Number(member.attributes["layout-offset-in-bits"] ?? 0);
      const offset = base + Math.floor(bits / 8);
      const type = this.#abi.type(variable);
      const { name = "" } = variable.attributes;
      if (name === "") yield* this.#members(type, offset);
      else yield [name, { offset, type }];
    }
  }

  #differ(at: string, how: string): void {
    this.differences.push(`${at} ${how}`);
  }
}

/** The notation of abidw's name for a base type. */
function scalar(name: string, size: number): string {
  if (/^_?[Bb]ool$/.test(name)) return "bool";
  if (/^(?:float|double)$/.test(name)) return `f${size * 8}`;
  const unsigned = /unsigned|char(?:8|16|32)_t/.test(name);
  return `${unsigned ? "u" : "i"}${size * 8}`;
}

function plain(name: string): string {
  return name === "usize" ? "u64" : name === "isize" ? "i64" : name;
}

function show(type: Type): string {
  return type.kind === "basic" || type.kind === "named" ? type.name : type.kind;
}
