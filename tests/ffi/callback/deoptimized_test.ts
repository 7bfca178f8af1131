/**
 * What a function in JavaScript changes may be what its caller's code was compiled
 * for, and the caller waits for it in native code.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { need } from "../../helpers/need.ts";
import { run } from "../helpers/program.ts";

const C = need("cc");

/** Calls that call back, with a result of each kind. */
const CALLS: [signature: string, call: string][] = [
  ["(bool) => bool", "via_bool(handle, true)"],
  ["(i8) => i8", "via_i8(handle, 1)"],
  ["(u16) => u16", "via_u16(handle, 1)"],
  ["(i32) => i32", "via_i32(handle, 1)"],
  ["(u64) => u64", "via_u64(handle, 1n)"],
  ["(isize) => isize", "via_isize(handle, 1)"],
  ["(f32) => f32", "via_f32(handle, 1)"],
  ["(f64) => f64", "via_f64(handle, 1)"],
  ["(pointer) => pointer", "via_pointer(handle, address)"],
  ["(i32) => i32", "owed_text(handle)"],
  ["(i32) => i32", "call_kept(1)"],
];

/** Calls while that still holds, until the code is compiled for it, and then once more. */
function program(signature: string, call: string): string {
  return `{
    const object = { constant: 1 };
    let change = false;
    const handle = callback("${signature}", (x) => {
      if (change) object.constant = 2;
      return x;
    });
    keep(${signature === "(i32) => i32" ? "handle" : "null"});
    function caller() {
      ${call};
      return object.constant;
    }
    function many() {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += caller();
      return sum;
    }
    for (let i = 0; i < 500; i++) many();
    change = true;
    console.log(${JSON.stringify(call)}, many());
  }`;
}

test("the caller of what calls back outlives its own code", C, async () => {
  const { status, output } = await run(`
    const { via_bool, via_i8, via_u16, via_i32, via_u64, via_isize, via_f32,
      via_f64, via_pointer, owed_text, keep, call_kept } = plugin.symbols;
    const address = plugin.lookup("hook").pointer;
    ${CALLS.map(([...what]) => program(...what)).join("\n")}
    process.exit(0);
  `);
  assertEquals(
    [output, status],
    [CALLS.map(([, call]) => `${call} 2000`).join("\n"), 0],
  );
});
