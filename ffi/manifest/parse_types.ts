/**
 * Reads and validates the named types of a manifest.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { parseType } from "../notation/parse_type.ts";
import { namesIn, type Type } from "../notation/type.ts";
import { resolveNames } from "./compatible.ts";
import {
  key,
  name,
  type Read,
  show,
  string,
  ValidationError,
  withPath,
  wrapValidationErrors,
} from "./field.ts";
import {
  type CompositeDefinition,
  MAX_DEPTH,
  type TypeDefinition,
} from "./format.ts";
import { typeDefinition, typeName } from "./parse_type_definition.ts";
import { type Handles, handlesOf } from "./seen_function.ts";
import { sizeOfType } from "./type_size.ts";

/** A notation, and the named types in it, as often as they occur. */
interface Parsed {
  readonly type: Type;
  readonly names: readonly string[];
}

/** The types of another file than the manifest. */
export interface FurtherTypes {
  /** The file. */
  readonly path: string;
  /** The types, as they are written. */
  readonly types: Record<string, unknown>;
}

/**
 * The named types of one manifest.
 *
 * A type is validated when it is first asked for, with every type that it
 * names, and they name, and so on: what was given can be followed to its end.
 */
export class NamedTypes {
  /** All that were read. */
  #json: Record<string, unknown>;
  /** Those of the manifest itself. */
  readonly #own: Record<string, unknown>;
  readonly #path: string;
  readonly #besides: () => FurtherTypes | undefined;
  #further: FurtherTypes | undefined;
  readonly #parsed = new Map<string, Parsed>();
  readonly #read = new Map<string, TypeDefinition>();
  /** Makes sure that the members of a struct lie in it, to their last byte. */
  #fit(name: string): void {
    const definition = this.#one(name);
    if (definition.kind !== "struct" && definition.kind !== "union") return;
    const { size, fields } = definition;
    for (const [index, { type, offset, bits, length }] of fields.entries()) {
      const parsed = this.#parse(type).type;
      const bytes = this.sizeOfType(parsed);
      const at = `types${key(name)}.fields[${index}]`;
      if (length !== undefined) {
        this.#checkOpen(definition, parsed, index, at);
      }
      if (bits !== undefined) {
        if (bits[1] <= bytes * 8) continue;
        throw new ValidationError(
          show(bits[1]),
          `at most the ${bytes * 8} bits of ${type}`,
        ).withPath(`${at}.bits[1]`);
      }
      if (offset + bytes <= size) continue;
      throw bytes > size
        ? new ValidationError(show(type), `a type of at most ${size} bytes`)
          .withPath(`${at}.type`)
        : new ValidationError(
          show(offset),
          `a whole number from 0 to ${size - bytes}`,
        ).withPath(`${at}.offset`);
    }
  }

  /** Makes sure that an array whose length is open is the last member, and has a number. */
  #checkOpen(
    { kind, fields }: CompositeDefinition,
    type: Type,
    index: number,
    at: string,
  ): void {
    const { length } = fields[index]!;
    const isOpen = kind === "struct" && index === fields.length - 1 &&
      type.kind === "array" && type.length === 0 &&
      this.sizeOfType(type.of) > 0;
    if (!isOpen) {
      throw new ValidationError(
        show(fields[index]!.type),
        "an array of no elements, the last member of a struct, where there is a length",
      ).withPath(`${at}.type`);
    }
    const counter = fields.find(({ name }) => name === length);
    const count = counter?.bits === undefined && counter !== undefined
      ? resolveNames(this.#parse(counter.type).type, {
        get: (name) => this.#one(name),
      })
      : undefined;
    if (count?.kind === "basic" && /^[iu](?:\d+|size)$/.test(count.name)) {
      return;
    }
    throw new ValidationError(
      show(length),
      "a member of the same struct that is an integer",
    ).withPath(`${at}.length`);
  }

  /** How many bytes a value takes, of a type whose names were followed. */
  sizeOfType(type: Type): number {
    return sizeOfType(type, (name) => this.#one(name));
  }

  /** How many types lie in each other at each type. */
  readonly #depths = new Map<string, number>();
  /** Types that are validated, and so is all that they name. */
  readonly #complete = new Map<string, TypeDefinition>();

  readonly #definition: Read<TypeDefinition>;

  /**
   * @param json The types, as they are written.
   * @param path The manifest.
   * @param besides Gives those of another file; asked when a name is first missing.
   */
  constructor(
    json: Record<string, unknown>,
    path: string,
    besides: () => FurtherTypes | undefined,
  ) {
    this.#json = this.#own = json;
    this.#path = path;
    this.#besides = besides;
    this.#definition = typeDefinition((value) => {
      const text = string(value);
      this.#parse(text);
      return text;
    }, (value) => {
      const text = name(value);
      if (this.#has(text)) return text;
      throw new ValidationError(show(text), 'a name of "types"');
    });
  }

  /** The classes whose objects are addresses, by what those point to. */
  get handles(): Handles {
    return this.#handles ??= handlesOf(this.#own);
  }
  #handles: Handles | undefined;

  /** Every name. */
  get names(): string[] {
    this.#readFurther();
    return Object.keys(this.#json);
  }

  /** The names in the manifest itself, in its order. */
  get ownNames(): string[] {
    return Object.keys(this.#own);
  }

  #has(name: string): boolean {
    if (Object.hasOwn(this.#json, name)) return true;
    this.#readFurther();
    return Object.hasOwn(this.#json, name);
  }

  #readFurther(): void {
    if (this.#further !== undefined) return;
    const further = this.#besides();
    if (further === undefined) return;
    this.#json = Object.assign(
      Object.create(null),
      further.types,
      this.#own,
    );
    this.#further = further;
  }

  /** Names of the types that say they are classes; not validated. */
  get classNames(): string[] {
    return this.ownNames.filter((name) =>
      (this.#own[name] as { kind?: unknown } | null)?.kind === "class"
    );
  }

  /** The class of which something is another name; not validated. */
  classAlias(name: string): string | undefined {
    const { kind, type } = (this.#own[name] ?? {}) as Record<string, string>;
    return kind === "alias" && this.classNames.includes(type!)
      ? type
      : undefined;
  }

  /**
   * The type of that name, if there is one.
   *
   * @throws {PluginError} `bad_manifest`.
   */
  get(name: string): TypeDefinition | undefined {
    const known = this.#complete.get(name);
    if (known !== undefined || !this.#has(name)) return known;
    const { path } = Object.hasOwn(this.#own, name)
      ? { path: this.#path }
      : this.#further!;
    return wrapValidationErrors(path, () => this.#follow(name));
  }

  /**
   * Parses the type of a symbol.
   *
   * @throws {ValidationError} When it is none, or names one that is not there.
   * @throws {PluginError} `bad_manifest`, when one that it names is wrong.
   */
  parse(text: string): Type {
    const { type, names } = this.#parse(text);
    for (const name of names) this.get(name);
    return type;
  }

  #parse(text: string): Parsed {
    const before = this.#parsed.get(text);
    if (before !== undefined) return before;
    let type: Type;
    try {
      type = parseType(text);
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      throw new ValidationError(show(text), `a type (${error.message})`);
    }
    const names = namesIn(type);
    for (const used of names) {
      if (!this.#has(used)) {
        throw new ValidationError(
          show(text),
          `only names that "types" defines, not ${show(used)}`,
        );
      }
    }
    const parsed = { type, names };
    this.#parsed.set(text, parsed);
    return parsed;
  }

  #follow(first: string): TypeDefinition {
    const reached = new Set([first]);
    // A set is walked to what was added on the way.
    for (const name of reached) {
      for (const { names } of this.#parts(name)) {
        for (const used of names) {
          if (!this.#complete.has(used)) reached.add(used);
        }
      }
    }
    for (const name of reached) this.#depth(name, new Set());
    for (const name of reached) this.#fit(name);
    for (const name of reached) this.#complete.set(name, this.#one(name));
    return this.#one(first);
  }

  /** One type, before it is known what the types are that it names. */
  #one(name: string): TypeDefinition {
    let definition = this.#read.get(name);
    if (definition === undefined) {
      try {
        typeName(name);
        definition = this.#definition(this.#json[name]);
      } catch (error) {
        throw withPath(`types${key(name)}`, error);
      }
      this.#read.set(name, definition);
    }
    return definition;
  }

  /** The types that a named type is made of. */
  #parts(name: string): Parsed[] {
    const definition = this.#one(name);
    switch (definition.kind) {
      case "struct":
      case "union":
        return definition.fields.map(({ type }) => this.#parse(type));
      case "record":
        return definition.members.map(({ type }) => this.#parse(type));
      case "variant":
        return Object.values(definition.cases).map((type) => this.#parse(type));
      case "alias":
        return [this.#parse(definition.type)];
      case "enum":
      case "opaque":
      case "class":
        return [];
    }
  }

  /** How many types lie in each other at `name`, which itself lies in those `above`. */
  #depth(name: string, above: Set<string>): number {
    const known = this.#depths.get(name);
    if (known !== undefined) return known;
    const wrong = (found: string, wanted: string) =>
      new ValidationError(found, wanted).withPath(`types${key(name)}`);
    if (above.has(name)) throw wrong("made of itself", "a type of finite size");
    above.add(name);
    let depth = above.size;
    // What comes with a case is there only where that case is: an expression
    // may be the sum of two expressions.
    if (depth <= MAX_DEPTH && this.#one(name).kind !== "variant") {
      let inner = 0;
      for (const { type } of this.#parts(name)) {
        for (const value of valuesIn(type)) {
          inner = Math.max(inner, this.#depth(value, above));
        }
      }
      depth = 1 + inner;
    }
    if (depth > MAX_DEPTH) {
      throw wrong(
        "too deep",
        `types that lie at most ${MAX_DEPTH} deep in each other`,
      );
    }
    above.delete(name);
    this.#depths.set(name, depth);
    return depth;
  }
}

/** The named types of which a value of `type` always has one inside. */
function valuesIn(type: Type): string[] {
  switch (type.kind) {
    case "named":
      return [type.name];
    case "array":
      return valuesIn(type.of);
    case "tuple":
      return type.of.flatMap(valuesIn);
    default:
      return [];
  }
}
