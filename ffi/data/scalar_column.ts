/**
 * Columns of numbers and booleans: what a typed array is, as a packet has it.
 *
 * @module
 */

import { SCALAR_CHECK } from "../check/argument_checks.ts";
import { generate } from "../runtime/generate.ts";
import { ARRAYS, loadCode, SCALAR_SCOPE, storeCode } from "../value/scalar.ts";
import { SCALAR_SIZE } from "../notation/scalar_size.ts";
import type { ScalarName } from "../value/value.ts";
import { type Column, wholeMisfit } from "./column.ts";

const columns = new Map<ScalarName, Column>();

/** The column of a scalar. */
export function scalarColumn(name: ScalarName): Column {
  let column = columns.get(name);
  if (column === undefined) {
    column = make(name);
    columns.set(name, column);
  }
  return column;
}

function make(name: ScalarName): Column {
  const check = SCALAR_CHECK[name];
  const size = SCALAR_SIZE[name];
  const array = ARRAYS[name];
  // What a typed array holds as JavaScript has it needs no loop.
  const isArray = name !== "bool" && name !== "isize" && name !== "usize";
  const { write, read, fits } = generate(
    { ...SCALAR_SCOPE, array },
    `return {
  write(packet, values) {
    const n = values.length;
    const start = packet.column(n * ${size});
    const view = packet.view;
    ${
      isArray
        ? `if (n > 1 && values instanceof array) {
      new array(view.buffer, start, n).set(values);
      return true;
    }`
        : ""
    }
    for (let i = 0, at = start; i < n; i++, at += ${size}) {
      const x = values[i];
      if (!(${check.test("x", "")})) return false;
      ${storeCode(name, "at", "x")}
    }
    return true;
  },
  read(packet, n) {
    const start = packet.column(n * ${size});
    const view = packet.view;
    if (n === 1) return [${loadCode(name, "start")}];
    ${
      isArray
        ? `return new array(view.buffer.slice(view.byteOffset + start, view.byteOffset + start + n * ${size}));`
        : `const values = new Array(n);
    for (let i = 0, at = start; i < n; i++, at += ${size}) values[i] = ${
          loadCode(name, "at")
        };
    return values;`
    }
  },
  fits: (x) => ${check.test("x", "")},
};`,
  );
  return {
    wanted: check.wanted,
    write,
    read,
    explain: (value) =>
      fits(value)
        ? undefined
        : wholeMisfit(check.wanted, value, check.isKind(value)),
  };
}
