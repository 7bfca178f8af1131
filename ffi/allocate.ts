/**
 * Variables whose memory is JavaScript's: what out-parameters point to.
 *
 * @module
 */

import type { VariableOf } from "./looked.ts";
import { PluginError } from "./error.ts";
import { quote } from "./locate.ts";
import { assigner } from "./memory/assign.ts";
import { codecOf } from "./memory/codecs.ts";
import { windowIn } from "./memory/window.ts";
import { type Pointer, pointerTo } from "./pointer.ts";
import { adapter } from "./runtime.ts";
import { namesIn, parseType } from "./type.ts";
import { type Types, valueOf } from "./value.ts";
import { type Access, variableOf } from "./variable.ts";

/** A manifest that names no types. */
const NO_TYPES: Types = new Map();

/**
 * Makes memory for one value, to be given where a plugin takes its address:
 * out-parameters such as C's `T **`, `size_t *`, `char (*)[16]`.
 *
 * It begins as zeros: 0, `null`, false. It lives as long as the variable does:
 * a plugin that keeps the address needs one that is kept too.
 *
 * @param type Its type, in the notation, with no names of a manifest: a
 * pointer to anything is `pointer`.
 * @returns What reads and writes it, checked like a variable of a plugin.
 * @throws {PluginError} `bad_type`, `unsupported`.
 *
 * @example
 * ```ts ignore
 * const db = variable("pointer");
 * sqlite.lookup("sqlite3_open")("test.db", db); // takes a sqlite3 **
 * sqlite.lookup("sqlite3_close")(db.value);
 * ```
 */
export function variable<const T extends string>(type: T): VariableOf<T> {
  const parsed = parseType(type);
  const name = namesIn(parsed)[0];
  if (name !== undefined) {
    const reason = `${quote(name)} is not a type of the notation`;
    throw refused("bad_type", type, reason);
  }
  const codec = codecOf(valueOf(parsed, NO_TYPES), NO_TYPES);
  const bytes = new Uint8Array(new ArrayBuffer(Math.max(codec.size, 8)));
  if (codec.size === 0) {
    throw refused("unsupported", type, "it has no bytes");
  }
  const window = windowIn(new DataView(bytes.buffer), codec);
  let pointer: Pointer | undefined;
  const access: Access<unknown> = {
    size: codec.size,
    isOurs: true,
    get: window.read,
    set: assigner("variable", parsed, codec, window),
    pointer: () => pointer ??= pointerTo(adapter.addressOf(bytes)),
  };
  return variableOf(access) as VariableOf<T>;
}

function refused(
  code: "bad_type" | "unsupported",
  type: string,
  reason: string,
): PluginError {
  return new PluginError(
    code,
    `Cannot make a variable ${quote(type)}: ${reason}`,
  );
}
