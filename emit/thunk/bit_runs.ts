/**
 * The bytes of bit-fields.
 *
 * A struct that is written again has bytes in the place of its bit-fields: how
 * a value travels depends on whether there are integers in each of its
 * eightbytes, and not on how they are divided into bits.
 *
 * @module
 */

import { roundUp } from "../../ffi/notation/sequence.ts";
import type { Field } from "../../ffi/manifest/manifest.ts";

/** Bytes that have nothing but bit-fields in them. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** What each register of a call takes. */
const EIGHTBYTE = 8;
/** More than that travels in memory, whatever is in it. */
const IN_REGISTERS = 16;

/**
 * Members with bytes in the place of their bit-fields.
 *
 * @param fields All members of a struct or a union.
 * @param size Bytes of the whole.
 * @returns Those that are no bit-fields, and where the first bit-field of a run
 * stood, the run. Bits without a name are not described: they are of the run
 * before them, as far as that changes nothing.
 */
export function withBitRuns(
  fields: readonly Field[],
  size: number,
): (Field | Run)[] {
  const runs = bitRuns(fields).map((run, index, all) => {
    const next = Math.min(
      size,
      all[index + 1]?.start ?? size,
      ...fields.map(({ offset }) => offset).filter((at) => at >= run.end),
    );
    const eightbyte = roundUp(run.end, EIGHTBYTE);
    const end = size > IN_REGISTERS ? next : Math.min(next, eightbyte);
    return { start: run.start, end };
  });
  const seen = new Set<Run>();
  return fields.flatMap((field): (Field | Run)[] => {
    if (field.bits === undefined) return [field];
    const { offset } = field;
    const run = runs.find(({ start, end }) => offset >= start && offset < end)!;
    if (seen.has(run)) return [];
    seen.add(run);
    return [run];
  });
}

function bitRuns(fields: readonly Field[]): Run[] {
  const others = fields.filter(({ bits }) => bits === undefined);
  const runs: Run[] = [];
  const places = fields.flatMap(({ offset, bits }) =>
    bits === undefined
      ? []
      : [{ start: offset, end: offset + Math.ceil((bits[0] + bits[1]) / 8) }]
  ).sort((a, b) => a.start - b.start);
  for (const place of places) {
    const last = runs.at(-1);
    if (last === undefined || !isNext(last, place, others)) {
      runs.push(place);
      continue;
    }
    runs.pop();
    runs.push({ start: last.start, end: Math.max(last.end, place.end) });
  }
  return runs;
}

function isNext(
  last: Run,
  { start }: Run,
  others: readonly Field[],
): boolean {
  if (start <= last.end) return true;
  const isOneEightbyte = Math.floor((last.end - 1) / EIGHTBYTE) ===
    Math.floor(start / EIGHTBYTE);
  return isOneEightbyte &&
    !others.some(({ offset }) => offset >= last.end && offset < start);
}
