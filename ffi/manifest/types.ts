/**
 * Reads and validates the named types of a manifest.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { isTypeName, namesIn, parseType, type Type } from "../type.ts";
import {
  type At,
  explained,
  field,
  integer,
  key,
  list,
  name,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  record,
  show,
  string,
  Wrong,
} from "./field.ts";
import {
  type Field,
  MAX_DEPTH,
  MAX_TYPE_SIZE,
  type TypeDefinition,
} from "./format.ts";

/**
 * The named types of one manifest.
 *
 * A type is validated when it is first asked for, with every type that it
 * names, and they name, and so on: what was given can be followed to its end.
 */
export class NamedTypes {
  readonly #json: Record<string, unknown>;
  readonly #path: string;
  readonly #parsed = new Map<string, Type>();
  readonly #read = new Map<string, TypeDefinition>();
  /** How many types lie in each other at each type. */
  readonly #depths = new Map<string, number>();
  /** Types that are validated, and so is all that they name. */
  readonly #complete = new Map<string, TypeDefinition>();

  constructor(json: Record<string, unknown>, path: string) {
    this.#json = json;
    this.#path = path;
  }

  /** Every name, in the manifest's order. */
  get names(): string[] {
    return Object.keys(this.#json);
  }

  /**
   * The type of that name, if there is one.
   *
   * @throws {PluginError} `bad_manifest`.
   */
  get(name: string): TypeDefinition | undefined {
    return this.#complete.get(name) ??
      explained(this.#path, () => this.#follow(name));
  }

  /**
   * Parses the type of a symbol.
   *
   * @throws {Wrong} When it is none, or names one that is not there.
   * @throws {PluginError} `bad_manifest`, when one that it names is wrong.
   */
  parse(text: string, at: At): Type {
    const type = this.#parse(text, at);
    for (const name of namesIn(type)) this.get(name);
    return type;
  }

  #parse(text: string, at: At): Type {
    const before = this.#parsed.get(text);
    if (before !== undefined) return before;
    let type: Type;
    try {
      type = parseType(text);
    } catch (error) {
      if (!(error instanceof PluginError)) throw error;
      throw new Wrong(at, show(text), `a type (${error.message})`);
    }
    for (const used of namesIn(type)) {
      if (!Object.hasOwn(this.#json, used)) {
        throw new Wrong(
          at,
          show(text),
          `only names that "types" defines, not ${show(used)}`,
        );
      }
    }
    this.#parsed.set(text, type);
    return type;
  }

  #follow(first: string): TypeDefinition | undefined {
    if (!Object.hasOwn(this.#json, first)) return undefined;
    const reached = new Set([first]);
    // A set is walked to what was added on the way.
    for (const name of reached) {
      for (const type of this.#parts(name)) {
        for (const used of namesIn(type)) {
          if (!this.#complete.has(used)) reached.add(used);
        }
      }
    }
    for (const name of reached) this.#depth(name, new Set());
    for (const name of reached) this.#complete.set(name, this.#one(name));
    return this.#one(first);
  }

  /** One type, before it is known what the types are that it names. */
  #one(name: string): TypeDefinition {
    let definition = this.#read.get(name);
    if (definition === undefined) {
      const at = ["types", key(name)];
      typeName(name, at);
      definition = typeDefinition(this.#json[name], at);
      this.#read.set(name, definition);
    }
    return definition;
  }

  /** The types that a named type is made of. */
  #parts(name: string): Type[] {
    return partsOf(this.#one(name), ["types", key(name)])
      .map(([text, at]) => this.#parse(text, at));
  }

  /** How many types lie in each other at `name`, which itself lies in those `above`. */
  #depth(name: string, above: Set<string>): number {
    const known = this.#depths.get(name);
    if (known !== undefined) return known;
    const at = ["types", key(name)];
    if (above.has(name)) {
      throw new Wrong(at, "made of itself", "a type of finite size");
    }
    above.add(name);
    let depth = above.size;
    if (depth <= MAX_DEPTH) {
      const inner = this.#parts(name).flatMap(valuesIn)
        .map((inner) => this.#depth(inner, above));
      depth = 1 + Math.max(0, ...inner);
    }
    if (depth > MAX_DEPTH) {
      throw new Wrong(
        at,
        "too deep",
        `types that lie at most ${MAX_DEPTH} deep in each other`,
      );
    }
    above.delete(name);
    this.#depths.set(name, depth);
    return depth;
  }
}

const typeName: Read<string> = (value, at) => {
  const text = name(value, at);
  if (!isTypeName(text)) {
    throw new Wrong(at, "so named", "a name of the type notation");
  }
  return text;
};

const typeDefinition: Read<TypeDefinition> = (value, at) => {
  const from = object(value, at);
  const doc = optional(from, "doc", at, string);
  const kind = field(
    from,
    "kind",
    at,
    oneOf(["struct", "union", "enum", "alias", "opaque"]),
  );
  switch (kind) {
    case "struct":
    case "union": {
      const size = field(from, "size", at, integer(0, MAX_TYPE_SIZE));
      return omitMissing({
        kind,
        size,
        align: field(from, "align", at, integer(1, 4096)),
        fields: field(from, "fields", at, list(fieldDefinition(size))),
        skipped: optional(from, "skipped", at, record(string)),
        doc,
      });
    }
    case "enum":
      return omitMissing({
        kind,
        type: field(from, "type", at, oneOf(INTEGERS)),
        values: field(from, "values", at, record(enumValue)),
        doc,
      });
    case "alias":
      return omitMissing({ kind, type: field(from, "type", at, string), doc });
    case "opaque":
      return omitMissing({ kind, doc });
  }
};

const INTEGERS = [
  "i8",
  "u8",
  "i16",
  "u16",
  "i32",
  "u32",
  "i64",
  "u64",
] as const;

const fieldDefinition = (size: number): Read<Field> => (value, at) => {
  const from = object(value, at);
  return {
    name: field(from, "name", at, name),
    type: field(from, "type", at, string),
    offset: field(from, "offset", at, integer(0, size)),
  };
};

const enumValue: Read<number | string> = (value, at) => {
  if (typeof value === "string") {
    if (/^-?\d{1,20}$/.test(value)) return value;
    throw new Wrong(at, show(value), "a whole number");
  }
  return integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)(value, at);
};

function partsOf(type: TypeDefinition, at: At): [string, At][] {
  switch (type.kind) {
    case "struct":
    case "union":
      return type.fields.map((
        field,
        index,
      ) => [field.type, [...at, `.fields[${index}].type`]]);
    case "alias":
      return [[type.type, [...at, ".type"]]];
    case "enum":
    case "opaque":
      return [];
  }
}

/** The named types whose bytes lie inside a value of `type`. */
function valuesIn(type: Type): string[] {
  while (type.kind === "array") type = type.of;
  return type.kind === "named" ? [type.name] : [];
}
