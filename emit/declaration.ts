/**
 * Prints the `.d.ts` of a manifest: the types of `open<Hello>("./hello.so")`.
 *
 * @module
 */

import type {
  Manifest,
  SymbolDefinition,
  TypeDefinition,
} from "../ffi/manifest.ts";
import {
  type BasicName,
  type FunctionType,
  parseType,
  type Type,
} from "../ffi/type.ts";
import {
  docComment,
  interfaceName,
  isIdentifier,
  propertyName,
  RESERVED,
} from "./typescript.ts";

/** What the declarations import, where they use it. */
const IMPORTS = ["Bytes", "Pointer", "Variable"] as const;

/**
 * Prints the declarations of a plugin.
 *
 * @param manifest The plugin's manifest.
 * @returns TypeScript: an interface with a member for each symbol, and the
 * types that they use. The same text for the same manifest.
 */
export function printDeclaration(manifest: Manifest): string {
  return new Printer(manifest).print();
}

/** Whether a value goes to the plugin or comes from it. */
type Way = "in" | "out";

/** What can be passed where the plugin takes an address. */
const BYTES = "Bytes | Pointer | Variable<unknown> | null";

/** What each basic type is in JavaScript, into the plugin and out of it. */
const BASIC: Readonly<Record<BasicName, readonly [string, string]>> = {
  void: ["void", "void"],
  bool: ["boolean", "boolean"],
  i8: ["number", "number"],
  u8: ["number", "number"],
  i16: ["number", "number"],
  u16: ["number", "number"],
  i32: ["number", "number"],
  u32: ["number", "number"],
  i64: ["bigint | number", "bigint"],
  u64: ["bigint | number", "bigint"],
  isize: ["number | bigint", "number"],
  usize: ["number | bigint", "number"],
  f32: ["number", "number"],
  f64: ["number", "number"],
  pointer: [BYTES, "Pointer | null"],
  cstring: ["string | null", "string | null"],
  buffer: [BYTES, "Pointer | null"],
  string: ["string", "string"],
  bytes: ["Uint8Array", "Uint8Array"],
};

