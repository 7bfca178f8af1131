/**
 * Functions that are only an address: a pointer to one came out of a plugin.
 *
 * @module
 */

import type { Address, RawFunction } from "../runtime/adapter.ts";
import { type Parameter, wrongFor } from "../check/wrong.ts";
import { bindDirect } from "../call/direct.ts";
import { bindFramed } from "../call/framed.ts";
import { readFramesWith } from "../callback/frame_answer.ts";
import { PluginError } from "../error.ts";
import { bindWith } from "../function/native_function.ts";
import { codecIn, framePartsOf } from "../memory/frame_parts.ts";
import type { FunctionPointer } from "../value/callable_signature.ts";
import type { Carrier } from "../value/pointer_thunks.ts";
import { permitted } from "../runtime/permitted.ts";
import { adapter } from "../runtime/runtime.ts";
import { checkFor } from "./bind_function.ts";
import { encodedResult } from "./owned_result.ts";
import { encodedParameter } from "./converted_arguments.ts";

/** Makes functions of addresses, from now on, and lets those of JavaScript take structs by value. */
export function bindPointed(): void {
  bindWith(bind);
  readFramesWith(framePartsOf);
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
    const check = checkFor(value, signature);
    const parameter = { name: "", type, value, check };
    return value.kind === "encoded"
      ? encodedParameter(parameter, value)
      : parameter;
  });
  if (signature.carrier !== undefined) {
    return bindCarried(signature, signature.carrier, address, parameters);
  }
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

/** A function that takes its arguments from a frame, by a thunk. */
function bindCarried(
  signature: FunctionPointer,
  { thunks: { thunk }, library }: Carrier,
  address: Address,
  parameters: readonly Parameter[],
): RawFunction {
  const { params, result, text, types } = signature;
  const name = `(${text})`;
  const framed = parameters.map((parameter, index) => ({
    ...parameter,
    codec: codecIn(params[index]!, thunk, thunk.params[index]!, signature),
  }));
  const results = result === undefined ? [] : [{
    value: result.value,
    codec: codecIn(result, thunk, thunk.results[0]!, signature),
  }];
  return bindFramed(
    library(),
    thunk,
    { path: "", symbol: name, types, target: address },
    framed,
    results,
    wrongFor(name, parameters),
  );
}
