/**
 * What a thread was about when it crashed: of what is kept then, `struct
 * plugin_crash` in `native/crash.h`, the functions and their lines.
 *
 * Nothing of it is trusted: it was written by a process that is no longer what
 * it was. What does not make sense ends the list.
 *
 * @module
 */

import { type ElfSections, sectionsOf } from "./elf_sections.ts";
import {
  CRASH_SIZE,
  MAPS,
  MOST_MAPS,
  MOST_REGISTERS,
  MOST_STACK,
  REGISTERS,
  STACK,
} from "./crash_size.ts";
import { findFunctions } from "./functions.ts";
import { findInlined, type InlinedCall } from "./inlined.ts";
import { findLines } from "./lines.ts";
import {
  type Caller,
  callerBy,
  type Machine,
  type Memory,
  type Registers,
} from "./unwind.ts";

/** `struct plugin_crash`. */
const SIGNAL = 4;
const MAPS_SIZE = 12;
const ADDRESS = 16;
const STACK_START = 24;
const STACK_SIZE = 32;
const REGISTER_COUNT = 36;

const MACHINES: Readonly<Record<string, Machine>> = {
  x64: { stack: 7, frame: 6, link: undefined },
  arm64: { stack: 31, frame: 29, link: 30 },
};
/** Bits of an address; signatures of pointers stand above. */
const ADDRESS_BITS = 48;

/** Most frames that are told of. */
const MOST_FRAMES = 64;

/** One frame of a stack. */
export interface Frame {
  /** Where its code lies in memory. */
  readonly address: number;
  /** The file that the code is of; undefined for code of none. */
  readonly library?: string;
  /** Where its code lies, from where the loader has put that file. */
  readonly offset?: number;
  /** The function. */
  readonly symbol?: string;
  /** The source, as the compiler was told of it. */
  readonly file?: string;
  /** From 1 on. */
  readonly line?: number;
}

/** What is kept of a crash, made sense of. */
export interface Crash {
  /** The number of the signal. */
  readonly signal: number;
  /** The address that could not be reached; 0 where that is not what happened. */
  readonly address: number;
  /** The innermost first. */
  readonly frames: readonly Frame[];
  /** Whether there are more of them. */
  readonly isCut: boolean;
}

interface Mapping {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly path: string;
}

/** What is known of the process besides. */
export interface Surroundings {
  /** Whether a frame is not to be told of, nor what has called it. */
  isOutside?(frame: Frame): boolean;
  /** The file that has the code of a mapping which is called so. */
  fileOf?(path: string): string;
}

/**
 * Makes sense of what was kept.
 *
 * @param bytes {@linkcode CRASH_SIZE} of them.
 * @param arch The architecture, as `process.arch` spells it.
 * @param surroundings What is known of the process besides.
 */
export function readCrash(
  bytes: Uint8Array,
  arch: string,
  { isOutside = () => false, fileOf = (path) => path }: Surroundings = {},
): Crash {
  const view = new DataView(bytes.buffer, bytes.byteOffset, CRASH_SIZE);
  const u32 = (at: number) => view.getUint32(at, true);
  const u64 = (at: number) => view.getBigUint64(at, true);
  const addressAt = (at: number) =>
    Number(BigInt.asUintN(ADDRESS_BITS, u64(at)));
  const mapsSize = Math.min(u32(MAPS_SIZE), MOST_MAPS);
  const mappings = readMaps(
    new TextDecoder().decode(bytes.subarray(MAPS, MAPS + mapsSize)),
  ).map((mapping) => ({ ...mapping, path: fileOf(mapping.path) }));
  const registers = new Map<number, number>();
  const count = Math.min(u32(REGISTER_COUNT), MOST_REGISTERS);
  for (let i = 0; i < count; i++) {
    registers.set(i, addressAt(REGISTERS + 8 * i));
  }
  const stackStart = Number(u64(STACK_START));
  const stackSize = Math.min(u32(STACK_SIZE), MOST_STACK);
  let isPast = false;
  const memory = (address: number) => {
    const at = address - stackStart;
    if (!(Number.isSafeInteger(at) && at >= 0 && at + 8 <= stackSize)) {
      isPast ||= at > 0 && stackSize === MOST_STACK;
      throw new RangeError("it is not on the stack");
    }
    return addressAt(STACK + at);
  };
  const machine = MACHINES[arch];
  const files = new Files();
  const frames: Frame[] = [];
  const isCut = machine !== undefined && count > 0 && walk(
    { machine, mappings, memory, files },
    registers.get(count - 1)!,
    registers,
    (frame) => {
      if (isOutside(frame)) return false;
      frames.push(frame);
      return true;
    },
  );
  const named = withNames(frames, files);
  return {
    signal: u32(SIGNAL),
    address: Number(u64(ADDRESS)),
    frames: named.slice(0, MOST_FRAMES),
    isCut: isCut || isPast || named.length > MOST_FRAMES,
  };
}

