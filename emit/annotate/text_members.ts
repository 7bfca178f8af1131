/**
 * What members of structs and variables are in place of what the binary says: a
 * `char *` or a `wchar_t *` that is a text.
 *
 * @module
 */

import { didYouMean } from "../../ffi/did_you_mean.ts";
import { isSameNotation } from "../../ffi/manifest/manifest.ts";
import type {
  SymbolDefinition,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { isText } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { type AnnotationEntry, badEntry } from "./parse_annotation_file.ts";

/** Whether an entry is about a struct: there is one, and no function of that name. */
export function isStructEntry(
  name: string,
  { types, symbols }: Description,
): boolean {
  const kind = Object.hasOwn(types, name) ? types[name]!.kind : undefined;
  return (kind === "struct" || kind === "union") &&
    !Object.hasOwn(symbols, name);
}

/**
 * The types with what is said of the members of structs.
 *
 * @param path The annotation file, for errors.
 * @param entries What it says.
 * @param description What the library exports.
 * @throws {EmitError} `bad_annotations`.
 */
export function withTexts(
  path: string,
  entries: readonly (readonly [string, AnnotationEntry])[],
  description: Description,
): Record<string, TypeDefinition> {
  const types = { ...description.types };
  for (const [name, { as = {}, lengths = {}, ...others }] of entries) {
    if (!isStructEntry(name, description)) continue;
    const definition = types[name]!;
    if (definition.kind !== "struct" && definition.kind !== "union") continue;
    const wrong = (detail: string) => badEntry(path, name, detail);
    const [odd] = others.handle === undefined ? Object.keys(others) : [];
    if (odd !== undefined) throw wrong(`"${odd}" is said of functions`);
    const names = definition.fields.map((field) => field.name);
    for (const [member, type] of Object.entries(as)) {
      const field = definition.fields.find((field) => field.name === member);
      if (field === undefined) {
        throw wrong(`it has no member "${member}"` + didYouMean(member, names));
      }
      if (!isSameNotation(field.type, type, types)) {
        throw wrong(
          `"${member}" is ${field.type}, which cannot be seen as ${type}`,
        );
      }
    }
    for (const [member, length] of Object.entries(lengths)) {
      const field = definition.fields.find(({ name }) => name === member);
      if (field === undefined) {
        throw wrong(`it has no member "${member}"` + didYouMean(member, names));
      }
      if (!field.type.startsWith("[0]") || field !== definition.fields.at(-1)) {
        throw wrong(
          `"${member}" is ${field.type}, and no array at the end whose length is open`,
        );
      }
      const counter = definition.fields.find(({ name }) => name === length);
      if (counter === undefined) {
        throw wrong(
          `it has no member "${length}"` + didYouMean(`${length}`, names),
        );
      }
      if (!/^[iu](?:\d+|size)$/.test(counter.type) || counter.bits) {
        throw wrong(`"${length}" is ${counter.type}, and no integer`);
      }
    }
    types[name] = {
      ...definition,
      fields: definition.fields.map((field) => ({
        ...field,
        ...Object.hasOwn(as, field.name) && { type: as[field.name]! },
        ...Object.hasOwn(lengths, field.name) &&
          { length: `${lengths[field.name]!}` },
      })),
    };
  }
  return types;
}

/** Whether an entry is about a variable. */
export function isVariableEntry(
  name: string,
  { symbols }: Description,
): boolean {
  return Object.hasOwn(symbols, name) && symbols[name]!.kind === "variable";
}

/** What `as` calls what a variable has, as in JavaScript. */
const VALUE = "value";

/**
 * The symbols with what is said of variables.
 *
 * @param path The annotation file, for errors.
 * @param entries What it says.
 * @param description What the library exports.
 * @throws {EmitError} `bad_annotations`.
 */
export function withTextVariables(
  path: string,
  entries: readonly (readonly [string, AnnotationEntry])[],
  description: Description,
): Record<string, SymbolDefinition> {
  const symbols = { ...description.symbols };
  for (const [name, { as = {}, ...others }] of entries) {
    if (!isVariableEntry(name, description)) continue;
    const [odd] = Object.keys(others);
    if (odd !== undefined) {
      throw badEntry(path, name, `"${odd}" is said of functions`);
    }
    for (const [part, type] of Object.entries(as)) {
      const variable = symbols[name]!;
      if (part !== VALUE) {
        throw badEntry(
          path,
          name,
          `it is a variable, of which "as" says what "${VALUE}" is: wanted "${VALUE}", got "${part}"`,
        );
      }
      if (!isSameNotation(variable.type, type, description.types)) {
        throw badEntry(
          path,
          name,
          `it is ${variable.type}, which cannot be seen as ${type}`,
        );
      }
      symbols[name] = { ...variable, type };
    }
  }
  return symbols;
}

/** A variable as a text, where a manifest says that it is one. */
export function withSaidText(
  variable: SymbolDefinition,
  before: SymbolDefinition | undefined,
): SymbolDefinition {
  return variable.kind === "variable" && before?.kind === "variable" &&
      isSaidText(variable.type, before.type)
    ? { ...variable, type: before.type }
    : variable;
}

/** Whether a type is another in place of what the binary says: a text. */
function isSaidText(own: string, said: string): boolean {
  return own !== said && isText(parseType(said)) &&
    isSameNotation(own, said, NO_TYPES);
}

const NO_TYPES: Readonly<Record<string, TypeDefinition>> = {};

/** A struct with those members as texts of which a manifest says that they are. */
export function withSaidTexts(
  type: TypeDefinition,
  before: TypeDefinition | undefined,
): TypeDefinition {
  if (type.kind !== "struct" && type.kind !== "union") return type;
  if (before?.kind !== type.kind) return type;
  return {
    ...type,
    fields: type.fields.map((field, index) => {
      const said = before.fields[index];
      return said !== undefined && said.name === field.name &&
          isSaidText(field.type, said.type)
        ? { ...field, type: said.type }
        : field;
    }),
  };
}
