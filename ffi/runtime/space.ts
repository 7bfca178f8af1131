/**
 * Whose an address is: of this process, or of one that an isolated plugin runs
 * in.
 *
 * An address of another process is a bigint above 2 ** 64: the number of the
 * process, and behind it the 64 bits that it knows. So it is equal to no other,
 * all that takes an address of this process can tell, and one of a process that
 * has ended stays one of that: numbers are never used again.
 *
 * Memory has an owner, too: a word that was read in the memory of a process is
 * an address of that process, whatever it says.
 *
 * @module
 */

import { PluginError, quote } from "../error.ts";
import type { Adapter, Address, Space } from "./adapter.ts";
import { adapter } from "./runtime.ts";

const BITS = 64n;
const LAST = 2n ** BITS - 1n;

/** Those of which there is a process now, by its number. */
const spaces = new Map<bigint, Space>();
let last = 0n;
/** Those that were closed, the latest of them, and where their plugins lie. */
const closed = new Map<bigint, string>();
const MAX_CLOSED = 100;
/** Whether there ever was one: until then nothing is to be told apart. */
let isArmed = false;

/** Whether an address is of another process. */
export function isElsewhere(address: Address): boolean {
  return isArmed && typeof address === "bigint" && address > LAST;
}

/** What {@linkcode Space.toAddress} gives for the process of a number. */
export function wordIn(process: bigint, word: bigint): Address {
  return word === 0n ? adapter.toAddress(0) : process << BITS | word;
}

/** The number of the process that an address is of. */
export function processOf(address: Address): bigint {
  return BigInt(address) >> BITS;
}

/** The address some bytes further; of the same process. */
export function displace(address: Address, bytes: number): Address {
  const moved = BigInt(address) + BigInt(bytes);
  return isElsewhere(address)
    ? wordIn(processOf(address), BigInt.asUintN(64, moved))
    : adapter.toAddress(moved);
}

/**
 * Gives a process a number.
 *
 * @param space Its memory.
 */
export function enterSpace(space: Space): bigint {
  if (!isArmed) {
    isArmed = true;
    route(adapter);
  }
  spaces.set(++last, space);
  return last;
}

/**
 * Says that a process has ended.
 *
 * @param process Its number.
 * @param path Where its plugin lies, if that was closed.
 */
export function leaveSpace(process: bigint, path?: string): void {
  spaces.delete(process);
  if (path === undefined) return;
  closed.set(process, path);
  if (closed.size > MAX_CLOSED) closed.delete(closed.keys().next().value!);
}

/** Whether an address is of a process that has ended. */
export function isOver(address: Address): boolean {
  return isElsewhere(address) && !spaces.has(processOf(address));
}

/**
 * The memory that an address of another process is of.
 *
 * @throws {PluginError} `crashed` when that process has ended; `closed` when
 * its plugin was closed.
 */
export function spaceOf(address: Address): Space {
  const process = processOf(address);
  const space = spaces.get(process);
  if (space !== undefined) return space;
  const path = closed.get(process);
  if (path !== undefined) {
    throw new PluginError(
      "closed",
      `Cannot use an address of an isolated plugin: the plugin ${
        quote(path)
      } was closed`,
      { path },
    );
  }
  throw new PluginError(
    "crashed",
    "Cannot use an address of an isolated plugin: the process that it was of has ended",
  );
}

/** Leads what is asked of memory to the process that it is of, from now on. */
function route(to: Adapter): void {
  const { copy, store, memory, cstring, functionAt } = to;
  Object.assign(
    to,
    {
      copy: (from, bytes) =>
        isElsewhere(from) ? spaceOf(from).copy(from, bytes) : copy(from, bytes),
      store: (at, bytes) =>
        isElsewhere(at) ? spaceOf(at).store(at, bytes) : store(at, bytes),
      memory(address, length) {
        if (!isElsewhere(address)) return memory(address, length);
        const space = spaceOf(address);
        const copied = new Uint8Array(length);
        space.copy(address, copied);
        return belong(copied.buffer, space);
      },
      cstring: (address) =>
        isElsewhere(address)
          ? spaceOf(address).cstring(address)
          : cstring(address),
      functionAt: (address) =>
        isElsewhere(address)
          ? spaceOf(address).functionAt(address)
          : functionAt(address),
    } satisfies Partial<Adapter>,
  );
}

