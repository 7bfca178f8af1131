/**
 * Whole data in memory: the address and the length of its packet.
 *
 * @module
 */

import type { Misfit } from "../check/argument_checks.ts";
import { columnOf } from "../data/columns.ts";
import { CycleError } from "../data/cycle.ts";
import {
  PacketError,
  PacketReader,
  releaseWriter,
  SizeError,
  takeWriter,
} from "../data/packet.ts";
import { PluginError } from "../error.ts";
import { printType } from "../notation/type.ts";
import { hold, isNativeObject, stateOf } from "../object/object.ts";
import { isInstance } from "../value/instance.ts";
import type { DataValue } from "../value/value.ts";
import type { Codec, Free } from "./codec.ts";
import { SPAN_SIZE } from "../manifest/type_size.ts";
import { putArray, readPointer } from "./span.ts";
import { takeBytes } from "./span_codecs.ts";

/** The codec of whole data. */
export function dataCodec({ type, types }: DataValue): Codec {
  const column = columnOf(type, types);

  function write(
    view: DataView,
    at: number,
    value: unknown,
    held: unknown[],
  ): boolean {
    const writer = takeWriter();
    try {
      writer.begin(value);
      if (!column.write(writer, [value], 0)) return false;
      const packet = writer.end();
      if (packet === undefined) return false;
      for (const one of writer.held) {
        if (!isNativeObject(one)) held.push(one);
        else if (stateOf(one).life === "alive") hold(one, held);
        else return false; // a getter behind it has disposed of it
      }
      putArray(view, at, packet.slice(), held);
      return true;
    } catch (error) {
      if (isInstance(error, CycleError) || isInstance(error, SizeError)) {
        return false;
      }
      throw error;
    } finally {
      releaseWriter(writer);
    }
  }

  /** What a value that was refused is too large for; nothing where it is not. */
  function sizeMisfit(value: unknown): Misfit | undefined {
    const writer = takeWriter();
    try {
      writer.begin(value);
      if (column.write(writer, [value], 0)) writer.end();
    } catch (error) {
      if (isInstance(error, SizeError)) {
        return { path: "", wanted: error.message, got: "more", isRange: true };
      }
      if (!isInstance(error, CycleError)) throw error;
    } finally {
      releaseWriter(writer);
    }
    return undefined;
  }

  function read(view: DataView, at: number, free?: Free): unknown {
    if (isNone(view, at)) return null;
    const bytes = takeBytes(view, at, 1, free);
    try {
      const packet = new PacketReader(bytes);
      const value = column.read(packet, 1)[0];
      packet.end();
      return value;
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      throw new PluginError(
        "bad_data",
        `the plugin gave no ${printType(type)}: ${error.message}`,
        { cause: error },
      );
    }
  }

  return {
    size: SPAN_SIZE,
    align: 8,
    // A packet is a copy, and points to nothing of the caller's.
    parts: { isPointing: false, copy: (value) => value },
    write,
    read,
    live: (view, at) => read(view, at),
    glimpse: (view, at, isShared) =>
      isShared ? readPointer(view, at) : read(view, at),
    // Of one that is too large not all is looked at.
    explain: (value): Misfit | undefined =>
      sizeMisfit(value) ?? column.explain(value, 0),
  };
}

/** Whether a length says that there is no value, as behind the last one of an iterator: it is -1. */
function isNone(view: DataView, at: number): boolean {
  return view.getInt32(at + 8, true) === -1 &&
    view.getInt32(at + 12, true) === -1;
}
