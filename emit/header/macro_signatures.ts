/**
 * The macros with parameters that the command line gives a type:
 * `lua_pop (*lua_State, i32) => void`.
 *
 * @module
 */

import type { FunctionDefinition } from "../../ffi/manifest/manifest.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { namesIn, printType } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { namedFunction } from "../thunk/call_signatures.ts";
import { type Macro, withoutLiterals } from "./list_macros.ts";
import { badMacro, wrapperOf } from "./wrappers.ts";

/**
 * Reads macros of the command line.
 *
 * @param texts Each a name and a function type.
 * @param macros All macros that the headers leave.
 * @param description What the library exports.
 * @returns The functions by name.
 * @throws {EmitError} `usage`: what is wrong with which of them.
 */
export function namedMacros(
  texts: readonly string[],
  macros: ReadonlyMap<string, Macro>,
  { symbols, types, defined }: Description,
): Record<string, FunctionDefinition> {
  const found: Record<string, FunctionDefinition> = Object.create(null);
  for (const text of texts) {
    const refuse = (why: string) => badMacro(text, why);
    const { name, type } = namedFunction(
      text,
      "lua_pop (*lua_State, i32) => void",
      refuse,
    );
    if (type.variadic) {
      throw refuse("a macro is called at one type, without ...");
    }
    if (type.results.length > 1) throw refuse("C gives one result");
    const macro = macros.get(name);
    if (macro?.params === undefined) {
      const names = [...macros].filter(([, { params }]) => params !== undefined)
        .map(([name]) => name);
      throw refuse(
        `the headers define no macro "${name}" with parameters` +
          didYouMean(name, names),
      );
    }
    if (Object.hasOwn(symbols, name) || Object.hasOwn(found, name)) {
      throw refuse(`"${name}" is described already`);
    }
    const { params, body } = macro;
    // A wrapper's parameter has another name than who writes the call gives.
    if (/#/.test(withoutLiterals(body))) {
      throw refuse(
        `it makes a text or a word of what is written for a parameter ("#")`,
      );
    }
    const isOpen = params.some((param) => param.endsWith("..."));
    const count = params.length - (isOpen ? 1 : 0);
    const given = type.params.length;
    if (isOpen ? given < count : given !== count) {
      throw refuse(
        `it has ${count} parameter${count === 1 ? "" : "s"}${
          isOpen ? " and more" : ""
        } (${params.join(", ")}), and the type ${given}`,
      );
    }
    const unknown = namesIn(type).find((each) =>
      !Object.hasOwn(types, each) && !Object.hasOwn(defined?.types ?? {}, each)
    );
    if (unknown !== undefined) {
      throw refuse(`the headers have no type ${JSON.stringify(unknown)}`);
    }
    found[name] = {
      kind: "function",
      type: printType(type),
      symbol: wrapperOf(name),
      wrapped: "macro",
      ...given > 0 && !isOpen && { params },
    };
  }
  return found;
}
