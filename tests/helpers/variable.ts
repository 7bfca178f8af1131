/**
 * Variables of the environment, for as long as something runs.
 *
 * @module
 */

import process from "node:process";

/**
 * Sets a variable of the environment, and restores it.
 *
 * @param name The variable.
 * @param value What it is meanwhile; undefined where there is none.
 * @param use What runs meanwhile: to its end, or until its promise settles.
 * @returns What `use` returns.
 */
export function withVariable<T>(
  name: string,
  value: string | undefined,
  use: () => T,
): T {
  const before = process.env[name];
  const restore = () => put(name, before);
  put(name, value);
  let result: T;
  try {
    result = use();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) return result.finally(restore) as T;
  restore();
  return result;
}

function put(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
