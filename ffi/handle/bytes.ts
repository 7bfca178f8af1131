/**
 * Memory of JavaScript that native code may use.
 *
 * @module
 */

/** Views and buffers whose bytes native code may use. */
export type Bytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;
