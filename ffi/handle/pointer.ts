/**
 * An address in the plugin's memory, the same on every runtime, with what reads the
 * text and the bytes there.
 *
 * @module
 */

import { showKind, wrongOption } from "../error.ts";
import type { Address } from "../runtime/adapter.ts";
import { printAs } from "./print_as.ts";
import { liveMemory } from "./raw_memory.ts";
import { assertOwn, OWN } from "./own_constructor.ts";
import { guardMembers } from "./own_members.ts";
import { cannotBePosted } from "./own_thread.ts";
import { adapter } from "../runtime/runtime.ts";
import { displace, isElsewhere } from "../runtime/space.ts";
import { textAt } from "../value/encoded_text.ts";
import type { PointerTarget } from "../value/value.ts";
import { checkEncoding, type TextEncoding } from "./encoding_option.ts";

/**
 * The address of a pointer as the runtime passes it; for generated calls.
 *
 * @throws {TypeError} When it is an address of an isolated plugin: no other can use it.
 */
export let addressIn: (pointer: Pointer) => Address; // its body: the static block of Pointer

/** The same, in whichever process it is, for what asks the adapter for memory. */
export let addressAnywhere: (pointer: Pointer) => Address; // its body: the static block of Pointer

/** The address of a value that may be none, or one that something frees or that is not of this process: then undefined. */
export let plainAddress: (value: object) => Address | undefined; // its body: the static block of Pointer

/** Whether a value is a {@linkcode Pointer}. */
export let isPointer: (value: unknown) => value is Pointer; // its body: the static block of Pointer

/** Whether a value is a {@linkcode Pointer} that is not known to point to something else. */
export let isPointerTo: (
  value: unknown,
  target: PointerTarget | undefined,
) => boolean; // its body: the static block of Pointer

/** What a pointer is known to point to. */
export let targetOf: (pointer: Pointer) => PointerTarget | undefined; // its body: the static block of Pointer

/** Whether a value was a {@linkcode Pointer} and was disposed of. */
export let isFreed: (value: object) => boolean; // its body: the static block of Pointer

/** Makes a pointer of an address that is not null, and of what frees it. */
export let pointerTo: (
  address: Address,
  free?: (address: Address) => void,
  target?: PointerTarget,
) => Pointer; // its body: the static block of Pointer

/** Says that a call has a pointer, which is not freed before that ends; false where nothing frees it. */
export let retainPointer: (pointer: Pointer) => boolean; // its body: the static block of Pointer

/** Says that the call has ended; anything but a pointer that was retained is left alone. */
export let releasePointer: (thing: unknown) => void; // its body: the static block of Pointer

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
 *
 * Of what came out of a function of the manifest, the type that it points to is
 * known: in declarations it is `Pointer<git_repository>`, and where a pointer to
 * another type of the same plugin is wanted, it is refused. A plain `Pointer`,
 * and what {@linkcode Pointer.offset} gives, may point to anything.
 */
// deno-lint-ignore no-explicit-any -- one to anything is taken everywhere
export class Pointer<To = any> {
  /** Only for the compiler. @internal */
  declare readonly "points to"?: To;
  readonly #address: Address;
  readonly #target: PointerTarget | undefined;
  readonly #free: ((address: Address) => void) | undefined;
  /** Whether it is an address of another process. */
  readonly #isElsewhere: boolean;
  #isFreed = false;
  /** How many calls have it that have not ended. */
  #calls = 0;
  /** @internal */
  readonly "cannot be posted" = cannotBePosted;

