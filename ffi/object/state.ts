/**
 * The life of a value that stays on the native side.
 *
 * What JavaScript holds is an object; what tells the native side which value
 * is meant, and whether it is still there, is its state. Nothing native is
 * asked for a value whose state says that it is gone.
 *
 * @module
 */

import type { Thrown } from "../handle/callback_handle.ts";
import { adapter } from "../runtime/runtime.ts";
import { isOver } from "../runtime/space.ts";
import {
  clear,
  leaveAsItIs,
  nextStamp,
  putBefore,
  record,
  type Release,
  strike,
} from "./ledger.ts";

/** What tells a value to its plugin: a slot of the plugin's table with its generation, or an address; of another process, which it names. */
export type Handle = number | bigint;

/** What has become of a value. */
export type Life = "alive" | "disposed" | "consumed" | "lost";

/** A class of values of one plugin. */
export interface NativeClass {
  /** Its name, for errors. */
  readonly name: string;
  /** Gives a value back to the plugin. */
  readonly free: ((handle: Handle) => void) | undefined;
  /** What native code calls to do the same; undefined where there is none in this process. */
  readonly release?: (() => Release | undefined) | undefined;
  /** Whether a value of another class of its plugin is one of this class too. */
  readonly accepts: (other: NativeClass) => boolean;
  /** How many of its values JavaScript holds. */
  living: number;
}

/** One value. */
export interface State {
  readonly class: NativeClass;
  readonly handle: Handle;
  life: Life;
  /** Calls that use it and have not ended, and values that have and need it until then. */
  calls: number;
  /** Whether it has ended, and is given back when nothing uses it any more. */
  isWaiting: boolean;
  /** The values that go on using it: they are given back before it. */
  keepers: Set<State> | undefined;
  /** The values that it goes on using, and where that is written for the end of a Worker. */
  keeps: Map<State, number | undefined> | undefined;
  /** What lets go of the other things that end with it. */
  releases: Map<unknown, () => void> | undefined;
  /** The value that must outlive it. */
  readonly parent: State | undefined;
  /** Whether it stays the plugin's: it is never given back. */
  readonly isBorrowed: boolean;
  /** The values that it must outlive: those that live, and those that have ended and wait. */
  children: Set<State> | undefined;
  /** What tells it from the others of its Worker. */
  readonly stamp: number;
  /** Where it stands in what a Worker holds. */
  row: number | undefined;
  /** Whether it is left as it is when its Worker ends, with all that it needs: it goes on using memory of the Worker's. */
  isLeft: boolean;
}

/**
 * A value that has come out of a plugin.
 *
 * @param nativeClass What it is.
 * @param handle What tells it to its plugin.
 * @param parent The value that must outlive it.
 * @param isBorrowed Whether it stays the plugin's.
 * @returns Its state: it has ended where what it needs has.
 */
export function begin(
  nativeClass: NativeClass,
  handle: Handle,
  parent?: State,
  isBorrowed = false,
): State {
  const state: State = {
    class: nativeClass,
    handle,
    life: "alive",
    calls: 0,
    isWaiting: false,
    keepers: undefined,
    keeps: undefined,
    releases: undefined,
    parent,
    isBorrowed,
    children: undefined,
    stamp: adapter.isWorker ? nextStamp() : 0,
    row: undefined,
    isLeft: false,
  };
  if (parent !== undefined) (parent.children ??= new Set()).add(state);
  nativeClass.living++;
  if (adapter.isWorker) record(state);
  // What it needs was ended while the call had it, which gives this one.
  if (parent?.life === "disposed" || parent?.life === "lost") {
    end(state, parent.life);
  }
  return state;
}

/**
 * Ends the life of a value, and before it that of those which need it.
 *
 * What a call is still using is given back when that call ends.
 *
 * @param life What has become of it; the plugin has consumed what it need not be given back.
 * @returns All that has ended, each before what it needs.
 */
export function end(
  state: State,
  life: Exclude<Life, "alive">,
): readonly State[] {
  if (state.life !== "alive") return [];
  // Values can need each other in long chains: the stack has no room for those.
  const ended = withChildren(state).reverse()
    .filter(({ life }) => life === "alive");
  // All at once: what gives one back may call JavaScript, which must not find another.
  for (const each of ended) {
    each.life = life;
    each.class.living--;
    // What it needs is left for as long as the function has it that consumes it.
    if (life === "lost" || life === "consumed" && !each.isLeft) strike(each);
  }
  const outer = failure;
  failure = undefined;
  for (const each of ended) {
    // The function that consumes them all may use what they go on using.
    if (life === "consumed" && each !== state) {
      releaseWith(state, each, () => {
        strike(each);
        letGo(each);
      });
    } else if (isUsed(each)) {
      each.isWaiting = true;
      // What it needs is not given back before it.
      if (each.parent !== undefined) use(each.parent);
    } else releaseState(each);
  }
  throwFailure(outer);
  return ended;
}

/** What was thrown while values were given back; those behind it are given back all the same. */
let failure: Thrown | undefined;

/** @param outer What had been thrown before, where one gives back values while another does. */
function throwFailure(outer: Thrown | undefined): void {
  const own = failure;
  failure = outer;
  if (own !== undefined) throw own.error;
}

/** Whether a call uses a value, or another value does; of what is consumed those are consumed with it. */
function isUsed({ calls, keepers, life }: State): boolean {
  return calls > 0 ||
    life !== "consumed" && keepers !== undefined && keepers.size > 0;
}

/** A value and all that need it, each behind what it needs. */
function withChildren(state: State): State[] {
  const all = [state];
  for (let i = 0; i < all.length; i++) {
    for (const child of all[i]!.children ?? []) all.push(child);
  }
  return all;
}

