/**
 * Variables: windows on the plugin's memory.
 *
 * @module
 */

import type { Address } from "../runtime/adapter.ts";
import {
  type ArgumentErrors,
  misfitError,
  misfitOf,
  type Parameter,
  wrongFor,
} from "../check/wrong.ts";
import type { Thunk, VariableDefinition } from "../manifest/manifest.ts";
import { assigner } from "../memory/assign_variable.ts";
import { codecOf } from "../memory/codecs.ts";
import { constant, frozen } from "../memory/frozen_copy.ts";
import { windowOn } from "../memory/foreign_window.ts";
import { pointerTo } from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { isElsewhere } from "../runtime/space.ts";
import { escapeControls } from "../error.ts";
import { printType, type Type } from "../notation/type.ts";
import { readingFrom } from "../value/unreadable.ts";
import { isBare, type Value } from "../value/value.ts";
import { type Access, type Variable, variableOf } from "../handle/variable.ts";
import { encodedParameter } from "./converted_arguments.ts";
import { bindThunk, checkCallable, checkFor } from "./bind_function.ts";
import {
  type BindTarget,
  resolveValue,
  symbolError,
  type SymbolRef,
} from "./bind_target.ts";

/**
 * Finds out what a variable is in JavaScript, before anything is bound.
 *
 * @throws {PluginError} `unsupported`.
 */
export function planVariable(target: SymbolRef, type: Type): Value {
  const value = resolveValue(target, type, "its value");
  checkCallable(target, value, "its value");
  return value;
}

/** Binds a variable, by its memory or by functions that read and write it. */
export function bindVariable(
  target: BindTarget,
  definition: VariableDefinition,
  type: Type,
): Variable<unknown> {
  const value = planVariable(target, type);
  const access = definition.get !== undefined
    ? functionAccess(target, definition, definition.get, type, value)
    : memoryAccess(target, definition, type, value);
  return variableOf({
    ...access,
    label: () => escapeControls(`${target.name}: ${printType(type)}`),
    isPlain: isBare(value),
  });
}

/** How it is read and written. */
type Accessors = Omit<Access<unknown>, "label" | "isPlain">;

/** Reads and writes through the two thunks. */
function functionAccess(
  target: BindTarget,
  definition: VariableDefinition,
  get: Thunk,
  type: Type,
  value: Value,
): Accessors {
  const isConst = definition.const === true || definition.set === undefined;
  const [parameters, wrong] = assignment(target, type, value);
  const read = bindThunk(target, get, [], [value], wrong) as () => unknown;
  return {
    size: codecOf(value, target.types).size,
    get: value.kind === "composite" ? () => frozen(read()) : read,
    set: isConst
      ? readOnly(target)
      : bindThunk(target, definition.set!, parameters, [], wrong),
    pointer() {
      throw new TypeError(
        `${target.name}.pointer: it has no address, the plugin reads and writes it in functions`,
      );
    },
  };
}

/** Reads and writes the memory itself. */
function memoryAccess(
  target: BindTarget,
  definition: VariableDefinition,
  type: Type,
  value: Value,
): Accessors {
  const find = finder(target, definition);
  const address = find();
  const isConst = definition.const === true;
  const whole = codecOf(value, target.types);
  const codec = isConst ? constant(whole) : whole;
  if (codec.size === 0) {
    throw symbolError(target, "unsupported", "it has no bytes to read");
  }
  const pointer = pointerTo(address);
  // Another process may follow the one that it lies in, and have it elsewhere.
  const window = windowOn(address, codec, find);
  return {
    size: codec.size,
    get: readingFrom(`${target.name}.value`, window.read),
    set: isConst
      ? readOnly(target)
      : assigner(target.name, type, codec, window),
    pointer: () => isElsewhere(address) ? pointerTo(find()) : pointer,
  };
}

/** What finds out where a variable lies. */
function finder(
  target: BindTarget,
  definition: VariableDefinition,
): () => Address {
  const { library, name } = target;
  const ask = definition.address === undefined
    ? () => library.address(definition.symbol ?? name)
    : library.bind(definition.address, [], "address") as () => Address;
  return () => {
    const address = ask();
    if (address !== adapter.null) return address;
    throw symbolError(
      target,
      "wrong_library",
      "the library gives no address for it",
    );
  };
}

/** The parameter and the errors of an assignment to `.value`. */
function assignment(
  target: BindTarget,
  type: Type,
  value: Value,
): [[Parameter], ArgumentErrors] {
  const check = checkFor(value, target);
  const plain: Parameter = { name: "", type, value, check };
  const parameter = value.kind === "encoded"
    ? encodedParameter(plain, value)
    : plain;
  const { name } = target;
  return [[parameter], {
    ...wrongFor(name, [parameter]),
    value(_index, given) {
      throw misfitError(`${name}.value`, misfitOf(type, check, given));
    },
  }];
}

function readOnly({ name }: BindTarget): () => never {
  return () => {
    throw new TypeError(`${name}.value: it can only be read`);
  };
}
