/**
 * Framed calls: a thunk takes its arguments from a block of memory and leaves
 * its results there. What no runtime can pass (strings and slices, several
 * results, an error beside the result) crosses this way.
 *
 * @module
 */

import type {
  Address,
  NativeLibrary,
  RawFunction,
} from "../runtime/adapter.ts";
import { keepsErrno } from "./errno.ts";
import { PluginError, type PluginErrorCode } from "../error.ts";
import type { Thunk } from "../manifest/manifest.ts";
import { functionAddress } from "../callback/js_callback.ts";
import {
  type FunctionPointer,
  functionPointerOf,
} from "../value/function_pointer.ts";
import { dropException, rethrow, trap } from "../function/trap.ts";
import { codecOf } from "../memory/codecs.ts";
import { handleOf } from "../object/object.ts";
import { loadCode, SCALAR_SCOPE, storeCode } from "../value/scalar.ts";
import { putArray, takeText } from "../memory/span.ts";
import type { Types, Value } from "../value/value.ts";
import { addressOfAny } from "../handle/address.ts";
import { begin, lender, run, withAsync } from "./asynchronous.ts";
import type { ArgumentErrors, Parameter } from "../check/wrong.ts";
import { compile } from "../check/code.ts";
import { enterThunk, type Frame, leave, THUNK } from "./frame.ts";
import { putCString, putString } from "./text.ts";

/** The function behind a thunk. */
export interface Where {
  /** For errors: the library. */
  readonly path: string;
  /** For errors: the symbol. */
  readonly symbol: string;
  /** Its address, where the thunk does not know it. */
  readonly target: Address | undefined;
}

/**
 * Binds a function for calls through its thunk.
 *
 * @param library The loaded library.
 * @param thunk The thunk; its offsets were checked against the values.
 * @param where The function, for its errors.
 * @param parameters Its parameters.
 * @param results Its results.
 * @param types The named types of its manifest.
 * @param wrong Its errors.
 * @param finish Makes what is given of what came out.
 */
export function bindFramed(
  library: NativeLibrary,
  thunk: Thunk,
  where: Where,
  parameters: readonly Parameter[],
  results: readonly Value[],
  types: Types,
  wrong: ArgumentErrors,
  finish?: (result: unknown) => unknown,
): RawFunction {
  const raw = library.bind(thunk.symbol, ["address"], "void");
  const free = thunk.free === undefined
    ? () => {}
    : library.bind(thunk.free, ["address"], "void");
  const codecs: Record<string, unknown> = {};
  const puts = parameters.map(({ value }, index) => {
    const at = THUNK + thunk.params[index]!;
    return put(value, at, index, () => {
      codecs[`w${index}`] = codecOf(value, types).write;
      return `w${index}`;
    });
  });
  const takes = results.map((value, index) => {
    const at = THUNK + thunk.results[index]!;
    const expression = take(value, at, () => {
      codecs[`t${index}`] = codecOf(value, types).read;
      return `t${index}`;
    });
    return { owns: owns(value), line: `const r${index} = ${expression};` };
  });
  // Those that own memory come first: one that throws must not leak the rest.
  takes.sort((a, b) => Number(b.owns) - Number(a.owns));
  const target = thunk.target === undefined
    ? ""
    : `putWord(view, ${THUNK + thunk.target}, target);`;
  const errno = thunk.errno === undefined
    ? ""
    : `failure.errno = view.getInt32(${THUNK + thunk.errno}, true);`;
  const failure = { errno: 0 };
  const error = thunk.error === undefined
    ? ""
    : `if (view.getInt32(${THUNK + thunk.error}, true) !== 0) fault(frame);`;
  const scope = {
    ...SCALAR_SCOPE,
    target: where.target,
    failure,
    ...codecs,
    wrong,
    finish,
    putCString,
    putString,
    putArray,
    handleOf,
    addressOfAny,
    signatures: parameters.map(({ value }) =>
      value.kind === "function" ? functionPointerOf(value) : undefined
    ),
    free,
    fault: (frame: Frame) => fault(frame, THUNK + thunk.error!, where, free),
  };
  const out = finish === undefined
    ? returned(results.length)
    : `finish(${returned(results.length)})`;
  const putAll = [...puts, target].join("\n    ");
  const takeAll = [error, ...takes.map(({ line }) => line)].join("\n    ");
  const call = compile(
    where.symbol,
    parameters,
    {
      ...scope,
      raw,
      trap,
      rethrow,
      dropException,
      enterThunk,
      leave,
      putFunction: (signature: FunctionPointer, given: unknown) =>
        functionAddress(signature, given, `callback of ${where.symbol}()`),
    },
    `const frame = enterThunk(${thunk.size});
  const view = frame.view;
  try {
    ${putAll}
    raw(frame.thunk);
    ${errno}
    if (trap.thrown !== undefined) {
      try {
        ${takeAll}
        dropException(${out});
      } finally {
        rethrow();
      }
    }
    ${takeAll}
    return ${out};
  } finally {
    leave(frame);
  }`,
  );
  const keep = (made: RawFunction): RawFunction => {
    if (thunk.errno !== undefined) keepsErrno(made, failure);
    return made;
  };
  return withAsync(keep(call), () =>
    keep(compile(
      where.symbol,
      parameters,
      {
        ...scope,
        raw: library.bindAsync(thunk.symbol, ["address"], "void"),
        begin,
        run,
        lend: lender(where.symbol, parameters),
      },
      `const call = begin(${thunk.size});
  const frame = call.frame;
  const view = frame.view;
  const putFunction = (signature, given, index) => lend(call, signature, given, index);
  return run(call, () => {
    ${putAll}
    return raw(frame.thunk);
  }, () => {
    ${errno}
    ${takeAll}
    return ${out};
  });`,
    )));
}

