/**
 * The declarations of a manifest's own types.
 *
 * @module
 */

import {
  type CompositeDefinition,
  type EnumDefinition,
  type Field,
  type RecordDefinition,
  sizeOfType,
  type TypeDefinition,
  type VariantDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { isText, type Type } from "../../ffi/notation/type.ts";
import { docComment } from "./comments.ts";
import type { Line } from "./lines.ts";
import { propertyName } from "./names.ts";
import { printUnion } from "./print_signature.ts";
import type { Names, Values } from "./value_types.ts";

/** Which of the two declarations of a type: of what comes out, or of what is taken. */
type Side = "in" | "out";

/**
 * Declares a type.
 *
 * @param names What it is called.
 * @param type The type.
 * @param values Writes the types of its members.
 * @returns Lines of TypeScript; none for a type that is only pointed to.
 */
export function declareType(
  names: Names,
  type: TypeDefinition,
  values: Values,
): Line[] {
  const { of } = names;
  switch (type.kind) {
    case "struct":
    case "union":
      return [
        ...docComment(type.doc, ""),
        ...members(names, type, values, "out"),
        ...(names.in === names.out ? [] : [
          ...docComment(`What is taken for a {@linkcode ${names.out}}.`, ""),
          ...members(names, type, values, "in"),
        ]),
      ];
    case "enum":
      return [
        ...docComment(enumText(type), ""),
        {
          before: "export type ",
          name: names.out,
          after: ` = ${values.of(parseType(type.type), "out")};`,
          of,
        },
        "",
      ];
    case "alias":
      // There is no value of what is only pointed to.
      return isOpaque(parseType(type.type), values.types) ? [] : [
        ...docComment(type.doc, ""),
        {
          before: "export type ",
          name: names.out,
          after: ` = ${values.of(parseType(type.type), "out")};`,
          of,
        },
        "",
      ];
    case "record":
      return [
        ...docComment(type.doc, ""),
        ...record(names, type, values, "out"),
        ...(names.in === names.out ? [] : [
          ...docComment(`What is taken for a {@linkcode ${names.out}}.`, ""),
          ...record(names, type, values, "in"),
        ]),
      ];
    case "variant":
      return [
        ...docComment(type.doc, ""),
        ...variant(names, type, values, "out"),
        ...(names.in === names.out ? [] : [
          ...docComment(`What is taken for a {@linkcode ${names.out}}.`, ""),
          ...variant(names, type, values, "in"),
        ]),
      ];
    case "opaque":
    case "class":
      return [];
  }
}

/** Whether a type is one that is only ever pointed to. */
function isOpaque(type: Type, types: Values["types"]): boolean {
  const definition = type.kind === "named" ? types[type.name] : undefined;
  return definition?.kind === "opaque" ||
    definition?.kind === "alias" && isOpaque(parseType(definition.type), types);
}

function record(
  names: Names,
  { members, zero }: RecordDefinition,
  values: Values,
  way: Side,
): Line[] {
  return [
    interfaceLine(names, way),
    ...members.flatMap(({ name, type, doc }): Line[] => {
      const parsed = parseType(type);
      const mark = way === "in" && (zero || parsed.kind === "optional")
        ? "?"
        : "";
      return [
        ...docComment(doc, "  "),
        {
          before: "  ",
          name: propertyName(name),
          after: `${mark}: ${values.of(parsed, way)};`,
          of: `${names.of}.${name}`,
        },
      ];
    }),
    "}",
    "",
  ];
}

/** What the interface begins with that has the members of a type. */
function interfaceLine(names: Names, way: Side): Line {
  return {
    before: "export interface ",
    name: names[way],
    after: " {",
    of: names.of,
  };
}

/** A union that TypeScript narrows by `type`. */
function variant(
  names: Names,
  { cases }: VariantDefinition,
  values: Values,
  way: Side,
): Line[] {
  const lines = Object.entries(cases).map(([name, type]) => {
    const parsed = parseType(type);
    const tag = `type: ${JSON.stringify(name)}`;
    if (parsed.kind === "basic" && parsed.name === "void") return `{ ${tag} }`;
    const written = values.of(parsed, way);
    return parsed.kind === "named" &&
        values.types[parsed.name]?.kind === "record"
      ? `{ ${tag} } & ${written}`
      : `{ ${tag}; value: ${written} }`;
  });
  const all = lines.map((line) => `\n  | ${line}`).join("");
  return [
    {
      before: "export type ",
      name: names[way],
      after: ` =${all || " never"};`,
      of: names.of,
    },
    "",
  ];
}

/**
 * What `plugin.type` gives for a type.
 *
 * @param name The type's name in the manifest.
 * @param type The type.
 * @param types The manifest's types.
 * @param names What they are called.
 * @param values Remembers what is imported.
 * @returns Undefined for a type of which it makes nothing.
 */
export function objectOf(
  name: string,
  type: TypeDefinition,
  types: Readonly<Record<string, TypeDefinition>>,
  names: ReadonlyMap<string, Names>,
  values: Values,
): string | undefined {
  switch (type.kind) {
    case "struct":
    case "union": {
      const { out, in: into } = names.get(name)!;
      return `${values.use("StructType")}<${out}, ${into}>`;
    }
    case "enum": {
      const members = Object.entries(type.values).map(([name, value]) =>
        `readonly ${propertyName(name)}: ${value}${
          typeof value === "string" ? "n" : ""
        }`
      );
      return `{ ${members.join("; ")} }`;
    }
    case "alias": {
      const to = parseType(type.type);
      return to.kind === "named"
        ? objectOf(to.name, types[to.name]!, types, names, values)
        : undefined;
    }
    case "opaque":
    case "record":
    case "variant":
    case "class":
      return undefined;
  }
}

/**
 * The types into which more may be written than comes out of them.
 *
 * @param types The manifest's types.
 * @returns Names of structs and unions.
 */
export function wideTypes(
  types: Readonly<Record<string, TypeDefinition>>,
): Set<string> {
  const known = new Map<string, boolean>();
  const isWide = (type: Type): boolean => {
    switch (type.kind) {
      case "basic":
        return WIDE.has(type.name);
      case "named":
        return isWideName(type.name);
      case "array":
        // Numbers come as a typed array, and a plain one is taken too.
        return type.of.kind === "basic"
          ? type.of.name !== "bool" && !isText(type.of)
          : isWide(type.of);
      case "pointer":
      case "function":
      case "slice":
      case "optional":
      case "map":
      case "tuple":
      case "sequence":
      case "closure":
        return true;
    }
  };
  const isWideName = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, false);
    const type = types[name];
    const wide = type?.kind === "alias" || type?.kind === "enum"
      ? isWide(parseType(type.type))
      : type?.kind === "record"
      ? type.zero === true && type.members.length > 0 ||
        type.members.some(({ type }) => isWide(parseType(type)))
      : type?.kind === "variant"
      ? Object.values(type.cases).some((type) => isWide(parseType(type)))
      : type?.kind === "struct" || type?.kind === "union"
      ? type.zero === true && type.fields.length > 0 ||
        shared(type, types).size > 0 ||
        type.fields.some((field) => isWide(parseType(field.type)))
      : type?.kind === "class" && type.from !== undefined;
    known.set(name, wide);
    return wide;
  };
  return new Set(
    Object.keys(types).filter((name) =>
      WITH_PARTS.has(types[name]!.kind) && isWideName(name)
    ),
  );
}

