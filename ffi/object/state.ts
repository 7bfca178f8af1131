/**
 * The life of a value that stays on the native side.
 *
 * What JavaScript holds is an object; what tells the native side which value
 * is meant, and whether it is still there, is its state. Nothing native is
 * asked for a value whose state says that it is gone.
 *
 * @module
 */

import { adapter } from "../runtime/runtime.ts";
import { isOver } from "../runtime/space.ts";
import { leave, putFirst, record, type Release, strike } from "./ledger.ts";

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
  /** Calls that use it and have not ended. */
  calls: number;
  /** The value that must outlive it. */
  readonly parent: State | undefined;
  /** Whether it stays the plugin's: it is never given back. */
  readonly isBorrowed: boolean;
  /** The values that it must outlive. */
  children: Set<State> | undefined;
  /** Where it stands in what a Worker holds; null where it is left as it is. */
  row: number | null | undefined;
}

/**
 * A value that has come out of a plugin.
 *
 * @param nativeClass What it is.
 * @param handle What tells it to its plugin.
 * @param parent The value that must outlive it.
 * @param isBorrowed Whether it stays the plugin's.
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
    parent,
    isBorrowed,
    children: undefined,
    row: undefined,
  };
  if (parent !== undefined) (parent.children ??= new Set()).add(state);
  nativeClass.living++;
  if (adapter.isWorker && !isBorrowed) record(state);
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
  const ended: State[] = [];
  // Values can need each other in long chains: the stack has no room for those.
  for (const each of withChildren(state).reverse()) {
    // What gives one back may have ended another.
    if (each.life !== "alive") continue;
    ended.push(each);
    each.life = life;
    each.parent?.children?.delete(each);
    each.class.living--;
    if (adapter.isWorker && life !== "disposed") strike(each);
    if (each.calls === 0) giveBack(each);
    // What it needs is not given back before it.
    else if (each.parent !== undefined) use(each.parent);
  }
  return ended;
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
  for (const state of ended.toReversed()) {
    state.life = "alive";
    state.class.living++;
    state.parent?.children?.add(state);
    if (adapter.isWorker && !state.isBorrowed) record(state);
  }
  const parent = ended.at(-1)?.parent;
  if (parent !== undefined) unuse(parent); // which its end has used, as a call has it
}

/** Whether no call uses a value, nor one that needs it. */
export function isIdle(state: State): boolean {
  return withChildren(state).every(({ calls }) => calls === 0);
}

/** A call begins that uses a value. */
export function use(state: State): void {
  state.calls++;
}

/** The call has ended. */
export function unuse(state: State): void {
  let at: State | undefined = state;
  while (at !== undefined && --at.calls === 0 && at.life !== "alive") {
    giveBack(at);
    at = at.parent;
  }
}

/**
 * A value goes on using something.
 *
 * @param thing Another value, which goes after it; anything else is gone when this
 * thread has ended, and the value is left as it is then.
 */
export function keepBy(state: State, thing: State | undefined): void {
  if (!adapter.isWorker) return;
  if (thing === undefined) leave(state);
  else putFirst(withChildren(state));
}

function giveBack(state: State): void {
  const { class: { free }, handle, life, isBorrowed } = state;
  if (adapter.isWorker) strike(state);
  if (life === "disposed" && !isBorrowed && !isOver(handle)) free?.(handle);
}

/** What has become of a value, for a person. */
export const FATE: Readonly<Record<Exclude<Life, "alive">, string>> = {
  disposed: "that was disposed of",
  consumed: "that was given away",
  lost: "whose process has ended",
};