/** Whether reading a result takes memory over. */
function owns({ kind }: Value): boolean {
  return kind === "string" || kind === "slice" || kind === "composite";
}

/** The statement that writes the argument at `index` to `at`; `writer` names its codec's function. */
function put(
  value: Value,
  at: number,
  index: number,
  writer: () => string,
): string {
  const x = `a${index}`;
  switch (value.kind) {
    case "scalar":
      return storeCode(value.name, `${at}`, x);
    case "string":
      return `putString(frame, ${at}, ${x}, wrong, ${index});`;
    case "slice":
      return `putArray(view, ${at}, ${x}, frame.held);`;
    case "cstring":
      return `putWord(view, ${at}, putCString(frame, ${index}, ${x}, wrong, ${index}) ?? 0);`;
    case "pointer":
      return `putWord(view, ${at}, addressOfAny(${x}, frame.held) ?? 0);`;
    case "object":
      return `frame.held.push(${x}); putWord(view, ${at}, ${x} === null ? 0 : handleOf(${x}));`;
    case "function":
      return `putWord(view, ${at}, putFunction(signatures[${index}], ${x}, ${index}) ?? 0);`;
    default:
      return `if (!${writer()}(view, ${at}, ${x}, frame.held)) wrong.value(${index}, ${x});`;
  }
}

/** The expression that reads the result at `at`; `reader` names its codec's function. */
function take(value: Value, at: number, reader: () => string): string {
  switch (value.kind) {
    case "scalar":
      return loadCode(value.name, `${at}`);
    default:
      return `${reader()}(view, ${at}, free)`;
  }
}

function returned(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `r${index}`);
  return count === 0
    ? "undefined"
    : count === 1
    ? names[0]!
    : `[${names.join(", ")}]`;
}

const CODES: readonly PluginErrorCode[] = ["returned_error", "panicked"];

/** Throws what the plugin's function ended with. */
function fault(
  frame: Frame,
  at: number,
  where: Where,
  free: RawFunction,
): never {
  const kind = frame.view.getInt32(at, true);
  const text = takeText(frame.view, at + 8, free);
  const nativeStack = takeText(frame.view, at + 24, free) || undefined;
  throw new PluginError(
    CODES[kind - 1] ?? "panicked",
    kind === 1 ? text : `${where.symbol}() panicked: ${text}`,
    { path: where.path, symbol: where.symbol, nativeStack },
  );
}
