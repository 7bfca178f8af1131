/**
 * Descriptions in which each function, or each member of a struct, is given anew.
 *
 * @module
 */

import type {
  Field,
  FunctionDefinition,
  SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import type { Description } from "./description.ts";

/**
 * Changes the functions of a description.
 *
 * @param description What a library exports.
 * @param map Gives a function anew.
 */
export function mapFunctions(
  description: Description,
  map: (name: string, definition: FunctionDefinition) => FunctionDefinition,
): Description {
  const symbols = Object.entries(description.symbols).map((
    [name, symbol],
  ): [string, SymbolDefinition] => [
    name,
    symbol.kind === "function" ? map(name, symbol) : symbol,
  ]);
  return { ...description, symbols: Object.fromEntries(symbols) };
}

/**
 * Changes the members of the structs and the unions of a description, also of those
 * that only its headers have.
 *
 * @param description What a library exports.
 * @param map Gives a member anew; the first argument is what has it.
 */
export function mapFields(
  description: Description,
  map: (owner: string, field: Field) => Field,
): Description {
  const mapped = (types: Description["types"]): Description["types"] =>
    Object.fromEntries(
      Object.entries(types).map(([name, type]) => [
        name,
        type.kind === "struct" || type.kind === "union"
          ? { ...type, fields: type.fields.map((field) => map(name, field)) }
          : type,
      ]),
    );
  const { types, defined } = description;
  return {
    ...description,
    types: mapped(types),
    ...defined && { defined: { ...defined, types: mapped(defined.types) } },
  };
}