/**
 * The stack of a crash, for a person.
 *
 * @param bytes As {@linkcode readCrash}.
 * @param arch As {@linkcode readCrash}.
 * @param outside What the path of a file begins with whose code is not to be told of, nor what has called it.
 * @returns Undefined where there is no frame.
 */
export function nativeStack(
  bytes: Uint8Array,
  arch: string,
  outside: string,
): string | undefined {
  return showFrames(
    readCrash(bytes, arch, {
      isOutside: ({ library }) => library?.startsWith(outside) === true,
    }),
  ) || undefined;
}

/**
 * The text of frames, one a line: `decode codec.c:41`; frames that repeat are counted.
 *
 * @param typeOf What is said of a frame's function behind its name.
 */
export function showFrames(
  { frames, isCut }: Crash,
  typeOf: (frame: Frame) => string | undefined = () => undefined,
): string {
  const lines: { readonly text: string; count: number }[] = [];
  for (const frame of frames) {
    const text = showFrame(frame, typeOf(frame));
    const last = lines.at(-1);
    if (last?.text === text) last.count++;
    else lines.push({ text, count: 1 });
  }
  return [
    ...lines.map(({ text, count }) =>
      count === 1 ? text : `${text} (${count} times)`
    ),
    ...isCut ? ["…"] : [],
  ].join("\n");
}

function showFrame(
  { address, library, offset, symbol, file, line }: Frame,
  type: string | undefined,
): string {
  const name = library?.slice(library.lastIndexOf("/") + 1);
  const place = file !== undefined
    ? `${file}:${line}`
    : name === undefined
    ? `0x${address.toString(16)}`
    : `${name}+0x${offset!.toString(16)}`;
  return [symbol, type, place].filter((part) => part !== undefined).join(" ");
}

// -------------------------------------------------------------------- mappings

function readMaps(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (
    const [, start, end, offset, path] of text.matchAll(
      /^([0-9a-f]{1,13})-([0-9a-f]{1,13}) \S+ ([0-9a-f]{1,13}) \S+ \d+ *(.*)$/gm,
    )
  ) {
    mappings.push({
      start: parseInt(start!, 16),
      end: parseInt(end!, 16),
      offset: parseInt(offset!, 16),
      path: path!,
    });
  }
  return mappings;
}

interface Thread {
  readonly machine: Machine;
  readonly mappings: readonly Mapping[];
  readonly memory: Memory;
  readonly files: Files;
}

/** The files that are asked for, each read once. */
class Files {
  readonly #read = new Map<string, ElfSections | undefined>();

