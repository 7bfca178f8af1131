/**
 * What a Worker holds of plugins, written where the support library finds it: a
 * Worker can be ended at any time, and what it holds then is given back by that.
 *
 * An object costs four numbers in memory of the library's, and no call.
 *
 * @module
 */

import { adapter } from "../runtime/runtime.ts";

/** How a value is given back, as `native/support.h` numbers it. */
const KINDS = { slot: 1, address: 2, variable: 3 } as const;

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
  /** Where it stands; null where it is left as it is. */
  row: number | null | undefined;
}

/** A row is what tells the value to its plugin, the function's address, the kind, and the stamp. */
const WORDS = 4;
const KIND = 2;
const STAMP = 3;
/** Rows that the library makes at once. */
const ROWS = 1024;

/** Adds rows; undefined where none can be had. */
let grow: (() => Float64Array | undefined) | undefined;
const parts: Float64Array[] = [];
const empty: number[] = [];
let stamp = 0;

/**
 * Writes a value down that this thread holds from now on.
 *
 * @param state The value; what it needs was written before.
 */
export function record(state: Recorded): void {
  if (state.row === null) return;
  const release = state.class.release?.();
  if (release === undefined) return;
  const row = empty.pop() ?? addRows();
  if (row === undefined) return;
  state.row = row;
  const part = parts[Math.trunc(row / ROWS)]!;
  const at = row % ROWS * WORDS;
  part[at] = Number(state.handle);
  part[at + 1] = Number(release.address);
  part[at + STAMP] = ++stamp;
  part[at + KIND] = KINDS[release.kind]; // last: now it counts
}

/** The value is no longer this thread's to give back. */
export function strike(state: Recorded): void {
  const { row } = state;
  if (typeof row !== "number") return;
  state.row = undefined;
  parts[Math.trunc(row / ROWS)]![row % ROWS * WORDS + KIND] = 0;
  empty.push(row);
}

/** The value is nobody's to give back when this thread has ended, whatever becomes of it. */
export function leave(state: Recorded): void {
  strike(state);
  state.row = null;
}

/** Says that values go before all others that there are now, in the order in which they would have gone. */
export function putFirst(states: Iterable<Recorded>): void {
  const places: [part: Float64Array, at: number][] = [];
  for (const { row } of states) {
    if (typeof row !== "number") continue;
    places.push([parts[Math.trunc(row / ROWS)]!, row % ROWS * WORDS + STAMP]);
  }
  places.sort(([a, i], [b, j]) => a[i]! - b[j]!);
  for (const [part, at] of places) part[at] = ++stamp;
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