  static {
    addressIn = (pointer) => {
      if (!pointer.#isElsewhere) return pointer.#address;
      throw new TypeError(
        `Pointer ${pointer}: it is an address of an isolated plugin, which only that plugin can be given`,
      );
    };
    addressAnywhere = (pointer) => pointer.#address;
    plainAddress = (value) =>
      #address in value && value.#free === undefined && !value.#isElsewhere
        ? value.#address
        : undefined;
    isPointerTo = (value, target) =>
      isPointer(value) && (target === undefined || value.#mayPointTo(target));
    targetOf = (pointer) => pointer.#target;
    isPointer = (value): value is Pointer =>
      typeof value === "object" && value !== null && #address in value &&
      !value.#isFreed;
    isFreed = (value) => #address in value && value.#isFreed;
    pointerTo = (address, free, target) =>
      new Pointer(OWN, address, free, target);
    retainPointer = (pointer) => {
      if (pointer.#free === undefined) return false;
      pointer.#calls++;
      return true;
    };
    releasePointer = (thing) => {
      if (typeof thing !== "object" || thing === null) return;
      if (!(#calls in thing) || thing.#calls === 0) return;
      if (--thing.#calls === 0 && thing.#isFreed) thing.#free!(thing.#address);
    };
    guardMembers(
      Pointer.prototype,
      "Pointer",
      (it) => typeof it === "object" && it !== null && #address in it,
    );
    printAs(Pointer.prototype, function () {
      return #address in this ? `Pointer ${this}` : "Pointer {}";
    });
  }

  private constructor(
    key: typeof OWN,
    address: Address,
    free?: (address: Address) => void,
    target?: PointerTarget,
  ) {
    assertOwn(key, "Pointer");
    this.#address = address;
    this.#free = free;
    this.#target = target;
    this.#isElsewhere = isElsewhere(address);
  }

  /** Whether nothing says that something else lies there. */
  #mayPointTo({ types, definition }: PointerTarget): boolean {
    const known = this.#target;
    return known === undefined || known.definition === definition ||
      known.types !== types;
  }

  /** The address, as long as there is something. */
  get #live(): Address {
    if (!this.#isFreed) return this.#address;
    throw new TypeError("Pointer: it was disposed of");
  }

  /** The address as an unsigned 64-bit integer. */
  get address(): bigint {
    return BigInt.asUintN(64, BigInt(this.#address));
  }

  /**
   * Whether both are the same address: two objects may stand for one.
   *
   * @param other Another pointer, or null.
   * @throws {TypeError} When it is neither.
   */
  equals(other: Pointer | null): boolean {
    if (other === null) return false;
    if (typeof other === "object" && #address in other) {
      return this.#address === other.#address;
    }
    throw wrongOption("equals()", "a Pointer or null", other);
  }

  /**
   * The address some bytes further.
   *
   * @param bytes A safe integer; negative for further back; 0 for the same
   * address, of which it is no longer known what lies there.
   * @throws {TypeError} When it is not a safe integer.
   * @throws {RangeError} When that is the null address, which no pointer is.
   */
  offset(bytes: number): Pointer {
    if (!Number.isSafeInteger(bytes)) {
      throw wrongOption("offset()", "a safe integer", bytes);
    }
    const address = displace(this.#live, bytes);
    if (address !== adapter.toAddress(0)) return new Pointer(OWN, address);
    throw new RangeError(`offset(): ${bytes} bytes from ${this} is null`);
  }

  /**
   * The bytes at the address, live: what the plugin writes there shows, and
   * what is written there the plugin sees. Nobody knows how many there are, or
   * for how long: reading past them is the end of the process.
   *
   * @param length Number of bytes, from 0.
   * @throws {RangeError} When it is not a whole number from 0.
   * @throws {PluginError} `permission_denied` where only one library is permitted.
   */
  view(length: number): Uint8Array<ArrayBuffer> {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(
        `view(): wanted a whole number of bytes from 0, got ${
          showKind(length)
        }`,
      );
    }
    return length === 0
      ? new Uint8Array(0)
      : new Uint8Array(liveMemory(this.#live, length));
  }

  /**
   * The NUL-terminated text at the address, as a copy.
   *
   * @param encoding What it is in; UTF-8 when left out.
   * @throws {TypeError} When there is no such encoding.
   */
  cstring(encoding: TextEncoding = "utf8"): string {
    checkEncoding(encoding);
    return encoding === "utf8"
      ? adapter.cstring(this.#live)
      : textAt(this.#live, encoding);
  }

  /**
   * Frees the memory, once, as soon as no call has it; the pointer can then no
   * longer be given to a plugin.
   *
   * @throws {TypeError} When it is not known who frees it: `free` in the
   * options of `lookup`, or in the annotations of the manifest.
   *
   * @example
   * ```ts ignore
   * using copy = plugin.lookup("dup", "(cstring) => pointer", { free: "free" })("a");
   * ```
   */
  [Symbol.dispose](): void {
    if (this.#free === undefined) {
      throw new TypeError(
        `Pointer: nothing says who frees it; look its function up with { free: "…" }`,
      );
    }
    if (this.#isFreed) return;
    this.#isFreed = true;
    if (this.#calls === 0) this.#free(this.#address);
  }

  /** The address in hexadecimal, as debuggers print it. */
  toString(): string {
    return `0x${this.address.toString(16)}`;
  }
}