/** The typed array with elements of each scalar type. */
const ARRAYS: { readonly [name in BasicName]?: string } = {
  bool: "Uint8Array",
  i8: "Int8Array",
  u8: "Uint8Array",
  i16: "Int16Array",
  u16: "Uint16Array",
  i32: "Int32Array",
  u32: "Uint32Array",
  i64: "BigInt64Array",
  u64: "BigUint64Array",
  isize: "BigInt64Array",
  usize: "BigUint64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

class Printer {
  readonly #manifest: Manifest;
  readonly #used = new Set<string>();
  /** TypeScript's name for each of the manifest's types. */
  readonly #names = new Map<string, string>();
  readonly #name: string;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    const taken = new Set<string>([
      ...IMPORTS,
      ...RESERVED,
      ...Object.values(ARRAYS),
    ]);
    const fresh = (name: string): string => {
      while (taken.has(name)) name += "_";
      taken.add(name);
      return name;
    };
    this.#name = fresh(interfaceName(manifest.library.file));
    for (const name of Object.keys(manifest.types)) {
      this.#names.set(name, fresh(name.replace(/\.|::/g, "_")));
    }
  }

  print(): string {
    const { library, symbols, types } = this.#manifest;
    const named = Object.entries(types).flatMap(([name, type]) =>
      this.#definition(this.#names.get(name)!, type)
    );
    const members = Object.entries(symbols).flatMap(([name, symbol]) => [
      ...docComment(symbol.doc, "  "),
      `  ${this.#member(name, symbol)}`,
    ]);
    const imports = IMPORTS.filter((name) => this.#used.has(name));
    return [
      `// The types of ${library.file}, written by "plugin". Do not edit.`,
      ...(imports.length === 0 ? [] : [
        `import type { ${imports.join(", ")} } from "@native/plugin";`,
      ]),
      "",
      ...named,
      `/** What ${library.file} exports. */`,
      `export interface ${this.#name} {`,
      ...members,
      "}",
      "",
    ].join("\n");
  }

  #member(name: string, symbol: SymbolDefinition): string {
    const type = parseType(symbol.type);
    const key = propertyName(name);
    if (symbol.kind === "variable") {
      this.#used.add("Variable");
      const variable = `Variable<${this.#type(type, "out")}>`;
      return `${key}: ${symbol.const ? `Readonly<${variable}>` : variable};`;
    }
    const { params, results } = this.#signature(
      type as FunctionType,
      symbol.params,
    );
    const line = `${key}(${params.join(", ")}): ${results};`;
    return line.length <= 78
      ? line
      : `${key}(\n    ${params.join(",\n    ")},\n  ): ${results};`;
  }

  #definition(name: string, type: TypeDefinition): string[] {
    switch (type.kind) {
      case "struct":
      case "union":
        return [
          ...docComment(type.doc, ""),
          `export interface ${name} {`,
          ...type.fields.map((field) =>
            `  ${propertyName(field.name)}${
              type.kind === "union" ? "?" : ""
            }: ` +
            `${this.#type(parseType(field.type), "out")};`
          ),
          "}",
          "",
        ];
      case "enum": {
        const values = Object.entries(type.values).map(([key, value]) =>
          `- \`${key}\` = ${value}`
        );
        const text = [...(type.doc ? [type.doc, ""] : []), ...values];
        return [
          ...docComment(text.join("\n"), ""),
          `export type ${name} = ${this.#enum(type.type)};`,
          "",
        ];
      }
      case "alias":
        return [
          ...docComment(type.doc, ""),
          `export type ${name} = ${this.#type(parseType(type.type), "out")};`,
          "",
        ];
      case "opaque":
        return []; // only ever behind a pointer
    }
  }

  #enum(type: string): string {
    return /64$/.test(type) ? "number | bigint" : "number";
  }

  #type(type: Type, way: Way): string {
    switch (type.kind) {
      case "basic":
        return this.#use(BASIC[type.name][way === "in" ? 0 : 1]);
      case "pointer":
        return this.#pointer(type.to, way);
      case "slice":
      case "array": {
        const array = type.of.kind === "basic" && ARRAYS[type.of.name];
        if (array) return array;
        const of = this.#type(type.of, way);
        return `${of.includes(" ") ? `(${of})` : of}[]`;
      }
      case "named":
        return this.#named(type.name, way);
      case "function":
        // Until functions of JavaScript can be passed, only an address crosses.
        return this.#use("Pointer | null");
    }
  }

  #pointer(to: Type, way: Way): string {
    if (way === "out") return this.#use("Pointer | null");
    const array = to.kind === "basic" ? ARRAYS[to.name] : undefined;
    if (array === undefined) return this.#use(BYTES);
    const value = this.#type(to, "out");
    return this.#use(`${array} | Pointer | Variable<${value}> | null`);
  }

  #named(name: string, way: Way): string {
    const definition = this.#manifest.types[name];
    // A struct's interface says what comes out, and that is always accepted.
    return definition?.kind === "alias" && way === "in"
      ? this.#type(parseType(definition.type), way)
      : this.#names.get(name)!;
  }

  #signature(
    type: FunctionType,
    names: readonly string[] = [],
  ): { params: string[]; results: string } {
    const taken = new Set<string>();
    const params = type.params.map((param, index) => {
      let name = names[index] ?? "";
      if (!isIdentifier(name) || taken.has(name)) name = `arg${index + 1}`;
      taken.add(name);
      return `${name}: ${this.#type(param, "in")}`;
    });
    if (type.variadic) params.push("...rest: unknown[]");
    const results = type.results.map((result) => this.#type(result, "out"));
    return {
      params,
      results: results.length === 1
        ? results[0]!
        : results.length === 0
        ? "void"
        : `[${results.join(", ")}]`,
    };
  }

  #use(text: string): string {
    for (const name of IMPORTS) {
      if (text.includes(name)) this.#used.add(name);
    }
    return text;
  }
}
