/**
 * Descriptions as text that a person can compare.
 *
 * @module
 */

import type {
  SymbolDefinition,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";
import type { Description } from "../../../emit/describe/description.ts";

/**
 * What `types.c` is by a Clang before version 20: one member of a struct is packed,
 * which looks like bits without a name there.
 *
 * @param types What it is by others.
 */
export function byClang(types: string): string {
  const why =
    "its place is not known: it may lie behind bits that have no name";
  return types.replace(
    "  0 c: i8\n  1 i: i32\n  6 s: i16\n",
    `  6 s: i16\n  c: ${why}\n  i: ${why}\n`,
  );
}

/**
 * Writes a description, one line for a symbol, a type, a field and a reason.
 *
 * @param description What to write; language and compiler are left out.
 * @returns Lines in the description's own order.
 */
export function summarize(description: Description): string {
  return [
    ...Object.entries(description.types).flatMap(typeLines),
    "",
    ...Object.entries(description.symbols).map(symbolLine),
    "",
    ...Object.entries(description.skipped).map(([name, why]) =>
      `${name}: ${why}`
    ),
  ].join("\n");
}

function typeLines([name, type]: [string, TypeDefinition]): string[] {
  switch (type.kind) {
    case "opaque":
      return [`opaque ${name}`];
    case "alias":
      return [`alias ${name} = ${type.type}`];
    case "enum":
      return [
        `enum ${name}: ${type.type}`,
        ...Object.entries(type.values).map(([value, number]) =>
          `  ${value} = ${number}`
        ),
      ];
    case "record":
      return [
        `record ${name}`,
        ...type.members.map((member) => `  ${member.name}: ${member.type}`),
      ];
    case "class":
      return [
        `class ${name} by ${type.handle}`,
        ...Object.entries(type.methods ?? {}).map((one) =>
          `  ${one.join(": ")}`
        ),
      ];
    case "variant":
      return [
        `variant ${name}`,
        ...Object.entries(type.cases).map((one) => `  ${one.join(": ")}`),
      ];
    case "struct":
    case "union":
      return [
        `${type.kind} ${name}: ${type.size} bytes by ${type.align}`,
        ...type.fields.map((field) =>
          `  ${field.offset} ${field.name}: ${field.type}${
            field.bits === undefined ? "" : ` bits ${field.bits.join(" for ")}`
          }`
        ),
        ...Object.entries(type.skipped ?? {}).map(([field, why]) =>
          `  ${field}: ${why}`
        ),
      ];
  }
}

function symbolLine([name, symbol]: [string, SymbolDefinition]): string {
  if (symbol.kind === "variable") {
    return `${symbol.const ? "const" : "var"} ${name}: ${symbol.type}`;
  }
  const params = symbol.params === undefined
    ? ""
    : ` [${symbol.params.join(" ")}]`;
  const nonnull = symbol.nonnull === undefined
    ? ""
    : ` nonnull ${symbol.nonnull.join(" ")}`;
  return `func ${name}: ${symbol.type}${params}${nonnull}`;
}
