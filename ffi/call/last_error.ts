/**
 * C's `errno`, as it was in the same call: `lastError()`, with the number and the name.
 *
 * @module
 */

import { quote, wrongOption } from "../error.ts";
import { nodeModule } from "../system/node_system.ts";

/** An error number of the system, and its name. */
export interface SystemError {
  /** The number: 2. */
  readonly errno: number;
  /** Its name on this system: `"ENOENT"`; empty for a number without one. */
  readonly name: string;
}

const failures = new WeakMap<object, { errno: number }>();

/** Says that a function leaves its `errno` in `failure`. */
export function keepsErrno(
  call: object,
  failure: { errno: number },
): void {
  failures.set(call, failure);
}

/** Says that a function is another one, in all that `lastError()` asks. */
export function keepsErrnoOf(call: object, other: object): void {
  const failure = failures.get(other);
  if (failure !== undefined) failures.set(call, failure);
}

let names: ReadonlyMap<number, string> | undefined;

function nameOf(errno: number): string {
  if (names === undefined) {
    const { constants } = nodeModule<typeof import("node:os")>("node:os");
    // Of two names for one number the usual one comes first: EAGAIN, ENOTSUP.
    names = new Map(
      Object.entries(constants.errno).reverse()
        .map(([name, number]) => [number, name]),
    );
  }
  return names.get(errno) ?? "";
}

/**
 * What `errno` was at the end of a function's last call.
 *
 * The thunk sets it to 0 before the call and reads it right after, before
 * anything else can change it. As C has it, it means something only when the
 * function says that it failed.
 *
 * @param call A function whose manifest says that it sets `errno` (`--errno`).
 * @returns Undefined when the last call left it 0, or there was none.
 * @throws {TypeError} For any other function.
 *
 * @example
 * ```ts ignore
 * const open = plugin.lookup("open_file", "(cstring) => i32");
 * if (open("missing") < 0) console.log(lastError(open)); // { errno: 2, name: "ENOENT" }
 * ```
 */
export function lastError(
  // deno-lint-ignore no-explicit-any -- any function
  call: (...args: any[]) => unknown,
): SystemError | undefined {
  const failure = failures.get(call);
  if (failure === undefined) {
    if (typeof call !== "function") {
      throw wrongOption("lastError()", "a function of a plugin", call);
    }
    throw new TypeError(
      `lastError(): ${
        quote(String(call.name))
      }: its errno is not kept; describe it with: plugin emit --errno`,
    );
  }
  const { errno } = failure;
  return errno === 0 ? undefined : { errno, name: nameOf(errno) };
}
