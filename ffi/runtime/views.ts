/**
 * What a view or a buffer really is: asked of JavaScript's own getters, because
 * a property of it can say anything, and run anything.
 *
 * @module
 */

import { isArray } from "../error.ts";

export { isArray };

/** The getter of a property. A Node without it (20) is too old, which `runtime.ts` says. */
function getter(of: object, key: PropertyKey): () => unknown {
  return Object.getOwnPropertyDescriptor(of, key)?.get!;
}

const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype);

const typedArrayName = getter(TYPED_ARRAY, Symbol.toStringTag);
const typedArrayBuffer = getter(TYPED_ARRAY, "buffer");
const typedArrayOffset = getter(TYPED_ARRAY, "byteOffset");
const typedArraySize = getter(TYPED_ARRAY, "byteLength");
const typedArrayLength = getter(TYPED_ARRAY, "length");
const dataViewBuffer = getter(DataView.prototype, "buffer");
const dataViewOffset = getter(DataView.prototype, "byteOffset");
const dataViewSize = getter(DataView.prototype, "byteLength");
const bufferSize = getter(ArrayBuffer.prototype, "byteLength");
const isResizable = getter(ArrayBuffer.prototype, "resizable");
const isDetached = getter(ArrayBuffer.prototype, "detached");
const sharedSize = getter(SharedArrayBuffer.prototype, "byteLength");
const isGrowable = getter(SharedArrayBuffer.prototype, "growable");

const { isView } = ArrayBuffer;
const { getPrototypeOf } = Object;
const UINT8_ARRAY: object = Uint8Array.prototype;
const DATA_VIEW: object = DataView.prototype;

/** Engines end the process at twice as many elements. */
export const MAX_ELEMENTS = 2 ** 26;

/** How many elements an array has: a proxy can say anything. Undefined where that is no number of them, or they are too many. */
export function elementCount(length: number): number | undefined {
  return Number.isInteger(length) && length >= 0 && length < MAX_ELEMENTS
    ? length
    : undefined;
}

/** The elements of an array, each read once; undefined where they are too many. */
export function elementsOf(
  array: readonly unknown[],
  length: number = array.length,
): unknown[] | undefined {
  const count = elementCount(length);
  if (count === undefined) return undefined;
  // V8 makes a table of a longer one.
  const elements = new Array<unknown>(count < 2 ** 25 ? count : 0);
  for (let i = 0; i < count; i++) elements[i] = array[i];
  return elements;
}

/** The name of a typed array's kind: `"Uint8Array"`; undefined for anything else. */
export function kindOf(value: unknown): string | undefined {
  return typedArrayName.call(value) as string | undefined;
}

/** Kinds of typed arrays. */
type Kind =
  | typeof Int8Array
  | typeof Uint8Array
  | typeof Int16Array
  | typeof Uint16Array
  | typeof Int32Array
  | typeof Uint32Array
  | typeof BigInt64Array
  | typeof BigUint64Array
  | typeof Float32Array
  | typeof Float64Array;

/** Whether the engine takes 50 ns for the name of a typed array's kind, and not 5. */
const isSlowToName = "Bun" in globalThis;

/**
 * Makes the test whether a value is a typed array of one kind. Where names are
 * slow it asks the prototype, which can be another's: then at least the
 * elements are as large.
 */
export function kindTest(kind: Kind): (value: unknown) => boolean {
  const { name, prototype, BYTES_PER_ELEMENT: size } = kind;
  if (!isSlowToName) return (value) => typedArrayName.call(value) === name;
  return (value) =>
    isView(value) &&
    (getPrototypeOf(value) === prototype
      ? typedArraySize.call(value) ===
        size * (typedArrayLength.call(value) as number)
      : typedArrayName.call(value) === name);
}

/** Whether a view is a typed array; of one with a foreign prototype a wrong guess ends in a `TypeError` of the getters. */
function isTypedArray(view: ArrayBufferView): boolean {
  if (!isSlowToName) return typedArrayName.call(view) !== undefined;
  const prototype = getPrototypeOf(view);
  return prototype === UINT8_ARRAY ||
    prototype !== DATA_VIEW && typedArrayName.call(view) !== undefined;
}

/** The buffer of a view. */
export function bufferOf(view: ArrayBufferView): ArrayBufferLike {
  const of = isTypedArray(view) ? typedArrayBuffer : dataViewBuffer;
  return of.call(view) as ArrayBufferLike;
}

/** The number of elements of a typed array. */
export function lengthOf(array: ArrayBufferView): number {
  return typedArrayLength.call(array) as number;
}

/** The bytes of a view or a buffer that {@linkcode isFixed}. */
export function byteLengthOf(of: ArrayBufferView | ArrayBufferLike): number {
  if (isView(of)) {
    const size = isTypedArray(of) ? typedArraySize : dataViewSize;
    return size.call(of) as number;
  }
  const size = isShared(of) ? sharedSize : bufferSize;
  return size.call(of) as number;
}

/** The bytes of a view or a buffer that {@linkcode isFixed}, in a view that says nothing false. */
export function plainBytes(
  of: ArrayBufferView | ArrayBufferLike,
): Uint8Array<ArrayBuffer> {
  if (!isView(of)) return new Uint8Array(of as ArrayBuffer);
  const offset = isTypedArray(of) ? typedArrayOffset : dataViewOffset;
  return new Uint8Array(
    bufferOf(of) as ArrayBuffer,
    offset.call(of) as number,
    byteLengthOf(of),
  );
}

/** Shared buffers that were met before: only an error tells them from others, which takes a microsecond. */
const shared = new WeakSet<object>();
let anyShared = false;

/** Whether a value is a view or a buffer whose memory can neither move nor go, and has not gone. */
export function isFixed(
  value: unknown,
): value is ArrayBufferView | ArrayBufferLike {
  // That is soon said; what follows takes errors, a microsecond each.
  if (isArray(value)) return false;
  const buffer = isView(value) ? bufferOf(value) : value;
  if (anyShared && shared.has(buffer as object)) {
    return !isGrowable.call(buffer);
  }
  try {
    return !isResizable.call(buffer) && !isDetached.call(buffer);
  } catch {
    return isShared(buffer) && !isGrowable.call(buffer);
  }
}

/** Whether a value is a buffer, and no view or anything that only looks like one. */
export function isBuffer(value: unknown): value is ArrayBufferLike {
  if (isArray(value)) return false;
  try {
    bufferSize.call(value);
    return true;
  } catch {
    return isShared(value);
  }
}

/** Whether a value is a view or a buffer whose memory is another's by now. */
export function isGone(value: unknown): boolean {
  const buffer = isView(value) ? bufferOf(value) : value;
  if (buffer === null || anyShared && shared.has(buffer as object)) {
    return false;
  }
  try {
    return isDetached.call(buffer) as boolean;
  } catch {
    return false; // shared
  }
}

/** Whether a value is a buffer that is shared with other threads. */
export function isShared(value: unknown): value is SharedArrayBuffer {
  if (anyShared && shared.has(value as object)) return true;
  try {
    bufferSize.call(value);
    return false;
  } catch {
    // Not an ArrayBuffer.
  }
  try {
    sharedSize.call(value);
  } catch {
    return false;
  }
  anyShared = true;
  shared.add(value as object);
  return true;
}
