/**
 * What annotations can be said of: the parameters and the result of a
 * function, by what their types mean.
 *
 * @module
 */

import {
  type FunctionDefinition,
  type ParameterNames,
  positionOf,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";

/** A function, as annotations see it. */
export class AnnotatableFunction {
  /** What its parameters are called. */
  readonly parameters: ParameterNames;
  readonly #type: FunctionType;
  readonly #types: Description["types"];

  /**
   * @param definition The function.
   * @param types The types that its type names.
   */
  constructor(
    { type, params = [] }: FunctionDefinition,
    types: Description["types"],
  ) {
    this.#type = parseType(type) as FunctionType;
    this.#types = types;
    this.parameters = { names: params, count: this.#type.params.length };
  }

  /** Whether it takes more arguments than its parameters. */
  get isVariadic(): boolean {
    return this.#type.variadic;
  }

  /** Whether it has a parameter of that name or number. */
  has(name: string): boolean {
    return positionOf(name, this.parameters) !== undefined;
  }

  /** Whether a parameter can be null. */
  isNullable(name: string): boolean {
    return isNullable(this.#param(name));
  }

  /** Whether its one result can be null. */
  givesNullable(): boolean {
    const { results } = this.#type;
    return results.length === 1 && isNullable(this.#meaning(results[0]!));
  }

  /** Whether its one result is memory that somebody frees: a text, or an address that is not a function's. */
  givesMemory(): boolean {
    const { results } = this.#type;
    return results.length === 1 && isMemory(this.#meaning(results[0]!), true);
  }

  /** Whether an address can come back through one of its parameters. */
  givesMemoryOut(): boolean {
    return this.#type.params.some((param) => {
      const type = this.#meaning(param);
      return type.kind === "pointer" && isMemory(this.#meaning(type.to), true);
    });
  }

  /** Whether a parameter is memory. */
  isMemory(name: string): boolean {
    return isMemory(this.#param(name), false);
  }

  /** Whether a parameter is a function. */
  isFunction(name: string): boolean {
    return this.#param(name)?.kind === "function";
  }

  /** Whether a parameter is an integer, or the address of one. */
  isCount(name: string): boolean {
    const param = this.#param(name);
    return isInteger(
      param?.kind === "pointer" ? this.#meaning(param.to) : param,
    );
  }

  /** Whether it takes one address, as a function that frees does. */
  takesAddress(): boolean {
    return this.parameters.count === 1 && isMemory(this.#param("1"), true);
  }

  #param(name: string): Type | undefined {
    const position = positionOf(name, this.parameters);
    return position === undefined
      ? undefined
      : this.#meaning(this.#type.params[position]!);
  }

  #meaning(type: Type): Type {
    return underlying(type, (name) => this.#types[name]);
  }
}

function isNullable(type: Type | undefined): boolean {
  return type?.kind === "function" || isMemory(type, true);
}

function isMemory(type: Type | undefined, orText: boolean): boolean {
  return type?.kind === "pointer" || type?.kind === "basic" &&
      (type.name === "pointer" || type.name === "buffer" ||
        orText && type.name === "cstring");
}

function isInteger(type: Type | undefined): boolean {
  return type?.kind === "basic" && /^[iu](?:8|16|32|64|size)$/.test(type.name);
}
