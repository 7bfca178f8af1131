/**
 * Functions that a plugin's own language sees as its functions: which of their
 * types there are.
 *
 * @module
 */

import { assertStringIncludes, assertThrows } from "@std/assert";
import { PluginError } from "../../../mod.ts";
import { closureCodec } from "../../../ffi/memory/closure.ts";
import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import type { ClosureType } from "../../../ffi/notation/type.ts";
import { test } from "../../helpers/test.ts";

const TYPES = new Map<string, TypeDefinition>([
  ["List", { kind: "alias", type: "[]string" }],
  ["Number", { kind: "alias", type: "i32" }],
]);

function make(text: string): void {
  const { of } = parseType(text) as ClosureType;
  closureCodec({ kind: "closure", type: of, types: TYPES });
}

test("closureCodec() takes a list before the three dots", () => {
  for (const last of ["[]i32", "[]any", "bytes", "List"]) {
    make(`closure<(i32, ${last}, ...) => i32>`);
  }
});

test("closureCodec() refuses three dots behind what is no list", () => {
  const refused = {
    "(i32, ...) => i32": "stands i32, wanted a list, such as []i32",
    "([4]i32, ...) => i32": "stands [4]i32",
    "(Number, ...) => void": "stands i32",
    "(...) => void": "stands nothing",
  };
  for (const [type, says] of Object.entries(refused)) {
    const error = assertThrows(() => make(`closure<${type}>`), PluginError);
    const { message } = error as PluginError;
    assertStringIncludes(message, `Cannot pass a "closure<${type}>"`);
    assertStringIncludes(message, says);
  }
});