/** Kinds of types that have a declaration for each way. */
const WITH_PARTS: ReadonlySet<TypeDefinition["kind"]> = new Set(
  ["struct", "union", "record", "variant", "class"],
);

/** Basic types of which more is taken than is given. */
const WIDE: ReadonlySet<string> = new Set(
  [
    "i64",
    "u64",
    "isize",
    "usize",
    "pointer",
    "buffer",
    "duration",
    "bigint",
    "complex",
  ],
);

function members(
  names: Names,
  type: CompositeDefinition,
  values: Values,
  way: Side,
): Line[] {
  const optional = way === "in" ? shared(type, values.types) : new Set();
  const isZero = way === "in" && type.zero === true;
  return [
    interfaceLine(names, way),
    ...type.fields.flatMap((field): Line[] => {
      const mark = isZero || optional.has(field.name) ? "?" : "";
      return [
        ...docComment(field.doc, "  "),
        {
          before: "  ",
          name: propertyName(field.name),
          after: `${mark}: ${
            printUnion(
              values.union(parseType(field.type), way, false, field.params),
            )
          };`,
          of: `${names.of}.${field.name}`,
        },
      ];
    }),
    "}",
    "",
  ];
}

/** Members of which one stands for the others: of a union, or of an unnamed union in a struct. */
function shared(
  { fields }: CompositeDefinition,
  types: Readonly<Record<string, TypeDefinition>>,
): Set<string> {
  const found = new Set<string>();
  const inOrder = fields.map((field) => ({
    name: field.name,
    ...extentOf(field, types),
  })).sort((a, b) => a.start - b.start);
  let last: { name: string; end: number } | undefined;
  for (const { name, start, end } of inOrder) {
    if (last !== undefined && start < last.end) {
      found.add(name).add(last.name);
    }
    if (last === undefined || end > last.end) last = { name, end };
  }
  return found;
}

/** The bits of a member: bit-fields have bytes in common, and none of these. */
function extentOf(
  { type, offset, bits }: Field,
  types: Readonly<Record<string, TypeDefinition>>,
): { start: number; end: number } {
  const start = offset * 8 + (bits?.[0] ?? 0);
  const count = bits?.[1] ??
    8 * sizeOfType(parseType(type), (name) => types[name]);
  return { start, end: start + count };
}

function enumText({ doc, values }: EnumDefinition): string {
  const list = Object.entries(values).map(([key, value]) =>
    `- \`${key}\` = ${value}`
  );
  return [...(doc ? [doc, ""] : []), ...list].join("\n");
}
