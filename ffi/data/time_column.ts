/**
 * Columns of dates and durations.
 *
 * @module
 */

import { UnreadableError } from "../value/unreadable.ts";
import { type Column, wholeMisfit } from "./column.ts";

const WANTED_DATE = "a valid Date";

/** Asked of JavaScript's own method: one of a subclass could say anything. */
function timeOf(date: Date): number {
  return Date.prototype.getTime.call(date);
}

/** Whether a value is a point in time, and does not only inherit from one. */
function isDate(value: unknown): value is Date {
  if (!(value instanceof Date)) return false;
  try {
    return !Number.isNaN(timeOf(value));
  } catch {
    return false;
  }
}

/**
 * Points in time: seconds since 1970 (i64), then nanoseconds (i32). A `Date`
 * has milliseconds; what is finer is cut off on the way out.
 */
export const DATES: Column = {
  wanted: WANTED_DATE,
  write(packet, values) {
    const n = values.length;
    const times = new Array<number>(n);
    for (let i = 0; i < n; i++) {
      const value = values[i];
      if (!isDate(value)) return false;
      times[i] = timeOf(value);
    }
    const seconds = packet.column(n * 8);
    times.forEach((time, i) =>
      packet.view.setBigInt64(
        seconds + i * 8,
        BigInt(Math.floor(time / 1000)),
        true,
      )
    );
    const nanoseconds = packet.column(n * 4);
    times.forEach((time, i) =>
      packet.view.setInt32(
        nanoseconds + i * 4,
        (time - Math.floor(time / 1000) * 1000) * 1e6,
        true,
      )
    );
    return true;
  },
  read(packet, n) {
    const seconds = packet.column(n * 8);
    const nanoseconds = packet.column(n * 4);
    const { view } = packet;
    return Array.from({ length: n }, (_, i) => {
      const second = Number(view.getBigInt64(seconds + i * 8, true));
      const fine = view.getInt32(nanoseconds + i * 4, true);
      const date = new Date(second * 1000 + Math.floor(fine / 1e6));
      if (isDate(date)) return date;
      throw new UnreadableError(
        `the plugin gave the time ${second} s after 1970, which is no Date`,
      );
    });
  },
  explain: (value) =>
    isDate(value) ? undefined : wholeMisfit(WANTED_DATE, value),
};

const WANTED_DURATION = "a number of milliseconds, or a bigint of nanoseconds";

function nanosecondsOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  const whole = Math.trunc(value);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((value - whole) * 1e6));
}

function isDuration(value: unknown): boolean {
  const nanoseconds = nanosecondsOf(value);
  return nanoseconds !== undefined &&
    BigInt.asIntN(64, nanoseconds) === nanoseconds;
}

/** Durations: nanoseconds (i64), in JavaScript milliseconds, as its timers have them. */
export const DURATIONS: Column = {
  wanted: WANTED_DURATION,
  write(packet, values) {
    const n = values.length;
    const at = packet.column(n * 8);
    for (let i = 0; i < n; i++) {
      const value = values[i];
      if (!isDuration(value)) return false;
      packet.view.setBigInt64(at + i * 8, nanosecondsOf(value)!, true);
    }
    return true;
  },
  read(packet, n) {
    const at = packet.column(n * 8);
    return Array.from(
      { length: n },
      (_, i) => {
        const nanoseconds = packet.view.getBigInt64(at + i * 8, true);
        const milliseconds = nanoseconds / 1_000_000n;
        return Number(milliseconds) +
          Number(nanoseconds - milliseconds * 1_000_000n) / 1e6;
      },
    );
  },
  explain: (value) =>
    isDuration(value)
      ? undefined
      : wholeMisfit(WANTED_DURATION, value, typeof value === "number"),
};
