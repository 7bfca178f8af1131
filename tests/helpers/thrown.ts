/**
 * What calls throw and promises are rejected with, to look at: there may be more to
 * it than a class and a message, which `assertThrows` asks for.
 *
 * @module
 */

/**
 * What a call throws.
 *
 * @throws {Error} When it throws nothing.
 */
// deno-lint-ignore no-explicit-any -- anything may be thrown
export function thrown(call: () => unknown): any {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

/**
 * What a promise is rejected with.
 *
 * @throws {Error} When it is not.
 */
// deno-lint-ignore no-explicit-any -- as above
export async function rejected(promise: Promise<unknown>): Promise<any> {
  return await promise.then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error) => error,
  );
}

/** The name and the sentence of the error that a call throws. */
export function thrownText(call: () => unknown): string {
  const { name, message } = thrown(call);
  return `${name}: ${message}`;
}
