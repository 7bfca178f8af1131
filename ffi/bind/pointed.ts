/**
 * Functions that are only an address: a pointer to one came out of a plugin.
 *
 * @module
 */

import type { Address, RawFunction } from "../adapter.ts";
import { checkOf } from "../call/check.ts";
import { wrongFor } from "../call/wrong.ts";
import { bindDirect } from "../call/direct.ts";
import { PluginError } from "../error.ts";
import { bindWith } from "../function/outgoing.ts";
import type { Signature } from "../function/signature.ts";
import { adapter } from "../runtime.ts";

/** Makes functions of addresses, from now on. */
export function bindPointed(): void {
  bindWith(bind);
}

function bind(signature: Signature, address: Address): RawFunction {
  const { params, result, text, cannotCall } = signature;
  if (cannotCall !== undefined) {
    throw new PluginError(
      "unsupported",
      `Cannot call a function pointer ${text}: ${cannotCall}`,
    );
  }
  const name = `(${text})`;
  const parameters = params.map(({ type, value }) => ({
    name: "",
    type,
    value,
    check: checkOf(value),
  }));
  try {
    return bindDirect(
      adapter.functionAt(address),
      "pointed",
      name,
      parameters,
      result?.value,
      wrongFor(name, parameters),
    );
  } catch (cause) {
    const flag = adapter.denied(cause as Error);
    if (flag === undefined) throw cause;
    throw new PluginError(
      "permission_denied",
      `Cannot call a function pointer ${text}: permission denied, run with ${flag}`,
      { cause },
    );
  }
}
