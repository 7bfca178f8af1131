/**
 * What a Worker holds of plugins, written where the support library finds it: a
 * Worker can be ended at any time, and what it holds then is given back by that.
 *
 * An object costs five numbers in memory of the library's, and no call.
 *
 * @module
 */

import { adapter } from "../runtime/runtime.ts";

/**
 * What a row says, as `native/support.h` numbers it: how a value is given back;
 * that it never is, and only stands between others; that it is left as it is, with
 * all that it needs; that one value keeps another.
 */
const KINDS = {
  slot: 1,
  address: 2,
  variable: 3,
  between: 4,
  left: 5,
  keeps: 6,
} as const;

/** What a value is given back to. */
export interface Release {
  /** Where the function lies, which takes one word. */
  readonly address: number | bigint;
  readonly kind: "slot" | "address" | "variable";
}

/** What is written down of a value. */
export interface Recorded {
  readonly handle: number | bigint;
  readonly class: {
    readonly release?: (() => Release | undefined) | undefined;
  };
  /** What needs no longer be there than it is. */
  readonly parent: Recorded | undefined;
  /** Whether it stays the plugin's: it is never given back. */
  readonly isBorrowed: boolean;
  /** What tells it from the others of its thread: of two that do not need each other the one with the greater goes first. */
  readonly stamp: number;
  /** Whether it is left as it is when its thread ends, with all that it needs. */
  isLeft: boolean;
  /** Where it stands. */
  row: number | undefined;
}

/** A row is what tells the value to its plugin, the function's address, the kind, the stamp, and the stamp of what goes after it. */
const WORDS = 5;
const KIND = 2;
const STAMP = 3;
const BEFORE = 4;
/** Rows that the library makes at once. */
const ROWS = 1024;

/** Adds rows; undefined where none can be had. */
let grow: (() => Float64Array | undefined) | undefined;
const parts: Float64Array[] = [];
const empty: number[] = [];
let lastStamp = 0;

/** What tells the next value from those before it. */
export function nextStamp(): number {
  return ++lastStamp;
}

/**
 * Writes a value down that this thread holds from now on, if anything is to be
 * known of it.
 *
 * @param state The value; what it needs was written before.
 */
export function record(state: Recorded): void {
  const release = releaseOf(state);
  // What is nothing to the others is not written.
  if (release || state.parent || state.isLeft) write(state, release);
}

/** The value is no longer this thread's to give back. */
export function strike(state: Recorded): void {
  if (state.row === undefined) return;
  clear(state.row);
  state.row = undefined;
}

/** When this thread has ended, the value is left as it is, and so is all that it needs. */
export function leaveAsItIs(state: Recorded): void {
  state.isLeft = true;
  write(state, releaseOf(state));
}

/**
 * Says that a value goes before another one.
 *
 * @returns Where that stands, for {@linkcode clear}.
 */
export function putBefore(
  keeper: Recorded,
  kept: Recorded,
): number | undefined {
  for (const each of [kept, keeper]) {
    // What is not written is not this thread's to give back.
    if (each.row === undefined) write(each, undefined);
  }
  const row = empty.pop() ?? addRows();
  if (row !== undefined) {
    fill(row, [0, 0, KINDS.keeps, keeper.stamp, kept.stamp]);
  }
  return row;
}

/** Makes a row an empty one. */
export function clear(row: number): void {
  parts[Math.trunc(row / ROWS)]![row % ROWS * WORDS + KIND] = 0;
  empty.push(row);
}

function releaseOf(state: Recorded): Release | undefined {
  return state.isBorrowed ? undefined : state.class.release?.();
}

function write(state: Recorded, release: Release | undefined): void {
  const row = state.row ?? empty.pop() ?? addRows();
  if (row === undefined) return;
  state.row = row;
  const kind = state.isLeft ? "left" : release?.kind ?? "between";
  const address = Number(release?.address ?? 0);
  const { handle, stamp, parent } = state;
  fill(row, [Number(handle), address, KINDS[kind], stamp, parent?.stamp ?? 0]);
}

function fill(row: number, words: readonly number[]): void {
  const part = parts[Math.trunc(row / ROWS)]!;
  const at = row % ROWS * WORDS;
  for (const word of [0, 1, STAMP, BEFORE]) part[at + word] = words[word]!;
  part[at + KIND] = words[KIND]!; // last: now it counts
}

function addRows(): number | undefined {
  const part = (grow ??= grower())();
  if (part === undefined) return undefined;
  const first = parts.push(part) * ROWS - ROWS;
  for (let row = first + ROWS - 1; row > first; row--) empty.push(row);
  return first;
}

/** Without the library what a Worker holds stays there at its end. */
function grower(): () => Float64Array | undefined {
  const owner = adapter.threads()?.owner;
  if (owner === undefined) return () => undefined;
  const support = adapter.support("Cannot tell what a Worker holds");
  const more = support.own("plugin_ledger_grow", ["address"], "address");
  return () => {
    const address = more(owner);
    return address === support.host.null
      ? undefined
      : new Float64Array(support.host.memory(address, ROWS * WORDS * 8));
  };
}
