/**
 * Who has called: the call frame information of DWARF (chapter 6.4), as it
 * stands in `.eh_frame`, and for Go in `.debug_frame`.
 *
 * @module
 */

import { ByteReader, units } from "./byte_reader.ts";
import type { ElfSections, Section } from "./elf_sections.ts";

/** Registers of a thread, by their numbers in DWARF; what is not known is not there. */
export type Registers = ReadonlyMap<number, number>;

/** What a machine calls its registers. */
export interface Machine {
  readonly stack: number;
  readonly frame: number;
  /** Whether a call puts the address that it returns to on the stack; else it is in this register. */
  readonly link: number | undefined;
}

/** The frame of a caller. */
export interface Caller {
  /** Where it goes on. */
  readonly pc: number;
  readonly registers: Registers;
  /** Whether it was interrupted, and has called nothing. */
  readonly isInterrupted: boolean;
}

/** Reads a word of the thread's memory; throws a `RangeError` where none is known. */
export type Memory = (address: number) => number;

type Rule =
  | { readonly kind: "same" | "undefined" }
  | { readonly kind: "offset" | "value"; readonly offset: number }
  | { readonly kind: "register"; readonly register: number }
  | { readonly kind: "at" | "expression"; readonly code: ByteReader };

interface Row {
  cfa: { register: number; offset: number } | { code: ByteReader };
  rules: Map<number, Rule>;
}

interface Common {
  readonly codeAlign: number;
  readonly dataAlign: number;
  readonly returns: number;
  readonly encoding: number;
  readonly hasData: boolean;
  readonly isSignal: boolean;
  readonly code: ByteReader;
}

/**
 * Finds the caller of a frame.
 *
 * @param sections Those of the file that the frame's code is of.
 * @param at The address of the code, from where the loader puts the file; of a frame that has called, that of the call.
 * @param registers Those of the frame.
 * @returns Undefined where the file does not say.
 * @throws {RangeError} Where the thread's memory is not known so far.
 */
export function callerBy(
  sections: ElfSections,
  at: number,
  registers: Registers,
  memory: Memory,
  { stack }: Machine,
): Caller | undefined {
  const found = findEh(sections, at) ??
    findIn(sections.get(".debug_frame"), at, false);
  if (found === undefined) return undefined;
  const { common, code, start } = found;
  const row: Row = { cfa: { register: stack, offset: 0 }, rules: new Map() };
  run(common, common.code, row, start, Infinity);
  run(common, code, row, start, at, new Map(row.rules));
  const known = (register: number) => {
    const value = registers.get(register);
    if (value === undefined) throw new RangeError("a register is not known");
    return value;
  };
  const { cfa } = row;
  const frame = "code" in cfa
    ? evaluate(cfa.code, known, memory)
    : known(cfa.register) + cfa.offset;
  const callers = new Map(registers);
  callers.set(stack, frame);
  for (const [register, rule] of row.rules) {
    switch (rule.kind) {
      case "same":
        break;
      case "undefined":
        callers.delete(register);
        break;
      case "offset":
        callers.set(register, memory(frame + rule.offset));
        break;
      case "value":
        callers.set(register, frame + rule.offset);
        break;
      case "register":
        callers.set(register, known(rule.register));
        break;
      case "at":
        callers.set(
          register,
          memory(evaluate(rule.code, known, memory, frame)),
        );
        break;
      case "expression":
        callers.set(register, evaluate(rule.code, known, memory, frame));
    }
  }
  return {
    pc: callers.get(common.returns) ?? 0,
    registers: callers,
    isInterrupted: common.isSignal,
  };
}

// -------------------------------------------------------------------- entries

/** What describes the code of one function. */
interface FrameDescription {
  readonly common: Common;
  readonly start: number;
  /** The first address behind it. */
  readonly end: number;
  readonly code: ByteReader;
}

