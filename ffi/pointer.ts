/**
 * An address in the plugin's memory, the same on every runtime.
 *
 * @module
 */

import type { Address } from "./adapter.ts";

/** The address of a pointer as the runtime passes it; for generated calls. */
export let addressIn: (pointer: Pointer) => Address;

/** Whether a value is a {@linkcode Pointer}. */
export let isPointer: (value: unknown) => value is Pointer;

/** Makes a pointer of an address that is not null. */
export let pointerTo: (address: Address) => Pointer;

/**
 * An address that came out of a plugin, and can be given back to it.
 *
 * There is no null pointer: a null address is `null`. Nothing is known of the
 * memory behind it, neither its size nor for how long it is valid.
 *
 * @example
 * ```ts ignore
 * const file = plugin.lookup("file_open", "(cstring) => pointer")("a.txt");
 * if (file !== null) plugin.lookup("file_close", "(pointer) => void")(file);
 * ```
 */
export class Pointer {
  readonly #address: Address;

  static {
    addressIn = (pointer) => pointer.#address;
    isPointer = (value): value is Pointer =>
      value instanceof Pointer && #address in value;
    pointerTo = (address) => new Pointer(address);
  }

  private constructor(address: Address) {
    this.#address = address;
  }

  /** The address as an unsigned 64-bit integer. */
  get address(): bigint {
    return BigInt(this.#address);
  }

  /**
   * Whether both are the same address: two objects may stand for one.
   *
   * @param other Another pointer, or null.
   */
  equals(other: Pointer | null): boolean {
    return other !== null && this.#address === other.#address;
  }

  /** The address in hexadecimal, as debuggers print it. */
  toString(): string {
    return `0x${this.#address.toString(16)}`;
  }
}