// --------------------------------------------------------------------- memory

const owners = new WeakMap<ArrayBufferLike, Space>();

/** Says that what addresses stand in some memory are those of a process. */
export function belong<B extends ArrayBufferLike>(
  buffer: B,
  space: Space | undefined,
): B {
  if (space !== undefined) owners.set(buffer, space);
  return buffer;
}

/** Where memory of a process lies of which some of ours is a copy, as long as it is one. */
const mirrored = new WeakMap<ArrayBufferLike, () => Address>();

/** Copies to a view of such memory what there is now; undefined until there is any. */
export let refresh: ((view: DataView) => void) | undefined; // its body: mirror()

/** The same at once, for what is not hot. */
export function refreshNow(view: DataView): void {
  refresh?.(view);
}

/** Writes a view of such memory back; undefined until there is any. */
export let writeBack: ((view: DataView) => void) | undefined; // its body: mirror()

/**
 * Memory that stands for some of another process: structs in it are read and
 * written there.
 *
 * @param find Where it lies.
 * @param size Bytes.
 */
export function mirror(find: () => Address, size: number): ArrayBuffer {
  refresh ??= (view) =>
    crossed(view, (address, bytes) => adapter.copy(address, bytes));
  writeBack ??= (view) =>
    crossed(view, (address, bytes) => adapter.store(address, bytes));
  const buffer = belong(new ArrayBuffer(size), spaceOf(find()));
  mirrored.set(buffer, find);
  return buffer;
}

function crossed(
  view: DataView,
  cross: (address: Address, bytes: Uint8Array) => void,
): void {
  const { buffer, byteOffset, byteLength } = view;
  const address = mirrorOf(view);
  if (address === undefined || byteLength === 0) return;
  cross(address, new Uint8Array(buffer, byteOffset, byteLength));
}

/** The address that a view stands for; undefined where it stands for itself. */
export function mirrorOf(
  { buffer, byteOffset }: ArrayBufferView,
): Address | undefined {
  const find = isArmed ? mirrored.get(buffer) : undefined;
  return find && displace(find(), byteOffset);
}

/** The process of which the addresses are that stand in some memory; undefined for this one. */
export function ownerOf(buffer: ArrayBufferLike): Space | undefined {
  return isArmed ? owners.get(buffer) : undefined;
}

/** The address that a word in some memory is. */
export function addressFrom(buffer: ArrayBufferLike, word: bigint): Address {
  return ownerOf(buffer)?.toAddress(word) ?? adapter.toAddress(word);
}

/** What tells an object to its plugin, of a word in some memory: it is of the process that the memory is of. */
export function handleFrom(
  buffer: ArrayBufferLike,
  word: number | bigint,
): number | bigint {
  return handleIn(ownerOf(buffer), word);
}

/** The same for a word of a process; of this one without it. */
export function handleIn(
  space: Space | undefined,
  word: number | bigint,
): number | bigint {
  return space === undefined || Number(word) === 0
    ? word
    : BigInt(space.toAddress(BigInt(word)));
}

/** The memory of the types of one manifest: new structs of them belong to it. */
const homes = new WeakMap<object, Space>();

/** Says where the plugin of these types lives. */
export function livesIn(types: object, space: Space): void {
  homes.set(types, space);
}

/** Where a plugin lives; undefined for this process. */
export function homeOf(types: object): Space | undefined {
  return isArmed ? homes.get(types) : undefined;
}