/** Finds the entry of an address: by the linker's own index of them, where there is one. */
function findEh(
  sections: ElfSections,
  at: number,
): FrameDescription | undefined {
  const section = sections.get(".eh_frame");
  const header = sections.get(".eh_frame_hdr");
  if (section === undefined) return undefined;
  const place = header && orNothing(() => placeIn(header, at));
  const found = orNothing(() =>
    place === undefined
      ? undefined
      : entriesIn(section, true, place - section.address).next().value
  );
  return found !== undefined && at >= found.start && at < found.end
    ? found
    : findIn(section, at, true);
}

/** Where the entry lies of the last function that begins before an address, by a table of the usual kind. */
function placeIn(header: Section, at: number): number | undefined {
  const bytes = new ByteReader(header.bytes);
  // Its version, where `.eh_frame` lies, how many there are, and both of each from here.
  const isUsual = bytes.u32() === 0x3b031b01;
  bytes.skip(4);
  const count = bytes.u32();
  const table = bytes.at;
  if (!isUsual) return undefined;
  const word = (index: number) => {
    bytes.at = table + 4 * index;
    return header.address + bytes.i32();
  };
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (word(2 * middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : word(2 * low - 1);
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The entries of each section, by their addresses: every frame of a stack asks for one. */
const indices = new WeakMap<Section, readonly FrameDescription[]>();

function findIn(
  section: Section | undefined,
  at: number,
  isEh: boolean,
): FrameDescription | undefined {
  if (section === undefined) return undefined;
  let entries = indices.get(section);
  if (entries === undefined) {
    entries = [...entriesIn(section, isEh)].sort((a, b) => a.start - b.start);
    indices.set(section, entries);
  }
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.start <= at) low = middle + 1;
    else high = middle;
  }
  const last = entries[low - 1];
  return last !== undefined && at < last.end ? last : undefined;
}

/**
 * The entries of a section, one after the other.
 *
 * @param from Where to begin.
 */
function* entriesIn(
  section: Section,
  isEh: boolean,
  from = 0,
): Generator<FrameDescription, undefined> {
  const commons = new Map<number, Common | undefined>();
  for (const { bytes, is64 } of units(section.bytes, from)) {
    try {
      const idAt = bytes.at;
      const id = is64 ? bytes.u64() : bytes.u32();
      const isCommon = isEh ? id === 0 : id === (is64 ? 2 ** 64 : 0xffffffff);
      if (isCommon) continue;
      const place = isEh ? idAt - id : id;
      if (!commons.has(place)) {
        commons.set(place, commonAt(section, place, isEh));
      }
      const common = commons.get(place);
      if (common === undefined) continue;
      const start = readPointer(bytes, common.encoding, section.address);
      const size = readPointer(bytes, common.encoding & 0x0f, 0);
      if (common.hasData) bytes.skip(bytes.uleb());
      if (size > 0) yield { common, start, end: start + size, code: bytes };
    } catch {
      // The next one may be whole.
    }
  }
}

/** What several entries have in common, which lies at some place. */
function commonAt(
  section: Section,
  place: number,
  isEh: boolean,
): Common | undefined {
  return orNothing(() => {
    const [unit] = units(section.bytes, place);
    if (unit === undefined) return undefined;
    const id = unit.is64 ? unit.bytes.u64() : unit.bytes.u32();
    const isCommon = isEh || id === (unit.is64 ? 2 ** 64 : 0xffffffff);
    return isCommon && (!isEh || id === 0)
      ? readCommon(unit.bytes, isEh)
      : undefined;
  });
}

function readCommon(bytes: ByteReader, isEh: boolean): Common {
  const version = bytes.u8();
  const augmentation = bytes.text();
  if (version >= 4 && !isEh) bytes.skip(2);
  const codeAlign = bytes.uleb();
  const dataAlign = bytes.sleb();
  const returns = version === 1 ? bytes.u8() : bytes.uleb();
  let encoding = 0; // DW_EH_PE_absptr
  let isSignal = false;
  const hasData = augmentation.startsWith("z");
  if (hasData) {
    const size = bytes.uleb();
    const end = bytes.at + size;
    for (const letter of augmentation.slice(1)) {
      if (letter === "R") encoding = bytes.u8();
      else if (letter === "S") isSignal = true;
      else if (letter === "L") bytes.skip(1);
      else if (letter === "P") {
        const encoding = bytes.u8();
        readPointer(bytes, encoding & 0x0f, 0);
      } else if (letter !== "B") break;
    }
    bytes.at = end;
  } else if (augmentation !== "") {
    throw new RangeError("an unknown augmentation");
  }
  return {
    codeAlign,
    dataAlign,
    returns,
    encoding,
    hasData,
    isSignal,
    code: bytes,
  };
}

/** A pointer of a `DW_EH_PE_` encoding; `base` is where the section lies. */
function readPointer(
  bytes: ByteReader,
  encoding: number,
  base: number,
): number {
  const relative = (encoding & 0x70) === 0x10 ? base + bytes.at : 0;
  if ((encoding & 0x60) !== 0) throw new RangeError("an unknown encoding");
  const read = () => {
    switch (encoding & 0x0f) {
      case 0x00:
      case 0x04:
        return bytes.u64();
      case 0x01:
        return bytes.uleb();
      case 0x02:
        return bytes.u16();
      case 0x03:
        return bytes.u32();
      case 0x09:
        return bytes.sleb();
      case 0x0a:
        return bytes.i16();
      case 0x0b:
        return bytes.i32();
      case 0x0c:
        return bytes.i64();
      default:
        throw new RangeError("an unknown encoding");
    }
  };
  return relative + read();
}

// --------------------------------------------------------------- instructions

/** Runs instructions up to the row of an address. */
function run(
  { codeAlign, dataAlign }: Common,
  code: ByteReader,
  row: Row,
  start: number,
  until: number,
  initial: ReadonlyMap<number, Rule> = new Map(),
): void {
  const bytes = code.copy();
  const saved: Row[] = [];
  let address = start;
  const restore = (register: number) => {
    const rule = initial.get(register);
    if (rule === undefined) row.rules.delete(register);
    else row.rules.set(register, rule);
  };
  const offset = (register: number, offset: number, kind: "offset" | "value") =>
    row.rules.set(register, { kind, offset: offset * dataAlign });
  const cfaRegister = () => "register" in row.cfa ? row.cfa.register : 0;
  const cfaOffset = () => "offset" in row.cfa ? row.cfa.offset : 0;
  while (bytes.at < bytes.end) {
    const opcode = bytes.u8();
    const low = opcode & 0x3f;
    switch (opcode & 0xc0) {
      case 0x40: // DW_CFA_advance_loc
        address += low * codeAlign;
        if (address > until) return;
        continue;
      case 0x80: // DW_CFA_offset
        offset(low, bytes.uleb(), "offset");
        continue;
      case 0xc0: // DW_CFA_restore
        restore(low);
        continue;
    }
    switch (opcode) {
      case 0x00: // DW_CFA_nop
        break;
      case 0x01: // DW_CFA_set_loc
        address = bytes.u64();
        break;
      case 0x02: // DW_CFA_advance_loc1
        address += bytes.u8() * codeAlign;
        break;
      case 0x03: // DW_CFA_advance_loc2
        address += bytes.u16() * codeAlign;
        break;
      case 0x04: // DW_CFA_advance_loc4
        address += bytes.u32() * codeAlign;
        break;
      case 0x05: // DW_CFA_offset_extended
        offset(bytes.uleb(), bytes.uleb(), "offset");
        break;
      case 0x06: // DW_CFA_restore_extended
        restore(bytes.uleb());
        break;
      case 0x07: // DW_CFA_undefined
        row.rules.set(bytes.uleb(), { kind: "undefined" });
        break;
      case 0x08: // DW_CFA_same_value
        row.rules.set(bytes.uleb(), { kind: "same" });
        break;
      case 0x09: // DW_CFA_register
        row.rules.set(bytes.uleb(), {
          kind: "register",
          register: bytes.uleb(),
        });
        break;
      case 0x0a: // DW_CFA_remember_state
        saved.push({ cfa: row.cfa, rules: new Map(row.rules) });
        break;
      case 0x0b: // DW_CFA_restore_state
        Object.assign(row, saved.pop());
        break;
      case 0x0c: // DW_CFA_def_cfa
        row.cfa = { register: bytes.uleb(), offset: bytes.uleb() };
        break;
      case 0x0d: // DW_CFA_def_cfa_register
        row.cfa = { register: bytes.uleb(), offset: cfaOffset() };
        break;
      case 0x0e: // DW_CFA_def_cfa_offset
        row.cfa = { register: cfaRegister(), offset: bytes.uleb() };
        break;
      case 0x0f: // DW_CFA_def_cfa_expression
        row.cfa = { code: bytes.block() };
        break;
      case 0x10: // DW_CFA_expression
        row.rules.set(bytes.uleb(), { kind: "at", code: bytes.block() });
        break;
      case 0x11: // DW_CFA_offset_extended_sf
        offset(bytes.uleb(), bytes.sleb(), "offset");
        break;
      case 0x12: // DW_CFA_def_cfa_sf
        row.cfa = {
          register: bytes.uleb(),
          offset: bytes.sleb() * dataAlign,
        };
        break;
      case 0x13: // DW_CFA_def_cfa_offset_sf
        row.cfa = {
          register: cfaRegister(),
          offset: bytes.sleb() * dataAlign,
        };
        break;
      case 0x14: // DW_CFA_val_offset
        offset(bytes.uleb(), bytes.uleb(), "value");
        break;
      case 0x15: // DW_CFA_val_offset_sf
        offset(bytes.uleb(), bytes.sleb(), "value");
        break;
      case 0x16: // DW_CFA_val_expression
        row.rules.set(bytes.uleb(), {
          kind: "expression",
          code: bytes.block(),
        });
        break;
      case 0x2d: // DW_CFA_AARCH64_negate_ra_state
        break;
      case 0x2e: // DW_CFA_GNU_args_size
        bytes.uleb();
        break;
      default:
        throw new RangeError("an unknown instruction");
    }
    if (address > until) return;
  }
}

/** The value of an expression of DWARF, of what unwinding needs of it. */
function evaluate(
  code: ByteReader,
  register: (number: number) => number,
  memory: Memory,
  ...stack: number[]
): number {
  const bytes = code.copy();
  const pop = () => {
    const value = stack.pop();
    if (value === undefined) throw new RangeError("the stack is empty");
    return value;
  };
  while (bytes.at < bytes.end) {
    const opcode = bytes.u8();
    if (opcode >= 0x30 && opcode <= 0x4f) {
      stack.push(opcode - 0x30); // DW_OP_lit0
    } else if (opcode >= 0x70 && opcode <= 0x8f) {
      stack.push(register(opcode - 0x70) + bytes.sleb()); // DW_OP_breg0
    } else {
      switch (opcode) {
        case 0x06: // DW_OP_deref
          stack.push(memory(pop()));
          break;
        case 0x08: // DW_OP_const1u
          stack.push(bytes.u8());
          break;
        case 0x09: // DW_OP_const1s
          stack.push(bytes.i8());
          break;
        case 0x0a: // DW_OP_const2u
          stack.push(bytes.u16());
          break;
        case 0x10: // DW_OP_constu
          stack.push(bytes.uleb());
          break;
        case 0x11: // DW_OP_consts
          stack.push(bytes.sleb());
          break;
        case 0x12: { // DW_OP_dup
          const value = pop();
          stack.push(value, value);
          break;
        }
        case 0x1a: // DW_OP_and: of what links compute, both are small
          stack.push(Number(BigInt(pop()) & BigInt(pop())));
          break;
        case 0x1c: { // DW_OP_minus
          const right = pop();
          stack.push(pop() - right);
          break;
        }
        case 0x22: // DW_OP_plus
          stack.push(pop() + pop());
          break;
        case 0x23: // DW_OP_plus_uconst
          stack.push(pop() + bytes.uleb());
          break;
        case 0x24: { // DW_OP_shl
          const by = pop();
          stack.push(pop() * 2 ** by);
          break;
        }
        case 0x2a: { // DW_OP_ge
          const right = pop();
          stack.push(pop() >= right ? 1 : 0);
          break;
        }
        default:
          throw new RangeError("an unknown operation");
      }
    }
    if (stack.length > 64) throw new RangeError("the stack is full");
  }
  return pop();
}