  get(path: string): ElfSections | undefined {
    if (!this.#read.has(path)) this.#read.set(path, sectionsOf(path));
    return this.#read.get(path);
  }
}

/** Calls `use` with each frame from the innermost on, until it says no; gives whether there would be more. */
function walk(
  { machine, mappings, memory, files }: Thread,
  first: number,
  registers: Registers,
  use: (frame: Frame) => boolean,
): boolean {
  let pc = first;
  let isCall = false; // the first was interrupted, the others have called
  for (let i = 0; i < MOST_FRAMES; i++) {
    const at: number = isCall ? pc - 1 : pc;
    const mapping = mappings.find(({ start, end }) => at >= start && at < end);
    const { path = "" } = mapping ?? {};
    const inFile = mapping && at - mapping.start + mapping.offset;
    const sections = path.startsWith("/") ? files.get(path) : undefined;
    const offset = sections?.addressOf(inFile!);
    const frame: Frame = {
      address: at,
      ...path === "" ? {} : { library: path, offset: offset ?? inFile! },
    };
    if (!use(frame)) return false;
    const next: Caller | undefined = orNothing(() =>
      offset === undefined
        ? undefined
        : callerBy(sections!, offset, registers, memory, machine)
    ) ??
      orNothing(() =>
        i === 0 && mapping === undefined
          ? callerOfNothing(machine, registers, memory)
          : callerByFrame(machine, registers, memory)
      );
    if (next === undefined) {
      return false;
    }
    const [before, after] = [registers, next.registers].map((each) =>
      each.get(machine.stack)!
    ) as [number, number];
    // Stacks grow downward, and a caller's frame is above.
    if (!(next.pc > 0 && (i > 0 ? after > before : after >= before))) {
      return false;
    }
    ({ pc, registers } = next);
    isCall = !next.isInterrupted;
  }
  return true;
}

/** What a function gives; undefined where it throws, of bytes that make no sense. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Who has called an address at which there is no code. */
function callerOfNothing(
  { stack, link }: Machine,
  registers: Registers,
  memory: Memory,
): Caller {
  const top = registers.get(stack)!;
  return {
    isInterrupted: false,
    ...link === undefined
      ? { pc: memory(top), registers: new Map(registers).set(stack, top + 8) }
      : { pc: registers.get(link)!, registers },
  };
}

/** Who has called code of which nothing else says it: if it keeps its frame where most do. */
function callerByFrame(
  { stack, frame }: Machine,
  registers: Registers,
  memory: Memory,
): Caller {
  const at = registers.get(frame)!;
  const after = new Map(registers).set(frame, memory(at)).set(stack, at + 16);
  return { pc: memory(at + 8), registers: after, isInterrupted: false };
}

// ----------------------------------------------------------------------- names

/** Adds what the files say: each is read once. */
function withNames(frames: readonly Frame[], files: Files): Frame[] {
  const named: (readonly Frame[])[] = frames.map((frame) => [frame]);
  for (const library of new Set(frames.map(({ library }) => library))) {
    if (library === undefined) continue;
    const own = frames.filter((frame) => frame.library === library);
    const sections = files.get(library);
    if (sections === undefined) continue;
    const offsets = own.map(({ offset }) => offset!);
    const functions = orNothing(() => findFunctions(sections, offsets));
    const lines = orNothing(() => findLines(sections, offsets));
    const inlined = orNothing(() => findInlined(sections, offsets));
    frames.forEach((frame, index) => {
      if (frame.library !== library) return;
      const symbol = functions?.get(frame.offset!);
      named[index] = [...unfolded(
        {
          ...frame,
          ...symbol === undefined ? {} : { symbol },
          ...lines?.get(frame.offset!),
        },
        inlined?.get(frame.offset!) ?? [],
      )];
    });
  }
  return named.flat();
}

/** A frame, and before it those of what was compiled into its function: each has the line that the one before was called at. */
function* unfolded(
  { symbol, file, line, ...place }: Frame,
  inlined: readonly InlinedCall[],
): Generator<Frame> {
  const frame = (
    symbol: string | undefined,
    at: { file?: string | undefined; line?: number | undefined },
  ): Frame => ({
    ...place,
    ...symbol === undefined ? {} : { symbol },
    ...at.file === undefined || at.line === undefined
      ? {}
      : { file: at.file, line: at.line },
  });
  let at: { file?: string | undefined; line?: number | undefined } = {
    file,
    line,
  };
  for (const call of inlined) {
    yield frame(call.symbol, at);
    at = call;
  }
  yield frame(symbol, at);
}
