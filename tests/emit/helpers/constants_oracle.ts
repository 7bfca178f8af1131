/**
 * The compiler's own word for what was read out of headers.
 *
 * @module
 */

import type {
  Constant,
  HeaderDefinitions,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";

/**
 * Prints a C program that says which constants are not as they were described,
 * and does not compile where a struct is not.
 *
 * @param includes The lines that include the headers.
 * @param defined What they define.
 * @param spell How C spells a type; undefined for one that has no name there.
 */
export function assertionsOf(
  includes: string,
  { types, constants }: HeaderDefinitions,
  spell: (name: string) => string | undefined,
): string {
  return [
    includes,
    "#include <stddef.h>",
    "#include <stdio.h>",
    ...namesIn(types).filter((name) => !Object.hasOwn(constants, name))
      .map((name) => `#undef ${name}`),
    ...Object.entries(types).flatMap(([name, type]) => {
      const spelling = spell(name);
      return spelling === undefined ? [] : layoutAssertions(spelling, type);
    }),
    "int main(void) {",
    ...Object.entries(constants).map(([name, constant]) =>
      `if (!(${isConstant(name, constant)})) puts("${name}");`
    ),
    "return 0; }",
    "",
  ].join("\n");
}

/** What structs and their members are called: a macro of that name stands for something else. */
function namesIn(types: HeaderDefinitions["types"]): string[] {
  return [
    ...new Set(
      Object.entries(types).flatMap(([name, type]) =>
        type.kind === "struct" || type.kind === "union"
          ? [name, ...type.fields.map(({ name }) => name)]
          : []
      ),
    ),
  ].filter((name) =>
    // The preprocessor's own word may be a member's, as in Xlib, and no macro's.
    /^[A-Za-z_]\w*$/.test(name) && name !== "defined"
  );
}

/** That a constant is what it was read as, of that sign, to the last bit. */
function isConstant(name: string, constant: Constant): string {
  if (typeof constant === "string") {
    const { length } = new TextEncoder().encode(constant);
    return `sizeof(${name}) == ${length + 1} && ` +
      `__builtin_memcmp(${name}, ${textOf(constant)}, ${length + 1}) == 0`;
  }
  if (typeof constant === "number") {
    // A double by its digits; what is whole, and less than that, as an integer.
    const value = Number.isSafeInteger(constant)
      ? `${constant}ll`
      : constant.toExponential(17);
    return `(${name}) == ${value} && ((${name}) < 0) == ${+(constant < 0)}`;
  }
  switch (constant.type) {
    case "u64":
    case "i64":
      return `(unsigned long long) (${name}) == ${
        BigInt.asUintN(64, BigInt(constant.value))
      }ull && ((${name}) < 0) == ${+(constant.type === "i64")}`;
    case "pointer":
      return `(unsigned long long) (${name}) == ${
        BigInt.asUintN(64, BigInt(constant.value))
      }ull`;
    case "f64":
      return "1"; // an infinity, a zero that is negative, or no number
  }
}

/** A text as C writes it, byte by byte. */
function textOf(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return `"${
    bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
  }"`;
}

/** The size, alignment and members of a struct, and the values of an enum. */
export function layoutAssertions(
  spelling: string,
  type: TypeDefinition,
): string[] {
  const equal = (what: string, value: number | string) =>
    `_Static_assert(${what} == ${value}, "${what}");`;
  switch (type.kind) {
    case "struct":
    case "union":
      return [
        equal(`sizeof(${spelling})`, type.size),
        equal(`_Alignof(${spelling})`, type.align),
        ...type.fields.filter(({ bits }) => bits === undefined).map((
          { name, offset },
        ) => equal(`offsetof(${spelling}, ${name})`, offset)),
      ];
    case "enum":
      return [
        equal(`sizeof(${spelling})`, Number(type.type.slice(1)) / 8),
        ...Object.entries(type.values).map(([name, value]) =>
          equal(name, String(value))
        ),
      ];
    default:
      return [];
  }
}

/** How C spells a type that a preprocessed text defines. */
export function spellingIn(
  text: string,
): (name: string) => string | undefined {
  return (name) => {
    const tag = new RegExp(`\\b(struct|union|enum)\\s+${name}\\s*\\{`);
    const keyword = tag.exec(text)?.[1];
    if (keyword !== undefined) return `${keyword} ${name}`;
    return new RegExp(`\\}\\s*${name}\\s*;`).test(text) ? name : undefined;
  };
}
