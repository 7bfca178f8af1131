/**
 * Calls on other threads that are spread over several processes: of functions
 * that give data, and are given nothing that is of one process.
 *
 * @module
 */

import { withAsync } from "../call/asynchronous.ts";
import type { FunctionDefinition } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import type { FunctionType } from "../notation/type.ts";
import { ERROR_CLASS } from "../object/native_error.ts";
import type { RawFunction, Space } from "../runtime/adapter.ts";
import { bufferOf, isArray } from "../runtime/views.ts";
import { resolveType, type Types, type Value } from "../value/value.ts";
import { bindFunction, planFunction } from "./bind_function.ts";
import type { BindTarget } from "./bind_target.ts";
import { ErrorMappingLibrary } from "./error_mapping_library.ts";

/**
 * Spreads the calls of a function's `.async`; where what it gives stays in the
 * process that it comes from, all of them run in the first.
 *
 * @param made The function, in the first process.
 * @param target The function, of a library that is loaded in several.
 * @param definition What the manifest says of it.
 * @param type The type it is called at.
 */
export function spreadCalls(
  made: RawFunction,
  target: BindTarget,
  definition: FunctionDefinition,
  type: FunctionType,
): void {
  const { library: { space }, types } = target;
  const { results, thunk } = planFunction(target, definition, type);
  const isOfOne = definition.rest === true || thunk?.context !== undefined ||
    thunk?.error !== undefined && types.get(ERROR_CLASS) !== undefined ||
    !results.every((result) => isData(result, types));
  if (isOfOne) return;
  withAsync(made, () => {
    const spread = target.library.spread!;
    const bound = new Map<number, RawFunction>();
    const boundIn = (process: number): RawFunction => {
      let made = bound.get(process);
      if (made === undefined) {
        made = asyncIn(process, target, definition, type);
        bound.set(process, made);
      }
      return made;
    };
    return (...args) => {
      const isFree = args.every((given, index) =>
        index < type.params.length ? isFreeOf(space!, given) : !isInOrder(given)
      );
      return boundIn(isFree ? spread.choose() : 0)(...args);
    };
  });
}

/** The function's `.async` in one of the processes. */
function asyncIn(
  process: number,
  target: BindTarget,
  definition: FunctionDefinition,
  type: FunctionType,
): RawFunction {
  const there: BindTarget = {
    ...target,
    library: target.library.spread!.at(process),
    thunks: () => target.thunks().spread!.at(process),
  };
  const library = new ErrorMappingLibrary(there);
  const made = bindFunction({ ...there, library }, definition, type);
  return (made as RawFunction & { readonly async: RawFunction }).async;
}

/** Whether a value is all there when it has come out. */
function isData(value: Value, types: Types): boolean {
  switch (value.kind) {
    case "scalar":
    case "cstring":
    case "encoded":
    case "string":
    case "slice":
      return true;
    case "array":
      return isFlat(value, types);
    case "composite":
      return isFlat(value, types);
    default:
      return false;
  }
}

/** The same of what lies in memory: a text there is an address. */
function isFlat(value: Value, types: Types): boolean {
  if (value.kind === "array") return isFlat(value.of, types);
  if (value.kind !== "composite") return value.kind === "scalar";
  return value.definition.fields.every(({ type }) =>
    isFlat(resolveType(parseType(type), types), types)
  );
}

/** Whether an argument is of no process: all of it is copied. What cannot be told of is refused by the first one. */
function isFreeOf(space: Space, given: unknown): boolean {
  try {
    return isCopied(space, given);
  } catch {
    return false; // a circle, or code of the caller's that throws
  }
}

function isCopied(space: Space, given: unknown): boolean {
  if (typeof given !== "object" || given === null) {
    return typeof given !== "function";
  }
  if (ArrayBuffer.isView(given)) return !isOf(space, bufferOf(given));
  if (given instanceof ArrayBuffer) return !isOf(space, given);
  if (isArray(given)) return given.every((one) => isCopied(space, one));
  const prototype: unknown = Object.getPrototypeOf(given);
  return (prototype === Object.prototype || prototype === null) &&
    Object.values(given).every((one) => isCopied(space, one));
}

function isOf(space: Space, buffer: ArrayBufferLike | null): boolean {
  return buffer !== null && space.isShared(buffer);
}

/** Whether calls are to see what those before them have done. */
function isInOrder(options: unknown): boolean {
  return (options as { inOrder?: unknown } | undefined)?.inOrder !== undefined;
}
