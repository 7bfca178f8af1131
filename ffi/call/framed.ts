/**
 * Framed calls: a thunk takes its arguments from a block of memory and leaves
 * its results there. What no runtime can pass (strings and slices, several
 * results, an error beside the result) crosses this way.
 *
 * @module
 */

import type { NativeLibrary, RawFunction } from "../adapter.ts";
import { PluginError, type PluginErrorCode } from "../error.ts";
import type { Thunk } from "../manifest.ts";
import { adapter } from "../runtime.ts";
import { SCALAR_SIZE, type ScalarName, type Value } from "../value.ts";
import { ARRAYS, type Parameter, type Wrong } from "./check.ts";
import { compile } from "./code.ts";
import { enterThunk, type Frame, leave, THUNK } from "./frame.ts";
import { safe } from "./number.ts";
import { putBytes, putString, putWord } from "./text.ts";

/**
 * Binds a function for calls through its thunk.
 *
 * @param library The loaded library.
 * @param thunk The thunk; its offsets were checked against the values.
 * @param where The function, for its errors.
 * @param parameters Its parameters.
 * @param results Its results.
 * @param wrong Its errors.
 */
export function bindFramed(
  library: NativeLibrary,
  thunk: Thunk,
  where: { readonly path: string; readonly symbol: string },
  parameters: readonly Parameter[],
  results: readonly Value[],
  wrong: Wrong,
): RawFunction {
  const raw = library.bind(thunk.symbol, ["address"], "void");
  const free = thunk.free === undefined
    ? () => {}
    : library.bind(thunk.free, ["address"], "void");
  const puts = parameters.map(({ value }, index) =>
    put(value, THUNK + thunk.params[index]!, index)
  );
  const takes = results.map((value, index) =>
    `const r${index} = ${take(value, THUNK + thunk.results[index]!)};`
  );
  const error = thunk.error === undefined
    ? ""
    : `if (frame.i32[${(THUNK + thunk.error) / 4}] !== 0) fault(frame);`;
  return compile(
    where.symbol,
    parameters,
    {
      wrong,
      raw,
      enterThunk,
      leave,
      putWord,
      putString,
      putBytes,
      getWord,
      takeString: (frame: Frame, at: number) => takeString(frame, at, free),
      takeArray: (frame: Frame, at: number, array: ArrayOf) =>
        takeArray(frame, at, array, free),
      fault: (frame: Frame) => fault(frame, THUNK + thunk.error!, where, free),
    },
    `const frame = enterThunk(${thunk.size});
  try {
    ${puts.join("\n    ")}
    raw(frame.thunk);
    ${error}
    ${takes.join("\n    ")}
    return ${returned(results.length)};
  } finally {
    leave(frame);
  }`,
  );
}

/** Whether a value can lie in a frame. */
export function isFramed({ kind }: Value): boolean {
  return kind === "scalar" || kind === "string" || kind === "slice";
}

/** Bytes that a value takes in a frame, and their alignment. */
export function frameSize(value: Value): { size: number; align: number } {
  switch (value.kind) {
    case "scalar": {
      const size = SCALAR_SIZE[value.name];
      return { size, align: size };
    }
    case "string":
    case "slice":
      return { size: 16, align: 8 };
    default:
      throw new Error(`${value.kind} does not lie in a frame`);
  }
}

/** The statement that writes the argument at `index` to `at`. */
function put(value: Value, at: number, index: number): string {
  const x = `a${index}`;
  switch (value.kind) {
    case "string":
      return `putString(frame, ${at}, ${x}, wrong, ${index});`;
    case "slice":
      return `putBytes(frame, ${at}, ${x}, ${SCALAR_SIZE[value.of]});`;
    case "scalar":
      return putScalar(value.name, at, x);
    default:
      throw new Error(`${value.kind} does not lie in a frame`);
  }
}

function putScalar(name: ScalarName, at: number, x: string): string {
  switch (name) {
    case "bool":
      return `frame.u8[${at}] = ${x} ? 1 : 0;`;
    case "i64":
    case "u64":
    case "isize":
    case "usize":
      return `putWord(frame, ${at}, ${x});`;
    default:
      return `frame.${name}[${at / SCALAR_SIZE[name]}] = ${x};`;
  }
}

/** The expression that reads the result at `at`. */
function take(value: Value, at: number): string {
  switch (value.kind) {
    case "string":
      return `takeString(frame, ${at})`;
    case "slice":
      return `takeArray(frame, ${at}, ${ARRAYS[value.of].name})`;
    case "scalar":
      return takeScalar(value.name, at);
    default:
      throw new Error(`${value.kind} does not lie in a frame`);
  }
}

function takeScalar(name: ScalarName, at: number): string {
  switch (name) {
    case "bool":
      return `frame.u8[${at}] !== 0`;
    case "isize":
    case "usize":
      return `getWord(frame.${name === "isize" ? "i64" : "u64"}, ${at / 8})`;
    default:
      return `frame.${name}[${at / SCALAR_SIZE[name]}]`;
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

function getWord(
  words: BigInt64Array | BigUint64Array,
  index: number,
): number {
  return safe(words[index]!);
}

const decoder = new TextDecoder();

/** Reads the text whose address and length lie at `at`, and gives its memory back. */
function takeString(frame: Frame, at: number, free: RawFunction): string {
  return takeSpan(frame, at, 1, free, (memory) => decoder.decode(memory)) ?? "";
}

// deno-lint-ignore no-explicit-any -- any of the typed arrays
type ArrayOf = { new (memory: any): any; readonly BYTES_PER_ELEMENT: number };

/** Copies the elements whose address and number lie at `at`, and gives their memory back. */
function takeArray(
  frame: Frame,
  at: number,
  array: ArrayOf,
  free: RawFunction,
): unknown {
  return takeSpan(
    frame,
    at,
    array.BYTES_PER_ELEMENT,
    free,
    (memory) => new array(memory.slice(0)),
  ) ?? new array(0);
}

function takeSpan<T>(
  frame: Frame,
  at: number,
  size: number,
  free: RawFunction,
  read: (memory: ArrayBuffer) => T,
): T | undefined {
  const address = Number(frame.u64[at >>> 3]);
  const length = Number(frame.u64[(at >>> 3) + 1]) * size;
  if (address === 0) return undefined;
  const native = adapter.toAddress(address);
  try {
    return length === 0 ? undefined : read(adapter.memory(native, length));
  } finally {
    free(native);
  }
}

const CODES: readonly PluginErrorCode[] = ["returned_error", "panicked"];

/** Throws what the plugin's function ended with. */
function fault(
  frame: Frame,
  at: number,
  where: { readonly path: string; readonly symbol: string },
  free: RawFunction,
): never {
  const kind = frame.i32[at >>> 2]!;
  const text = takeString(frame, at + 8, free);
  const nativeStack = takeString(frame, at + 24, free) || undefined;
  throw new PluginError(
    CODES[kind - 1] ?? "panicked",
    kind === 1 ? text : `${where.symbol}() panicked: ${text}`,
    { ...where, nativeStack },
  );
}