/**
 * A value that was to be consumed is its holder's again, with those that need
 * it: the plugin has not seen them.
 *
 * @param ended What {@linkcode end} gave for it, while a call had it.
 */
export function revive(ended: readonly State[]): void {
  const root = ended.at(-1);
  for (const state of ended.toReversed()) {
    state.life = "alive";
    state.isWaiting = false;
    state.class.living++;
    state.parent?.children?.add(state);
    root?.releases?.delete(state);
    if (adapter.isWorker) record(state);
  }
  const parent = root?.parent;
  if (root === undefined || parent === undefined) return;
  try {
    // What it needs has ended while the call had it.
    if (parent.life !== "alive") end(root, parent.life);
  } finally {
    unuse(parent); // which its end has used, as a call has it
  }
}

/** Whether no call uses a value, nor one that needs it, nor another value. */
export function isIdle(state: State): boolean {
  const all = new Set(withChildren(state));
  for (const { calls, keepers } of all) {
    if (calls > 0) return false;
    for (const keeper of keepers ?? []) if (!all.has(keeper)) return false;
  }
  return true;
}

/** A call begins that uses a value. */
export function use(state: State): void {
  state.calls++;
}

/** A value is never given back, and neither is what it needs. */
export function useForever(state: State): void {
  use(state);
  if (adapter.isWorker) leaveAsItIs(state);
}

/** The call has ended. */
export function unuse(state: State): void {
  state.calls--;
  if (!state.isWaiting) return;
  const outer = failure;
  failure = undefined;
  settle(state);
  throwFailure(outer);
}

/** Gives a value back that waits for that, if nothing uses it any more, and then what has waited for it. */
function settle(state: State): void {
  let at: State | undefined = state;
  while (at !== undefined && at.isWaiting && !isUsed(at)) {
    at.isWaiting = false;
    releaseState(at);
    at = at.parent;
    if (at !== undefined) at.calls--;
  }
}

/**
 * A value goes on using something.
 *
 * @param thing Another value, which goes after it; anything else is gone when this
 * thread has ended, and the value is left as it is then.
 */
export function keepBy(state: State, thing: State | undefined): void {
  if (thing === undefined) {
    if (adapter.isWorker && !state.isLeft) leaveAsItIs(state);
    return;
  }
  if (state.keeps?.has(thing) || isNeededBy(state, thing)) return;
  (thing.keepers ??= new Set()).add(state);
  const row = adapter.isWorker ? putBefore(state, thing) : undefined;
  (state.keeps ??= new Map()).set(thing, row);
}

/** A value no longer uses another one, which is given back if it was waiting for that. */
export function keepByNoMore(state: State, thing: State): void {
  const row = state.keeps?.get(thing);
  if (state.keeps?.delete(thing) !== true) return;
  if (row !== undefined) clear(row);
  thing.keepers?.delete(state);
  const outer = failure;
  failure = undefined;
  settle(thing);
  throwFailure(outer);
}

/** Ends what was to end when a value has been given back. */
export function releaseNow(state: State, thing: unknown): void {
  const release = state.releases?.get(thing);
  state.releases?.delete(thing);
  release?.();
}

/**
 * Ends something when a value has been given back.
 *
 * @param thing What ends, once.
 */
export function releaseWith(
  state: State,
  thing: unknown,
  release: () => void,
): void {
  (state.releases ??= new Map()).set(thing, release);
}

/** Whether a value is another one, or goes after that: each cannot wait for the other. */
function isNeededBy(state: State, other: State): boolean {
  if (state === other) return true;
  // From both ends at once, as either can have thousands of others about it.
  const needed = reach(other, function* ({ parent, keeps }) {
    if (parent !== undefined) yield parent;
    if (keeps !== undefined) yield* keeps.keys();
  });
  const before = reach(state, function* ({ children, keepers }) {
    if (children !== undefined) yield* children;
    if (keepers !== undefined) yield* keepers;
  });
  for (;;) {
    const below = needed.next().value;
    if (below === undefined || below === state) return below === state;
    const above = before.next().value;
    if (above === undefined || above === other) return above === other;
  }
}

/** All that is reached from a value, step by step. */
function* reach(
  from: State,
  next: (state: State) => Iterable<State>,
): Generator<State, undefined> {
  const all = new Set([from]);
  for (const each of all) {
    for (const other of next(each)) {
      all.add(other);
      yield other;
    }
  }
}

function releaseState(state: State): void {
  const { class: { free }, handle, life, parent, isBorrowed } = state;
  parent?.children?.delete(state);
  strike(state);
  try {
    if (life === "disposed" && !isBorrowed && !isOver(handle)) free?.(handle);
  } catch (error) {
    failure ??= { error };
  }
  letGo(state);
}

/** What has been given back and has not let go of what it kept: values can keep each other in long chains as well. */
const due: State[] = [];
let isLettingGo = false;

/** Lets go of what a value has gone on using. */
function letGo(state: State): void {
  if (state.keeps === undefined && state.releases === undefined) return;
  due.push(state);
  if (isLettingGo) return;
  isLettingGo = true;
  try {
    for (let next = due.pop(); next !== undefined; next = due.pop()) {
      const { keeps = [], releases } = next;
      next.keeps = next.releases = undefined;
      for (const [thing, row] of keeps) {
        if (row !== undefined) clear(row);
        thing.keepers?.delete(next);
        settle(thing);
      }
      for (const release of releases?.values() ?? []) {
        try {
          release();
        } catch (error) {
          failure ??= { error };
        }
      }
    }
  } finally {
    isLettingGo = false; // also where the stack ends
  }
}

/** What has become of a value, for a person. */
export const FATE: Readonly<Record<Exclude<Life, "alive">, string>> = {
  disposed: "that was disposed of",
  consumed: "that was given away",
  lost: "whose process has ended",
};
