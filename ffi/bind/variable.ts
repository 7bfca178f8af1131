/**
 * Variables: windows on the plugin's memory.
 *
 * @module
 */

import type { Address } from "../adapter.ts";
import {
  ARRAYS,
  checkOf,
  type Parameter,
  show,
  type Wrong,
  wrongFor,
} from "../call/check.ts";
import { compile, passed } from "../call/code.ts";
import { safe } from "../call/number.ts";
import type { Thunk, VariableDefinition } from "../manifest.ts";
import { addressIn, type Pointer, pointerTo } from "../pointer.ts";
import { adapter } from "../runtime.ts";
import { printType, type Type } from "../type.ts";
import type { ScalarName, Value } from "../value.ts";
import { type Access, type Variable, variableOf } from "../variable.ts";
import { bindThunk } from "./function.ts";
import { carried, memoryAt, refused, type Subject } from "./subject.ts";

/** Binds a variable, by its memory or by functions that read and write it. */
export function bindVariable(
  subject: Subject,
  definition: VariableDefinition,
  type: Type,
): Variable<unknown> {
  const value = carried(subject, type, "its value");
  const access = definition.get !== undefined
    ? functionAccess(subject, definition, definition.get, type, value)
    : memoryAccess(subject, definition, type, value);
  return variableOf(access);
}

/** Reads and writes through the two thunks. */
function functionAccess(
  subject: Subject,
  definition: VariableDefinition,
  get: Thunk,
  type: Type,
  value: Value,
): Access<unknown> {
  const isConst = definition.const === true || definition.set === undefined;
  const [parameters, wrong] = assignment(subject, type, value);
  return {
    get: bindThunk(subject, get, [], [value], wrong) as () => unknown,
    set: isConst
      ? readOnly(subject)
      : bindThunk(subject, definition.set!, parameters, [], wrong),
    pointer() {
      throw new TypeError(
        `${subject.name}.pointer: it has no address, the plugin reads and writes it in functions`,
      );
    },
  };
}

/** Reads and writes the memory itself. */
function memoryAccess(
  subject: Subject,
  definition: VariableDefinition,
  type: Type,
  value: Value,
): Access<unknown> {
  const address = addressOf(subject, definition);
  const pointer = pointerTo(address);
  const access = cellAccess(subject, address, value);
  return {
    get: access.get,
    set: definition.const === true || access.set === undefined
      ? readOnly(subject)
      : setter(subject, type, value, access.set),
    pointer: () => pointer,
  };
}

function addressOf(subject: Subject, definition: VariableDefinition): Address {
  const address = definition.address === undefined
    ? subject.library.address(definition.symbol ?? subject.name)
    : subject.library.bind(definition.address, [], "address")() as Address;
  if (address !== adapter.null) return address;
  throw refused(
    subject,
    "wrong_library",
    "the library gives no address for it",
  );
}

interface Cell {
  get(): unknown;
  /** Takes a checked value; absent where the memory cannot take one. */
  set?(value: unknown): void;
}

function cellAccess(subject: Subject, address: Address, value: Value): Cell {
  const words = (): BigUint64Array =>
    new BigUint64Array(memoryAt(subject, address, 8));
  switch (value.kind) {
    case "scalar":
      return scalarCell(subject, address, value.name);
    case "pointer":
    case "function": {
      const cell = words();
      return {
        get: () => cell[0] === 0n ? null : pointerTo(native(cell[0]!)),
        set: (given) => {
          cell[0] = given === null ? 0n : BigInt(addressIn(given as Pointer));
        },
      };
    }
    case "cstring": {
      const cell = words();
      // Who would own the memory of a text written here cannot be known.
      return {
        get: () => cell[0] === 0n ? null : adapter.cstring(native(cell[0]!)),
      };
    }
    default:
      throw refused(
        subject,
        "unsupported",
        `a variable that is a ${
          value.kind === "composite" ? value.definition.kind : value.kind
        } cannot be read yet`,
      );
  }
}

function native(word: bigint): Address {
  return adapter.toAddress(Number(word));
}

function scalarCell(
  subject: Subject,
  address: Address,
  name: ScalarName,
): Cell {
  const array = ARRAYS[name];
  const cell = new array(memoryAt(subject, address, array.BYTES_PER_ELEMENT));
  switch (name) {
    case "bool":
      return {
        get: () => cell[0] !== 0,
        set: (value) => cell[0] = value ? 1 : 0,
      };
    case "isize":
    case "usize":
      return {
        get: () => safe(cell[0]!),
        set: (value) => cell[0] = BigInt(value as number | bigint),
      };
    case "i64":
    case "u64":
      return {
        get: () => cell[0],
        set: (value) => cell[0] = BigInt(value as number | bigint),
      };
    default:
      return {
        get: () => cell[0],
        set: (value) => cell[0] = value as number,
      };
  }
}

/** A checked assignment to the memory. */
function setter(
  subject: Subject,
  type: Type,
  value: Value,
  set: (value: unknown) => void,
): (value: unknown) => void {
  const [parameters, wrong] = assignment(subject, type, value);
  return compile(
    subject.name,
    parameters,
    { set, wrong },
    `set(${passed(parameters[0]!, 0)});`,
  );
}

/** The parameter and the errors of an assignment to `.value`. */
function assignment(
  { name }: Subject,
  type: Type,
  value: Value,
): [[Parameter], Wrong] {
  const check = value.kind === "pointer"
    // The memory behind a view would go away while the variable points to it.
    ? {
      test: (x: string) => `(${x} === null || isPointer(${x}))`,
      wanted: "a Pointer or null",
      isKind: () => false,
    }
    : checkOf(value);
  const parameter: Parameter = { name: "", type, value, check };
  return [[parameter], {
    count: wrongFor(name, [parameter]).count,
    value(_index, given) {
      const message = `${name}.value: wanted ${
        printType(type)
      }, ${check.wanted}, got ${show(given)}`;
      throw check.isKind(given)
        ? new RangeError(message)
        : new TypeError(message);
    },
  }];
}

function readOnly({ name }: Subject): () => never {
  return () => {
    throw new TypeError(`${name}.value: it can only be read`);
  };
}
