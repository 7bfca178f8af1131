/**
 * What is made of a result before anybody sees it: what the plugin gave away is
 * read and freed, and what is never null is made sure of.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type { FunctionDefinition } from "../manifest/manifest.ts";
import { textAt } from "../value/encoded_text.ts";
import { addressAnywhere, type Pointer, pointerTo } from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import type { Value } from "../value/value.ts";
import { isNonnull } from "./annotations.ts";
import { bindFree } from "./bind_free.ts";
import { type BindTarget, symbolError } from "./bind_target.ts";

/** A result, and what is made of it before anybody sees it. */
export interface ResultPolicy {
  /** What comes out. */
  readonly value: Value | undefined;
  /** Makes what is given of it. */
  readonly finish?: (result: unknown) => unknown;
}

/**
 * What becomes of a function's result.
 *
 * @param target The function.
 * @param definition What the manifest says of the function.
 * @param value What the function gives.
 * @param position The parameter through which that comes back, if it is one.
 * @throws {PluginError} `unsupported` when it gives nothing that could be freed.
 */
export function resultPolicyOf(
  target: BindTarget,
  definition: FunctionDefinition,
  value: Value | undefined,
  position?: number,
): ResultPolicy {
  const owned = ownedResult(target, definition, value);
  if (!isNonnull(definition, position)) return owned;
  const { finish = (result) => result } = owned;
  const { path, name } = target;
  return {
    value: owned.value,
    finish(result) {
      const given = finish(result);
      if (given !== null) return given;
      throw new PluginError(
        "null_result",
        `${name}() gave null, which its manifest says it never does`,
        { path, symbol: name },
      );
    },
  };
}

/** What the plugin gave away: a text is read and freed, memory is freed by its pointer. */
function ownedResult(
  target: BindTarget,
  definition: FunctionDefinition,
  value: Value | undefined,
): ResultPolicy {
  const symbol = target.free ?? definition.annotations?.free;
  if (symbol === undefined) {
    return value?.kind === "encoded" ? encodedResult(value) : { value };
  }
  if (
    value?.kind !== "cstring" && value?.kind !== "pointer" &&
    value?.kind !== "encoded"
  ) {
    throw symbolError(
      target,
      "unsupported",
      `${definition.type} gives no text and no pointer for ${
        quote(symbol)
      } to free`,
    );
  }
  const free = bindFree(target, symbol);
  const owned = (given: Pointer): unknown =>
    value.kind === "pointer"
      ? pointerTo(addressAnywhere(given), free, value.target)
      : takeText(addressAnywhere(given), value, free);
  return {
    value: value.kind === "pointer" ? value : { kind: "pointer" },
    finish: (given) => given === null ? null : owned(given as Pointer),
  };
}

/** A text of which only the address comes out. */
export function encodedResult(
  { encoding }: Value & { kind: "encoded" },
): Required<ResultPolicy> {
  return {
    value: { kind: "pointer" },
    finish: (given) =>
      given === null
        ? null
        : textAt(addressAnywhere(given as Pointer), encoding),
  };
}

function takeText(
  address: Parameters<typeof pointerTo>[0],
  value: Value & { kind: "cstring" | "encoded" },
  free: (address: Parameters<typeof pointerTo>[0]) => void,
): string {
  try {
    return value.kind === "encoded"
      ? textAt(address, value.encoding)
      : adapter.cstring(address);
  } finally {
    free(address);
  }
}
