/**
 * Variables that no plugin exports: what out-parameters point to, in memory of
 * JavaScript's, and what lies at an address that came out of a plugin.
 *
 * @module
 */

import { show } from "../check/show.ts";
import type { VariableOf } from "../typed/lookup_result.ts";
import { assigner } from "../memory/assign_variable.ts";
import { codecOf } from "../memory/codecs.ts";
import type { Codec } from "../memory/codec.ts";
import { type Window, windowIn, windowOn } from "../memory/foreign_window.ts";
import {
  addressAnywhere,
  isPointer,
  type Pointer,
  pointerTo,
} from "../handle/pointer.ts";
import { adapter } from "../runtime/runtime.ts";
import { belong, isElsewhere, spaceOf } from "../runtime/space.ts";
import { NO_TYPES, notMade, parseGiven } from "./given_type.ts";
import { printType, type Type } from "../notation/type.ts";
import { readingFrom } from "../value/unreadable.ts";
import { isBare, resolveType } from "../value/value.ts";
import { type Access, type Variable, variableOf } from "../handle/variable.ts";

/**
 * Makes memory for one value, to be given where a plugin takes its address:
 * out-parameters such as C's `T **`, `size_t *`, `char (*)[16]`.
 *
 * It begins as zeros: 0, `null`, false. It lives as long as the variable does:
 * a plugin that keeps the address needs one that is kept too.
 *
 * With a pointer it is the value that lies there, in the plugin's own memory:
 * C's `*p`, and `p[0]` to `p[n - 1]` as an array. Nobody can know whether there
 * is one: a wrong type or length reads what is not there, and may end the
 * process.
 *
 * With `"any"` it is what Go decodes into, as `json.Unmarshal(data, &v)` does:
 * whatever crosses whole, null to begin with.
 *
 * @param type The variable's type, in the notation, with no names of a manifest: a
 * pointer to anything is `pointer`.
 * @param at Where it lies, instead of in memory of its own.
 * @returns What reads and writes it, checked like a variable of a plugin.
 * @throws {PluginError} `bad_type`, `unsupported`.
 * @throws {RangeError} When there is no memory for it.
 * @throws {TypeError} When `at` is not a {@linkcode Pointer}.
 *
 * @example
 * ```ts ignore
 * const db = variable("pointer");
 * sqlite.lookup("sqlite3_open")("test.db", db); // takes a sqlite3 **
 * sqlite.lookup("sqlite3_close")(db.value);
 * ```
 *
 * @example A callback's `char **`
 * ```ts ignore
 * exec(db, "select 1 as one", (_, count, values, names) => {
 *   console.log(variable(`[${count}]cstring`, names).value); // ["one"]
 *   return 0;
 * }, null, null);
 * ```
 */
export function variable<const T extends string>(
  type: T,
  at?: Pointer,
): VariableOf<T> {
  const parsed = parseGiven("variable", type);
  if (at === undefined && parsed.kind === "basic" && parsed.name === "any") {
    return whole() as VariableOf<T>;
  }
  const value = resolveType(parsed, NO_TYPES);
  const codec = codecOf(value, NO_TYPES);
  if (codec.size === 0) {
    throw notMade("variable", "unsupported", type, "it has no bytes");
  }
  const { window, ...place } = at === undefined
    ? own(codec, parsed)
    : placeAt(at, codec);
  const access: Access<unknown> = {
    ...place,
    label: () => printType(parsed),
    isPlain: isBare(value),
    size: codec.size,
    get: readingFrom("variable.value", window.read),
    set: assigner("variable", parsed, codec, window),
  };
  return variableOf(access) as VariableOf<T>;
}

/** What a plugin decodes into: a value that crosses whole, and comes back. */
function whole(): Variable<unknown> {
  let value: unknown = null;
  return variableOf<unknown>({
    label: () => "any",
    isPlain: true,
    isWhole: true,
    size: 0,
    get: () => value,
    set: (given) => value = given,
    pointer() {
      throw new TypeError("variable(): an any has no address");
    },
  });
}

/** Where a variable lies. */
interface VariableMemory {
  readonly window: Window;
  readonly memory?: ArrayBuffer;
  pointer(): Pointer;
}

/** The memory that a pointer leads to, where it is of a variable in memory of JavaScript's: it may hold addresses of another process. */
const memoryAt = new WeakMap<Pointer, ArrayBuffer>();

/** A place in memory of JavaScript's. */
function own(codec: Codec, type: Type): VariableMemory {
  const bytes = new Uint8Array(memoryFor(codec.size, type));
  let pointer: Pointer | undefined;
  const { read, write } = windowIn(new DataView(bytes.buffer), codec);
  return {
    window: {
      read,
      write(value) {
        // Of which plugin the addresses are that stand there, the last one says.
        const address = isPointer(value) ? addressAnywhere(value) : 0;
        if (isElsewhere(address)) belong(bytes.buffer, spaceOf(address));
        return write(value);
      },
    },
    memory: bytes.buffer,
    pointer() {
      if (pointer === undefined) {
        pointer = pointerTo(adapter.addressOf(bytes));
        memoryAt.set(pointer, bytes.buffer);
      }
      return pointer;
    },
  };
}

/** Memory of JavaScript's: an engine that has none does not say for what. */
function memoryFor(size: number, type: Type): ArrayBuffer {
  try {
    return new ArrayBuffer(Math.max(size, 8));
  } catch (cause) {
    throw new RangeError(
      `Cannot make a variable "${
        printType(type)
      }": there is no memory for its ${size} bytes`,
      { cause },
    );
  }
}

/** A place in the plugin's memory. */
function placeAt(at: Pointer, codec: Codec): VariableMemory {
  if (!isPointer(at)) {
    throw new TypeError(
      `variable(): wanted a Pointer to where it lies, got ${show(at)}`,
    );
  }
  const memory = memoryAt.get(at);
  const window = memory !== undefined && codec.size <= memory.byteLength
    ? windowIn(new DataView(memory), codec)
    : windowOn(addressAnywhere(at), codec);
  return { window, pointer: () => at };
}
