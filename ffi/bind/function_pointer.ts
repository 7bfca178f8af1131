/**
 * Functions that are only an address: a pointer to one came out of a plugin.
 *
 * @module
 */

import type { Address, RawFunction } from "../runtime/adapter.ts";
import { checkOf } from "../check/check.ts";
import { type Parameter, wrongFor } from "../check/wrong.ts";
import { bindDirect } from "../call/direct.ts";
import { PluginError } from "../error.ts";
import { bindWith } from "../function/native_function.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";
import { permitted } from "../runtime/permitted.ts";
import { adapter } from "../runtime/runtime.ts";
import { encodedResult } from "./owned_result.ts";
import { encodedParameter } from "./converted_arguments.ts";

/** Makes functions of addresses, from now on. */
export function bindPointed(): void {
  bindWith(bind);
}

function bind(signature: FunctionPointer, address: Address): RawFunction {
  const { params, result, text, cannotCall } = signature;
  if (cannotCall !== undefined) {
    throw new PluginError(
      "unsupported",
      `Cannot call a function pointer ${text}: ${cannotCall}`,
    );
  }
  const name = `(${text})`;
  const parameters = params.map(({ type, value }): Parameter => {
    const parameter = { name: "", type, value, check: checkOf(value) };
    return value.kind === "encoded"
      ? encodedParameter(parameter, value)
      : parameter;
  });
  const encoded = result?.value.kind === "encoded"
    ? encodedResult(result.value)
    : undefined;
  return permitted(
    () => `Cannot call a function pointer ${text}`,
    () =>
      bindDirect(
        adapter.functionAt(address),
        "pointed",
        name,
        parameters,
        encoded?.value ?? result?.value,
        wrongFor(name, parameters),
        encoded,
      ),
  );
}
