/**
 * Columns of texts and of bytes.
 *
 * @module
 */

import { isFixed, plainBytes } from "../runtime/views.ts";
import { type Column, wholeMisfit } from "./column.ts";

const WANTED_TEXT = "a well-formed string";

/** Texts: a column of their lengths in UTF-16 code units; they themselves are in the packet's text. */
export const TEXTS: Column = {
  wanted: WANTED_TEXT,
  write(packet, values) {
    const n = values.length;
    const at = packet.column(n * 4);
    const view = packet.view;
    for (let i = 0; i < n; i++) {
      const text = values[i];
      if (typeof text !== "string") return false;
      view.setUint32(at + i * 4, text.length, true);
      packet.text(text);
    }
    return true;
  },
  read(packet, n) {
    const at = packet.column(n * 4);
    const { view } = packet;
    const texts = new Array<string>(n);
    for (let i = 0; i < n; i++) {
      texts[i] = packet.text(view.getUint32(at + i * 4, true));
    }
    return texts;
  },
  explain(value) {
    return typeof value === "string" && value.isWellFormed()
      ? undefined
      : wholeMisfit(WANTED_TEXT, value);
  },
};

const WANTED_BYTES =
  "a typed array, a DataView or an ArrayBuffer (neither resizable nor detached)";

/** Bytes: a column of their counts, then all of them. */
export const BYTES: Column = {
  wanted: WANTED_BYTES,
  write(packet, values) {
    const n = values.length;
    const parts = new Array<Uint8Array>(n);
    const at = packet.column(n * 4);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const value = values[i];
      if (!isFixed(value)) return false;
      const bytes = plainBytes(value);
      parts[i] = bytes;
      sum += bytes.length;
      packet.view.setUint32(at + i * 4, bytes.length, true);
    }
    let start = packet.column(sum);
    const { buffer } = packet.view;
    for (const part of parts) {
      new Uint8Array(buffer, start, part.length).set(part);
      start += part.length;
    }
    return true;
  },
  read(packet, n) {
    const counts = new Uint32Array(n);
    const sum = packet.counts(n, (count, i) => counts[i] = count);
    let start = packet.column(sum) + packet.view.byteOffset;
    const { buffer } = packet.view;
    return Array.from(counts, (count) => {
      const bytes = new Uint8Array(buffer.slice(start, start + count));
      start += count;
      return bytes;
    });
  },
  explain: (value) =>
    isFixed(value) ? undefined : wholeMisfit(WANTED_BYTES, value),
};
